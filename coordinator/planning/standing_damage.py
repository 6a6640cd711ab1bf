"""The open incidents of a jurisdiction as damage to repair, and the units as crews."""

from coordinator.domain.state.incidents import Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage
from coordinator.planning.repair_order import Crew, Damage, Damages
from schemas.durations import MINUTE
from schemas.vocabulary import AssignmentStatus


def standing_damage(state: Jurisdiction, at: int) -> Damages | None:
    """Return what is still to be repaired and by whom, None if there is nothing or nobody.

    Units that work are free when what was promised for their repair is over; incidents that a unit
    is already sent to are not given to another one.

    Args:
        state: the jurisdiction.
        at: UTC milliseconds.
    """
    served: set[str] = set()
    crews: list[Crew] = []
    for unit_id, unit in sorted(state.units.by_id.items()):
        incident = state.incidents.by_id.get(unit.incident_id or "")
        if unit.stage is not Stage.FORMED or incident is None or not unit.people:
            continue
        served.add(incident.incident_id)
        left = _repair_min(state, incident)
        if incident.arrived_at is not None:
            left = max(0, left - (at - incident.arrived_at) // MINUTE)
        else:
            left += _until_there(state, unit_id, at)
        crews.append(Crew(id=unit_id, place=unit.need.muster_point, free_in_min=left))
    waiting = [
        it
        for incident_id, it in sorted(state.incidents.by_id.items())
        if it.restored_at is None and it.closed_at is None and it.merged_into is None
        and incident_id not in served
    ]  # fmt: skip
    if not waiting or not crews:
        return None
    feeds = {it.circuit: it.incident_id for it in waiting if it.circuit and not it.device}
    return Damages(
        damages=tuple(
            Damage(
                id=it.incident_id,
                place=it.place,
                repair_min=_repair_min(state, it),
                customers=it.extent.customers_out or 0,
                critical_sites=len(state.sites.by_incident.get(it.incident_id, ())),
                after=feeds.get(it.circuit or "") if it.device else None,
            )
            for it in waiting
        ),
        crews=tuple(crews),
    )


def _repair_min(state: Jurisdiction, incident: Incident) -> int:
    promised = state.policy.promises.restoration_after_arrival_min
    return max(1, promised[incident.area_class])


def _until_there(state: Jurisdiction, unit_id: str, at: int) -> int:
    unit = state.units.by_id[unit_id]
    assignments = (state.assignments.by_id.get(it) for it in unit.people.values())
    coming = {
        it.member_id
        for it in assignments
        if it is not None and it.status is not AssignmentStatus.ON_SCENE
    }
    since_min = (at - (unit.formed_at or at)) // MINUTE
    due = [it.arrival_min - since_min for it in unit.proposal if it.member_id in coming]
    return max([0, *due])
