"""How facts build an escalation and wind its clock."""

from typing import assert_never

from msgspec.structs import replace

from coordinator.domain.state.assignments import Escalation
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from coordinator.domain.state.timers import Timers
from schemas.events.escalation import (
    EscalationEvent,
    EscalationExhausted,
    EscalationPaused,
    EscalationResumed,
    EscalationStarted,
    EscalationStepSkipped,
    EscalationStepTaken,
    EscalationStopped,
    LateAcknowledgementRecorded,
)


def evolve(state: Jurisdiction, event: EscalationEvent, at: int) -> Jurisdiction:  # noqa: C901 - one case for each fact
    if isinstance(event, EscalationStarted):
        return _started(state, event, at)
    known = state.escalations.by_id.get(event.escalation_id)
    if known is None:
        return state
    match event:
        case EscalationStepTaken():
            return _fold_taken(state, known, event)
        case EscalationStepSkipped():
            return _fold_skipped(state, known, event)
        case EscalationPaused():
            return _fold_paused(state, known, event)
        case EscalationResumed():
            return _fold_resumed(state, known, event)
        case LateAcknowledgementRecorded():
            return state
        case EscalationStopped() | EscalationExhausted():
            return _fold_ended(state, known)
        case _:
            assert_never(event)


def _keep(state: Jurisdiction, known: Escalation, timers: Timers) -> Jurisdiction:
    held = state.escalations
    by_id = held.by_id.set(known.escalation_id, known)
    if by_id is held.by_id:
        return with_timers(state, timers)
    return replace(state, escalations=replace(held, by_id=by_id), timers=timers)


def _started(state: Jurisdiction, event: EscalationStarted, at: int) -> Jurisdiction:
    held, id_ = state.escalations, event.escalation_id
    fresh = Escalation(id_, event.about, event.cause, event.ladder, event.text, at)
    there = held.by_subject.get(event.about, ())
    held = replace(
        held,
        by_id=held.by_id.set(id_, fresh),
        by_subject=held.by_subject.set(event.about, (*there, id_)),
    )
    return replace(state, escalations=held)


def _fold_taken(state: Jurisdiction, known: Escalation, event: EscalationStepTaken) -> Jurisdiction:
    taken = replace(known, step=event.step, attempt=event.attempt, loop=event.loop, paused_by=None)
    return _keep(state, taken, state.timers.set("escalation", event.escalation_id, event.next_at))


def _fold_skipped(
    state: Jurisdiction, known: Escalation, event: EscalationStepSkipped
) -> Jurisdiction:
    return _keep(state, replace(known, step=event.step), state.timers)


def _fold_paused(state: Jurisdiction, known: Escalation, event: EscalationPaused) -> Jurisdiction:
    timers = state.timers.set("escalation", event.escalation_id, event.resume_at)
    return _keep(state, replace(known, paused_by=event.by), timers)


def _fold_resumed(state: Jurisdiction, known: Escalation, event: EscalationResumed) -> Jurisdiction:
    return _keep(state, replace(known, paused_by=None), state.timers)


def _fold_ended(state: Jurisdiction, known: Escalation) -> Jurisdiction:
    held, id_ = state.escalations, known.escalation_id
    rest = tuple(it for it in held.by_subject.get(known.about, ()) if it != id_)
    by_subject = (
        held.by_subject.set(known.about, rest) if rest else held.by_subject.delete(known.about)
    )
    held = replace(held, by_id=held.by_id.delete(id_), by_subject=by_subject)
    return replace(state, escalations=held, timers=state.timers.clear("escalation", id_))
