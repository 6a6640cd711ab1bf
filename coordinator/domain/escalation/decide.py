"""Escalation: a ladder of steps, taken until somebody takes it on, and never in silence.

Steps count from 0 and step 0 is taken at once; a step that resolves to nobody is skipped at once;
after the last one it repeats from where the policy says, as often as it says; being exhausted is
itself a call to a person. Semantics after GoAlert and PagerDuty, see docs/concepts.md.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from coordinator.domain.aid import decide as aid
from coordinator.domain.at_work import at_work_here
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation.fold import ONCE_PER_INCIDENT, SHARED, evolve
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.assignments import Escalation
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from schemas.bounds import MEMBERS_MAX
from schemas.catalogue import members
from schemas.events.assignment import AssignmentExpired
from schemas.events.envelope import Event
from schemas.events.escalation import (
    EscalationEased,
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
from schemas.events.incident import IncidentClosed, IncidentRestored, IncidentsMerged
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
    told: tuple[Recipient, ...] = (),
) -> tuple[Event, ...]:
    """Begin to escalate something, or let what is escalated for this cause already grow.

    There is one alarm for a cause about one thing, and for what is said once per incident one for
    all of it there; said again with the same words it is nothing new.

    Args:
        state: what is so.
        cause: what it follows from.
        about: the assignment, unit, roll call, site … that it is about.
        cause_kind: why; alarms of different causes never become one.
        ladder: the name of the policy's ladder.
        text: what is wrong with `about`.
        told: desks that the caller tells of it already.
    """
    incident_id = incident_about(state, about)
    escalations = state.escalations
    of_incident = escalations.by_incident.get(incident_id or "", ())
    shared = of_incident if cause_kind in SHARED else ()
    for id_ in (*escalations.by_subject.get(about, ()), *shared):
        known = escalations.by_id[id_]
        if known.cause is cause_kind:
            if (about, text) in known.parts:
                return ()
            return (EscalationGrew(escalation_id=id_, about=about, text=text),)
    return (
        EscalationStarted(
            escalation_id=cause.mint("esc"),
            about=about,
            cause=cause_kind,
            ladder=ladder,
            text=text,
            incident_id=incident_id,
            told=told,
        ),
    )


def stop(state: Jurisdiction, cause: Cause, *, about: str, reason: Said) -> tuple[Event, ...]:
    """End every escalation about something; where it is about more, that part of it."""
    return tuple(
        _over(state.escalations.by_id[id_], about, reason)
        for id_ in state.escalations.by_subject.get(about, ())
    )


def _over(escalation: Escalation, about: str, reason: Said) -> Event:
    if len(escalation.parts) > 1:
        return EscalationEased(escalation_id=escalation.escalation_id, about=about, reason=reason)
    return EscalationStopped(escalation_id=escalation.escalation_id, reason=reason)


def call_off(
    state: Jurisdiction, *, about: str, cause_kind: NoticeKind, reason: Said
) -> tuple[Event, ...]:
    """End the escalations of one cause about something, and leave those of other causes alone."""
    return tuple(
        _over(state.escalations.by_id[id_], about, reason)
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
    match event:
        case EscalationStarted():
            return _take(state, state.escalations.by_id[event.escalation_id], 0, 0, cause)
        case IncidentRestored() if not event.temporary:
            promise = frozenset({NoticeKind.PROMISE_BROKEN})
            return _over_with(state, event.incident_id, promise, reasons.RESTORED)
        case IncidentClosed():
            return _over_with(state, event.incident_id, ONCE_PER_INCIDENT, reasons.INCIDENT_CLOSED)
        case IncidentsMerged():
            merged = reasons.merged_into(event.into)
            return _over_with(state, event.incident_id, ONCE_PER_INCIDENT, merged)
    return ()


def _over_with(
    state: Jurisdiction, incident_id: str, kinds: frozenset[NoticeKind], reason: Said
) -> tuple[Event, ...]:
    """End the alarms of these causes at an incident that is over, unless its people are still at
    work: what they lack they lack until their work has ended, and their unit ends it.
    """
    held = bool(at_work_here(state, incident_id))
    return tuple(
        EscalationStopped(escalation_id=id_, reason=reason)
        for id_ in state.escalations.by_incident.get(incident_id, ())
        if (it := state.escalations.by_id[id_]).cause in kinds
        and (it.cause is NoticeKind.PROMISE_BROKEN or not held)
    )


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    escalation = state.escalations.by_id[id_]
    if _settled(state, escalation):
        return (EscalationStopped(escalation_id=id_, reason=reasons.PLACE_FILLED),)
    facts: list[Event] = []
    if escalation.paused_by is not None:
        facts.append(EscalationResumed(escalation_id=id_))
        if escalation.exhausted:
            return facts
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
                return (*facts, *_exhausted(ladder, escalation, cause))
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


def _exhausted(ladder: Ladder, escalation: Escalation, cause: Cause) -> tuple[Event, ...]:
    """Say that everybody was told in vain; not to a commander who was told of just this before."""
    over = EscalationExhausted(escalation_id=escalation.escalation_id)
    knows = {*escalation.told, *(it.recipient for it in ladder.steps)}
    if escalation.cause in ONCE_PER_INCIDENT and Recipient.COMMANDER in knows:
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
    captains = _captains(state, escalation)
    return _Reached(captains) if captains else None


def reached(state: Jurisdiction, escalation: Escalation) -> frozenset[str]:
    """Return the people whom the steps taken so far reach now; desks have their roles."""
    ladder = _ladder(state, escalation)
    every = len(ladder.steps) if escalation.loop else escalation.step + 1
    steps = (_resolve(state, escalation, it) for it in ladder.steps[:every])
    return frozenset(who for it in steps if it is not None for who in it.targets)


def incident_of(state: Jurisdiction, escalation: Escalation) -> str | None:
    """Return the incident that what is escalated is part of, None for none."""
    return escalation.incident_id or incident_about(state, escalation.about)


def incident_about(state: Jurisdiction, about: str) -> str | None:
    """Return the incident that an assignment, a unit, a call or a task is of, None for none."""
    if about in state.incidents.by_id:
        return about
    assignment = (
        state.assignments.by_id.get(about)
        or state.units.by_id.get(about)
        or state.command.roll_calls.get(about)
        or state.command.help_calls.get(about)
        or state.safety.tasks.get(about)
    )
    return None if assignment is None else assignment.incident_id


def _captains(state: Jurisdiction, escalation: Escalation) -> tuple[str, ...]:
    """Return the captains of whom it is about, of each part of it, without those themselves."""
    found = set()
    for member_id in (it for about, _ in escalation.parts for it in _people(state, about)):
        member = state.roster.members.get(member_id)
        captain = None if member is None else state.roster.captains.get(member.person.team_id)
        if captain is not None and captain != member_id:
            found.add(captain)
    return tuple(sorted(found)[:MEMBERS_MAX])


def _people(state: Jurisdiction, about: str) -> Iterable[str]:
    """Return whom something is about: who was called, who does not answer, who is posted there."""
    assignment = state.assignments.by_id.get(about)
    if assignment is not None:
        return (assignment.member_id,)
    unit = state.units.by_id.get(about)
    if unit is not None:
        return unanswered(state, unit) or sorted(unit.people)
    operation_id = state.operations.guarding.get(about)
    if operation_id is None:
        return ()
    watch = state.operations.by_id[operation_id].sites[about]
    return [it for guard in watch.guards for it in guard.post.member_ids]


def unanswered(state: Jurisdiction, unit: Unit) -> tuple[str, ...]:
    """Return who was called to a unit and did not answer, in the order they were called."""
    called = (state.assignments.by_id.get(it) for it in unit.offered)
    return tuple(
        it.member_id for it in called if it is not None and it.status is AssignmentStatus.EXPIRED
    )


def _do(
    state: Jurisdiction, escalation: Escalation, rung: LadderStep, reached: _Reached, cause: Cause
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
    reacts_to=frozenset({EscalationStarted, IncidentRestored, IncidentClosed, IncidentsMerged}),
    react=react,
    timers=frozenset({"escalation"}),
    due=due,
)
