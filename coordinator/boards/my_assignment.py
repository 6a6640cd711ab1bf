"""Where must I go, with whom, by when? The newest state, whatever order messages came in."""

from coordinator.boards import touches
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event

NAME = "my_assignment"
CONCERNS = touches.concerning("member_id", "assignment_id")


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    return touches.members(event, before, after)


def row(state: Jurisdiction, key: str) -> Row | None:
    member = state.roster.members.get(key)
    if member is None or member.assignment_id is None:
        return None
    assignment = state.assignments.by_id.get(member.assignment_id)
    if assignment is None:
        return None
    incident = state.incidents.by_id.get(assignment.incident_id or "")
    unit = state.units.by_id.get(assignment.unit_id)
    escalation = state.escalations.by_id.get(assignment.escalation_id or "")
    return {
        "assignment_id": assignment.assignment_id,
        "realm": state.realm.value,
        "member_id": key,
        "role": assignment.role.value,
        "status": assignment.status.value,
        "unit_id": assignment.unit_id,
        "with": [] if unit is None else sorted(it for it in unit.people if it != key),
        "incident_id": assignment.incident_id,
        "kind": None if incident is None else incident.kind.value,
        "grade": None if incident is None or incident.grade is None else incident.grade.value,
        "cause": None if incident is None else incident.cause,
        "muster_point": [assignment.muster_point.lon, assignment.muster_point.lat],
        "offered_at": assignment.offered_at,
        "answer_by": assignment.answer_by,
        "arrive_by": assignment.arrive_by,
        "step": None if escalation is None else escalation.attempt,
        "resource_ids": [] if unit is None else list(unit.resource_ids),
        "weather": state.safety.weather.model_dump(mode="json", exclude_defaults=True),
    }
