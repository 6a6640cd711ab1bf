"""A temporary branch, each step on record."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Line, Millis, Minutes, Strict, Text
from schemas.events.envelope import Event
from schemas.ids import BranchId, MemberId, UnitId
from schemas.said import Said
from schemas.vocabulary import BranchActivity, BranchPost


class BranchDue(Event):
    """The unit has what a branch needs; the approving organisation is asked."""

    type: Literal["branch_due"] = "branch_due"
    v: Literal[1] = 1
    unit_id: UnitId
    full_members: Annotated[int, Field(ge=0, le=MEMBERS_MAX)]


class BranchRequested(Event):
    type: Literal["branch_requested"] = "branch_requested"
    v: Literal[1] = 1
    branch_id: BranchId
    unit_id: UnitId
    name: Line
    approving_organisation: Line
    expected_duration_d: Annotated[int, Field(ge=1, le=3_650)]
    full_members: Annotated[int, Field(ge=0, le=MEMBERS_MAX)]


class BranchApproved(Event):
    type: Literal["branch_approved"] = "branch_approved"
    v: Literal[1] = 1
    branch_id: BranchId
    approved_by: Line
    secretary: MemberId
    deputy_secretary: MemberId | None = None
    committee: Annotated[tuple[MemberId, ...], Field(max_length=7)] = ()
    members: Annotated[tuple[MemberId, ...], Field(max_length=MEMBERS_MAX)]


class BranchRefused(Event):
    type: Literal["branch_refused"] = "branch_refused"
    v: Literal[1] = 1
    branch_id: BranchId
    refused_by: Line
    reason: Line


class BranchOfficersNamed(Event):
    type: Literal["branch_officers_named"] = "branch_officers_named"
    v: Literal[1] = 1
    branch_id: BranchId
    named_by: Line
    secretary: MemberId
    deputy_secretary: MemberId | None = None
    committee: Annotated[tuple[MemberId, ...], Field(max_length=7)] = ()


class BranchJoined(Event):
    """A party member who joined the unit takes part; membership itself is not transferred."""

    type: Literal["branch_joined"] = "branch_joined"
    v: Literal[1] = 1
    branch_id: BranchId
    member_id: MemberId


class BranchLeft(Event):
    type: Literal["branch_left"] = "branch_left"
    v: Literal[1] = 1
    branch_id: BranchId
    member_id: MemberId


class BranchPostGiven(Event):
    type: Literal["branch_post_given"] = "branch_post_given"
    v: Literal[1] = 1
    branch_id: BranchId
    member_id: MemberId
    post: BranchPost
    area: Line


class BranchActivityHeld(Event):
    type: Literal["branch_activity_held"] = "branch_activity_held"
    v: Literal[1] = 1
    branch_id: BranchId
    activity: BranchActivity
    attended: Annotated[tuple[MemberId, ...], Field(max_length=MEMBERS_MAX)] = ()
    text: Text = ""


class ConductRecorded(Event):
    type: Literal["conduct_recorded"] = "conduct_recorded"
    v: Literal[1] = 1
    branch_id: BranchId
    member_id: MemberId
    text: Text
    hours_min: Minutes = 0


class BranchTermNear(Event):
    """More than six months need a regular branch: warned well before."""

    type: Literal["branch_term_near"] = "branch_term_near"
    v: Literal[1] = 1
    branch_id: BranchId
    limit_at: Millis


class HomeRecord(Strict):
    """What goes to one member's home branch."""

    member_id: MemberId
    home_branch: Line
    joined_at: Millis
    left_at: Millis
    posts: Annotated[tuple[Line, ...], Field(max_length=50)] = ()
    activities: Annotated[int, Field(ge=0, le=10_000)] = 0
    conduct: Annotated[tuple[Text, ...], Field(max_length=50)] = ()


class BranchDissolved(Event):
    type: Literal["branch_dissolved"] = "branch_dissolved"
    v: Literal[1] = 1
    branch_id: BranchId
    cause: Literal["unit_stood_down", "approving_organisation", "withdrawn"]
    reason: Said
    records: Annotated[tuple[HomeRecord, ...], Field(max_length=MEMBERS_MAX)] = ()


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
