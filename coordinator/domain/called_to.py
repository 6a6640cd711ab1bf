"""What a unit was called to, an incident, a task, a guard, and whether any of it goes on."""

from coordinator.domain.state.incidents import ENDED, Phase
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Unit


def goes_on(state: Jurisdiction, unit: Unit) -> bool:
    """Whether anything that a unit was called to goes on: its incident, its task, its guard.

    What was called to a site alone has no end but somebody's word.
    """
    if unit.incident_id is None and unit.task_id is None and unit.operation_id is None:
        return True
    return _incident_goes_on(state, unit) or goes_on_beside_incident(state, unit)


def _incident_goes_on(state: Jurisdiction, unit: Unit) -> bool:
    incident = state.incidents.by_id.get(unit.incident_id or "")
    if incident is None or incident.phase in ENDED:
        return False
    return incident.phase is not Phase.RESTORED or incident.temporary


def goes_on_beside_incident(state: Jurisdiction, unit: Unit) -> bool:
    return unit.task_id in state.tasks.by_id or unit.operation_id in state.operations.by_id
