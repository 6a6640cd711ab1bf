"""What belongs to a message beside its fact: where it is about, and what its ids are called.

Names of people are not among it: they are told on the pages only, to those who may see them.
"""

from typing import Any, Final

from coordinator.domain.escalation.alarm import incident_about
from coordinator.domain.state.incidents import Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.command import RollCallOpened
from schemas.events.envelope import Event
from schemas.events.notice import NoticeRaised
from schemas.said import ids_in
from schemas.vocabulary import NoticeKind

_PRIORITY_MAX: Final = 10_000
_FOR_LIFE: Final = frozenset(
    {NoticeKind.HELP_CALLED, NoticeKind.WORK_STOPPED, NoticeKind.SUPPLY_BACK}
)


def surroundings(state: Jurisdiction, event: Event) -> dict[str, Any]:
    """Return what the words of a message take from the state after its record.

    `circuit`, `kind` and `injury_risk` are those of the incident it is about, `came` says whether
    who is told has been on scene, `task`, `operation` and `site` what its unit was
    called to beside an incident, `utc_offset_min` what local time is there, `names` what sites,
    branches and operations are called.
    """
    assignment = state.assignments.by_id.get(str(_about(event)))
    incident = _incident_of(state, event)
    found: dict[str, Any] = {
        "came": assignment is not None and assignment.on_scene_at is not None,
        "utc_offset_min": state.policy.reporting.utc_offset_min,
    }
    if incident is not None:
        found |= {
            "circuit": incident.circuit,
            "kind": incident.kind.value,
            "injury_risk": bool(incident.account.injury_risk),
        }
    unit = None if assignment is None else state.units.by_id.get(assignment.unit_id)
    if unit is not None and unit.called_to is not None:
        called = unit.called_to
        found |= {"task": called.task, "operation": called.operation, "site": called.site}
    if isinstance(event, NoticeRaised):
        found["names"] = {
            id_: name
            for id_ in sorted(ids_in(event.text))
            if (name := name_of(state, id_)) is not None
        }
    return found


def rank_of(state: Jurisdiction, event: Event) -> int:
    """Return which of many messages goes first: the lowest.

    Danger to life before all; then what its incident counts, by which its guarded and critical
    sites, its grade and its customers are weighed. What is about no incident goes as one of them
    does that somebody called urgent and nothing is known of.
    """
    if isinstance(event, RollCallOpened) or (
        isinstance(event, NoticeRaised) and event.kind in _FOR_LIFE
    ):
        return 0
    incident = _incident_of(state, event)
    if incident is None:
        return _PRIORITY_MAX - state.policy.grading.urgent_priority_bonus
    if incident.account.injury_risk:
        return 0
    return max(1, _PRIORITY_MAX - max(incident.priority, incident.raised))


def _incident_of(state: Jurisdiction, event: Event) -> Incident | None:
    assignment = state.assignments.by_id.get(str(_about(event)))
    if assignment is None:
        return state.incidents.by_id.get(incident_about(state, str(_about(event))) or "")
    return state.incidents.by_id.get(assignment.incident_id or "")


def name_of(state: Jurisdiction, id_: str) -> str | None:
    """Return what a site, a branch, an operation, a task, a team or planned work is called, and the
    circuit or device of an incident; None for all else.
    """
    site = state.sites.by_id.get(id_)
    if site is not None:
        return site.site.name
    team = state.roster.teams.get(id_)
    if team is not None:
        return team.name
    branch = state.branches.by_id.get(id_)
    if branch is not None:
        return branch.name
    work = state.planned_works.by_id.get(id_)
    if work is not None:
        return work.circuit
    incident = state.incidents.by_id.get(id_)
    if incident is not None:
        return incident.circuit or incident.device
    named = state.operations.by_id.get(id_) or state.tasks.by_id.get(id_)
    return None if named is None else named.name


def _about(event: Event) -> str | None:
    for field in ("assignment_id", "incident_id", "about"):
        found = getattr(event, field, None)
        if isinstance(found, str):
            return found
    return None
