"""Which units are out, where does each stand, and what do they lack?"""

from collections import Counter

from coordinator.boards import touches
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage
from coordinator.domain.unit import status
from schemas.events.envelope import Event

NAME = "units_in_the_field"
CONCERNS = touches.concerning("unit_id", "assignment_id")


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    return touches.units(event, before, after)


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
                    "role": assignment.role.value,
                    "status": assignment.status.value,
                }
            )
    return {
        "unit_id": key,
        "realm": state.realm.value,
        "incident_id": unit.incident_id,
        "operation_id": unit.operation_id,
        "status": str(status(state, unit)),
        "priority": unit.priority,
        "called_at": unit.called_at,
        "formed_at": unit.formed_at,
        "deadline_at": unit.need.deadline_at,
        "confirm_by": unit.confirm_by,
        "people": people,
        "counts": dict(sorted(Counter(str(it["status"]) for it in people).items())),
        "resource_ids": list(unit.resource_ids),
        "missing": [[role, count] for role, count in unit.missing],
        "missing_resources": [[kind, count] for kind, count in unit.missing_resources],
        "proposal": [pick.model_dump(mode="json") for pick in unit.proposal],
        "explanation": None
        if unit.explanation is None
        else unit.explanation.model_dump(mode="json"),
    }
