"""What stops the work under a ticket at once, whoever would rather go on."""

from collections.abc import Iterable

from coordinator.domain.at_work import begun, bodies, on_line, to_count, worked_at
from coordinator.domain.cause import Cause
from coordinator.domain.leave_to_work import broken_presence
from coordinator.domain.notice import notify
from coordinator.domain.safety.weather import forbids
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket, TicketStage
from schemas.events.command import HelpCalled
from schemas.events.envelope import Event
from schemas.events.roster import MemberUnfit
from schemas.events.safety import SafetyOverrideEnded
from schemas.events.ticket import (
    InterlockWithdrawn,
    SupplyReportedBack,
    WhyStopped,
    WorkStopped,
)
from schemas.events.violation import ViolationRecorded
from schemas.said import Said
from schemas.sentences import notices, reasons
from schemas.violations import ViolationClass
from schemas.vocabulary import NoticeKind, Recipient, Unfit


def under_way(ticket: Ticket) -> bool:
    """Whether people are at the line: at work, or before it, to verify and ground."""
    before = ticket.stage is TicketStage.ISSUED and begun(ticket)
    return ticket.stage is TicketStage.WORKING or before


def stopped(ticket: Ticket, by: WhyStopped, reason: Said, cause: Cause) -> Iterable[Event]:
    """Stop the work and tell those at it; where it stands still already they are told."""
    if under_way(ticket):
        yield WorkStopped(ticket_id=ticket.ticket_id, cause=by, reason=reason)
    yield notify(
        cause,
        NoticeKind.WORK_STOPPED,
        Recipient.MEMBER,
        notices.stop_work(ticket.text, worked_at(ticket), reason),
        about=ticket.ticket_id,
        targets=tuple(sorted(to_count(ticket))),
    )


def for_weather(state: Jurisdiction, cause: Cause) -> Iterable[Event]:
    for ticket in _working(state):
        forbidden = forbids(state, ticket.kind)
        if forbidden is not None:
            yield from stopped(ticket, "weather", forbidden, cause)


def for_policy(state: Jurisdiction, cause: Cause) -> Iterable[Event]:
    """Work goes on by the rules in force only: the weather that stands, and a crew of enough."""
    for ticket in _working(state):
        forbidden = forbids(state, ticket.kind)
        if forbidden is not None:
            yield from stopped(ticket, "weather", forbidden, cause)
        elif broken_presence(state, ticket) is not None:
            yield from stopped(ticket, "crew", reasons.TOO_FEW_LEFT, cause)


def for_interlock(
    state: Jurisdiction, event: InterlockWithdrawn | SafetyOverrideEnded, cause: Cause
) -> Iterable[Event]:
    """A step was taken back, or is set aside no longer and was never done.

    Work that stands still has people at the line, too: they hear of it until all is clear.
    """
    ticket = state.safety.tickets.get(event.ticket_id or "")
    if ticket is None or event.interlock is None or not on_line(ticket):
        return ()
    if isinstance(event, InterlockWithdrawn):
        return stopped(ticket, "interlock", reasons.interlock_withdrawn(event.interlock), cause)
    if event.interlock in ticket.confirmed:
        return ()
    why = reasons.override_ended if event.withdrawn_by is None else reasons.override_withdrawn
    return stopped(ticket, "override", why(event.interlock), cause)


def for_help(state: Jurisdiction, event: HelpCalled, cause: Cause) -> Iterable[Event]:
    """Whoever works where somebody needs help stops."""
    here = event.incident_id or _task_of(state, event.member_id)
    for ticket in _working(state):
        if here in bodies(ticket) or event.member_id in to_count(ticket):
            yield from stopped(ticket, "help", notices.needs_help(event.member_id), cause)


def for_hurt(state: Jurisdiction, event: MemberUnfit, cause: Cause) -> Iterable[Event]:
    """Where somebody at a line is hurt the work stops: those beside them look after them."""
    id_ = event.member_id
    for ticket in _working(state):
        if event.why is Unfit.HURT and id_ in to_count(ticket):
            yield from stopped(ticket, "help", reasons.hurt_there(id_, event.why), cause)


def for_violation(state: Jurisdiction, event: ViolationRecorded, cause: Cause) -> Iterable[Event]:
    ticket = _at(state, event.ticket_id)
    if ticket is None or event.grade is ViolationClass.GENERAL:
        return ()
    return stopped(ticket, "violation", reasons.as_typed(event.clause), cause)


def for_supply(state: Jurisdiction, event: SupplyReportedBack, cause: Cause) -> Iterable[Event]:
    """Those at it have the alarm itself; one more notice would only be in its way."""
    ticket = _at(state, event.ticket_id)
    if ticket is None:
        return ()
    why = reasons.SUPPLY_SAID_BACK
    return (WorkStopped(ticket_id=ticket.ticket_id, cause="supply_back", reason=why),)


def for_who_left(state: Jurisdiction, assignment_id: str, cause: Cause) -> Iterable[Event]:
    """A ticket without its leader, its guardian or enough people does not go on."""
    assignment = state.assignments.by_id.get(assignment_id)
    member_id = "" if assignment is None else assignment.member_id
    for ticket in _working(state):
        if member_id in (ticket.work_leader, ticket.guardian):
            yield from stopped(ticket, "crew", reasons.left_scene(member_id), cause)
        elif member_id in ticket.crew and broken_presence(state, ticket) is not None:
            yield from stopped(ticket, "crew", reasons.TOO_FEW_LEFT, cause)


def _task_of(state: Jurisdiction, member_id: str) -> str | None:
    """Return the task that somebody is called to, None where they are called to none."""
    member = state.roster.members.get(member_id)
    held = None if member is None else state.assignments.by_id.get(member.assignment_id or "")
    unit = None if held is None else state.units.by_id.get(held.unit_id)
    return None if unit is None else unit.task_id


def _at(state: Jurisdiction, ticket_id: str | None) -> Ticket | None:
    ticket = state.safety.tickets.get(ticket_id or "")
    return ticket if ticket is not None and under_way(ticket) else None


def _working(state: Jurisdiction) -> list[Ticket]:
    tickets = (it for it in state.safety.tickets.values() if under_way(it))
    return sorted(tickets, key=lambda it: it.ticket_id)
