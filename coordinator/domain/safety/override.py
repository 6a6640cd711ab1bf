"""What an approver sets aside: what policy lets them, in their own name, and for a while."""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from coordinator.domain import ticket_hours as hours
from coordinator.domain.at_work import begun, people_at
from coordinator.domain.cause import Cause
from coordinator.domain.kept_ticket import changed_to, without
from coordinator.domain.leave_to_work import broken_leave
from coordinator.domain.member_rights import commands
from coordinator.domain.refusal import refuse
from coordinator.domain.safety.fatigue import evolve_override
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from coordinator.domain.state.safety import Ticket, TicketStage
from schemas.durations import MINUTE
from schemas.events.envelope import Event
from schemas.events.safety import SafetyOverridden, SafetyOverrideEnded
from schemas.sentences import rights, work
from schemas.signals.safety import OverrideSafety, WithdrawOverride
from schemas.vocabulary import Interlock, Overridable, Role

_WRONG_STAGE: Final = {
    TicketStage.DRAFTED: work.ISSUED_FIRST,
    TicketStage.FINISHED: work.WORK_IS_OVER,
}

NEVER_SET_ASIDE: Final = frozenset({Interlock.VERIFIED_DEAD, Interlock.GROUNDING})


def decide(state: Jurisdiction, signal: OverrideSafety, cause: Cause) -> Iterable[Event]:
    refused = _subject(state, signal, cause.at) or _approver(state, signal, cause)
    if refused:
        return refused
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


def withdraw(state: Jurisdiction, signal: WithdrawOverride) -> Iterable[Event]:
    """Let a step hold again at once; said twice, or of one that is not set aside, it is nothing."""
    ticket = state.safety.tickets.get(signal.ticket_id)
    if ticket is None:
        return refuse(work.NO_SUCH_TICKET, field="ticket_id", value=signal.ticket_id)
    if signal.interlock not in ticket.interlocks:
        return refuse(work.INTERLOCK_OF_THIS_TICKET, field="interlock", value=signal.interlock)
    who = signal.on_behalf_of or signal.actor_id
    chief = signal.on_behalf_of is None and signal.actor_role is Role.COMMANDER
    if not (chief or _withdraws(state, ticket, signal.interlock, who)):
        return refuse(work.OVERRIDE_WITHDRAWN_BY, field="actor_id", value=who)
    if signal.interlock not in ticket.overridden:
        return ()
    return (
        SafetyOverrideEnded(
            rule="interlock",
            ticket_id=ticket.ticket_id,
            interlock=signal.interlock,
            withdrawn_by=who,
            reason=signal.reason,
        ),
    )


def _withdraws(state: Jurisdiction, ticket: Ticket, which: Interlock, who: str) -> bool:
    """Whether somebody set a step aside, is the permit giver, or commands the incident."""
    named = who in (ticket.set_aside_by.get(which), ticket.permitter)
    return named or commands(state, who, ticket.incident_id)


def evolve(
    state: Jurisdiction, event: SafetyOverridden | SafetyOverrideEnded, at: int
) -> Jurisdiction:
    if event.interlock is None:
        return evolve_override(state, event) if isinstance(event, SafetyOverridden) else state
    ticket = state.safety.tickets.get(event.ticket_id or "")
    if ticket is None:
        return state
    name, confirmed = f"{ticket.ticket_id}/{event.interlock}", ticket.confirmed
    if isinstance(event, SafetyOverridden):
        overridden = ticket.overridden.set(event.interlock, event.valid_until)
        by = ticket.set_aside_by.set(event.interlock, event.approver)
        timers = state.timers.set("override", name, event.valid_until)
    else:
        overridden, by = ticket.overridden, ticket.set_aside_by
        if event.interlock in overridden:
            overridden, by = overridden.delete(event.interlock), by.delete(event.interlock)
        timers = state.timers.clear("override", name)
        if event.interlock is Interlock.SWITCHING and event.interlock not in confirmed:
            # What nobody holds off any more is not dead because it once was.
            confirmed = without(confirmed, *NEVER_SET_ASIDE)
    # Whoever reads that the permit is set aside goes to the line as with one.
    entered = ticket.entered or isinstance(event, SafetyOverridden)
    changed = replace(
        ticket, overridden=overridden, set_aside_by=by, entered=entered, confirmed=confirmed
    )
    return changed_to(with_timers(state, timers), ticket, changed, at)


def ended(id_: str) -> Iterable[Event]:
    """The time is over: the step has to be done now, or work stops (`ticket/stopping.py`)."""
    ticket_id, _, interlock = id_.partition("/")
    return (
        SafetyOverrideEnded(rule="interlock", ticket_id=ticket_id, interlock=Interlock(interlock)),
    )


def _subject(state: Jurisdiction, signal: OverrideSafety, at: int) -> tuple[Event, ...]:
    if signal.rule == "fatigue":
        return _own_hours(state, signal)
    ticket = state.safety.tickets.get(signal.ticket_id or "")
    if ticket is None:
        return refuse(work.NO_SUCH_TICKET, field="ticket_id", value=signal.ticket_id)
    if signal.interlock is None or signal.interlock not in ticket.interlocks:
        return refuse(work.INTERLOCK_OF_THIS_TICKET, field="interlock", value=signal.interlock)
    if signal.interlock in NEVER_SET_ASIDE:
        rule = work.never_set_aside(signal.interlock, signal.approver)
        return refuse(rule, field="interlock", value=signal.interlock)
    return _now(state, ticket, signal, at)


def _now(state: Jurisdiction, ticket: Ticket, signal: OverrideSafety, at: int) -> tuple[Event, ...]:
    """Refuse what comes too early or too late, and what its own people would approve."""
    stage = _WRONG_STAGE.get(ticket.stage)
    if stage is not None:
        return refuse(stage, field="ticket_id", value=signal.ticket_id)
    if outside := hours.outside(state, ticket, at):
        return outside
    if signal.approver in people_at(ticket):
        return refuse(work.OWN_OVERRIDE, field="approver", value=signal.approver)
    return _people(state, ticket, signal)


def _people(state: Jurisdiction, ticket: Ticket, signal: OverrideSafety) -> tuple[Event, ...]:
    """Whoever reads that a step is set aside goes to the line as with it: the same is asked of the
    people as by the permit, and nobody goes who has left.
    """
    if begun(ticket) and signal.interlock is not Interlock.PERMIT:
        return ()
    broken = broken_leave(state, ticket)
    if broken is None:
        return ()
    rule, field, value = broken
    return refuse(rule, field=field, value=value)


def _own_hours(state: Jurisdiction, signal: OverrideSafety) -> tuple[Event, ...]:
    if signal.member_id is None or signal.member_id not in state.roster.members:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="member_id", value=signal.member_id)
    if signal.approver == signal.member_id:
        return refuse(work.OWN_OVERRIDE, field="approver", value=signal.approver)
    return ()


def _approver(state: Jurisdiction, signal: OverrideSafety, cause: Cause) -> tuple[Event, ...]:
    """Refuse whoever is not the approver, may not approve this, or not for so long."""
    what = Overridable.FATIGUE
    if signal.rule != "fatigue":
        what = Overridable(signal.interlock or "")
    rule = state.policy.safety.overrides.get(what)
    if rule is None or signal.actor_role not in rule.by:
        return refuse(work.OVERRIDE_BY_POLICY, field="actor_role", value=signal.actor_role)
    if signal.approver != signal.actor_id:
        return refuse(work.APPROVES_IN_OWN_NAME, field="approver", value=signal.approver)
    if signal.valid_until <= cause.at:
        return refuse(work.OVERRIDE_IN_FUTURE, field="valid_until", value=signal.valid_until)
    if signal.valid_until > cause.at + rule.at_most_min * MINUTE:
        asked = work.override_at_most(rule.at_most_min)
        return refuse(asked, field="valid_until", value=signal.valid_until)
    return ()
