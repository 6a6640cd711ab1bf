"""Who may answer for a step of a ticket: really that person, with the right, and no two in one."""

from coordinator.domain.member_rights import commands, is_there, nobody_is_there
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from schemas.events.envelope import Event
from schemas.safety_rules import TicketRules
from schemas.said import Said
from schemas.sentences import rights, work
from schemas.signals.envelope import Signal
from schemas.signals.ticket import DraftTicket
from schemas.vocabulary import Role, TicketRole


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


def answers_for_all(state: Jurisdiction, ticket: Ticket, name: str) -> bool:
    """Whether a person may say for a ticket what its leader says: its leader, while there.

    Where the leader has left, whoever is there of the unit, or who commands; where nobody is left,
    whoever is at the desk.
    """
    if is_there(state, ticket.work_leader, ticket):
        return name == ticket.work_leader
    if nobody_is_there(state, ticket):
        return True
    return is_there(state, name, ticket) or commands(state, name, ticket.incident_id)
