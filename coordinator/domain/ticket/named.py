"""Who may answer for a step of a ticket: really that person, with the right, and no two in one."""

from typing import Final

from coordinator.domain.at_work import people_at
from coordinator.domain.member_rights import is_there
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from schemas.events.envelope import Event
from schemas.safety_rules import TicketRules
from schemas.said import Said
from schemas.sentences import rights, work
from schemas.signals.envelope import Signal
from schemas.signals.ticket import ConfirmClear, ConfirmInterlock, DraftTicket, IssueTicket
from schemas.vocabulary import Heard, Role, TicketRole, UnitRole

_ANSWERS: Final = frozenset({UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR})


def in_own_name(
    state: Jurisdiction, signal: Signal, named: str, *, field: str
) -> tuple[Event, ...]:
    """Refuse a name that nobody stands behind.

    A member speaks for themself. A desk speaks for itself, by the name it has shown at the door, or
    reports the word of somebody on the roster; both names are on record then.
    """
    if signal.actor_id == named:
        return ()
    if signal.actor_role is Role.MEMBER:
        return refuse(rights.CONFIRMS_IN_OWN_NAME, field=field, value=named)
    if named not in state.roster.members:
        return refuse(rights.NAMES_WHO_IS_KNOWN, field=field, value=named)
    return ()


def passed_on(
    state: Jurisdiction, signal: IssueTicket | ConfirmInterlock, named: str
) -> tuple[Event, ...]:
    """Refuse a step before work that a desk passes on for somebody without saying how it heard it.

    One token could carry a ticket alone otherwise, in the names of all who answer for it, and
    nothing on the record would tell that from a night on which each of them called in.
    """
    if signal.actor_id == named:
        return ()
    if signal.heard is None:
        return refuse(rights.SAYS_HOW_IT_WAS_HEARD, field="heard", value=None)
    if signal.heard not in state.policy.safety.tickets.heard:
        return refuse(rights.NOT_PASSED_ON_SO, field="heard", value=signal.heard)
    return ()


def how_heard(signal: IssueTicket | ConfirmInterlock, named: str) -> Heard | None:
    """Return how a desk heard what it passes on; None for who speaks for themself."""
    return None if signal.actor_id == named else signal.heard


def holders(ticket: Ticket | DraftTicket) -> dict[TicketRole, tuple[str, ...]]:
    """Return who answers for what on a ticket, by role; a role that nobody has is left out."""
    held = {
        TicketRole.ISSUER: (ticket.issuer,),
        TicketRole.PERMITTER: (ticket.permitter,),
        TicketRole.LEADER: (ticket.work_leader,),
        TicketRole.GUARDIAN: (ticket.guardian,),
        # A leader may lend a hand where the crew is small; in its other roles nobody may.
        TicketRole.CREW: tuple(it for it in ticket.crew if it != ticket.work_leader),
    }
    return {
        role: tuple(it for it in names if it is not None)
        for role, names in held.items()
        if any(names)
    }


def broken_right(
    rules: TicketRules, held: dict[TicketRole, tuple[str, ...]], role: TicketRole, name: str
) -> Said | None:
    """Return why somebody may not have a role on a ticket, None if they may.

    Args:
        rules: the policy's: published lists, and roles that are never one person.
        held: who has which role on the ticket now.
        role: the one that is taken.
        name: by whom.
    """
    listed = rules.named.get(role, ())
    if listed and name not in listed:
        return work.on_published_list(role)
    for one, other in rules.apart:
        if role not in (one, other):
            continue
        beside = other if role is one else one
        if beside is not role and name in held.get(beside, ()):
            return work.roles_apart(role, beside)
    return None


def takes_role(
    state: Jurisdiction, ticket: Ticket, role: TicketRole, name: str, *, field: str
) -> tuple[Event, ...]:
    """Refuse who may not have a role on a ticket."""
    broken = broken_right(state.policy.safety.tickets, holders(ticket), role, name)
    return () if broken is None else refuse(broken, field=field, value=name)


def was_named(named: str | None, name: str, *, role: TicketRole, field: str) -> tuple[Event, ...]:
    """Refuse anybody but who is named on the ticket, where somebody is."""
    if named is None or named == name:
        return ()
    return refuse(work.by_who_is_named(role), field=field, value=name)


def may_count(state: Jurisdiction, ticket: Ticket) -> frozenset[str]:
    """Return who of those on scene may count the people off the line: the leader of the work.

    Where the leader has left: whoever is at the ticket, or answers for the unit. Who only stands by
    has not seen who went to the line.
    """
    if is_there(state, ticket.work_leader, ticket):
        return frozenset({ticket.work_leader})
    unit = state.units.by_id.get(ticket.unit_id)
    answers = () if unit is None else (it for it in unit.people if unit.roles.get(it) in _ANSWERS)
    return frozenset(it for it in {*people_at(ticket), *answers} if is_there(state, it, ticket))


def may_count_off(state: Jurisdiction, ticket: Ticket) -> frozenset[str]:
    """Return who may say by their own name that all are off the line: those on scene who may count
    (`may_count`), and who commands the incident where the leader of the work has left.
    """
    there = may_count(state, ticket)
    post = state.command.by_incident.get(ticket.incident_id or "")
    if post is None or is_there(state, ticket.work_leader, ticket):
        return there
    return there | {post.commander_id}


def counts_people_off(state: Jurisdiction, ticket: Ticket, signal: ConfirmClear) -> bool:
    """Whether somebody may say that all are off the line.

    Beside who may count on scene, who commands the incident where the leader has left. Where none
    of them is there, the desk, by its own name or by the word of who was at the ticket.
    """
    who, there = signal.confirmed_by, may_count(state, ticket)
    if who in may_count_off(state, ticket):
        return True
    if is_there(state, ticket.work_leader, ticket):
        return False
    desk = signal.actor_role is not Role.MEMBER
    return desk and not there and (who == signal.actor_id or who in people_at(ticket))
