"""Who has left and was counted off the line since: of its people no more.

They would be asked for at every later count, and be bound by work that they are far from. Leader
and guardian hold their part until another has taken it over.
"""

from collections.abc import Iterable

from coordinator.domain.at_work import bodies, worked_at
from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from schemas.events.envelope import Event
from schemas.events.ticket import LeftTicket
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind, Recipient


def has_left(state: Jurisdiction, ticket: Ticket, member_id: str) -> bool:
    """Whether somebody is bound to no unit of what a ticket is of, on scene or on the way to it."""
    member = state.roster.members.get(member_id)
    held = state.assignments.by_id.get((member and member.assignment_id) or "")
    unit = None if held is None else state.units.by_id.get(held.unit_id)
    return unit is None or set(bodies(unit)).isdisjoint(bodies(ticket))


def with_count(state: Jurisdiction, ticket_id: str, cause: Cause) -> Iterable[Event]:
    """All were counted off the line: those of them who have left come off its list."""
    ticket = state.safety.tickets.get(ticket_id)
    if ticket is None:
        return
    for member_id in sorted(_hands(ticket)):
        if has_left(state, ticket, member_id):
            yield from off(ticket, member_id, cause)


def after_count(state: Jurisdiction, assignment_id: str, cause: Cause) -> Iterable[Event]:
    """Somebody has left who was counted off the line before."""
    held = state.assignments.by_id.get(assignment_id)
    for _, ticket in sorted(state.safety.tickets.items()):
        if held is None or not ticket.people_off or held.member_id not in _hands(ticket):
            continue
        if has_left(state, ticket, held.member_id):
            yield from off(ticket, held.member_id, cause)


def _hands(ticket: Ticket) -> set[str]:
    return {*ticket.crew} - {ticket.work_leader, ticket.guardian}


def off(ticket: Ticket, member_id: str, cause: Cause) -> Iterable[Event]:
    """Take somebody off the list, and tell them: whoever left by a slip goes back to no line."""
    id_ = ticket.ticket_id
    yield LeftTicket(ticket_id=id_, member_id=member_id)
    text = notices.taken_off_ticket(ticket.text, worked_at(ticket))
    kind, told = NoticeKind.TICKET_CHANGED, (member_id,)
    yield notify(cause, kind, Recipient.MEMBER, text, about=id_, targets=told)
