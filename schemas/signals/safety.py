"""The weather, and what an approver sets aside for a while."""

from typing import Annotated, ClassVar, Literal

from schemas.bounds import Line, Millis
from schemas.ids import ActorId, MemberId, TicketId
from schemas.roles import Capability
from schemas.signals.envelope import Signal
from schemas.value import Value, bounded
from schemas.vocabulary import Interlock


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


class OverrideSafety(Signal):
    """An approver sets a rule aside for a while, with a reason: one that policy lets them.

    Verifying dead, grounding and the weather are never set aside. `approver` is who says so.
    """

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


class WithdrawOverride(Signal):
    """A step that was set aside holds again at once, before its time is over.

    `reason`: None where nobody gave one.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["withdraw_override"] = "withdraw_override"
    v: Literal[1] = 1
    ticket_id: TicketId
    interlock: Interlock
    reason: Line | None = None


class WeatherReported(Signal):
    """Weather of the jurisdiction now; stops the work it forbids."""

    needs: ClassVar = Capability.REPORT
    type: Literal["weather_reported"] = "weather_reported"
    v: Literal[1] = 1
    weather: Weather


SafetySignal = OverrideSafety | WithdrawOverride | WeatherReported
