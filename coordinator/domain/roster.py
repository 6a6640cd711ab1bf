"""Skeleton of roster: being written."""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.roster import RosterEvent
from schemas.signals.roster import RosterSignal

EVENTS = (RosterEvent,)
SIGNALS = (RosterSignal,)
REACTS_TO: tuple[type[Event], ...] = ()
TIMERS: frozenset[str] = frozenset()


def evolve(state: Jurisdiction, event: RosterEvent, at: int) -> Jurisdiction:
    return state


def decide(state: Jurisdiction, signal: RosterSignal, cause: Cause) -> Iterable[Event]:
    return ()


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    return ()
