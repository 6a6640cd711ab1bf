"""Skeleton of incident: being written."""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.incident import IncidentEvent
from schemas.signals.incident import IncidentSignal

EVENTS = (IncidentEvent,)
SIGNALS = (IncidentSignal,)
REACTS_TO: tuple[type[Event], ...] = ()
TIMERS: frozenset[str] = frozenset()


def evolve(state: Jurisdiction, event: IncidentEvent, at: int) -> Jurisdiction:
    return state


def decide(state: Jurisdiction, signal: IncidentSignal, cause: Cause) -> Iterable[Event]:
    return ()


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    return ()
