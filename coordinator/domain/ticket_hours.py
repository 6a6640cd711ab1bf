"""The hours of a ticket that belongs to planned work: none of its steps is taken outside them."""

from collections.abc import Iterable

from coordinator.domain.at_work import begun
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from schemas.events.envelope import Event
from schemas.events.ticket import TicketCancelled
from schemas.sentences import planned, reasons


def outside(state: Jurisdiction, ticket: Ticket, at: int) -> tuple[Event, ...]:
    """Refuse a step before the hours of the planned work, or once it is no longer planned.

    Args:
        state: what is so.
        ticket: of which planned work, if of any.
        at: when the step would be taken, in milliseconds since 1970, UTC.
    """
    if ticket.work_id is None:
        return ()
    work = state.planned_works.by_id.get(ticket.work_id)
    if work is None:
        return refuse(planned.NO_SUCH_PLANNED_WORK, field="work_id", value=ticket.work_id)
    if at < work.starts_at:
        return refuse(planned.BEFORE_ITS_HOURS, field="work_id", value=ticket.work_id)
    return ()


def over(state: Jurisdiction, work_id: str) -> Iterable[Event]:
    """Planned work is over or was dropped: what was only on paper for it is not used."""
    for ticket_id, ticket in sorted(state.safety.tickets.items()):
        if ticket.work_id == work_id and not begun(ticket):
            yield TicketCancelled(
                ticket_id=ticket_id,
                incident_id=ticket.incident_id,
                task_id=ticket.task_id,
                reason=reasons.PLANNED_WORK_OVER,
            )
