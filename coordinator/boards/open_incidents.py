"""What is broken now, how bad, who is coming, and which promise runs out first?"""

from collections.abc import Collection
from typing import Any, Final

from coordinator.boards import touches
from coordinator.boards.board import Board
from coordinator.boards.ports import Row
from coordinator.domain.at_work import at_work_here
from coordinator.domain.attended import left_alone
from coordinator.domain.incident.alerted import alert_in_force
from coordinator.domain.incident.call_back import answer_of, not_called_back
from coordinator.domain.planned_work.reported_in import lies_in
from coordinator.domain.state.incidents import ENDED, Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.alert import AlertEnded, AlertUpdated, ReadinessChanged
from schemas.events.envelope import Event
from schemas.vocabulary import NoticeKind

_OF_ALERTS: Final = (AlertUpdated, AlertEnded, ReadinessChanged)


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> Collection[str]:
    if isinstance(event, _OF_ALERTS):
        return tuple(after.incidents.by_id)
    if (alarm := touches.alarm(event, before, after)) is not None:
        if alarm.cause is not NoticeKind.LEFT_ALONE or alarm.incident_id is None:
            return ()
        return (alarm.incident_id,)
    if touches.works(event):
        return _on_circuits_of(event, before, after)
    return touches.incidents(event, before, after) | touches.worked_at(event, before, after)


def _on_circuits_of(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    """Return the incidents on the circuit of planned work, and those a fact names beside it."""
    found = set(touches.incidents(event, before, after) | touches.worked_at(event, before, after))
    held = (
        it.planned_works.by_id.get(id_) for it in (before, after) for id_ in touches.works(event)
    )
    on = {it.circuit for it in held if it is not None}
    for id_, incident in after.incidents.by_id.items() if on else ():
        named = (incident.circuit, *(it.circuit for it in incident.sightings.values()))
        if not on.isdisjoint(named):
            found.add(id_)
    return found


def row(state: Jurisdiction, key: str) -> Row | None:
    incident = state.incidents.by_id.get(key)
    if incident is None or incident.phase in ENDED:
        return None
    return {
        "incident_id": key,
        "realm": state.realm,
        "kind": incident.kind,
        "grade": incident.grade,
        "warning": alert_in_force(state, incident),
        "response": incident.response,
        "accident": incident.accident,
        "urgency": incident.urgency,
        "injury_risk": bool(incident.account.injury_risk),
        "priority": max(incident.priority, incident.raised),
        "phase": incident.phase,
        # Its unit stood down, supply is not back, and nobody else sees to it.
        "left_alone": left_alone(state, incident),
        # It is not over, and cannot be closed or merged, while people are on the line.
        "at_work": bool(at_work_here(state, key)),
        "ready_to_energise_at": incident.ready_to_energise_at,
        "lon": incident.place.lon,
        "lat": incident.place.lat,
        "area_class": incident.area_class,
        "circuit": incident.circuit,
        # Two of one kind are told apart by where they are; their numbers say it where nobody did.
        "address": None if incident.circuit else incident.account.address,
        "customers_out": incident.extent.customers_out,
        "cause": incident.account.cause,
        "ring_by": None if incident.call is None else incident.call.ring_by,
        "visit_at": None if incident.call is None else incident.call.visit_at,
        "crew_status": incident.account.crew_status,
        "reports": len(incident.reports),
        "owner_id": incident.owner_id,
        "opened_at": incident.opened_at,
        "started_at": incident.started_at,
        "arrived_at": incident.arrived_at,
        "call_back": answer_of(incident),
        "to_call_back": len(not_called_back(incident)),
        "call_back_overdue": incident.call_back_overdue,
        "restored_at": incident.restored_at,
        "expected_restored_at": incident.account.expected_restored_at,
        "promises": _promises(incident),
        "unit_ids": list(state.units.by_incident.get(key, ())),
        "recurrence_of": incident.recurrence_of,
        "planned_works": [it.work_id for it in lies_in(state, incident)],
    }


def _promises(incident: Incident) -> dict[str, Any]:
    return {
        name: {
            "due_at": promise.due_at,
            "met_at": promise.met_at,
            "lapsed_at": promise.lapsed_at,
            "broken": promise.broken,
            "late_ms": promise.late_ms,
            "explained": promise.explained,
        }
        for name, promise in sorted(incident.promises.items())
    }


BOARD: Final = Board(
    name="open_incidents",
    concerns=touches.concerning(
        "incident_id",
        "into",
        "recurrence_of",
        "unit_id",
        "assignment_id",
        "ticket_id",
        "escalation_id",
        "work_id",
    )
    | frozenset(_OF_ALERTS),
    touched=touched,
    row=row,
    keys=lambda state: state.incidents.by_id,
    of=("inc",),
)
