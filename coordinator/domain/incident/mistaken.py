"""What was reported by mistake: one report of several, or an incident that never was."""

from msgspec.structs import replace

from coordinator.domain.at_work import at_work_here
from coordinator.domain.incident.extent import is_empty
from coordinator.domain.incident.kept import clear_timers, keep, sized
from coordinator.domain.incident.moved import without
from coordinator.domain.state import incident_index as index
from coordinator.domain.state.incident_index import report_key
from coordinator.domain.state.incidents import Incident, Phase, Sighting
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from schemas.durations import MINUTE
from schemas.events.incident import IncidentWithdrawn, ReportWithdrawn


def never_existed(state: Jurisdiction, incident: Incident) -> bool:
    """Whether nothing speaks for an incident, and nobody but its mistaken reports ever did.

    What a control room stated of it, and that it was under control, somebody else had seen.
    """
    mistaken = incident.withdrawn and set(incident.withdrawn) <= set(incident.mistaken)
    told_by_others = not is_empty(incident.stated) or incident.controlled_at is not None
    return bool(mistaken) and not incident.reports and not told_by_others


def held(state: Jurisdiction, incident_id: str) -> bool:
    """Whether people are at work there, or a response runs: that is ended before, by people."""
    response = state.responses.by_incident.get(incident_id)
    running = response is not None and response.terminated_at is None
    return running or bool(at_work_here(state, incident_id))


def ended(state: Jurisdiction, incident: Incident) -> tuple[IncidentWithdrawn, ...]:
    """Return the end of an incident whose reports were all mistakes; nothing while it is held."""
    if held(state, incident.incident_id):
        return ()
    return (IncidentWithdrawn(incident_id=incident.incident_id, cause="reports_withdrawn"),)


def report_withdrawn(state: Jurisdiction, event: ReportWithdrawn, at: int) -> Jurisdiction:
    """Take a report away; of one made by mistake its load and its customer, too."""
    incident, incidents = state.incidents.by_id[event.incident_id], state.incidents
    key, mistake = report_key(event.source, event.dedup_key), event.reason == "withdrawn"
    customer = incident.sightings.get(key, Sighting()).customer_ref
    incident = replace(
        incident,
        reports=incident.reports.delete(key),
        sightings=without(incident.sightings, key),
        withdrawn=(*incident.withdrawn, key),
        mistaken=(*incident.mistaken, key) if mistake else incident.mistaken,
    )
    # With the last report gone the numbers stay as they were: that is how large it has been.
    if not incident.reports:
        return keep(state, incident)
    if mistake:
        incident = replace(incident, load_peak_mw=0.0)
        others = {it.customer_ref for it in incident.sightings.values()}
        if customer is not None and customer not in others:
            customers = tuple(it for it in incident.customers if it != customer)
            incident = replace(incident, customers=customers)
            incidents = index.without_customer(incidents, incident, customer)
            state = replace(state, incidents=incidents)
    return keep(state, sized(incident))


def never_was(state: Jurisdiction, event: IncidentWithdrawn, at: int) -> Jurisdiction:
    """End it without a trace in what is counted, and in what a recurrence is found by."""
    incident = state.incidents.by_id[event.incident_id]
    merged = [state.incidents.by_id.get(it) for it in incident.absorbed]
    every = (incident, *(it for it in merged if it is not None))
    incidents = state.incidents
    for one in every:
        incidents = index.never_was(incidents, one)
    opened = max(0, incidents.opened - len(every))
    state = replace(state, incidents=replace(incidents, opened=opened))
    timers = state.timers
    wait = state.policy.correlation.file_after_closed_min * MINUTE
    for one in every:
        timers = timers.set("file", one.incident_id, at + wait)
    incident = replace(incident, phase=Phase.WITHDRAWN, restored_at=None, closed_at=at)
    return clear_timers(keep(with_timers(state, timers), incident), event.incident_id)
