"""Skeleton of promise: being written."""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.incident import PromiseEvent

EVENTS = (PromiseEvent,)
SIGNALS = ()
REACTS_TO: tuple[type[Event], ...] = ()
TIMERS: frozenset[str] = frozenset()


def evolve(state: Jurisdiction, event: PromiseEvent, at: int) -> Jurisdiction:
    return state


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    return ()
