"""Skeleton of operation: being written."""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.operation import OperationEvent
from schemas.signals.operation import OperationSignal

EVENTS = (OperationEvent,)
SIGNALS = (OperationSignal,)
REACTS_TO: tuple[type[Event], ...] = ()
TIMERS: frozenset[str] = frozenset()


def evolve(state: Jurisdiction, event: OperationEvent, at: int) -> Jurisdiction:
    return state


def decide(state: Jurisdiction, signal: OperationSignal, cause: Cause) -> Iterable[Event]:
    return ()


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    return ()
