"""Escalation: a ladder of steps, taken until somebody takes it on, and never in silence.

Steps count from 0 and step 0 is taken at once; a step that resolves to nobody is skipped at once;
after the last one it repeats from where the policy says, as often as it says; being exhausted is
itself a call to a person. Semantics after GoAlert and PagerDuty, see docs/concepts.md.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from coordinator.domain.aid import decide as aid
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation.fold import evolve
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.assignments import Assignment, Escalation
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage
from schemas.bounds import MEMBERS_MAX
from schemas.catalogue import members
from schemas.events.assignment import AssignmentExpired
from schemas.events.envelope import Event
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
from schemas.policy import Ladder, LadderStep
from schemas.said import Said
from schemas.sentences import notices, reasons, units
from schemas.signals.escalation import AcknowledgeEscalation, EscalateTo, EscalationSignal
from schemas.vocabulary import AssignmentStatus, NoticeKind, Recipient

_WAITING = frozenset({AssignmentStatus.OFFERED, AssignmentStatus.ACKNOWLEDGED})
_ATTEMPTS_MAX = 1_000
_DESKS = frozenset({Recipient.DISPATCHER, Recipient.COMMANDER, Recipient.PROVINCE})


def start(  # noqa: PLR0913 - what is escalated, to whom and why
    state: Jurisdiction,
    cause: Cause,
    *,
    about: str,
    cause_kind: NoticeKind,
    ladder: str,
    text: Said,
) -> tuple[Event, ...]:
    """Begin to escalate something; nothing if it is being escalated for this cause already."""
    for id_ in state.escalations.by_subject.get(about, ()):
        if state.escalations.by_id[id_].cause is cause_kind:
            return ()
    return (
        EscalationStarted(
            escalation_id=cause.mint("esc"),
            about=about,
            cause=cause_kind,
            ladder=ladder,
            text=text,
        ),
    )


def stop(state: Jurisdiction, cause: Cause, *, about: str, reason: Said) -> tuple[Event, ...]:
    """End every escalation about something."""
    return tuple(
        EscalationStopped(escalation_id=id_, reason=reason)
        for id_ in state.escalations.by_subject.get(about, ())
    )


def call_off(
    state: Jurisdiction, *, about: str, cause_kind: NoticeKind, reason: Said
) -> tuple[Event, ...]:
    """End the escalations of one cause about something, and leave those of other causes alone."""
    return tuple(
        EscalationStopped(escalation_id=id_, reason=reason)
        for id_ in state.escalations.by_subject.get(about, ())
        if state.escalations.by_id[id_].cause is cause_kind
    )


def decide(state: Jurisdiction, signal: EscalationSignal, cause: Cause) -> Iterable[Event]:
    escalation = state.escalations.by_id.get(signal.escalation_id)
    if escalation is None:
        return refuse(units.NO_SUCH_ESCALATION, field="escalation_id", value=signal.escalation_id)
    ladder = _ladder(state, escalation)
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
    return _pause(escalation, signal, ladder, cause)


def _pause(
    escalation: Escalation, signal: AcknowledgeEscalation, ladder: Ladder, cause: Cause
) -> tuple[Event, ...]:
    if escalation.paused_by == signal.actor_id:
        return ()
    return (
        EscalationPaused(
            escalation_id=escalation.escalation_id,
            by=signal.actor_id,
            resume_at=cause.at + ladder.acknowledge_timeout_s * 1_000,
        ),
    )


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    if not isinstance(event, EscalationStarted):
        return ()
    escalation = state.escalations.by_id[event.escalation_id]
    return _take(state, escalation, 0, 0, cause)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    escalation = state.escalations.by_id[id_]
    if _settled(state, escalation):
        return (EscalationStopped(escalation_id=id_, reason=reasons.PLACE_FILLED),)
    facts: list[Event] = []
    if escalation.paused_by is not None:
        facts.append(EscalationResumed(escalation_id=id_))
    facts.extend(_take(state, escalation, escalation.step + 1, escalation.loop, cause))
    return facts


def _settled(state: Jurisdiction, escalation: Escalation) -> bool:
    """Whether what an assignment's escalation was about no longer matters."""
    assignment = state.assignments.by_id.get(escalation.about)
    if assignment is None:
        return escalation.about.startswith("asg_")
    if assignment.status in _WAITING:
        return False
    unit = state.units.by_id.get(assignment.unit_id)
    if unit is None or unit.stage is not Stage.FORMED:
        return True
    if escalation.ladder == "arrival":
        return assignment.ended_at is not None or assignment.on_scene_at is not None
    return not unit.missing and not any(
        state.assignments.by_id[it].status in _WAITING for it in unit.people.values()
    )


class _Reached(NamedTuple):
    """Who a step reaches: people by id, or (with none) the desk of that role."""

    targets: tuple[str, ...]


def _ladder(state: Jurisdiction, escalation: Escalation) -> Ladder:
    ladders = state.policy.ladders
    return ladders.get(escalation.ladder) or ladders[min(ladders)]


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
    ladder, facts = _ladder(state, escalation), list[Event]()
    while True:
        if step >= len(ladder.steps):
            if loop >= ladder.repeat or len(facts) >= len(ladder.steps):
                return (*facts, *_exhausted(escalation, cause))
            step, loop = ladder.repeat_from, loop + 1
        rung = ladder.steps[step]
        reached = _resolve(state, escalation, rung)
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


def _exhausted(escalation: Escalation, cause: Cause) -> tuple[Event, ...]:
    return (
        EscalationExhausted(escalation_id=escalation.escalation_id),
        notify(
            cause,
            NoticeKind.EXHAUSTED,
            Recipient.COMMANDER,
            notices.nobody_took_it_on(escalation.text),
            about=escalation.about,
        ),
    )


def _resolve(state: Jurisdiction, escalation: Escalation, rung: LadderStep) -> _Reached | None:
    """Return whom a step reaches now, None for nobody; asked once, when the step is taken."""
    assignment = state.assignments.by_id.get(escalation.about)
    if rung.action in ("remind", "next_candidate"):
        if assignment is None or assignment.status not in _WAITING:
            return None
        return _Reached((assignment.member_id,))
    if rung.action == "call_aid" or rung.recipient is Recipient.NEIGHBOUR:
        neighbours = state.policy.aid.neighbours
        return _Reached(neighbours) if neighbours else None
    if rung.recipient in _DESKS:
        return _Reached(())
    captains = _captains(state, escalation, assignment)
    return _Reached(captains) if captains else None


def reached(state: Jurisdiction, escalation: Escalation) -> frozenset[str]:
    """Return the people whom the steps taken so far reach now; desks have their roles."""
    ladder = _ladder(state, escalation)
    every = len(ladder.steps) if escalation.loop else escalation.step + 1
    steps = (_resolve(state, escalation, it) for it in ladder.steps[:every])
    return frozenset(who for it in steps if it is not None for who in it.targets)


def incident_of(state: Jurisdiction, escalation: Escalation) -> str | None:
    """Return the incident that what is escalated is part of, None for none."""
    about = escalation.about
    if about in state.incidents.by_id:
        return about
    assignment = (
        state.assignments.by_id.get(about)
        or state.units.by_id.get(about)
        or state.command.roll_calls.get(about)
        or state.command.help_calls.get(about)
        or state.safety.tickets.get(about)
    )
    return None if assignment is None else assignment.incident_id


def _captains(
    state: Jurisdiction, escalation: Escalation, assignment: Assignment | None
) -> tuple[str, ...]:
    if assignment is not None:
        people = [assignment.member_id]
    else:
        unit = state.units.by_id.get(escalation.about)
        people = [] if unit is None else sorted(unit.people)
        operation_id = state.operations.guarding.get(escalation.about)
        if operation_id is not None:
            watch = state.operations.by_id[operation_id].sites[escalation.about]
            people = [it for guard in watch.guards for it in guard.post.member_ids]
    found = set()
    for member_id in people:
        member = state.roster.members.get(member_id)
        captain = None if member is None else state.roster.captains.get(member.person.team_id)
        if captain is not None and captain != member_id:
            found.add(captain)
    return tuple(sorted(found)[:MEMBERS_MAX])


def _do(
    state: Jurisdiction, escalation: Escalation, rung: LadderStep, reached: _Reached, cause: Cause
) -> Iterable[Event]:
    if rung.action == "next_candidate":
        return (AssignmentExpired(assignment_id=escalation.about),)
    facts: list[Event] = []
    if rung.action == "call_aid":
        facts.extend(_ask_neighbour(state, escalation, reached.targets[0], cause))
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
    reacts_to=frozenset({EscalationStarted}),
    react=react,
    timers=frozenset({"escalation"}),
    due=due,
)
