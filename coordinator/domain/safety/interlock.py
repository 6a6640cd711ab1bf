"""The interlocks of a ticket: confirmed by named people, withdrawn, set aside by an approver.

The grounding is never set aside, by nobody and for no reason: it is what keeps people alive when
all else was wrong.
"""

from collections.abc import Iterable
from typing import Final

from coordinator.domain.cause import Cause
from coordinator.domain.member_rights import is_there, speaks_for_ticket
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from schemas.events.envelope import Event
from schemas.events.safety import InterlockConfirmed, InterlockWithdrawn, SafetyOverridden
from schemas.sentences import rights, work
from schemas.signals.safety import ConfirmInterlock, OverrideSafety, WithdrawInterlock
from schemas.vocabulary import Interlock, Role

NEVER_SET_ASIDE: Final = frozenset({Interlock.GROUNDING})


def lacking(ticket: Ticket, at: int) -> Interlock | None:
    """Return the first interlock that is neither confirmed nor set aside now, None for none."""
    for asked in ticket.interlocks:
        set_aside = asked not in NEVER_SET_ASIDE and ticket.overridden.get(asked, 0) >= at
        if asked not in ticket.confirmed and not set_aside:
            return asked
    return None


def confirm(state: Jurisdiction, ticket: Ticket, signal: ConfirmInterlock) -> Iterable[Event]:
    if signal.interlock not in ticket.interlocks:
        return refuse(
            work.NO_SUCH_INTERLOCK_ASKED,
            field="interlock",
            value=signal.interlock,
        )
    if signal.interlock is Interlock.PERMIT and signal.confirmed_by == ticket.work_leader:
        return refuse(
            work.PERMIT_GIVER_NOT_LEADER,
            field="confirmed_by",
            value=signal.confirmed_by,
        )
    named = ticket.permitter or signal.confirmed_by
    if signal.interlock is Interlock.PERMIT and signal.confirmed_by != named:
        return refuse(
            rights.PERMIT_BY_WHO_IS_NAMED,
            field="confirmed_by",
            value=signal.confirmed_by,
        )
    if signal.actor_role is Role.MEMBER and signal.actor_id != signal.confirmed_by:
        return refuse(
            rights.CONFIRMS_IN_OWN_NAME,
            field="confirmed_by",
            value=signal.confirmed_by,
        )
    named_member = signal.confirmed_by in state.roster.members
    if named_member and not speaks_for_ticket(state, signal.confirmed_by, ticket, signal.interlock):
        return refuse(
            rights.for_work_there(ticket.unit_id),
            field="confirmed_by",
            value=signal.confirmed_by,
        )
    if signal.interlock in NEVER_SET_ASIDE and not is_there(state, signal.confirmed_by, ticket):
        return refuse(
            work.GROUNDING_BY_WHO_IS_THERE,
            field="confirmed_by",
            value=signal.confirmed_by,
        )
    if ticket.confirmed.get(signal.interlock) == signal.confirmed_by:
        return ()
    return (
        InterlockConfirmed(
            ticket_id=ticket.ticket_id,
            interlock=signal.interlock,
            confirmed_by=signal.confirmed_by,
            reference=signal.reference,
        ),
    )


def withdraw(ticket: Ticket, signal: WithdrawInterlock) -> Iterable[Event]:
    if signal.interlock not in ticket.confirmed:
        return ()
    return (
        InterlockWithdrawn(
            ticket_id=ticket.ticket_id, interlock=signal.interlock, reason=signal.reason
        ),
    )


def override(state: Jurisdiction, signal: OverrideSafety, cause: Cause) -> Iterable[Event]:
    if signal.valid_until <= cause.at:
        return refuse(work.OVERRIDE_IN_FUTURE, field="valid_until", value=signal.valid_until)
    broken = (
        _own_hours(state, signal)
        if signal.rule == "fatigue"
        else _not_to_be_set_aside(state, signal)
    )
    if broken:
        return broken
    return (
        SafetyOverridden(
            rule=signal.rule,
            ticket_id=signal.ticket_id,
            interlock=signal.interlock,
            member_id=signal.member_id,
            approver=signal.approver,
            reason=signal.reason,
            valid_until=signal.valid_until,
        ),
    )


def _own_hours(state: Jurisdiction, signal: OverrideSafety) -> tuple[Event, ...]:
    if signal.member_id is None or signal.member_id not in state.roster.members:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="member_id", value=signal.member_id)
    if signal.approver == signal.member_id:
        return refuse(work.OWN_OVERRIDE, field="approver", value=signal.approver)
    return ()


def _not_to_be_set_aside(state: Jurisdiction, signal: OverrideSafety) -> tuple[Event, ...]:
    ticket = state.safety.tickets.get(signal.ticket_id or "")
    if ticket is None:
        return refuse(work.NO_SUCH_TICKET, field="ticket_id", value=signal.ticket_id)
    if signal.interlock is None or signal.interlock not in ticket.interlocks:
        return refuse(work.INTERLOCK_OF_THIS_TICKET, field="interlock", value=signal.interlock)
    if signal.interlock in NEVER_SET_ASIDE:
        return refuse(
            work.grounding_never_set_aside(signal.approver),
            field="interlock",
            value=signal.interlock,
        )
    if signal.approver in (ticket.work_leader, *ticket.crew):
        return refuse(work.OWN_OVERRIDE, field="approver", value=signal.approver)
    return ()
