"""Keeping an assignment, and the member it is of, as they have become."""

from msgspec.structs import replace

from coordinator.domain.roster.free_people import with_members
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from coordinator.domain.state.roster import Member
from coordinator.domain.state.timers import Timers


def keep(state: Jurisdiction, assignment: Assignment, timers: Timers | None = None) -> Jurisdiction:
    """Return the state with this assignment, and with these timers if any are given."""
    assignments = state.assignments
    by_id = assignments.by_id.set(assignment.assignment_id, assignment)
    if by_id is assignments.by_id:
        return state if timers is None else with_timers(state, timers)
    assignments = replace(assignments, by_id=by_id)
    return replace(state, assignments=assignments, timers=timers or state.timers)


def with_member(state: Jurisdiction, member_id: str, member: Member) -> Jurisdiction:
    roster = with_members(state.roster, {member_id: member})
    return state if roster is state.roster else replace(state, roster=roster)
