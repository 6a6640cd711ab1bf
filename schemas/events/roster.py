"""People, shifts, leave, devices; the policy in force."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import Line, Millis
from schemas.events.envelope import Event
from schemas.ids import JurisdictionId, MemberId, ShiftId, TeamId
from schemas.policy import Policy
from schemas.roster import GridCell, Person, Resource, Shift, Site, Team
from schemas.vocabulary import Realm


class JurisdictionFounded(Event):
    """The first event of a log: whose it is, of which realm, under which policy."""

    type: Literal["jurisdiction_founded"] = "jurisdiction_founded"
    v: Literal[1] = 1
    jurisdiction: JurisdictionId
    realm: Realm
    policy: Policy
    partitions: Annotated[
        int | None,
        Field(ge=1, le=10_000, description="Partitions of the log topic; fixed for ever."),
    ] = None


class RosterChanged(Event):
    type: Literal["roster_changed"] = "roster_changed"
    v: Literal[1] = 1
    teams: Annotated[tuple[Team, ...], Field(max_length=1_000)] = ()
    people: Annotated[tuple[Person, ...], Field(max_length=1_000)] = ()
    resources: Annotated[tuple[Resource, ...], Field(max_length=1_000)] = ()
    sites: Annotated[tuple[Site, ...], Field(max_length=1_000)] = ()
    cells: Annotated[tuple[GridCell, ...], Field(max_length=1_000)] = ()
    shifts: Annotated[tuple[Shift, ...], Field(max_length=1_000)] = ()
    removed_members: Annotated[tuple[MemberId, ...], Field(max_length=1_000)] = ()


class ShiftTakenOver(Event):
    type: Literal["shift_taken_over"] = "shift_taken_over"
    v: Literal[1] = 1
    shift_id: ShiftId
    holder_id: MemberId
    taker_id: MemberId
    reason: Line


class ShiftsTurned(Event):
    """The clock passed a shift's start or end: who is on call changed."""

    type: Literal["shifts_turned"] = "shifts_turned"
    v: Literal[1] = 1
    started: Annotated[tuple[ShiftId, ...], Field(max_length=1_000)] = ()
    ended: Annotated[tuple[ShiftId, ...], Field(max_length=1_000)] = ()


class RosterGapFound(Event):
    """From when to when a team has fewer on call than its on-duty minimum, seen ahead of time."""

    type: Literal["roster_gap_found"] = "roster_gap_found"
    v: Literal[1] = 1
    team_id: TeamId
    starts_at: Millis
    ends_at: Millis
    on_call: Annotated[int, Field(ge=0, le=200)]
    minimum: Annotated[int, Field(ge=0, le=200)]


class GapsChecked(Event):
    """The coming hours were looked through for gaps; looked at again at `next_at`."""

    type: Literal["gaps_checked"] = "gaps_checked"
    v: Literal[1] = 1
    next_at: Millis


class LeaveConflictFound(Event):
    """Somebody is rostered while on leave."""

    type: Literal["leave_conflict_found"] = "leave_conflict_found"
    v: Literal[1] = 1
    member_id: MemberId
    shift_id: ShiftId


class LeavePlanned(Event):
    type: Literal["leave_planned"] = "leave_planned"
    v: Literal[1] = 1
    member_id: MemberId
    starts_at: Millis
    ends_at: Millis
    reason: Line


class AvailabilityChanged(Event):
    type: Literal["availability_changed"] = "availability_changed"
    v: Literal[1] = 1
    member_id: MemberId
    available: bool
    reason: Line


class DeviceChanged(Event):
    type: Literal["device_changed"] = "device_changed"
    v: Literal[1] = 1
    member_id: MemberId
    device_id: Line
    registered: bool


class PolicyAdopted(Event):
    type: Literal["policy_adopted"] = "policy_adopted"
    v: Literal[1] = 1
    policy: Policy


RosterEvent = (
    RosterChanged
    | ShiftTakenOver
    | ShiftsTurned
    | RosterGapFound
    | GapsChecked
    | LeaveConflictFound
    | LeavePlanned
    | AvailabilityChanged
    | DeviceChanged
)
PolicyEvent = JurisdictionFounded | PolicyAdopted
