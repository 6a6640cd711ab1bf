"""The interlocks of a ticket: confirmed in their order by named people, or withdrawn.

The line is verified dead and grounded by people of the unit who are there, with their own hands.
Neither is ever set aside, by nobody and for no reason: it is what keeps people alive when all else
was wrong.
"""

from collections.abc import Iterable
from typing import Final

from coordinator.domain import ticket_hours as hours
from coordinator.domain.cause import Cause
from coordinator.domain.leave_to_work import broken_leave
from coordinator.domain.member_rights import is_there, speaks_for_ticket
from coordinator.domain.refusal import refuse
from coordinator.domain.safety.override import NEVER_SET_ASIDE
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket, TicketStage
from coordinator.domain.ticket import named
from schemas.events.envelope import Event
from schemas.events.ticket import InterlockConfirmed, InterlockWithdrawn
from schemas.sentences import rights, work
from schemas.signals.ticket import ConfirmInterlock, WithdrawInterlock
from schemas.vocabulary import Interlock, TicketRole

_FIELD: Final = "confirmed_by"


def lacking(ticket: Ticket, at: int, *, before: Interlock | None = None) -> Interlock | None:
    """Return the first interlock that is neither confirmed nor set aside at a moment (UTC ms).

    `before`: of those that come before it, and no others.
    """
    for asked in ticket.interlocks:
        if asked is before:
            return None
        set_aside = asked not in NEVER_SET_ASIDE and ticket.overridden.get(asked, 0) > at
        if asked not in ticket.confirmed and not set_aside:
            return asked
    return None


def confirm(
    state: Jurisdiction, ticket: Ticket, signal: ConfirmInterlock, cause: Cause
) -> Iterable[Event]:
    """Note that a step was done, if it is its turn and its person says so."""
    refused = (
        _its_turn(ticket, signal, cause.at)
        or hours.outside(state, ticket, cause.at)
        or named.in_own_name(state, signal, signal.confirmed_by, field=_FIELD)
        or (
            _permits(state, ticket, signal)
            if signal.interlock is Interlock.PERMIT
            else _is_at_it(state, ticket, signal)
        )
        or named.passed_on(state, signal, signal.confirmed_by)
    )
    if refused:
        return refused
    if ticket.confirmed.get(signal.interlock) == signal.confirmed_by:
        return ()
    return (
        InterlockConfirmed(
            ticket_id=ticket.ticket_id,
            interlock=signal.interlock,
            confirmed_by=signal.confirmed_by,
            reference=signal.reference,
            heard=named.how_heard(signal, signal.confirmed_by),
            happened_at=cause.happened_at,
        ),
    )


def _its_turn(ticket: Ticket, signal: ConfirmInterlock, at: int) -> tuple[Event, ...]:
    if signal.interlock not in ticket.interlocks:
        return refuse(work.NO_SUCH_INTERLOCK_ASKED, field="interlock", value=signal.interlock)
    if ticket.stage is TicketStage.DRAFTED:
        return refuse(work.ISSUED_FIRST, field="ticket_id", value=ticket.ticket_id)
    if ticket.stage is TicketStage.FINISHED:
        return refuse(work.WORK_IS_OVER, field="ticket_id", value=ticket.ticket_id)
    first = lacking(ticket, at, before=signal.interlock)
    if first is not None:
        return refuse(work.one_step_after_the_other(first), field="interlock", value=first)
    return ()


def _permits(state: Jurisdiction, ticket: Ticket, signal: ConfirmInterlock) -> tuple[Event, ...]:
    who, role = signal.confirmed_by, TicketRole.PERMITTER
    refused = named.was_named(ticket.permitter, who, role=role, field=_FIELD) or named.takes_role(
        state, ticket, role, who, field=_FIELD
    )
    if refused:
        return refused
    on_roster = who in state.roster.members
    if on_roster and not speaks_for_ticket(state, who, ticket, Interlock.PERMIT):
        return refuse(rights.for_work_there(ticket.unit_id), field=_FIELD, value=who)
    # Whoever has left since the draft is not at work there: nobody is given leave without them.
    broken = broken_leave(state, ticket)
    if broken is not None:
        rule, field, value = broken
        return refuse(rule, field=field, value=value)
    return ()


def _is_at_it(state: Jurisdiction, ticket: Ticket, signal: ConfirmInterlock) -> tuple[Event, ...]:
    """The permit giver may have had the line switched off from afar; the rest is done there."""
    who = signal.confirmed_by
    if is_there(state, who, ticket):
        return ()
    if signal.interlock in NEVER_SET_ASIDE:
        return refuse(work.GROUNDING_BY_WHO_IS_THERE, field=_FIELD, value=who)
    if who == ticket.permitter:
        return ()
    return refuse(rights.for_work_there(ticket.unit_id), field=_FIELD, value=who)


def withdraw(ticket: Ticket, signal: WithdrawInterlock) -> Iterable[Event]:
    """Take back a step: it has to be done anew before work starts or goes on."""
    if signal.interlock not in ticket.confirmed:
        return ()
    if ticket.stage is TicketStage.FINISHED:
        return refuse(work.WORK_IS_OVER, field="ticket_id", value=ticket.ticket_id)
    return (
        InterlockWithdrawn(
            ticket_id=ticket.ticket_id, interlock=signal.interlock, reason=signal.reason
        ),
    )
