"""What protects whoever works, on a ticket or not: the weather, the hours, what is set aside.

Neither the weather nor a line that is verified dead and grounded is ever set aside.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.safety import override
from coordinator.domain.safety.fatigue import (
    WATCHED_AT,
    by_new_hours,
    evolve_watch,
    hours_due,
    watched_at,
)
from coordinator.domain.safety.weather import reported
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.catalogue import members
from schemas.events.envelope import Event
from schemas.events.roster import PolicyAdopted
from schemas.events.safety import (
    FatigueLimitReached,
    FatigueWatched,
    FatigueWatchEnded,
    ReliefFellDue,
    SafetyEvent,
    SafetyOverridden,
    SafetyOverrideEnded,
    WeatherChanged,
)
from schemas.signals.safety import (
    OverrideSafety,
    SafetySignal,
    WeatherReported,
    WithdrawOverride,
)


def evolve(state: Jurisdiction, event: SafetyEvent, at: int) -> Jurisdiction:
    match event:
        case WeatherChanged():
            since = at if event.happened_at is None else event.happened_at
            safety = replace(state.safety, weather=event.weather, weather_at=since)
            return replace(state, safety=safety)
        case FatigueWatched() | FatigueWatchEnded() | ReliefFellDue() | FatigueLimitReached():
            return evolve_watch(state, event)
        case SafetyOverridden() | SafetyOverrideEnded():
            return override.evolve(state, event, at)


def decide(state: Jurisdiction, signal: SafetySignal, cause: Cause) -> Iterable[Event]:
    match signal:
        case WeatherReported():
            return reported(state.safety, signal, cause)
        case OverrideSafety():
            return override.decide(state, signal, cause)
        case WithdrawOverride():
            return override.withdraw(state, signal)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    """Look at whose hours run, and till when, at whatever changes that."""
    if isinstance(event, PolicyAdopted):
        return by_new_hours(state, cause)
    return watched_at(state, event, cause)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    return override.ended(id_) if kind == "override" else hours_due(state, kind, id_, cause)


CONCEPT: Final = Concept(
    name="safety",
    signals=members(SafetySignal),
    decide=decide,
    facts=members(SafetyEvent),
    evolve=evolve,
    reacts_to=WATCHED_AT | {PolicyAdopted},
    react=react,
    timers=frozenset({"fatigue", "override", "relief"}),
    due=due,
)
