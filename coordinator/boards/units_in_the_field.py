"""Which units are out, where does each stand, and what do they lack?"""

from collections import Counter
from collections.abc import Collection
from typing import Any, Final

from msgspec import to_builtins

from coordinator.boards import touches
from coordinator.boards.board import Board
from coordinator.boards.ports import Row
from coordinator.domain.at_work import at_work, bound_by, people_at
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage
from coordinator.domain.unit.decide import status
from coordinator.domain.unit.vacancy import led_by
from schemas.bounds import Position
from schemas.durations import MINUTE
from schemas.events.branch import BranchDue
from schemas.events.envelope import Event
from schemas.events.roster import RosterChanged

_OTHERWISE: Final = touches.concerning("ticket_id") | {RosterChanged, BranchDue}


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> Collection[str]:
    if type(event) not in _OTHERWISE:
        return touches.units(event, before, after)
    if isinstance(event, RosterChanged):
        # A team may have moved, and with it the place its people set out from.
        return {it.unit_id for it in after.units.by_id.values() if it.people}
    found = set(touches.units(event, before, after))
    for ticket in touches.tickets(event, before, after):
        found.add(ticket.unit_id)
        for who in people_at(ticket):
            member = after.roster.members.get(who)
            held = "" if member is None else member.assignment_id or ""
            if held in after.assignments.by_id:
                found.add(after.assignments.by_id[held].unit_id)
    if isinstance(event, BranchDue):
        # Only so many may be due; the oldest gives way.
        found |= {*before.branches.due} - {*after.branches.due}
    return found


def row(state: Jurisdiction, key: str) -> Row | None:
    unit = state.units.by_id.get(key)
    if unit is None or unit.stage is Stage.STOOD_DOWN:
        return None
    people = []
    for member_id, assignment_id in sorted(unit.people.items()):
        assignment = state.assignments.by_id.get(assignment_id)
        if assignment is not None:
            people.append(
                {
                    "member_id": member_id,
                    "role": unit.roles.get(member_id, assignment.role),
                    "leads": len(unit.people) > 1 and led_by(state, unit, member_id),
                    "status": assignment.status,
                    "assignment_id": assignment_id,
                    "at_work": bool(bound_by(state, assignment)),
                    "answer_by": assignment.answer_by,
                    "arrive_by": assignment.arrive_by,
                    "arrival_min": assignment.arrival_min,
                    **_way(state, assignment),
                }
            )
    return {
        "unit_id": key,
        "realm": state.realm,
        "incident_id": unit.incident_id,
        "operation_id": unit.operation_id,
        "site_id": unit.site_id,
        "task_id": unit.task_id,
        "lon": unit.need.muster_point.lon,
        "lat": unit.need.muster_point.lat,
        "status": str(status(state, unit)),
        "priority": unit.priority,
        # Nobody at work is let go, and no unit of theirs is stood down.
        "at_work": bool(at_work(state, key)),
        "called_at": unit.called_at,
        "formed_at": unit.formed_at,
        "deadline_at": unit.need.deadline_at,
        "confirm_by": unit.confirm_by,
        "muster_point": _lon_lat(unit.need.muster_point),
        "people": people,
        "counts": dict(sorted(Counter(str(it["status"]) for it in people).items())),
        "resource_ids": list(unit.resource_ids),
        "missing": [[role, count] for role, count in unit.missing],
        "missing_resources": [[kind, count] for kind, count in unit.missing_resources],
        "leaving": list(unit.leaving),
        "branch_due": key in state.branches.due,
        "allotments": [to_builtins(it) for it in unit.proposal_allotments],
        "proposal": [to_builtins(pick) for pick in unit.proposal],
        "explanation": None if unit.explanation is None else to_builtins(unit.explanation),
    }


def _way(state: Jurisdiction, assignment: Assignment) -> dict[str, Any]:
    """Say where a member sets out from (the base of their team: a home is nobody's business here),
    when they left, and when they are to be there.
    """
    member = state.roster.members.get(assignment.member_id)
    team = None if member is None else state.roster.teams.get(member.person.team_id)
    left_at = assignment.en_route_at
    if left_at is not None and assignment.arrival_min is not None:
        expected_at = left_at + assignment.arrival_min * MINUTE
    else:
        expected_at = assignment.arrive_by
    return {
        "base": None if team is None else _lon_lat(team.base),
        "en_route_at": left_at,
        "expected_at": expected_at,
        "on_scene_at": assignment.on_scene_at,
    }


def _lon_lat(place: Position) -> list[float]:
    return [place.lon, place.lat]


BOARD: Final = Board(
    name="units_in_the_field",
    concerns=touches.concerning("unit_id", "assignment_id", "ticket_id") | {RosterChanged},
    touched=touched,
    row=row,
    keys=lambda state: state.units.by_id,
    of=("unt",),
)
