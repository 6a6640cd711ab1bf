"""The end of the work: people counted off, tools out, earths removed, and then the ticket ended."""

from collections.abc import Iterable

from coordinator.domain.at_work import begun, to_count, worked_at
from coordinator.domain.cause import Cause
from coordinator.domain.command.roll_call import on_scene
from coordinator.domain.member_rights import commands, is_there, nobody_is_there
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket, TicketStage
from coordinator.domain.ticket import named
from schemas.events.envelope import Event
from schemas.events.ticket import ClearConfirmed, TicketEnded, WorkFinished, WorkStopped
from schemas.sentences import reasons, rights, work
from schemas.signals.ticket import ConfirmClear, EndTicket, FinishWork
from schemas.vocabulary import Clearance, Role, TicketRole

_FIELD = "confirmed_by"


def still_to_clear(ticket: Ticket, before: Clearance | None = None) -> Clearance | None:
    """Return the first clearance that nobody has confirmed, of those before one if that is given;
    None where all are.
    """
    for asked in ticket.clearances:
        if asked is before:
            return None
        if asked not in ticket.cleared:
            return asked
    return None


def confirm(
    state: Jurisdiction, ticket: Ticket, signal: ConfirmClear, cause: Cause
) -> Iterable[Event]:
    """Note one clearance; whoever counts people off the line has thereby stopped the work."""
    if signal.clearance in ticket.cleared:
        return ()
    refused = (
        _its_turn(ticket, signal)
        or named.in_own_name(state, signal, signal.confirmed_by, field=_FIELD)
        or _may_say(state, ticket, signal)
        or _counted(state, ticket, signal)
    )
    if refused:
        return refused
    facts: list[Event] = []
    if ticket.stage is TicketStage.WORKING:
        why = reasons.LINE_IS_CLEARED
        facts.append(WorkStopped(ticket_id=ticket.ticket_id, cause="clearing", reason=why))
    facts.append(
        ClearConfirmed(
            ticket_id=ticket.ticket_id,
            clearance=signal.clearance,
            confirmed_by=signal.confirmed_by,
            people=tuple(sorted(set(signal.people))),
            happened_at=cause.happened_at,
        )
    )
    return facts


def _its_turn(ticket: Ticket, signal: ConfirmClear) -> tuple[Event, ...]:
    if not begun(ticket):
        return refuse(work.NEVER_STARTED, field="ticket_id", value=ticket.ticket_id)
    if signal.clearance not in ticket.clearances:
        return refuse(work.NOTHING_TO_REMOVE, field="clearance", value=signal.clearance)
    first = still_to_clear(ticket, before=signal.clearance)
    if first is not None:
        return refuse(work.cleared_in_order(first), field="clearance", value=signal.clearance)
    if signal.people and signal.clearance is not Clearance.PEOPLE_OFF:
        return refuse(work.PEOPLE_COUNTED_ONCE, field="people", value=signal.people[0])
    return ()


def _may_say(state: Jurisdiction, ticket: Ticket, signal: ConfirmClear) -> tuple[Event, ...]:
    who = signal.confirmed_by
    if signal.clearance is Clearance.PEOPLE_OFF:
        if named.counts_people_off(state, ticket, signal):
            return ()
        return refuse(work.LEADER_COUNTS_PEOPLE, field=_FIELD, value=who)
    if is_there(state, who, ticket):
        return ()
    if nobody_is_there(state, ticket):
        # Earths come off by hands: whoever else is on scene goes and takes them off.
        by_hand = signal.clearance is Clearance.EARTHS_REMOVED
        if not by_hand or who in on_scene(state, worked_at(ticket)):
            return ()
    return refuse(rights.for_work_there(ticket.unit_id), field=_FIELD, value=who)


def _counted(state: Jurisdiction, ticket: Ticket, signal: ConfirmClear) -> tuple[Event, ...]:
    """Everybody at the ticket is counted by name, also who left the scene, and nobody else is.

    Whoever left hurt, or tapped that they had, may be at the line all the same.
    """
    if signal.clearance is not Clearance.PEOPLE_OFF:
        return ()
    people = to_count(ticket)
    for member_id in sorted(set(signal.people) - people):
        return refuse(work.COUNTED_OF_THIS_TICKET, field="people", value=member_id)
    for member_id in sorted(people - set(signal.people)):
        return refuse(work.still_on_line(member_id), field="people", value=member_id)
    return ()


def finish(
    state: Jurisdiction, ticket: Ticket, signal: FinishWork, cause: Cause
) -> Iterable[Event]:
    """End the work: once all is clear, by somebody who is there."""
    if not begun(ticket):
        return refuse(work.NEVER_STARTED, field="ticket_id", value=ticket.ticket_id)
    if ticket.stage is TicketStage.FINISHED:
        return ()
    said_by = signal.reported_by or signal.actor_id
    there = is_there(state, said_by, ticket) or commands(state, said_by, ticket.incident_id)
    if not (there or nobody_is_there(state, ticket)):
        return refuse(work.END_BY_WHO_IS_THERE, field="reported_by", value=said_by)
    first = still_to_clear(ticket)
    if first is not None:
        return refuse(work.all_clear_first(first), field="clearance", value=first)
    return (
        WorkFinished(
            ticket_id=ticket.ticket_id,
            incident_id=ticket.incident_id,
            task_id=ticket.task_id,
            by=said_by,
            happened_at=cause.happened_at,
        ),
    )


def end(state: Jurisdiction, ticket: Ticket, signal: EndTicket, cause: Cause) -> Iterable[Event]:
    """End the ticket: by its permit giver, or where it needed no permit by whoever answers for it.

    A permit giver who has left hands it over first.
    """
    if ticket.stage is not TicketStage.FINISHED:
        return refuse(work.WORK_ENDS_FIRST, field="ticket_id", value=ticket.ticket_id)
    who, role = signal.ended_by, TicketRole.PERMITTER
    refused = named.in_own_name(state, signal, who, field="ended_by") or named.was_named(
        ticket.permitter, who, role=role, field="ended_by"
    )
    if refused:
        return refused
    at_desk = signal.actor_role is not Role.MEMBER and who == signal.actor_id
    on_ticket = who in (ticket.permitter, ticket.issuer, ticket.work_leader)
    if not (at_desk or on_ticket):
        return refuse(work.by_who_is_named(role), field="ended_by", value=who)
    return (
        TicketEnded(
            ticket_id=ticket.ticket_id,
            incident_id=ticket.incident_id,
            task_id=ticket.task_id,
            unit_id=ticket.unit_id,
            ended_by=who,
            happened_at=cause.happened_at,
        ),
    )
