"""What a branch is set up for: a unit, an operation or a task, and who belongs to it."""

from coordinator.domain.operation.coverage import posted_ever
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage
from coordinator.domain.task.shifts import people_of
from schemas.signals.branch import RequestBranch


def body_asked_for(signal: RequestBranch) -> tuple[str, str] | None:
    """Return (field, id) of the one body a branch is asked for; None for none or several."""
    named = [
        (field, id_)
        for field in ("unit_id", "operation_id", "task_id")
        if (id_ := getattr(signal, field)) is not None
    ]
    return named[0] if len(named) == 1 else None


def people_in(state: Jurisdiction, body_id: str) -> tuple[str, ...] | None:
    """Return who belongs to a body at work now, by id; None where there is no such body."""
    unit = state.units.by_id.get(body_id)
    if unit is not None:
        return tuple(sorted(unit.people)) if unit.stage is Stage.FORMED else None
    if body_id in state.tasks.by_id:
        return tuple(sorted(people_of(state, body_id)))
    operation = state.operations.by_id.get(body_id)
    return None if operation is None else tuple(sorted(posted_ever(operation)))


def bodies_of(state: Jurisdiction, unit_id: str) -> tuple[str, ...]:
    """Return the bodies that somebody belongs to by a unit: the unit itself, and its task."""
    unit = state.units.by_id.get(unit_id)
    task_id = None if unit is None else unit.task_id
    return (unit_id,) if task_id is None else (unit_id, task_id)
