"""The alarm that somebody is hurt or ill at a line, out with a unit or at a post: who is beside
them goes.

It stands, told again and again, until they are said to be fit, or brought away, have left their
scene, or what they were out for is over: their incident, their task, their unit where it works at
neither, or the guard of their site.
"""

from collections.abc import Iterable

from coordinator.domain.at_work import worked_at
from coordinator.domain.beside import beside, call_out_of, line_of
from coordinator.domain.called_to import goes_on_beside_incident
from coordinator.domain.cause import Cause
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.escalation.fold import named_in
from coordinator.domain.notice import notify
from coordinator.domain.posted import post_of
from coordinator.domain.state.assignments import Assignment, Escalation
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Unit
from schemas.events.assignment import AssignmentAborted, AssignmentDone, AssignmentReleased
from schemas.events.envelope import Event
from schemas.events.incident import IncidentClosed, IncidentWithdrawn
from schemas.events.operation import OperationCancelled, OperationConcluded
from schemas.events.roster import MemberBroughtAway, MemberFit, MemberUnfit
from schemas.events.task import TaskCancelled, TaskFinished
from schemas.events.unit import UnitStoodDown
from schemas.said import Said
from schemas.sentences import notices, reasons
from schemas.vocabulary import AssignmentStatus, NoticeKind, Recipient, Unfit

_KIND = NoticeKind.MEMBER_UNFIT


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:  # noqa: C901 - one case for each fact
    match event:
        case MemberUnfit():
            return _alarm(state, event, cause)
        case MemberFit():
            return _ended(state, event.member_id, reasons.FIT_AGAIN)
        case MemberBroughtAway():
            return _ended(state, event.member_id, reasons.BROUGHT_AWAY)
        case IncidentClosed() | IncidentWithdrawn():
            return _over_with_incident(state, event)
        case TaskFinished() | TaskCancelled():
            return _over_with(state, event.task_id, reasons.TASK_OVER)
        case OperationConcluded() | OperationCancelled():
            return _over_with_guard(state)
        case UnitStoodDown():
            return _over_with(state, event.unit_id, reasons.UNIT_STOOD_DOWN)
        case AssignmentAborted() | AssignmentDone() | AssignmentReleased():
            return _left(state, event.assignment_id)
    return ()


def _alarm(state: Jurisdiction, event: MemberUnfit, cause: Cause) -> Iterable[Event]:
    """Tell the member and those beside them, and alarm the desk; nothing for who is not out."""
    id_ = event.member_id
    held, line = call_out_of(state, id_), line_of(state, id_)
    if line is not None:
        text = notices.unfit_out(id_, event.why, line.task_id or line.ticket_id)
        incident_id = line.incident_id
    elif held is not None and _is_out(held, event.why):
        text = notices.unfit_out(id_, event.why, _where(state, held))
        incident_id = held.incident_id
    elif (site_id := post_of(state, id_)) is not None:
        text = notices.unfit_out(id_, event.why, site_id)
        incident_id = None
    else:
        return
    told = (*beside(state, id_), id_)
    yield notify(cause, _KIND, Recipient.MEMBER, text, about=id_, targets=told)
    yield notify(cause, _KIND, Recipient.COMMANDER, text, about=id_)
    if any(it.member_id == id_ for it in state.command.help_calls.values()):
        # Their own call for help is an alarm already, which stands until somebody has looked.
        return
    yield from escalation.start(
        state,
        cause,
        about=id_,
        cause_kind=_KIND,
        ladder="help",
        text=text,
        told=(Recipient.DISPATCHER, Recipient.COMMANDER),
        at=incident_id,
    )


def _left(state: Jurisdiction, assignment_id: str) -> Iterable[Event]:
    """End the alarm of who has left their scene after they were said to be hurt.

    Who gave up by the same word may lie there still: their alarm goes on.
    """
    held = state.assignments.by_id.get(assignment_id)
    member = None if held is None else state.roster.members.get(held.member_id)
    if held is None or member is None or member.unfit is None:
        return ()
    if member.unfit.assignment_id == assignment_id:
        return ()
    return _ended(state, held.member_id, reasons.left_scene(held.member_id))


def _over_with_incident(
    state: Jurisdiction, event: IncidentClosed | IncidentWithdrawn
) -> Iterable[Event]:
    """End the alarms of an incident that is over: whoever was there has been brought away."""
    closed = isinstance(event, IncidentClosed)
    reason = reasons.INCIDENT_CLOSED if closed else reasons.REPORTED_BY_MISTAKE
    for it in _standing(state):
        unit = _unit_of(state, it.about)
        goes_on = unit is not None and goes_on_beside_incident(state, unit)
        if escalation.incident_of(state, it) == event.incident_id and not goes_on:
            yield from _ended(state, it.about, reason)


def _over_with(state: Jurisdiction, id_: str, reason: Said) -> Iterable[Event]:
    """End the alarms at a task that is over, or of a unit that stood down; none of an incident."""
    for it in _standing(state):
        unit = _unit_of(state, it.about)
        # Where it was of an incident, too, that is over: what kept it since is so now.
        kept = unit is not None and unit.was_of and id_ in (unit.unit_id, unit.task_id)
        named = it.incident_id is None and id_ in named_in(it.text)
        if kept or named:
            yield from _ended(state, it.about, reason)


def _over_with_guard(state: Jurisdiction) -> Iterable[Event]:
    """End the alarms at posts of a guard that is over: those of a site that nobody guards now."""
    guarded = {site_id for it in state.operations.by_id.values() for site_id in it.sites}
    for it in _standing(state):
        sites = [id_ for id_ in named_in(it.text) if id_ in state.sites.by_id]
        if sites and guarded.isdisjoint(sites):
            yield from _ended(state, it.about, reasons.OPERATION_OVER)


def _standing(state: Jurisdiction) -> list[Escalation]:
    """Return the alarms that somebody is hurt or ill, in the order of their ids."""
    found = (it for it in state.escalations.by_id.values() if it.cause is _KIND)
    return sorted(found, key=lambda it: it.escalation_id)


def _unit_of(state: Jurisdiction, member_id: str) -> Unit | None:
    """Return the unit somebody is out with, or gave up their place in when they were hurt."""
    member = state.roster.members.get(member_id)
    if member is None:
        return None
    gave_up = None if member.unfit is None else member.unfit.assignment_id
    held = state.assignments.by_id.get(member.assignment_id or gave_up or "")
    return None if held is None else state.units.by_id.get(held.unit_id)


def _ended(state: Jurisdiction, member_id: str, reason: Said) -> Iterable[Event]:
    return escalation.call_off(state, about=member_id, cause_kind=_KIND, reason=reason)


def _is_out(held: Assignment, why: Unfit) -> bool:
    """Whether somebody is on scene; who is hurt, and not ill, may be so on their way as well."""
    on_way = held.status is AssignmentStatus.EN_ROUTE and why is Unfit.HURT
    return on_way or held.status is AssignmentStatus.ON_SCENE


def _where(state: Jurisdiction, held: Assignment) -> str:
    """Return the incident or the task somebody is called to, their unit where it is neither."""
    unit = state.units.by_id.get(held.unit_id)
    return (unit and worked_at(unit)) or held.incident_id or held.unit_id
