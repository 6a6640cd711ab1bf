"""The change of duty at the desk: one note stands, until the next one or for a day."""

from collections.abc import Iterable
from typing import Final, assert_never

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.catalogue import members
from schemas.events.envelope import Event
from schemas.events.handover import DeskHandedOver, DeskHandoverPassed, HandoverEvent
from schemas.sentences import rights
from schemas.signals.handover import HandoverSignal

_STANDS_MS = 86_400_000
"""A day: by then every desk has changed duty, and a note that nobody renewed tells of yesterday."""


def evolve(state: Jurisdiction, event: HandoverEvent, at: int) -> Jurisdiction:
    match event:
        case DeskHandedOver():
            timers = state.timers.set("handover", "desk", event.stands_until)
            return replace(state, handover=event, timers=timers)
        case DeskHandoverPassed():
            return replace(state, handover=None, timers=state.timers.clear("handover", "desk"))
        case _:
            assert_never(event)


def decide(state: Jurisdiction, signal: HandoverSignal, cause: Cause) -> Iterable[Event]:
    handover = state.handover
    if handover is not None and cause.happened_at < handover.handed_over_at:
        # Written before the note in force, and told late: the desk is somebody else's by now.
        return refuse(rights.SOMETHING_NEWER_KNOWN, field="occurred_at", value=signal.occurred_at)
    handed_over = DeskHandedOver(
        handed_over_by=signal.actor_id,
        handed_over_at=cause.happened_at,
        stands_until=cause.at + _STANDS_MS,
        text=signal.text,
    )
    return () if handed_over == handover else (handed_over,)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    return (DeskHandoverPassed(),)


CONCEPT: Final = Concept(
    name="handover",
    signals=members(HandoverSignal),
    decide=decide,
    facts=members(HandoverEvent),
    evolve=evolve,
    timers=frozenset({"handover"}),
    due=due,
)
