"""How reports move between incidents: all of them in a merge, some of them in a split."""

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.at_work import at_work_here
from coordinator.domain.incident.account import endangered
from coordinator.domain.incident.alerted import stronger
from coordinator.domain.incident.extent import as_reports
from coordinator.domain.incident.kept import clear_timers, keep, sized
from coordinator.domain.state.command import moved as command_moved
from coordinator.domain.state.incident_index import report_key, with_circuits
from coordinator.domain.state.incidents import Incident, Phase, Sighting
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.incident import IncidentsMerged, IncidentSplit
from schemas.signals.incident import Extent


def merged(state: Jurisdiction, event: IncidentsMerged, at: int) -> Jurisdiction:
    incidents = state.incidents
    gone, into = incidents.by_id[event.incident_id], incidents.by_id[event.into]
    reports: Map[str, Extent] = into.reports
    moved = as_reports(gone.reports, gone.stated, otherwise=report_key("merged", gone.incident_id))
    for key, extent in moved.items():
        reports = reports.set(key, extent)
    into = sized(
        replace(
            with_circuits(into, *gone.circuits),
            reports=reports,
            sightings=into.sightings.update(gone.sightings),
            doubted=gone.doubted.update(into.doubted),
            withdrawn=tuple(dict.fromkeys((*into.withdrawn, *gone.withdrawn))),
            mistaken=tuple(dict.fromkeys((*into.mistaken, *gone.mistaken))),
            customers=tuple(dict.fromkeys((*into.customers, *gone.customers))),
            answers=gone.answers.update(into.answers),
            said_back=(*gone.said_back, *into.said_back),
            alert_ids=tuple(dict.fromkeys((*into.alert_ids, *gone.alert_ids))),
            alerted=stronger(into.alerted, gone.alerted),
            raised=max(into.raised, gone.raised),
            urgent=into.urgent or gone.urgent,
            account=endangered(into.account, gone.account),
            load_peak_mw=max(into.load_peak_mw, gone.load_peak_mw),
            ready_to_energise_at=None if at_work_here(state, event.into) else _later(into, gone),
            absorbed=(*into.absorbed, gone.incident_id, *gone.absorbed),
        )
    )
    by_report, by_customer = incidents.by_report, incidents.by_customer
    for key in (*moved, *gone.withdrawn):
        by_report = by_report.set(key, event.into)
    for customer in gone.customers:
        by_customer = by_customer.set(customer, event.into)
    gone = replace(
        gone,
        phase=Phase.MERGED,
        merged_into=event.into,
        moved=tuple(sorted(moved)),
        closed_at=at,
        reports=Map(),
        sightings=Map(),
        doubted=Map(),
        withdrawn=(),
        mistaken=(),
        customers=(),
        answers=Map(),
        said_back=(),
    )
    by_id = incidents.by_id.set(event.into, into).set(event.incident_id, gone)
    incidents = replace(incidents, by_id=by_id, by_report=by_report, by_customer=by_customer)
    command = command_moved(state.command, event.incident_id, event.into)
    state = replace(state, incidents=incidents, command=command)
    return clear_timers(state, event.incident_id)


def _later(into: Incident, gone: Incident) -> int | None:
    """Return since when the lines of both are free of tickets (UTC ms)."""
    known = (into.ready_to_energise_at, gone.ready_to_energise_at)
    return max((it for it in known if it is not None), default=None)


def split(state: Jurisdiction, event: IncidentSplit, at: int) -> Jurisdiction:
    """Take the reports out; the incident they go to is opened by the next fact."""
    incident = state.incidents.by_id[event.incident_id]
    reports, sightings, left = incident.reports, incident.sightings, set()
    for key in sorted(incident.reports):
        if key.partition("|")[2] in event.dedup_keys:
            left.add(sightings.get(key, Sighting()).customer_ref)
            reports, sightings = reports.delete(key), without(sightings, key)
    # Who reported another of its faults, too, is a customer of both.
    left -= {it.customer_ref for it in sightings.values()}
    incident = replace(
        incident,
        reports=reports,
        sightings=sightings,
        customers=tuple(it for it in incident.customers if it not in left),
        load_peak_mw=0.0,
    )
    return keep(state, sized(incident))


def without(sightings: Map[str, Sighting], key: str) -> Map[str, Sighting]:
    return sightings.delete(key) if key in sightings else sightings
