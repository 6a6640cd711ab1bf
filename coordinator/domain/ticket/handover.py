"""Another leader, guardian, issuer, permit giver or hand on a ticket that lives."""

from collections.abc import Iterable

from coordinator.domain.at_work import begun, worked_at
from coordinator.domain.cause import Cause
from coordinator.domain.leave_to_work import broken_guarding, fewest, kept_from_line
from coordinator.domain.member_rights import commands, is_there
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket, TicketStage
from coordinator.domain.ticket import named
from coordinator.domain.ticket.crew import lacks_certificate
from coordinator.domain.ticket.gone import has_left, off
from coordinator.domain.ticket.stopping import stopped
from schemas.events.envelope import Event
from schemas.events.ticket import TakenOffTicket, TicketHandedOver
from schemas.sentences import notices, reasons, rights, work
from schemas.signals.ticket import HandOverTicket, TakeOffTicket
from schemas.vocabulary import NoticeKind, Recipient, Role, TicketRole

_AT_THE_LINE = frozenset({TicketRole.LEADER, TicketRole.GUARDIAN, TicketRole.CREW})
_STOPS_WORK = frozenset({TicketRole.LEADER, TicketRole.GUARDIAN})
"""Without them nobody works, not for the minute in which the next one takes over either."""


def hand_over(
    state: Jurisdiction, ticket: Ticket, signal: HandOverTicket, cause: Cause
) -> Iterable[Event]:
    """Give one role on a ticket to another person, who may have it and is where it is needed."""
    was = _holder(ticket, signal.role)
    if signal.to == was or (signal.role is TicketRole.CREW and signal.to in ticket.crew):
        return ()
    refused = (
        _may_say(state, ticket, signal, signal.role)
        or _line_is_left(ticket, signal)
        or named.takes_role(state, ticket, signal.role, signal.to, field="to")
        or _is_where_needed(state, ticket, signal)
    )
    if refused:
        return refused
    facts: list[Event] = []
    if ticket.stage is TicketStage.WORKING and signal.role in _STOPS_WORK:
        # A desk may say it from afar: who is at the line hears it.
        facts.extend(stopped(ticket, "handover", reasons.HANDED_OVER, cause))
    facts.append(
        TicketHandedOver(
            ticket_id=ticket.ticket_id,
            role=signal.role,
            was=was,
            to=signal.to,
            reason=signal.reason,
            happened_at=cause.happened_at,
        )
    )
    if signal.role in _AT_THE_LINE and was and ticket.people_off and has_left(state, ticket, was):
        facts.extend(off(ticket, was, cause))
    return facts


def _holder(ticket: Ticket, role: TicketRole) -> str | None:
    return {
        TicketRole.LEADER: ticket.work_leader,
        TicketRole.GUARDIAN: ticket.guardian,
        TicketRole.ISSUER: ticket.issuer,
        TicketRole.PERMITTER: ticket.permitter,
    }.get(role)


def take_off(
    state: Jurisdiction, ticket: Ticket, signal: TakeOffTicket, cause: Cause
) -> Iterable[Event]:
    """Take somebody off the crew, who will not be at the work: as long as it is only paper.

    From the first step on people are counted off the line by name, and in no other way.
    """
    refused = _may_say(state, ticket, signal, TicketRole.CREW)
    if refused:
        return refused
    if begun(ticket):
        return refuse(work.COUNTED_OFF_NOT_TAKEN_OFF, field="ticket_id", value=ticket.ticket_id)
    if signal.member_id not in ticket.crew:
        return refuse(work.OF_THIS_CREW, field="member_id", value=signal.member_id)
    left = {it for it in ticket.crew if it != signal.member_id}
    if len(left) < fewest(state):
        return refuse(work.TWO_AT_WORK, field="member_id", value=signal.member_id)
    return (
        TakenOffTicket(
            ticket_id=ticket.ticket_id,
            member_id=signal.member_id,
            by=signal.actor_id,
            reason=signal.reason,
        ),
        notify(
            cause,
            NoticeKind.TICKET_CHANGED,
            Recipient.MEMBER,
            notices.taken_off_ticket(ticket.text, worked_at(ticket)),
            about=ticket.ticket_id,
            targets=(signal.member_id,),
        ),
    )


def _may_say(
    state: Jurisdiction, ticket: Ticket, signal: HandOverTicket | TakeOffTicket, role: TicketRole
) -> tuple[Event, ...]:
    """A desk says it for them; a member who leads it, issued it, or hands on what is theirs."""
    who = signal.actor_id
    if signal.actor_role is not Role.MEMBER or commands(state, who, ticket.incident_id):
        return ()
    own = _holder(ticket, role)
    leads = role in _AT_THE_LINE and who == ticket.work_leader
    if who in (own, ticket.issuer) or leads:
        return ()
    return refuse(rights.for_work_there(ticket.unit_id), field="actor_id", value=who)


def _line_is_left(ticket: Ticket, signal: HandOverTicket) -> tuple[Event, ...]:
    """When the work has ended nobody is sent to the line; whoever ends the ticket may change."""
    if ticket.stage is not TicketStage.FINISHED or signal.role not in _AT_THE_LINE:
        return ()
    return refuse(work.WORK_IS_OVER, field="ticket_id", value=ticket.ticket_id)


def _is_where_needed(
    state: Jurisdiction, ticket: Ticket, signal: HandOverTicket
) -> tuple[Event, ...]:
    if signal.role not in _AT_THE_LINE:
        # Whoever takes it over confirms each step in their own name.
        return ()
    if not is_there(state, signal.to, ticket):
        return refuse(work.AT_WORK_ON_SCENE, field="to", value=signal.to)
    why = kept_from_line(state, signal.to, ticket.unit_id)
    if why is not None:
        return refuse(work.kept_from_line(signal.to, why), field="to", value=signal.to)
    if elsewhere := _wanted_elsewhere(state, ticket, signal):
        return elsewhere
    # Who only guarded until now works on the line for the first time, too.
    worked = {ticket.work_leader, *ticket.crew}
    newcomer = signal.to not in worked and signal.role is not TicketRole.GUARDIAN
    skill = lacks_certificate(state, ticket.kind, signal.to) if newcomer else None
    if skill is not None:
        return refuse(work.valid_certificate(skill), field="to", value=signal.to)
    return ()


def _wanted_elsewhere(
    state: Jurisdiction, ticket: Ticket, signal: HandOverTicket
) -> tuple[Event, ...]:
    """Refuse who leads or guards another ticket, or works at one and is to guard this."""
    guards = signal.role is TicketRole.GUARDIAN
    for other in state.safety.tickets.values():
        if other.ticket_id == ticket.ticket_id:
            continue
        if signal.role is TicketRole.LEADER and other.work_leader == signal.to:
            return refuse(work.ONE_TICKET_PER_LEADER, field="to", value=signal.to)
        if guards and other.guardian == signal.to:
            return refuse(work.ONE_POINT_PER_GUARDIAN, field="to", value=signal.to)
    broken = broken_guarding(
        state,
        () if guards else (signal.to,),
        signal.to if guards else None,
        besides=ticket.ticket_id,
    )
    if broken is not None:
        return refuse(broken[0], field="to", value=signal.to)
    return ()
