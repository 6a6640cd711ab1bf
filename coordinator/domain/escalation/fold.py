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
    escalation = state.escalations.by_id.get(event.escalation_id)
    if escalation is None:
        return state
    match event:
        case EscalationStepTaken():
            return _fold_taken(state, escalation, event)
        case EscalationStepSkipped():
            return _fold_skipped(state, escalation, event)
        case EscalationPaused():
            return _fold_paused(state, escalation, event)
        case EscalationResumed():
            return _fold_resumed(state, escalation, event)
        case LateAcknowledgementRecorded():
            return state
        case EscalationStopped() | EscalationExhausted():
            return _fold_ended(state, escalation)
        case _:
            assert_never(event)


def _keep(state: Jurisdiction, escalation: Escalation, timers: Timers) -> Jurisdiction:
    escalations = state.escalations
    by_id = escalations.by_id.set(escalation.escalation_id, escalation)
    if by_id is escalations.by_id:
        return with_timers(state, timers)
    return replace(state, escalations=replace(escalations, by_id=by_id), timers=timers)


def _started(state: Jurisdiction, event: EscalationStarted, at: int) -> Jurisdiction:
    escalations, id_ = state.escalations, event.escalation_id
    fresh = Escalation(id_, event.about, event.cause, event.ladder, event.text, at)
    there = escalations.by_subject.get(event.about, ())
    escalations = replace(
        escalations,
        by_id=escalations.by_id.set(id_, fresh),
        by_subject=escalations.by_subject.set(event.about, (*there, id_)),
    )
    return replace(state, escalations=escalations)


def _fold_taken(
    state: Jurisdiction, escalation: Escalation, event: EscalationStepTaken
) -> Jurisdiction:
    taken = replace(
        escalation, step=event.step, attempt=event.attempt, loop=event.loop, paused_by=None
    )
    return _keep(state, taken, state.timers.set("escalation", event.escalation_id, event.next_at))


def _fold_skipped(
    state: Jurisdiction, escalation: Escalation, event: EscalationStepSkipped
) -> Jurisdiction:
    return _keep(state, replace(escalation, step=event.step), state.timers)


def _fold_paused(
    state: Jurisdiction, escalation: Escalation, event: EscalationPaused
) -> Jurisdiction:
    timers = state.timers.set("escalation", event.escalation_id, event.resume_at)
    return _keep(state, replace(escalation, paused_by=event.by), timers)


def _fold_resumed(
    state: Jurisdiction, escalation: Escalation, event: EscalationResumed
) -> Jurisdiction:
    return _keep(state, replace(escalation, paused_by=None), state.timers)


def _fold_ended(state: Jurisdiction, escalation: Escalation) -> Jurisdiction:
    escalations, id_ = state.escalations, escalation.escalation_id
    rest = tuple(it for it in escalations.by_subject.get(escalation.about, ()) if it != id_)
    by_subject = (
        escalations.by_subject.set(escalation.about, rest)
        if rest
        else escalations.by_subject.delete(escalation.about)
    )
    escalations = replace(escalations, by_id=escalations.by_id.delete(id_), by_subject=by_subject)
    return replace(state, escalations=escalations, timers=state.timers.clear("escalation", id_))
