"""Who belongs here, who is on call, who is away; and the policy."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import Line, Millis
from schemas.ids import MemberId, ShiftId
from schemas.policy import Policy
from schemas.roles import Capability
from schemas.roster import GridCell, Person, Resource, Shift, Site, Team
from schemas.signals.envelope import Signal
from schemas.vocabulary import Unfit


class ImportRoster(Signal):
    """People, teams, vehicles, sites and cells, added or replaced by id; 1,000 at a time."""

    needs: ClassVar = Capability.KEEP_ROSTER
    type: Literal["import_roster"] = "import_roster"
    v: Literal[1] = 1
    teams: Annotated[tuple[Team, ...], Field(max_length=1_000)] = ()
    people: Annotated[tuple[Person, ...], Field(max_length=1_000)] = ()
    resources: Annotated[tuple[Resource, ...], Field(max_length=1_000)] = ()
    sites: Annotated[tuple[Site, ...], Field(max_length=1_000)] = ()
    cells: Annotated[tuple[GridCell, ...], Field(max_length=1_000)] = ()
    shifts: Annotated[tuple[Shift, ...], Field(max_length=1_000)] = ()
    removed_members: Annotated[tuple[MemberId, ...], Field(max_length=1_000)] = ()
    removed_shifts: Annotated[tuple[ShiftId, ...], Field(max_length=1_000)] = ()


class TakeOverShift(Signal):
    """`taker_id` takes the shift of `holder_id`: both say so, or a dispatcher does.

    What the first of the two says is a question to the other, who agrees by saying the same.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["take_over_shift"] = "take_over_shift"
    v: Literal[1] = 1
    shift_id: ShiftId
    holder_id: MemberId
    taker_id: MemberId
    reason: Line


class PlanLeave(Signal):
    needs: ClassVar = Capability.KEEP_ROSTER
    type: Literal["plan_leave"] = "plan_leave"
    v: Literal[1] = 1
    member_id: MemberId
    starts_at: Millis
    ends_at: Millis
    reason: Line


class ChangeAvailability(Signal):
    """The member says whether they can be called; leave and rest stand beside it."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["change_availability"] = "change_availability"
    v: Literal[1] = 1
    member_id: MemberId
    available: bool
    reason: Line = "-"


class ReportUnfit(Signal):
    """A member is hurt or ill, and is called to nothing until somebody says that they are fit.

    A member says it of themselves, or of whoever is in a unit with them.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["report_unfit"] = "report_unfit"
    v: Literal[1] = 1
    member_id: MemberId
    why: Unfit


class ReportFit(Signal):
    """Fit again: by the member, or by the desk on their behalf."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["report_fit"] = "report_fit"
    v: Literal[1] = 1
    member_id: MemberId


class BroughtAway(Signal):
    """Who gave up hurt or ill is away from there: in hospital, at home. They are not fit by that.

    By the desk, whoever commands there, who leads the unit they were with, or themselves.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["brought_away"] = "brought_away"
    v: Literal[1] = 1
    member_id: MemberId


class RegisterDevice(Signal):
    """A phone was enrolled (or logged out): without one a member cannot be reached by push."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["register_device"] = "register_device"
    v: Literal[1] = 1
    member_id: MemberId
    device_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    registered: bool = True


class AdoptPolicy(Signal):
    """A commander adopts a policy document for this jurisdiction."""

    needs: ClassVar = Capability.ADOPT_POLICY
    type: Literal["adopt_policy"] = "adopt_policy"
    v: Literal[1] = 1
    policy: Policy


RosterSignal = (
    ImportRoster
    | TakeOverShift
    | PlanLeave
    | ChangeAvailability
    | ReportUnfit
    | ReportFit
    | BroughtAway
    | RegisterDevice
)
PolicySignal = AdoptPolicy
