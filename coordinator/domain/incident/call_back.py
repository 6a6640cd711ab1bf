"""Calling a customer back (回访): before an incident is closed, where there is one to call."""

from collections.abc import Iterable

from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.incidents import Incident
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
    if incident.customers and incident.call_back is None:
        rule, id_ = incidents.CALL_BACK_BEFORE_CLOSING, incident.incident_id
        return refuse(rule, field="incident_id", value=id_)
    return ()


def closed_with(incident: Incident) -> ClosedWith:
    """Return with which answer an incident is closed now."""
    if incident.call_back is not None:
        return _CLOSES[incident.call_back]
    return "not_called" if incident.customers else "nobody_to_call"


def at_the_end(state: Jurisdiction, incident: Incident, cause: Cause) -> Iterable[Event]:
    """Close by the clock; where a customer was not called the desk is told first, and has again as
    long.
    """
    id_ = incident.incident_id
    if not incident.customers or incident.call_back is not None or incident.call_back_overdue:
        return (IncidentClosed(incident_id=id_, answer=closed_with(incident), by_clock=True),)
    wait = state.policy.correlation.close_after_restored_min * MINUTE
    text = notices.call_back_due(id_, len(incident.customers))
    return (
        CallBackOverdue(incident_id=id_),
        notify(
            cause, NoticeKind.CALL_BACK_DUE, Recipient.DISPATCHER, text, about=id_, lasts_ms=wait
        ),
    )
