"""Who is at work on a line, and who may therefore not be let go.

A ticket has begun when it is issued and the first of its steps is confirmed or set aside, the
permit: from then on people may be at the line, to verify that it is dead and to ground it. No step
that is taken back undoes that. It lives until it is ended, not only until
the work has: the permit giver has to know that all is clear. Until then nobody on it is released,
and no unit of theirs is stood down, by whatever comes in. To let a person go or to stand a unit
down is decided here and nowhere else, so that none of the many reasons for it forgets to ask.
"""

from collections.abc import Sequence

from coordinator.domain.state import incident_index
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.incidents import Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import Member
from coordinator.domain.state.safety import Ticket, TicketStage
from coordinator.domain.state.units import Unit
from schemas.events.assignment import AssignmentReleased
from schemas.events.unit import UnitStoodDown
from schemas.said import Said
from schemas.vocabulary import AssignmentStatus, Interlock, UnitRole

_BEGUN = frozenset({TicketStage.WORKING, TicketStage.STOPPED, TicketStage.FINISHED})
_MAKE_DEAD = (Interlock.SWITCHING, Interlock.VERIFIED_DEAD, Interlock.GROUNDING)
_ANSWER_FOR_IT = frozenset({UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR})
"""They stay with their unit while any of it is at work, at the ticket themselves or not."""


def begun(ticket: Ticket) -> bool:
    """Whether people may be at the line: what was only drafted leads nobody there."""
    return ticket.stage in _BEGUN or (ticket.entered and ticket.stage is TicketStage.ISSUED)


def on_line(ticket: Ticket) -> bool:
    """Whether anybody is at the line, or goes back to it for tools and earths."""
    return begun(ticket) and any(it not in ticket.cleared for it in ticket.clearances)


def warned_of_supply(
    state: Jurisdiction, incident_id: str | None, *, on: Sequence[str] = ()
) -> tuple[Ticket, ...]:
    """Return the begun tickets to which word that supply is back is news: people are at the line
    and no alarm stands, or a step holds by which it was safe, also under an alarm that stands.

    Args:
        state: what is so.
        incident_id: those of this incident, whatever its phase.
        on: and those that belong to planned work on one of these circuits.
    """
    works = state.planned_works.by_id
    planned = {id_ for id_, it in works.items() if it.circuit in on} if on else set()
    return tuple(
        it
        for it in _begun(state)
        if (incident_id is not None and it.incident_id == incident_id) or it.work_id in planned
        if _held_safe(it) or (it.supply_back_at is None and on_line(it))
    )


def _held_safe(ticket: Ticket) -> bool:
    """Whether work may go on by a step that says nothing any more once its line may be live."""
    held = {*ticket.confirmed, *ticket.overridden}
    over = ticket.stage is TicketStage.FINISHED
    return not over and not held.isdisjoint(steps_anew(ticket))


def steps_anew(ticket: Ticket) -> tuple[Interlock, ...]:
    """Return which steps of a ticket are done anew once its line may have been switched on.

    The line is isolated, verified dead and grounded again; where a ticket asks none of these, leave
    is given anew.
    """
    make_dead = tuple(it for it in _MAKE_DEAD if it in ticket.interlocks)
    return make_dead or tuple(it for it in (Interlock.PERMIT,) if it in ticket.interlocks)


def warned_by_incident(state: Jurisdiction, incident: Incident) -> tuple[Ticket, ...]:
    """Return the begun tickets to which it is news that supply is back at an incident: its own,
    those of every incident whose outage is its own, too, and those of planned work on any circuit
    that was ever named in it.
    """
    if not state.safety.tickets:
        return ()
    family = incident_index.family(state.incidents, incident)
    found = (
        *warned_of_supply(state, None, on=incident.circuits),
        *(ticket for it in family for ticket in warned_of_supply(state, it)),
    )
    return tuple({it.ticket_id: it for it in found}.values())


def warned_by_report(state: Jurisdiction, incident: Incident, key: str) -> tuple[Ticket, ...]:
    """Return the begun tickets to which it is news that one report of an incident is gone.

    With the last report of an incident, or of one that was merged into it, supply is back there;
    with the last that names a circuit, supply is back on that.

    Args:
        state: what is so, the report gone.
        incident: that had it.
        key: of the report, `source|dedup_key`.
    """
    if not state.safety.tickets:
        return ()
    if not incident.reports:
        return warned_by_incident(state, incident)
    named = {it.circuit for it in incident.sightings.values()}
    gone = tuple(it for it in incident.circuits if it not in named)
    found = list(warned_of_supply(state, None, on=gone))
    for id_ in incident.absorbed:
        part = state.incidents.by_id.get(id_)
        if (
            part is not None
            and key in part.moved
            and not any(it in incident.reports for it in part.moved)
        ):
            found += warned_by_incident(state, part)
    return tuple({it.ticket_id: it for it in found}.values())


def worked_at(it: Ticket | Unit) -> str:
    """Return the incident, or else the task, that a ticket or a unit is of; no text for none."""
    return it.incident_id or it.task_id or ""


def bodies(it: Ticket | Unit) -> tuple[str, ...]:
    """Return the incident and the task that a ticket or a unit is of: one of them, or both."""
    return tuple(one for one in (it.incident_id, it.task_id) if one is not None)


def people_at(ticket: Ticket) -> frozenset[str]:
    """Return who is at a ticket: its leader, its guardian, its crew."""
    people = {ticket.work_leader, *ticket.crew}
    return frozenset(people if ticket.guardian is None else people | {ticket.guardian})


def to_count(ticket: Ticket) -> frozenset[str]:
    """Return who has to be counted off the line by name, whatever their assignments say now: all
    at a ticket, and who gave up their part in it since they were last counted.
    """
    return people_at(ticket).union(() if ticket.people_off else ticket.formerly)


def is_bound(state: Jurisdiction, member: Member) -> bool:
    """Whether somebody is called to a unit, or left one and is still to be counted off its line:
    they are bound nowhere else, and nobody takes them off the roster.
    """
    if member.assignment_id is not None:
        return True
    # Nobody is at a line who was on no scene: few are looked for among all the tickets.
    return member.finished_at is not None and uncounted(state, member.person.member_id)


def uncounted(state: Jurisdiction, member_id: str) -> bool:
    """Whether somebody is still to be counted off a line, though they may have left it by their own
    word, hurt or ill: nobody knows yet that they are away from it.
    """
    return any(
        begun(it) and not it.people_off and member_id in to_count(it)
        for it in state.safety.tickets.values()
    )


def at_work(state: Jurisdiction, unit_id: str) -> tuple[Ticket, ...]:
    """Return the begun tickets of a unit, and those of others that its people are at."""
    unit = state.units.by_id.get(unit_id)
    people = frozenset(() if unit is None else unit.people)
    here = () if unit is None else bodies(unit)
    return tuple(
        ticket
        for ticket in _begun(state)
        if ticket.unit_id == unit_id
        or (people & to_count(ticket) and set(here) & set(bodies(ticket)))
    )


def at_work_here(state: Jurisdiction, here: str) -> tuple[Ticket, ...]:
    """Return the begun tickets of an incident or a task."""
    return tuple(ticket for ticket in _begun(state) if here in bodies(ticket))


def at_planned_work(state: Jurisdiction, work_id: str) -> tuple[Ticket, ...]:
    """Return the begun tickets that belong to a planned work."""
    return tuple(ticket for ticket in _begun(state) if ticket.work_id == work_id)


def bound_by(state: Jurisdiction, assignment: Assignment) -> tuple[Ticket, ...]:
    """Return the begun tickets for which a person has to stay; who left one is bound by it nowhere
    else.
    """
    unit = state.units.by_id.get(assignment.unit_id)
    # A deputy may have taken over; who has not come yet answers for nothing there.
    role = None if unit is None else unit.roles.get(assignment.member_id, assignment.role)
    there = assignment.status is AssignmentStatus.ON_SCENE
    answers_for = assignment.unit_id if there and role in _ANSWER_FOR_IT else None
    here = (assignment.incident_id or "",) if unit is None else bodies(unit)
    return tuple(
        ticket
        for ticket in _begun(state)
        if ticket.unit_id == answers_for
        or (assignment.member_id in to_count(ticket) and set(here) & set(bodies(ticket)))
    )


def _begun(state: Jurisdiction) -> Sequence[Ticket]:
    if not state.safety.tickets:
        return ()
    tickets = (ticket for ticket in state.safety.tickets.values() if begun(ticket))
    return sorted(tickets, key=lambda it: it.ticket_id)


def release(
    state: Jurisdiction, assignment_id: str, reason: Said
) -> tuple[AssignmentReleased, ...]:
    """Let a person go; nothing while they are bound by work that has begun."""
    assignment = state.assignments.by_id.get(assignment_id)
    if assignment is not None and bound_by(state, assignment):
        return ()
    return (AssignmentReleased(assignment_id=assignment_id, reason=reason),)


def stand_down(state: Jurisdiction, unit_id: str, reason: Said) -> tuple[UnitStoodDown, ...]:
    """Stand a unit down; nothing while any of it is at work."""
    if at_work(state, unit_id):
        return ()
    return (UnitStoodDown(unit_id=unit_id, reason=reason),)


def naming(tickets: tuple[Ticket, ...]) -> tuple[str, ...]:
    """Return what a refusal shows: which tickets keep somebody or something."""
    return tuple(it.ticket_id for it in tickets)
