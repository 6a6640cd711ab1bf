"""A temporary branch, each step on record."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import MEMBERS_MAX, Code, Line, Millis, Minutes, Text
from schemas.events.envelope import Event
from schemas.ids import BranchId, MemberId, OperationId, TaskId, UnitId
from schemas.said import Said
from schemas.value import Value, bounded
from schemas.vocabulary import BranchActivity, BranchPost


class BranchDue(Event):
    """The unit has what a branch needs; the approving organisation is asked."""

    unit_id: UnitId
    full_members: Annotated[int, Meta(ge=0, le=MEMBERS_MAX)]


class BranchRequested(Event):
    """Of one body: a unit, an operation or a task."""

    branch_id: BranchId
    unit_id: UnitId | None = None
    operation_id: OperationId | None = None
    task_id: TaskId | None = None
    name: Line
    approving_organisation: Line
    expected_duration_d: Annotated[int, Meta(ge=1, le=3_650)]
    full_members: Annotated[int, Meta(ge=0, le=MEMBERS_MAX)]


class BranchApproved(Event):
    """`applicants` are trained there and are no members (入党积极分子)."""

    branch_id: BranchId
    approved_by: Line
    secretary: MemberId
    deputy_secretary: MemberId | None = None
    committee: Annotated[tuple[MemberId, ...], Meta(max_length=7)] = ()
    members: Annotated[tuple[MemberId, ...], Meta(max_length=MEMBERS_MAX)]
    applicants: Annotated[tuple[MemberId, ...], Meta(max_length=MEMBERS_MAX)] = ()


class BranchRefused(Event):
    branch_id: BranchId
    refused_by: Line
    reason: Line


class BranchOfficersNamed(Event):
    branch_id: BranchId
    named_by: Line
    secretary: MemberId
    deputy_secretary: MemberId | None = None
    committee: Annotated[tuple[MemberId, ...], Meta(max_length=7)] = ()


class BranchJoined(Event):
    """A party member who joined the body takes part; membership itself is not transferred.

    An applicant takes part to be trained, and is no member.
    """

    branch_id: BranchId
    member_id: MemberId
    applicant: bool = False


class BranchLeft(Event):
    branch_id: BranchId
    member_id: MemberId


class PartyGroupFormed(Event):
    branch_id: BranchId
    group: Code
    leader: MemberId
    member_ids: Annotated[tuple[MemberId, ...], Meta(min_length=1, max_length=MEMBERS_MAX)]


class BranchPostGiven(Event):
    branch_id: BranchId
    member_id: MemberId
    post: BranchPost
    area: Line


class BranchActivityHeld(Event):
    branch_id: BranchId
    activity: BranchActivity
    attended: Annotated[tuple[MemberId, ...], Meta(max_length=MEMBERS_MAX)] = ()
    text: Text = ""


class ConductRecorded(Event):
    branch_id: BranchId
    member_id: MemberId
    text: Text
    hours_min: Minutes = 0


class BranchTermNear(Event):
    """More than six months need a regular branch: warned well before."""

    branch_id: BranchId
    limit_at: Millis


class HomeRecord(Value):
    """What goes to one member's, or applicant's, home branch."""

    member_id: MemberId
    home_branch: Line
    joined_at: Millis
    left_at: Millis
    posts: Annotated[tuple[Line, ...], *bounded(max_length=50)] = ()
    activities: Annotated[int, *bounded(ge=0, le=10_000)] = 0
    conduct: Annotated[tuple[Text, ...], *bounded(max_length=50)] = ()
    applicant: bool = False


WhyDissolved = Literal[
    "unit_stood_down", "operation_over", "task_over", "approving_organisation", "withdrawn"
]


class BranchDissolved(Event):
    branch_id: BranchId
    cause: WhyDissolved
    reason: Said
    records: Annotated[tuple[HomeRecord, ...], Meta(max_length=MEMBERS_MAX)] = ()


BranchEvent = (
    BranchDue
    | BranchRequested
    | BranchApproved
    | BranchRefused
    | BranchOfficersNamed
    | BranchJoined
    | BranchLeft
    | PartyGroupFormed
    | BranchPostGiven
    | BranchActivityHeld
    | ConductRecorded
    | BranchTermNear
    | BranchDissolved
)
