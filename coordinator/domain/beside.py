"""Who is beside somebody now: they hear first that one of them is hurt, or calls for help."""

from coordinator.domain.at_work import begun, people_at, to_count, worked_at
from coordinator.domain.posted import at_post, post_of
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from coordinator.domain.state.units import Unit
from schemas.events.command import HelpCalled
from schemas.vocabulary import AssignmentStatus, UnitRole


def call_out_of(state: Jurisdiction, member_id: str) -> Assignment | None:
    """Return what somebody is called to, None where they are called to nothing."""
    member = state.roster.members.get(member_id)
    return state.assignments.by_id.get((member and member.assignment_id) or "")


def line_of(state: Jurisdiction, member_id: str) -> Ticket | None:
    """Return the begun ticket whose line somebody is at, or is not counted off yet."""
    tickets = sorted(state.safety.tickets.values(), key=lambda it: it.ticket_id)
    there = (it for it in tickets if begun(it) and not it.people_off and member_id in to_count(it))
    return next(there, None)


def there_of(state: Jurisdiction, unit: Unit | None) -> frozenset[str]:
    """Return who of a unit is on scene, and who leads it, there or not."""
    if unit is None:
        return frozenset()
    held = state.assignments.by_id
    return frozenset(
        it
        for it, id_ in unit.people.items()
        if unit.roles.get(it) is UnitRole.LEADER
        or (id_ in held and held[id_].status is AssignmentStatus.ON_SCENE)
    )


def beside(state: Jurisdiction, member_id: str) -> tuple[str, ...]:
    """Return those on scene in the unit of a member, its leader, all at the ticket they are at,
    whoever leads that or watches over it, those at the post where they stand guard, and who
    commands there; not the member.
    """
    held, line = call_out_of(state, member_id), line_of(state, member_id)
    unit = None if held is None else state.units.by_id.get(held.unit_id)
    found = {*there_of(state, unit), *at_post(state, post_of(state, member_id))}
    if line is not None:
        found |= to_count(line) | people_at(line)
        found |= there_of(state, state.units.by_id.get(line.unit_id))
    here = (held and held.incident_id) or (line and line.incident_id) or ""
    post = state.command.by_incident.get(here)
    if post is not None:
        found.add(post.commander_id)
    return tuple(sorted(it for it in found - {member_id} if it in state.roster.members))


def where_of(state: Jurisdiction, call: HelpCalled) -> str | None:
    """Return the incident, or else the task or the guarded site, that a caller is at; None where
    nobody knows.
    """
    held, line = call_out_of(state, call.member_id), line_of(state, call.member_id)
    at = line or (None if held is None else state.units.by_id.get(held.unit_id))
    return call.incident_id or (at and worked_at(at)) or post_of(state, call.member_id)
