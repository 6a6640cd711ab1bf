"""What became of each incident in one run of the facts: grades, promises, who was called."""

from collections.abc import Iterable
from typing import Any

from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.assignment import AssignmentOffered
from schemas.events.envelope import Event
from schemas.events.incident import IncidentGraded, IncidentOpened, IncidentWithdrawn
from schemas.events.promise import (
    PromiseBroken,
    PromiseCorrected,
    PromiseDropped,
    PromiseKept,
    PromiseLapsed,
    PromiseMade,
)
from schemas.events.unit import UnitCalled


class Outcomes:
    """Follows the facts of one run."""

    def __init__(self, state: Jurisdiction) -> None:
        self.by_incident: dict[str, dict[str, Any]] = {}
        for id_, incident in state.incidents.by_id.items():
            row = self._row(id_)
            row["grade"] = None if incident.grade is None else incident.grade.value
            row["warning"] = incident.warning.value
            row["response"] = incident.response.value
            for name, it in incident.promises.items():
                ended = "running" if it.runs else "lapsed" if it.met_at is None else "kept"
                outcome = "broken" if it.broken else ended
                row["promises"][name] = {"due_at": it.due_at, "outcome": outcome}

    def take(self, events: Iterable[Event], at: int) -> None:  # noqa: C901 - one case for each fact
        """Note what the facts of one record, made at `at` (UTC milliseconds), say."""
        for event in events:
            match event:
                case IncidentOpened():
                    self._row(event.incident_id)["opened_at"] = at
                case IncidentGraded():
                    row = self._row(event.incident_id)
                    row["grade"] = event.grade.value
                    row["warning"] = event.warning.value
                    row["response"] = event.response.value
                case IncidentWithdrawn():
                    # It never was: nothing of it is held against a policy.
                    self.by_incident.pop(event.incident_id, None)
                case PromiseMade():
                    promises = self._row(event.incident_id)["promises"]
                    promises[event.promise] = {"due_at": event.due_at, "outcome": "running"}
                case PromiseKept():
                    self._promise(event, "kept")
                case PromiseBroken():
                    self._promise(event, "broken")
                case PromiseLapsed():
                    self._promise(event, "broken" if event.broken else "lapsed")
                case PromiseDropped():
                    self._promise(event, "dropped")
                case PromiseCorrected():
                    self._promise(event, "kept" if event.kept else "broken")
                case UnitCalled() if event.incident_id is not None:
                    wanted = sum(it.count for it in event.need.roles)
                    self._row(event.incident_id)["units"].append(wanted)
                case AssignmentOffered() if event.incident_id is not None:
                    people = self._row(event.incident_id)["people"]
                    if event.member_id not in people:
                        people.append(event.member_id)
                        people.sort()

    def _promise(
        self,
        event: PromiseKept | PromiseBroken | PromiseLapsed | PromiseDropped | PromiseCorrected,
        outcome: str,
    ) -> None:
        row = self.by_incident.get(event.incident_id)
        held = None if row is None else row["promises"].get(event.promise)
        if held is not None:
            held["outcome"] = outcome

    def _row(self, incident_id: str) -> dict[str, Any]:
        return self.by_incident.setdefault(
            incident_id,
            {
                "opened_at": None,
                "grade": None,
                "warning": None,
                "response": None,
                "promises": {},
                "units": [],
                "people": [],
            },
        )
