"""Work at a ticket: the safety interlock, weather, fatigue."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Line, Millis, Position
from schemas.ids import ActorId, IncidentId, MemberId, TicketId, UnitId
from schemas.roles import Capability
from schemas.signals.envelope import Signal
from schemas.value import Value, bounded
from schemas.vocabulary import Interlock, WorkKind


class Weather(Value):
    """What the rules look at. Wind in the Beaufort scale, humidity in percent."""

    thunder: bool = False
    rain: bool = False
    heavy_rain: bool = False
    snow: bool = False
    hail: bool = False
    fog: bool = False
    wind_force: Annotated[int, *bounded(ge=0, le=17)] = 0
    humidity_pct: Annotated[float, *bounded(ge=0, le=100)] | None = None
    temperature_c: Annotated[float, *bounded(ge=-70, le=70)] | None = None


class DraftTicket(Signal):
    """A piece of work: its leader, guardian, permit giver and crew."""

    needs: ClassVar = Capability.PLAN_WORK
    type: Literal["draft_ticket"] = "draft_ticket"
    v: Literal[1] = 1
    incident_id: IncidentId
    unit_id: UnitId
    kind: WorkKind
    place: Position
    work_leader: MemberId
    guardian: MemberId | None = None
    permitter: ActorId | None = None
    crew: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=MEMBERS_MAX)]
    text: Line


class ConfirmInterlock(Signal):
    """A named person confirms permit, switching or grounding for one ticket."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["confirm_interlock"] = "confirm_interlock"
    v: Literal[1] = 1
    ticket_id: TicketId
    interlock: Interlock
    confirmed_by: ActorId
    reference: Line


class WithdrawInterlock(Signal):
    needs: ClassVar = Capability.TAKE_PART
    type: Literal["withdraw_interlock"] = "withdraw_interlock"
    v: Literal[1] = 1
    ticket_id: TicketId
    interlock: Interlock
    reason: Line


class StartWork(Signal):
    needs: ClassVar = Capability.TAKE_PART
    type: Literal["start_work"] = "start_work"
    v: Literal[1] = 1
    ticket_id: TicketId


class PauseWork(Signal):
    """The guardian leaves or anything else: those guarded stop."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["pause_work"] = "pause_work"
    v: Literal[1] = 1
    ticket_id: TicketId
    reason: Line


class FinishWork(Signal):
    """The work has ended and its people are off the line, as somebody who is there says.

    `reported_by`: who that is, where a desk says it for them.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["finish_work"] = "finish_work"
    v: Literal[1] = 1
    ticket_id: TicketId
    reported_by: MemberId | None = None


class OverrideSafety(Signal):
    """An approver sets an overridable rule aside, with a reason; never a weather rule."""

    needs: ClassVar = Capability.OVERRIDE_SAFETY
    type: Literal["override_safety"] = "override_safety"
    v: Literal[1] = 1
    rule: Literal["interlock", "fatigue"]
    ticket_id: TicketId | None = None
    interlock: Interlock | None = None
    member_id: MemberId | None = None
    approver: ActorId
    reason: Line
    valid_until: Millis


class WeatherReported(Signal):
    """Weather of the jurisdiction now; stops the work it forbids."""

    needs: ClassVar = Capability.REPORT
    type: Literal["weather_reported"] = "weather_reported"
    v: Literal[1] = 1
    weather: Weather


SafetySignal = (
    DraftTicket
    | ConfirmInterlock
    | WithdrawInterlock
    | StartWork
    | PauseWork
    | FinishWork
    | OverrideSafety
    | WeatherReported
)
