"""Is this report about something already open? Same cause, customer, device, circuit, or place.

The de-duplication key names a report at its source; the correlation key names a cause. A closed
incident absorbs nothing: what comes later is a recurrence and links to it.
"""

from typing import Literal, NamedTuple

from coordinator.domain.geography import distance_m, squares_around
from coordinator.domain.state.incident_index import living, report_key
from coordinator.domain.state.incidents import WORKING, Incident, Incidents, Phase
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.durations import MINUTE
from schemas.signals.incident import OutageReported

_OVER = frozenset({Phase.RESTORED, Phase.CLOSED, Phase.REVIEWED})
Rule = Literal["correlation_key", "customer", "device", "circuit", "place"]


class Match(NamedTuple):
    incident: Incident
    rule: Rule
    key: str | None


def open_match(state: Jurisdiction, report: OutageReported, started_at: int) -> Match | None:
    """Return the open incident a report belongs to, and by which rule and key."""
    rules, incidents = state.policy.correlation, state.incidents
    tries: tuple[tuple[Rule, str | None, str | None, int], ...] = (
        ("correlation_key", report.correlation_key, _of(incidents, "correlation", report), 0),
        # One thread per customer, for as long as it is open (一口对外).
        ("customer", report.customer_ref, _of(incidents, "customer", report), 0),
        ("device", report.device, _of(incidents, "device", report), rules.device_window_min),
        ("circuit", report.circuit, _of(incidents, "circuit", report), rules.circuit_window_min),
    )
    for rule, key, incident_id, window_min in tries:
        incident = living(incidents, incident_id)
        if incident is None or incident.phase not in WORKING:
            continue
        if rule == "circuit" and not _may_share_circuit(incident, report):
            continue
        if not window_min or abs(started_at - incident.started_at) <= window_min * MINUTE:
            return Match(incident, rule, key)
    return _near(state, report, started_at)


def _of(incidents: Incidents, field: str, report: OutageReported) -> str | None:
    match field:
        case "report":
            return incidents.by_report.get(report_key(report.source, report.dedup_key))
        case "correlation":
            return incidents.by_correlation.get(report.correlation_key or "")
        case "customer":
            return incidents.by_customer.get(report.customer_ref or "")
        case "device":
            return incidents.by_device.get(report.device or "")
    return incidents.by_circuit.get(report.circuit or "")


def _may_share_circuit(incident: Incident, report: OutageReported) -> bool:
    """Two devices known by name on one circuit are two faults; an unnamed one may be the same."""
    return incident.device is None or report.device is None


def _near(state: Jurisdiction, report: OutageReported, started_at: int) -> Match | None:
    rules, incidents = state.policy.correlation, state.incidents
    best: tuple[float, Incident] | None = None
    for name in squares_around(report.place):
        for incident_id in incidents.by_square.get(name, ()):
            there, incident = incidents.by_id[incident_id], living(incidents, incident_id)
            if incident is None or incident.phase not in WORKING or _named_apart(there, report):
                continue
            if abs(started_at - there.started_at) > rules.place_window_min * MINUTE:
                continue
            far = distance_m(there.place, report.place)
            if far <= rules.place_radius_m and (best is None or far < best[0]):
                best = (far, incident)
    return None if best is None else Match(best[1], "place", None)


def _named_apart(incident: Incident, report: OutageReported) -> bool:
    """Both name their device (or their circuit), and the names differ: not the same fault."""
    if incident.device is not None and report.device is not None:
        return incident.device != report.device
    if incident.circuit is not None and report.circuit is not None:
        return incident.circuit != report.circuit
    return False


def recurrence_of(state: Jurisdiction, report: OutageReported, started_at: int) -> str | None:
    """Return the incident of the same report, cause, customer or device that ended not long ago."""
    incidents, window = state.incidents, state.policy.correlation.recurrence_window_min * MINUTE
    for field in ("report", "correlation", "customer", "device"):
        incident_id = _of(incidents, field, report)
        if incident_id is None:
            continue
        ended_at = incidents.ended.get(incident_id)
        incident = living(incidents, incident_id)
        if incident is not None and incident.phase in _OVER:
            incident_id, ended_at = incident.incident_id, incident.restored_at
        if ended_at is not None and started_at - ended_at <= window:
            return incident_id
    return None
