"""The alarm that supply is reported back while people are at work on the line.

Every word of it is judged by who is at the line when it comes, not by what the incident is: one
that was restored before, and is worked at again, alarms again. Whoever takes tools and earths off
is at the line. The alarm stands, and is told again and again, until the leader of the work has
counted everybody off the line, whoever acknowledged it meanwhile, and whoever says that supply is
off again.
"""

from collections.abc import Iterable

from coordinator.domain.at_work import (
    begun,
    on_line,
    to_count,
    warned_by_incident,
    warned_by_report,
    warned_of_supply,
    worked_at,
)
from coordinator.domain.beside import there_of
from coordinator.domain.cause import Cause
from coordinator.domain.command.decide import PRIORITY_OF_HELP
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.escalation.alarm import call_off
from coordinator.domain.notice import notify
from coordinator.domain.operation.touching import warned_near
from coordinator.domain.state.incident_index import report_key
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from schemas.events.envelope import Event
from schemas.events.incident import IncidentRestored, PriorityRaised, ReportWithdrawn
from schemas.events.operation import DisturbanceRecorded
from schemas.events.site import SiteSupplyChanged
from schemas.events.ticket import SupplyBackOver, SupplyBackToldAgain, SupplyReportedBack
from schemas.said import Said
from schemas.sentences import notices, reasons
from schemas.vocabulary import NoticeKind, Recipient

_KIND = NoticeKind.SUPPLY_BACK


def heard(
    state: Jurisdiction,
    event: IncidentRestored | ReportWithdrawn | SiteSupplyChanged | DisturbanceRecorded,
    cause: Cause,
) -> Iterable[Event]:
    """Alarm for each word that supply is back, by whichever way it comes."""
    match event:
        case IncidentRestored():
            incident = state.incidents.by_id[event.incident_id]
            yield from _alarm(state, warned_by_incident(state, incident), event.happened_at, cause)
        case ReportWithdrawn():
            # Nothing says any more that it is off: gone, or it never was.
            incident = state.incidents.by_id[event.incident_id]
            key = report_key(event.source, event.dedup_key)
            warned = warned_by_report(state, incident, key)
            yield from _alarm(state, warned, cause.happened_at, cause)
        case SiteSupplyChanged(supply="grid"):
            yield from _alarm(state, warned_near(state, event.site_id), event.happened_at, cause)
        case DisturbanceRecorded(disturbance="transfer", circuit=str(circuit)):
            # What feeds a site is live.
            warned = warned_of_supply(state, None, on=(circuit,))
            yield from _alarm(state, warned, event.happened_at, cause)


def _alarm(
    state: Jurisdiction, warned: tuple[Ticket, ...], happened_at: int, cause: Cause
) -> Iterable[Event]:
    """Tell those on the line, their leader, the commander and the desk, once for each ticket."""
    urgent = []
    for ticket in warned:
        people = on_line(ticket)
        yield SupplyReportedBack(
            ticket_id=ticket.ticket_id,
            incident_id=ticket.incident_id,
            task_id=ticket.task_id,
            alarm=people,
            happened_at=happened_at,
        )
        if people:
            urgent.append(ticket.incident_id)
            yield from _told(state, ticket, cause)
    for incident_id in dict.fromkeys(it for it in urgent if it is not None):
        yield PriorityRaised(
            incident_id=incident_id,
            priority=PRIORITY_OF_HELP,
            reason=reasons.PEOPLE_ON_LIVE_LINE,
        )


def tell_again(state: Jurisdiction, ticket: Ticket, cause: Cause) -> Iterable[Event]:
    """Nobody has counted them off yet: who took it on and who did not are told again."""
    yield SupplyBackToldAgain(ticket_id=ticket.ticket_id, times=ticket.told_again + 1)
    yield from _told(state, ticket, cause)


def all_clear(state: Jurisdiction, ticket_id: str) -> Iterable[Event]:
    """Everybody is off the line, by name: that, and nothing else, ends the alarm."""
    ticket = state.safety.tickets.get(ticket_id)
    return () if ticket is None else _over(state, ticket, reasons.ALL_CLEAR)


def _over(state: Jurisdiction, ticket: Ticket, reason: Said) -> Iterable[Event]:
    if ticket.supply_back_at is None:
        return
    yield SupplyBackOver(ticket_id=ticket.ticket_id, reason=reason)
    yield from call_off(state, about=ticket.ticket_id, cause_kind=_KIND, reason=reason)


def _told(state: Jurisdiction, ticket: Ticket, cause: Cause) -> Iterable[Event]:
    about, text, told = ticket.ticket_id, text_of(ticket), _people(state, ticket)
    yield notify(cause, _KIND, Recipient.MEMBER, text, about=about, targets=told)
    # The ladder's first step tells the desk; the commander is not left to its second.
    yield notify(cause, _KIND, Recipient.COMMANDER, text, about=about)
    yield from escalation.start(
        state, cause, about=about, cause_kind=_KIND, ladder="help", text=text
    )


def text_of(ticket: Ticket) -> Said:
    people = sorted(to_count(ticket))
    where, leader = worked_at(ticket), ticket.work_leader
    return notices.supply_back(ticket.text, where, len(people), people, leader)


def stands(ticket: Ticket) -> bool:
    """Whether people are at work where supply is said to be back, told or not."""
    return begun(ticket) and ticket.supply_back_at is not None


def _people(state: Jurisdiction, ticket: Ticket) -> tuple[str, ...]:
    """Return those at the ticket, the leader and all of their unit who are on scene, who issued it
    and who gave leave, and who commands the incident.
    """
    people = to_count(ticket) | there_of(state, state.units.by_id.get(ticket.unit_id))
    answer_for = (ticket.issuer, ticket.permitter)
    people |= {it for it in answer_for if it is not None and it in state.roster.members}
    command = state.command.by_incident.get(ticket.incident_id or "")
    if command is not None and command.commander_id in state.roster.members:
        people |= {command.commander_id}
    return tuple(sorted(people))
