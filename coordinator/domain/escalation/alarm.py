"""Raising an alarm, letting it grow, and ending it with its reason: one for one cause."""

from coordinator.domain.cause import Cause
from coordinator.domain.escalation.fold import SHARED, together
from coordinator.domain.notice import notify
from coordinator.domain.state.assignments import Escalation
from coordinator.domain.state.incident_index import living
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.escalation import (
    EscalationEased,
    EscalationGrew,
    EscalationStarted,
    EscalationStopped,
)
from schemas.said import Said
from schemas.vocabulary import NoticeKind, Recipient


def start(  # noqa: PLR0913 - what is escalated, to whom and why
    state: Jurisdiction,
    cause: Cause,
    *,
    about: str,
    cause_kind: NoticeKind,
    ladder: str,
    text: Said,
    told: tuple[Recipient, ...] = (),
    at: str | None = None,
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
        at: the incident where it is, if `about` does not say it by itself.
    """
    incident_id = at or incident_about(state, about)
    escalations = state.escalations
    shared = _of_incident(state, incident_id, cause_kind) if cause_kind in SHARED else ()
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


def _of_incident(
    state: Jurisdiction, incident_id: str | None, cause_kind: NoticeKind
) -> tuple[str, ...]:
    """Return the alarms of an incident; who is missing where it was merged from is missing here."""
    incident = state.incidents.by_id.get(incident_id or "")
    parts = [incident_id or ""]
    if incident is not None and cause_kind is NoticeKind.ROLL_CALL_MISSED:
        parts += incident.absorbed
    by_incident = state.escalations.by_incident
    return tuple(id_ for part in parts for id_ in by_incident.get(part, ()))


def at_the_desk(  # noqa: PLR0913 - what is escalated, by which ladder and why
    state: Jurisdiction,
    cause: Cause,
    *,
    about: str,
    cause_kind: NoticeKind,
    ladder: str,
    text: Said,
) -> tuple[Event, ...]:
    """Tell the dispatcher at once, and let it climb from there; the arguments are those of `start`.

    Where the alarm stands already, it grows by what is new.
    """
    desk = Recipient.DISPATCHER
    return (
        notify(cause, cause_kind, desk, text, about=about),
        *start(
            state, cause, about=about, cause_kind=cause_kind, ladder=ladder, text=text, told=(desk,)
        ),
    )


def said_now(
    state: Jurisdiction, *, about: str, cause_kind: NoticeKind, texts: list[Said], reason: Said
) -> tuple[Event, ...]:
    """Let an alarm that stands say what is so now; end it for `reason` where that is nothing.

    Where there is no alarm, nothing is raised: whoever finds that something is wrong does that.
    """
    if not texts:
        return call_off(state, about=about, cause_kind=cause_kind, reason=reason)
    text = together(texts)
    standing = (state.escalations.by_id[it] for it in state.escalations.by_subject.get(about, ()))
    return tuple(
        EscalationGrew(escalation_id=it.escalation_id, about=about, text=text)
        for it in standing
        if it.cause is cause_kind and (about, text) not in it.parts
    )


def stop(state: Jurisdiction, cause: Cause, *, about: str, reason: Said) -> tuple[Event, ...]:
    """End every escalation about something; where it is about more, that part of it."""
    return tuple(
        _over(state.escalations.by_id[id_], about, reason)
        for id_ in state.escalations.by_subject.get(about, ())
    )


def call_off(
    state: Jurisdiction, *, about: str, cause_kind: NoticeKind, reason: Said
) -> tuple[Event, ...]:
    """End the escalations of one cause about something, and leave those of other causes alone."""
    return tuple(
        _over(state.escalations.by_id[id_], about, reason)
        for id_ in state.escalations.by_subject.get(about, ())
        if state.escalations.by_id[id_].cause is cause_kind
    )


def _over(escalation: Escalation, about: str, reason: Said) -> Event:
    if len(escalation.parts) > 1:
        return EscalationEased(escalation_id=escalation.escalation_id, about=about, reason=reason)
    return EscalationStopped(escalation_id=escalation.escalation_id, reason=reason)


def incident_of(state: Jurisdiction, escalation: Escalation) -> str | None:
    """Return the incident that what is escalated is part of, also by a merge; None for none."""
    id_ = escalation.incident_id or incident_about(state, escalation.about)
    now = living(state.incidents, id_)
    return id_ if now is None else now.incident_id


def incident_about(state: Jurisdiction, about: str) -> str | None:
    """Return the incident that an assignment, a unit, a call or a task is of, None for none."""
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
