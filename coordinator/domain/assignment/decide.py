"""An assignment has its own state: offered, seen, accepted or declined, on the way, there, done.

Seen is not accepted, no answer is not a decline, an answer to what is over is kept as said and
changes nothing. Facts of crews who were offline join by event time without rewriting.
"""

from collections.abc import Iterable
from typing import Final

from coordinator.domain.assignment import alarmed, finishing, staying
from coordinator.domain.assignment.fold import evolve
from coordinator.domain.assignment.leaving import left
from coordinator.domain.assignment.take_back import take_back
from coordinator.domain.at_work import release
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.escalation.alarm import call_off
from coordinator.domain.escalation.recipients import unanswered
from coordinator.domain.refusal import refuse
from coordinator.domain.roster import unfit
from coordinator.domain.roster.eligibility import has_just_finished
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage
from schemas.catalogue import members, type_of
from schemas.durations import MINUTE
from schemas.events.assignment import (
    AnswerOverdue,
    ArrivalOverdue,
    AssignmentAborted,
    AssignmentAccepted,
    AssignmentAcknowledged,
    AssignmentDeclined,
    AssignmentDone,
    AssignmentEvent,
    AssignmentExpired,
    AssignmentOffered,
    AssignmentReleased,
    LateAnswerRecorded,
    LateFactJoined,
    MemberEnRoute,
    MemberOnScene,
    Milestone,
    TapTakenBack,
)
from schemas.events.envelope import Event
from schemas.events.unit import UnitFormed, UnitReinforced, UnitStoodDown
from schemas.sentences import notices, reasons, rights, units
from schemas.signals.assignment import (
    AbortAssignment,
    AcceptAssignment,
    AcknowledgeAssignment,
    Arrive,
    AssignmentAnswer,
    AssignmentSignal,
    CallOutsLeft,
    DeclineAssignment,
    Depart,
    FinishAssignment,
    ReleaseMember,
    TakeBackTap,
)
from schemas.signals.envelope import Signal
from schemas.vocabulary import AssignmentStatus, DeclineReason, NoticeKind, Role, Unfit

_RANK = {
    AssignmentStatus.OFFERED: 0,
    AssignmentStatus.ACKNOWLEDGED: 1,
    AssignmentStatus.ACCEPTED: 2,
    AssignmentStatus.EN_ROUTE: 3,
    AssignmentStatus.ON_SCENE: 4,
}
_UNANSWERED = frozenset({AssignmentStatus.OFFERED, AssignmentStatus.ACKNOWLEDGED})
_TELLS: Final[dict[type[Signal], tuple[int, Milestone]]] = {
    AcknowledgeAssignment: (1, "acknowledged"),
    AcceptAssignment: (2, "accepted"),
    Depart: (3, "en_route"),
    Arrive: (4, "on_scene"),
}


def decide(state: Jurisdiction, signal: AssignmentSignal, cause: Cause) -> Iterable[Event]:
    if isinstance(signal, CallOutsLeft):
        return left(state, signal, cause)
    assignment = state.assignments.by_id.get(signal.assignment_id)
    if assignment is None:
        return refuse(units.NO_SUCH_ASSIGNMENT, field="assignment_id", value=signal.assignment_id)
    if (
        signal.actor_role is not Role.MEMBER
        and not isinstance(signal, ReleaseMember)
        and signal.on_behalf_of != assignment.member_id
    ):
        return refuse(
            rights.SAY_FOR_WHOM,
            field="on_behalf_of",
            value=signal.on_behalf_of,
        )
    happened_at = cause.happened_at
    if isinstance(signal, TakeBackTap):
        return take_back(state, assignment, signal, cause)
    if assignment.status not in _RANK:
        return _too_late(assignment, signal, happened_at)
    if type(signal) in _TELLS:
        return _progress(assignment, signal, happened_at)
    kept = staying.kept_by_work(state, assignment, signal) or staying.sought(
        state, assignment, signal
    )
    return kept or _end(state, assignment, signal, cause)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    match event:
        case UnitFormed() | UnitReinforced():
            return _offers(state, event, cause)
        case UnitStoodDown():
            return _release_all(state, event)
        case AnswerOverdue():
            return _overdue(state, event.assignment_id, NoticeKind.STEP, cause)
        case ArrivalOverdue():
            return _overdue(state, event.assignment_id, NoticeKind.NOT_ARRIVED, cause)
        case TapTakenBack():
            return alarmed.again(state, event, cause)
        case AssignmentExpired():
            return _passed_on(state, event.assignment_id, cause)
        case _:
            return _heard(state, event, cause)


def _heard(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    """Whoever was reminded has answered, come or gone: the alarm about them ends with that."""
    match event:
        case AssignmentAccepted() | MemberEnRoute():
            about, kind = event.assignment_id, NoticeKind.STEP
            return (
                *call_off(state, about=about, cause_kind=kind, reason=reasons.ANSWERED),
                *_place_filled(state, about),
            )
        case MemberOnScene():
            return (
                *escalation.stop(state, cause, about=event.assignment_id, reason=reasons.ARRIVED),
                *_place_filled(state, event.assignment_id),
            )
        case AssignmentReleased():
            return escalation.stop(state, cause, about=event.assignment_id, reason=event.reason)
        case AssignmentDeclined() | AssignmentAborted():
            why = reasons.WILL_NOT_COME
            return escalation.stop(state, cause, about=event.assignment_id, reason=why)
        case AssignmentDone():
            why = reasons.ARRIVED
            return escalation.stop(state, cause, about=event.assignment_id, reason=why)
    return ()


def _passed_on(state: Jurisdiction, assignment_id: str, cause: Cause) -> Iterable[Event]:
    """Somebody else was called for who is silent, or nobody is left: their own reminding ends, and
    one alarm for the incident goes on until the place is filled.
    """
    assignment = state.assignments.by_id.get(assignment_id)
    unit = None if assignment is None else state.units.by_id.get(assignment.unit_id)
    if unit is None or unit.stage is not Stage.FORMED:
        yield from escalation.stop(state, cause, about=assignment_id, reason=reasons.PLACE_FILLED)
        return
    if unit.missing:
        # That the unit is short is an alarm of its own, and says the same and more.
        why = reasons.NOBODY_LEFT_TO_CALL
        yield from escalation.stop(state, cause, about=assignment_id, reason=why)
        yield from call_off(state, about=unit.unit_id, cause_kind=NoticeKind.UNANSWERED, reason=why)
        return
    yield from escalation.stop(state, cause, about=assignment_id, reason=reasons.ANOTHER_CALLED)
    silent = unanswered(state, unit)
    yield from escalation.start(
        state,
        cause,
        about=unit.unit_id,
        cause_kind=NoticeKind.UNANSWERED,
        ladder="unanswered",
        text=notices.unanswered(len(silent), silent),
    )


def _place_filled(state: Jurisdiction, assignment_id: str) -> tuple[Event, ...]:
    """Whoever was silent is replaced: everybody who was called to the unit has answered."""
    assignment = state.assignments.by_id.get(assignment_id)
    unit = None if assignment is None else state.units.by_id.get(assignment.unit_id)
    if unit is None or unit.missing or unit.unit_id not in state.escalations.by_subject:
        return ()
    if any(state.assignments.by_id[it].status in _UNANSWERED for it in unit.people.values()):
        return ()
    return call_off(
        state,
        about=unit.unit_id,
        cause_kind=NoticeKind.UNANSWERED,
        reason=reasons.PLACE_FILLED,
    )


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    return (
        (AnswerOverdue(assignment_id=id_),)
        if kind == "answer"
        else (ArrivalOverdue(assignment_id=id_),)
    )


def _offers(
    state: Jurisdiction, event: UnitFormed | UnitReinforced, cause: Cause
) -> Iterable[Event]:
    unit = state.units.by_id[event.unit_id]
    instead_of = event.instead_of if isinstance(event, UnitReinforced) else None
    rules = state.policy.answering
    expires_at = cause.at + rules.expires_after_min * MINUTE
    for pick in event.picks:
        arrive_by = max(unit.need.deadline_at, cause.at + pick.arrival_min * MINUTE)
        yield AssignmentOffered(
            assignment_id=cause.mint("asg"),
            unit_id=unit.unit_id,
            incident_id=unit.incident_id,
            member_id=pick.member_id,
            role=pick.role,
            muster_point=unit.need.muster_point,
            arrive_by=arrive_by,
            answer_by=cause.at + rules.answer_within_min * MINUTE,
            expires_at=max(expires_at, arrive_by),
            straight_back=_straight_back(state, pick.member_id, cause.at),
            instead_of=instead_of,
        )


def _straight_back(state: Jurisdiction, member_id: str, at: int) -> bool:
    member = state.roster.members.get(member_id)
    return member is not None and has_just_finished(state, member, at)


def _release_all(state: Jurisdiction, event: UnitStoodDown) -> Iterable[Event]:
    unit = state.units.by_id.get(event.unit_id)
    if unit is None:
        return
    for _, assignment_id in sorted(unit.people.items()):
        yield from release(state, assignment_id, event.reason)


def _overdue(
    state: Jurisdiction, assignment_id: str, kind: NoticeKind, cause: Cause
) -> tuple[Event, ...]:
    assignment = state.assignments.by_id.get(assignment_id)
    return () if assignment is None else alarmed.about_member(state, assignment, kind, cause)


def _progress(
    assignment: Assignment, signal: AssignmentAnswer, happened_at: int
) -> Iterable[Event]:
    rank, fact = _TELLS[type(signal)]
    if _RANK[assignment.status] >= rank:
        return _already(assignment, fact, happened_at)
    id_ = assignment.assignment_id
    match signal:
        case AcknowledgeAssignment():
            return (AssignmentAcknowledged(assignment_id=id_, happened_at=happened_at),)
        case AcceptAssignment():
            return (
                AssignmentAccepted(
                    assignment_id=id_, happened_at=happened_at, arrival_min=signal.arrival_min
                ),
            )
        case Depart():
            return (
                MemberEnRoute(
                    assignment_id=id_, happened_at=happened_at, arrival_min=signal.arrival_min
                ),
            )
        case _:
            return (MemberOnScene(assignment_id=id_, happened_at=happened_at),)


def _already(assignment: Assignment, fact: Milestone, happened_at: int) -> tuple[Event, ...]:
    """Phones resend, and crews who were offline tell late: new is only a time not yet known."""
    known = getattr(assignment, f"{fact}_at")
    if known is not None and known <= happened_at:
        return ()
    return (
        LateFactJoined(assignment_id=assignment.assignment_id, fact=fact, happened_at=happened_at),
    )


def _too_late(
    assignment: Assignment, signal: AssignmentAnswer, happened_at: int
) -> tuple[Event, ...]:
    ended_at = assignment.ended_at or happened_at
    tells = _TELLS.get(type(signal))
    worked = assignment.status in (
        AssignmentStatus.DONE,
        AssignmentStatus.ABORTED,
        AssignmentStatus.RELEASED,
    )
    if tells is not None and worked and happened_at < ended_at:
        return _already(assignment, tells[1], happened_at)
    if isinstance(signal, FinishAssignment) and assignment.status is AssignmentStatus.DONE:
        return ()
    if isinstance(signal, ReleaseMember):
        return ()
    return (
        LateAnswerRecorded(
            assignment_id=assignment.assignment_id,
            answer=type_of(type(signal)),
            step=signal.step,
            status=assignment.status,
            happened_at=happened_at,
        ),
    )


def _unfit(
    state: Jurisdiction, assignment: Assignment, why: Unfit | None, cause: Cause
) -> tuple[Event, ...]:
    if why is None:
        return ()
    return unfit.said(state, assignment.member_id, why, cause, with_it=assignment.assignment_id)


def _end(
    state: Jurisdiction, assignment: Assignment, signal: AssignmentAnswer, cause: Cause
) -> Iterable[Event]:
    id_, rank, happened_at = assignment.assignment_id, _RANK[assignment.status], cause.happened_at
    match signal:
        case DeclineAssignment():
            if assignment.status is AssignmentStatus.ON_SCENE:
                return refuse(units.ON_SCENE_ABORTS, field="assignment_id", value=id_)
            # Before it: whoever is ill is not among those who are called in their place.
            ill = Unfit.ILL if signal.reason is DeclineReason.ILL else None
            return (
                *_unfit(state, assignment, ill, cause),
                AssignmentDeclined(
                    assignment_id=id_,
                    happened_at=happened_at,
                    reason=signal.reason,
                    text=signal.text,
                ),
            )
        case FinishAssignment():
            return finishing.finish(state, assignment, signal, happened_at)
        case AbortAssignment():
            if rank < _RANK[AssignmentStatus.ACCEPTED]:
                return refuse(
                    units.NOT_ACCEPTED_NOT_ABORTED,
                    field="assignment_id",
                    value=id_,
                )
            return (
                *_unfit(state, assignment, signal.unfit, cause),
                AssignmentAborted(assignment_id=id_, happened_at=happened_at, reason=signal.reason),
            )
        case ReleaseMember():
            return release(state, id_, reasons.as_typed(signal.reason))
    return ()


CONCEPT: Final = Concept(
    name="assignment",
    signals=members(AssignmentSignal),
    decide=decide,
    facts=members(AssignmentEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            UnitFormed,
            UnitReinforced,
            UnitStoodDown,
            AnswerOverdue,
            ArrivalOverdue,
            AssignmentAccepted,
            AssignmentDeclined,
            AssignmentExpired,
            AssignmentReleased,
            MemberEnRoute,
            MemberOnScene,
            AssignmentDone,
            AssignmentAborted,
            TapTakenBack,
        }
    ),
    react=react,
    timers=frozenset({"answer", "arrive"}),
    due=due,
)
