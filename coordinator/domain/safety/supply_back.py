"""The alarm that supply is reported back while people are at work on the line."""

from collections.abc import Iterable

from coordinator.domain.at_work import at_work_here, begun, people_at
from coordinator.domain.cause import Cause
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.escalation.alarm import call_off
from coordinator.domain.notice import notify
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from schemas.events.envelope import Event
from schemas.events.incident import IncidentRestored
from schemas.events.safety import SupplyReportedBack
from schemas.said import Said
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind, Recipient, UnitRole

_KIND = NoticeKind.SUPPLY_BACK


def alarm(state: Jurisdiction, event: IncidentRestored, cause: Cause) -> Iterable[Event]:
    """Tell those on the line, their leader, the commander and the desk, once for each ticket."""
    for ticket in at_work_here(state, event.incident_id):
        climbing = state.escalations.by_subject.get(ticket.ticket_id, ())
        if any(state.escalations.by_id[it].cause is _KIND for it in climbing):
            continue
        about, text, told = ticket.ticket_id, text_of(ticket), _people(state, ticket)
        yield SupplyReportedBack(
            ticket_id=about, incident_id=event.incident_id, happened_at=event.happened_at
        )
        yield notify(cause, _KIND, Recipient.MEMBER, text, about=about, targets=told)
        # The ladder's first step tells the desk; the commander is not left to its second.
        yield notify(cause, _KIND, Recipient.COMMANDER, text, about=about)
        yield from escalation.start(
            state, cause, about=about, cause_kind=_KIND, ladder="help", text=text
        )


def text_of(ticket: Ticket) -> Said:
    return notices.supply_back(len(people_at(ticket)), ticket.work_leader)


def stands(state: Jurisdiction, ticket: Ticket) -> bool:
    """Whether people are at work where supply is said to be back, told or not."""
    incident = state.incidents.by_id.get(ticket.incident_id)
    restored = incident is not None and incident.restored_at is not None
    return restored and begun(ticket) and ticket.supply_back_at is not None


def call_off_alarm(state: Jurisdiction, ticket_id: str, reason: Said) -> tuple[Event, ...]:
    return call_off(state, about=ticket_id, cause_kind=_KIND, reason=reason)


def _people(state: Jurisdiction, ticket: Ticket) -> tuple[str, ...]:
    """Return those at the ticket, the leader of their unit, and who commands the incident."""
    people = set(people_at(ticket))
    unit = state.units.by_id.get(ticket.unit_id)
    if unit is not None:
        people.update(it for it in unit.people if unit.roles.get(it) is UnitRole.LEADER)
    command = state.command.by_incident.get(ticket.incident_id)
    if command is not None and command.commander_id in state.roster.members:
        people.add(command.commander_id)
    return tuple(sorted(people))
