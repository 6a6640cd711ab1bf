"""Skeleton of alert: being written."""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.alert import AlertEvent
from schemas.events.envelope import Event
from schemas.signals.alert import AlertSignal

EVENTS = (AlertEvent,)
SIGNALS = (AlertSignal,)
REACTS_TO: tuple[type[Event], ...] = ()
TIMERS: frozenset[str] = frozenset()


def evolve(state: Jurisdiction, event: AlertEvent, at: int) -> Jurisdiction:
    return state


def decide(state: Jurisdiction, signal: AlertSignal, cause: Cause) -> Iterable[Event]:
    return ()


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    return ()
