"""Calling a customer back (回访): before an incident is closed, where there is one to call."""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.incidents import Incident, SaidBack
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.durations import MINUTE
from schemas.events.envelope import Event
from schemas.events.incident import (
    CallBackOverdue,
    CustomerCalledBack,
    IncidentClosed,
    IncidentReopened,
)
from schemas.said import TEXT_MAX
from schemas.sentences import incidents, notices
from schemas.signals.incident import RecordCallBack
from schemas.vocabulary import CallBackAnswer, ClosedWith, NoticeKind, Recipient

_SAID_MAX: Final = 50
"""So many customers' last words are kept at hand; all are on the log."""
_CLOSES: dict[CallBackAnswer, ClosedWith] = {
    CallBackAnswer.SATISFIED: "satisfied",
    CallBackAnswer.NO_ANSWER: "no_answer",
}


def record(
    state: Jurisdiction, incident: Incident, signal: RecordCallBack, cause: Cause
) -> Iterable[Event]:
    """Take the answer down; who is not satisfied has the incident opened again."""
    id_, who = incident.incident_id, signal.customer_ref
    if who is not None and who not in incident.customers:
        return refuse(incidents.CUSTOMER_OF_THIS_INCIDENT, field="customer_ref", value=who)
    waiting = not_called_back(incident)
    if who is None and len(waiting or incident.customers) == 1:
        (who,) = waiting or incident.customers
    if who is None and waiting and not signal.of_all:
        rule = incidents.several_to_call_back(len(waiting))
        return refuse(rule, field="customer_ref", value=None)
    said = (who, signal.answer, signal.feedback)
    known = (not waiting and incident.call_back) if who is None else incident.answers.get(who)
    if known == signal.answer and (not signal.feedback or said == incident.last_call):
        return ()
    if who is None and incident.customers and not waiting:
        # An answer of nobody would be forgotten, and the one of before stand for it.
        rule = incidents.all_called_back(len(incident.customers))
        return refuse(rule, field="customer_ref", value=None)
    told = CustomerCalledBack(
        incident_id=id_,
        answer=signal.answer,
        customer_ref=who,
        feedback=signal.feedback,
        happened_at=cause.happened_at,
    )
    if signal.answer is not CallBackAnswer.DISSATISFIED:
        return (told,)
    reason = signal.feedback.strip()[:TEXT_MAX] or "-"
    return (told, IncidentReopened(incident_id=id_, reason=reason, cause="dissatisfied"))


def before_closing(incident: Incident) -> Iterable[Event]:
    """Refuse to close what nobody was called back about, where there is somebody to call."""
    if not_called_back(incident):
        rule, id_ = incidents.CALL_BACK_BEFORE_CLOSING, incident.incident_id
        return refuse(rule, field="incident_id", value=id_)
    return ()


def closed_with(incident: Incident) -> ClosedWith:
    """Return with which answer an incident is closed now: of several the least good."""
    if not_called_back(incident):
        return "not_called"
    answer = answer_of(incident)
    return "nobody_to_call" if answer is None else _CLOSES[answer]


def not_called_back(incident: Incident) -> tuple[str, ...]:
    """Return the customers of whom there is no answer yet, nor that they gave none."""
    return tuple(it for it in incident.customers if it not in incident.answers)


def answer_of(incident: Incident) -> CallBackAnswer | None:
    """Return the answer to all calls: the least good of those given; None before the first."""
    given = [incident.answers[it] for it in incident.customers if it in incident.answers]
    if not given:
        return incident.call_back
    return next((it for it in given if it is not CallBackAnswer.SATISFIED), given[0])


def answered(incident: Incident, event: CustomerCalledBack) -> Incident:
    """Return it with what a customer said, or all of whom there was no answer."""
    of = not_called_back(incident) if event.customer_ref is None else (event.customer_ref,)
    answers = incident.answers
    for it in of:
        answers = answers.set(it, event.answer)
    who, last = event.customer_ref, (event.customer_ref, event.answer, event.feedback)
    others = tuple(it for it in incident.said_back if it.customer != who)
    said = SaidBack(who, event.answer, event.feedback, event.happened_at)
    return replace(
        incident,
        call_back=event.answer,
        answers=answers,
        last_call=last,
        said_back=(*others[1 - _SAID_MAX :], said),
    )


def at_the_end(state: Jurisdiction, incident: Incident, cause: Cause) -> Iterable[Event]:
    """Close by the clock; where a customer was not called the desk is told first, and has again as
    long.
    """
    id_ = incident.incident_id
    waiting = not_called_back(incident)
    if not waiting or incident.call_back_overdue:
        return (IncidentClosed(incident_id=id_, answer=closed_with(incident), by_clock=True),)
    wait = state.policy.correlation.close_after_restored_min * MINUTE
    text = notices.call_back_due(id_, len(waiting))
    return (
        CallBackOverdue(incident_id=id_),
        notify(
            cause, NoticeKind.CALL_BACK_DUE, Recipient.DISPATCHER, text, about=id_, lasts_ms=wait
        ),
    )
