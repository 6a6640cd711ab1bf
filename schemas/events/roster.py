"""People, shifts, leave, devices; the policy in force."""

from typing import Annotated

from msgspec import Meta

from schemas.bounds import Line, Millis
from schemas.events.envelope import Event
from schemas.ids import ActorId, AssignmentId, JurisdictionId, MemberId, ShiftId, TeamId
from schemas.policy import Policy
from schemas.roster import GridCell, Person, Resource, Shift, Site, Team
from schemas.vocabulary import Realm, Skill, Unfit
from schemas.why_not import WhyNot


class JurisdictionFounded(Event):
    """The first event of a log: whose it is, of which realm, under which policy."""

    jurisdiction: JurisdictionId
    realm: Realm
    policy: Policy
    partitions: (
        Annotated[
            int, Meta(ge=1, le=10_000, description="Partitions of the log topic; fixed for ever.")
        ]
        | None
    ) = None


class RosterChanged(Event):
    teams: Annotated[tuple[Team, ...], Meta(max_length=1_000)] = ()
    people: Annotated[tuple[Person, ...], Meta(max_length=1_000)] = ()
    resources: Annotated[tuple[Resource, ...], Meta(max_length=1_000)] = ()
    sites: Annotated[tuple[Site, ...], Meta(max_length=1_000)] = ()
    cells: Annotated[tuple[GridCell, ...], Meta(max_length=1_000)] = ()
    shifts: Annotated[tuple[Shift, ...], Meta(max_length=1_000)] = ()
    removed_members: Annotated[tuple[MemberId, ...], Meta(max_length=1_000)] = ()
    removed_shifts: Annotated[tuple[ShiftId, ...], Meta(max_length=1_000)] = ()


class TakeoverAsked(Event):
    """One of the two has said it; the shift changes hands when the other says the same."""

    shift_id: ShiftId
    holder_id: MemberId
    taker_id: MemberId
    asked_by: MemberId
    reason: Line


class ShiftTakenOver(Event):
    shift_id: ShiftId
    holder_id: MemberId
    taker_id: MemberId
    reason: Line


class TakeoverUndone(Event):
    """The roster came again and is not what the two had agreed: the holder has the shift anew."""

    shift_id: ShiftId
    holder_id: MemberId
    taker_id: MemberId


class CertificateEnding(Event):
    """A certificate ends within so many days; told once for each of the policy's marks."""

    member_id: MemberId
    skill: Skill
    valid_until: Millis
    days: Annotated[int, Meta(ge=1, le=365)]


class CertificatesChecked(Event):
    """All certificates were looked at; again at `next_at`, None where none will end."""

    next_at: Millis | None = None


class LeaverKept(Event):
    """Their last day is over, and they are out with a unit, on guard or lent: they stay so long."""

    member_id: MemberId
    why: WhyNot
    again_at: Millis


class ShiftsTurned(Event):
    """The clock passed a shift's start or end: who is on call changed."""

    started: Annotated[tuple[ShiftId, ...], Meta(max_length=1_000)] = ()
    ended: Annotated[tuple[ShiftId, ...], Meta(max_length=1_000)] = ()


class RosterGapFound(Event):
    """From when to when a team has fewer on call than its on-duty minimum, seen ahead of time."""

    team_id: TeamId
    starts_at: Millis
    ends_at: Millis
    on_call: Annotated[int, Meta(ge=0, le=200)]
    minimum: Annotated[int, Meta(ge=0, le=200)]


class GapsChecked(Event):
    """The coming hours were looked through for gaps; looked at again at `next_at`."""

    next_at: Millis


class LeaveConflictFound(Event):
    """Somebody is rostered while on leave."""

    member_id: MemberId
    shift_id: ShiftId


class LeavePlanned(Event):
    member_id: MemberId
    starts_at: Millis
    ends_at: Millis
    reason: Line


class AvailabilityChanged(Event):
    member_id: MemberId
    available: bool
    reason: Line


class MemberUnfit(Event):
    """Hurt or ill: called to nothing until somebody says that they are fit again.

    `assignment_id`: the call-out that was turned down or given up with it; `by`: who said it.
    """

    member_id: MemberId
    why: Unfit
    by: ActorId
    happened_at: Millis
    assignment_id: AssignmentId | None = None


class MemberFit(Event):
    """Fit again. `slip`: they had not been unfit, the tap that said so was taken back."""

    member_id: MemberId
    by: ActorId
    happened_at: Millis
    slip: bool = False


class MemberBroughtAway(Event):
    """Who gave up hurt or ill is away from there: nobody has to look for them. They are not fit."""

    member_id: MemberId
    by: ActorId
    happened_at: Millis


class DeviceChanged(Event):
    member_id: MemberId
    device_id: Line
    registered: bool


class PolicyAdopted(Event):
    policy: Policy


RosterEvent = (
    RosterChanged
    | TakeoverAsked
    | TakeoverUndone
    | CertificateEnding
    | CertificatesChecked
    | LeaverKept
    | ShiftTakenOver
    | ShiftsTurned
    | RosterGapFound
    | GapsChecked
    | LeaveConflictFound
    | LeavePlanned
    | AvailabilityChanged
    | MemberUnfit
    | MemberFit
    | MemberBroughtAway
    | DeviceChanged
)
PolicyEvent = JurisdictionFounded | PolicyAdopted
