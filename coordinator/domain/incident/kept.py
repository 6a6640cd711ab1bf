"""Putting an incident back into the state, and its numbers in order: for all facts about it."""

from msgspec.structs import replace

from coordinator.domain.incident.extent import together
from coordinator.domain.state.incidents import Incident
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers


def keep(state: Jurisdiction, incident: Incident) -> Jurisdiction:
    incidents = state.incidents
    by_id = incidents.by_id.set(incident.incident_id, incident)
    if by_id is incidents.by_id:
        return state
    return replace(state, incidents=replace(incidents, by_id=by_id))


def sized(incident: Incident, *, corrected: bool = False) -> Incident:
    """Return the incident with its extent added up anew from its reports."""
    before = None if corrected else incident.extent.load_before_mw
    whole = together(incident.reports, incident.sightings, incident.stated, load_before_mw=before)
    lost = whole.load_lost_mw or 0.0
    peak = lost if corrected else max(incident.load_peak_mw, lost)
    return replace(incident, extent=whole, load_peak_mw=peak)


def clear_timers(state: Jurisdiction, incident_id: str) -> Jurisdiction:
    return with_timers(state, state.timers.clear("close", incident_id))
