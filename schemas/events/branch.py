"""A temporary branch, each step on record."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import MEMBERS_MAX, Line, Millis, Minutes, Text
from schemas.events.envelope import Event
from schemas.ids import BranchId, MemberId, UnitId
from schemas.said import Said
from schemas.value import Value, bounded
from schemas.vocabulary import BranchActivity, BranchPost


class BranchDue(Event):
    """The unit has what a branch needs; the approving organisation is asked."""

    unit_id: UnitId
    full_members: Annotated[int, Meta(ge=0, le=MEMBERS_MAX)]


class BranchRequested(Event):
    branch_id: BranchId
    unit_id: UnitId
    name: Line
    approving_organisation: Line
    expected_duration_d: Annotated[int, Meta(ge=1, le=3_650)]
    full_members: Annotated[int, Meta(ge=0, le=MEMBERS_MAX)]


class BranchApproved(Event):
    branch_id: BranchId
    approved_by: Line
    secretary: MemberId
    deputy_secretary: MemberId | None = None
    committee: Annotated[tuple[MemberId, ...], Meta(max_length=7)] = ()
    members: Annotated[tuple[MemberId, ...], Meta(max_length=MEMBERS_MAX)]


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
    """A party member who joined the unit takes part; membership itself is not transferred."""

    branch_id: BranchId
    member_id: MemberId


class BranchLeft(Event):
    branch_id: BranchId
    member_id: MemberId


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
    """What goes to one member's home branch."""

    member_id: MemberId
    home_branch: Line
    joined_at: Millis
    left_at: Millis
    posts: Annotated[tuple[Line, ...], *bounded(max_length=50)] = ()
    activities: Annotated[int, *bounded(ge=0, le=10_000)] = 0
    conduct: Annotated[tuple[Text, ...], *bounded(max_length=50)] = ()


WhyDissolved = Literal["unit_stood_down", "approving_organisation", "withdrawn"]


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
    | BranchPostGiven
    | BranchActivityHeld
    | ConductRecorded
    | BranchTermNear
    | BranchDissolved
)
