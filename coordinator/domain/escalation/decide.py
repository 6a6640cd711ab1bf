"""Escalation: a ladder of steps, taken until somebody takes it on, and never in silence.

Steps count from 0 and step 0 is taken at once; a step that resolves to nobody is skipped at once;
after the last one it repeats from where the policy says, as often as it says; being exhausted is
itself a call to a person. Semantics after GoAlert and PagerDuty, see docs/concepts.md.
"""

from collections.abc import Iterable
from typing import Final

from coordinator.domain.aid import decide as aid
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation.fold import STAND_SILENT, UNTIL_OVER, evolve
from coordinator.domain.escalation.recipients import WAITING, Reached, ladder_of, resolve
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.assignments import Escalation
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage
from schemas.catalogue import members
from schemas.events.assignment import AssignmentExpired
from schemas.events.envelope import Event
from schemas.events.escalation import (
    EscalationEvent,
    EscalationExhausted,
    EscalationGrew,
    EscalationPaused,
    EscalationResumed,
    EscalationStarted,
    EscalationStepSkipped,
    EscalationStepTaken,
    EscalationStopped,
    LateAcknowledgementRecorded,
)
from schemas.policy import Ladder, LadderStep
from schemas.sentences import notices, reasons, units
from schemas.signals.escalation import AcknowledgeEscalation, EscalateTo, EscalationSignal
from schemas.vocabulary import NoticeKind, Recipient

_ATTEMPTS_MAX = 1_000


def decide(state: Jurisdiction, signal: EscalationSignal, cause: Cause) -> Iterable[Event]:
    escalation = state.escalations.by_id.get(signal.escalation_id)
    if escalation is None:
        return refuse(units.NO_SUCH_ESCALATION, field="escalation_id", value=signal.escalation_id)
    ladder = ladder_of(state, escalation)
    if isinstance(signal, EscalateTo):
        if signal.step >= len(ladder.steps):
            return refuse(units.STEP_OF_THIS_LADDER, field="step", value=signal.step)
        return _take(
            state, escalation, signal.step, escalation.loop, cause, forced_by=signal.actor_id
        )
    if signal.step is not None and signal.step < escalation.attempt:
        return (
            LateAcknowledgementRecorded(escalation_id=escalation.escalation_id, step=signal.step),
        )
    return _pause(state, escalation, signal, cause.at + ladder.acknowledge_timeout_s * 1_000)


def _pause(
    state: Jurisdiction, escalation: Escalation, signal: AcknowledgeEscalation, resume_at: int
) -> tuple[Event, ...]:
    """Give it to who takes it on: anew, or from who has it, if they say from whom."""
    id_, holder = escalation.escalation_id, escalation.paused_by
    if holder == signal.actor_id:
        if state.timers.get("escalation", id_) == resume_at:
            return ()
        return (EscalationPaused(escalation_id=id_, by=holder, resume_at=resume_at),)
    if holder is not None and signal.taken_from != holder:
        return refuse(units.already_with(holder), field="taken_from", value=signal.taken_from)
    return (
        EscalationPaused(
            escalation_id=id_, by=signal.actor_id, resume_at=resume_at, taken_from=holder
        ),
    )


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    """Take the first step, of an alarm that had fallen silent too when it is about more now.

    Whoever raised an alarm ends it, with what it is about.
    """
    if isinstance(event, EscalationStarted):
        return _take(state, state.escalations.by_id[event.escalation_id], 0, 0, cause)
    if isinstance(event, EscalationGrew):
        known = state.escalations.by_id[event.escalation_id]
        asleep = state.timers.get("escalation", event.escalation_id) is None
        if asleep and not known.exhausted:
            return _take(state, known, 0, 0, cause)
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    escalation = state.escalations.by_id[id_]
    if _settled(state, escalation):
        return (EscalationStopped(escalation_id=id_, reason=reasons.PLACE_FILLED),)
    facts: list[Event] = []
    lives = escalation.cause in UNTIL_OVER
    if escalation.paused_by is not None:
        facts.append(EscalationResumed(escalation_id=id_))
        if escalation.exhausted and not lives:
            return facts
    if escalation.exhausted and lives:
        # What is about life or a place is never given up: all are told again, from the first.
        return (*facts, *_take(state, escalation, 0, 0, cause))
    facts.extend(_take(state, escalation, escalation.step + 1, escalation.loop, cause))
    return facts


def _settled(state: Jurisdiction, escalation: Escalation) -> bool:
    """Whether what an assignment's escalation was about no longer matters."""
    assignment = state.assignments.by_id.get(escalation.about)
    if assignment is None:
        return escalation.about.startswith("asg_")
    if assignment.status in WAITING:
        return False
    unit = state.units.by_id.get(assignment.unit_id)
    if unit is None or unit.stage is not Stage.FORMED:
        return True
    if escalation.ladder == "arrival":
        return assignment.ended_at is not None or assignment.on_scene_at is not None
    return not unit.missing and not any(
        state.assignments.by_id[it].status in WAITING for it in unit.people.values()
    )


def _take(  # noqa: PLR0913 - each is another thing, and given by name where it is called
    state: Jurisdiction,
    escalation: Escalation,
    step: int,
    loop: int,
    cause: Cause,
    *,
    forced_by: str | None = None,
) -> Iterable[Event]:
    """Take the next step that reaches anybody; skip empty ones at once; repeat; exhaust."""
    ladder, facts = ladder_of(state, escalation), list[Event]()
    while True:
        if step >= len(ladder.steps):
            if loop >= ladder.repeat or len(facts) >= len(ladder.steps):
                return (*facts, *_exhausted(state, ladder, escalation, cause))
            step, loop = ladder.repeat_from, loop + 1
        rung = ladder.steps[step]
        reached = resolve(state, escalation, rung)
        if reached is not None:
            break
        facts.append(
            EscalationStepSkipped(
                escalation_id=escalation.escalation_id,
                step=step,
                reason=reasons.nobody_on_this_step(rung.action, rung.recipient),
            )
        )
        step += 1
    facts.append(
        EscalationStepTaken(
            escalation_id=escalation.escalation_id,
            step=step,
            attempt=min(_ATTEMPTS_MAX, escalation.attempt + 1),
            loop=loop,
            action=rung.action,
            recipient=rung.recipient,
            targets=reached.targets,
            next_at=cause.at + max(1, rung.delay_s) * 1_000,
            forced_by=forced_by,
        )
    )
    facts.extend(_do(state, escalation, rung, reached, cause))
    return facts


def _exhausted(
    state: Jurisdiction, ladder: Ladder, escalation: Escalation, cause: Cause
) -> tuple[Event, ...]:
    """Say that everybody was told in vain; not to a commander who was told of just this before."""
    lives = escalation.cause in UNTIL_OVER
    again_at = cause.at + ladder.acknowledge_timeout_s * 1_000 if lives else None
    over = EscalationExhausted(escalation_id=escalation.escalation_id, again_at=again_at)
    knows = {*escalation.told, *(it.recipient for it in ladder.steps)}
    if escalation.cause in STAND_SILENT and Recipient.COMMANDER in knows:
        return (over,)
    return (
        over,
        notify(
            cause,
            NoticeKind.EXHAUSTED,
            Recipient.COMMANDER,
            notices.nobody_took_it_on(escalation.text),
            about=escalation.about,
            of=escalation.cause,
        ),
    )


def _do(
    state: Jurisdiction, escalation: Escalation, rung: LadderStep, reached: Reached, cause: Cause
) -> Iterable[Event]:
    if rung.action == "next_candidate":
        return (AssignmentExpired(assignment_id=escalation.about),)
    facts: list[Event] = []
    if rung.action == "call_aid":
        facts.extend(_ask_neighbour(state, escalation, reached.targets[0], cause))
    if rung.recipient in escalation.told and not escalation.loop:
        return facts
    facts.append(
        notify(
            cause,
            escalation.cause,
            rung.recipient,
            escalation.text,
            about=escalation.about,
            targets=() if rung.recipient is Recipient.NEIGHBOUR else reached.targets,
        )
    )
    return facts


def _ask_neighbour(
    state: Jurisdiction, escalation: Escalation, peer: str, cause: Cause
) -> tuple[Event, ...]:
    assignment = state.assignments.by_id.get(escalation.about)
    unit_id = escalation.about if assignment is None else assignment.unit_id
    unit = state.units.by_id.get(unit_id)
    if unit is None or unit.incident_id is None:
        return ()
    if any(it.incident_id == unit.incident_id for it in state.aid.by_id.values()):
        return ()
    return aid.open_conversation(
        state,
        cause,
        peer=peer,
        incident_id=unit.incident_id,
        need=unit.need,
        reason=escalation.text,
    )


CONCEPT: Final = Concept(
    name="escalation",
    signals=members(EscalationSignal),
    decide=decide,
    facts=members(EscalationEvent),
    evolve=evolve,
    reacts_to=frozenset({EscalationStarted, EscalationGrew}),
    react=react,
    timers=frozenset({"escalation"}),
    due=due,
)
