"""Is this report about something already open? Same cause, device, circuit, or place and time.

The de-duplication key names a report at its source; the correlation key names a cause. A closed
incident absorbs nothing: what comes later is a recurrence and links to it.
"""

from typing import Literal, NamedTuple

from coordinator.domain.geography import distance_m, square, squares_around
from coordinator.domain.state.incidents import Incident, Incidents, Phase
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.signals.incident import OutageReported

_MINUTE = 60_000
_ABSORBS = frozenset({Phase.OPEN, Phase.RESPONDED, Phase.CONTROLLED})
Rule = Literal["correlation_key", "device", "circuit", "place"]


class Match(NamedTuple):
    incident: Incident
    rule: Rule
    key: str | None


def report_key(source: str, dedup_key: str) -> str:
    return f"{source}|{dedup_key}"


def open_match(state: Jurisdiction, report: OutageReported, started_at: int) -> Match | None:
    """Return the open incident a report belongs to, and by which rule and key."""
    rules, known = state.policy.correlation, state.incidents
    tries: tuple[tuple[Rule, str | None, str | None, int], ...] = (
        ("correlation_key", report.correlation_key, _of(known, "correlation", report), 0),
        ("device", report.device, _of(known, "device", report), rules.device_window_min),
        ("circuit", report.circuit, _of(known, "circuit", report), rules.circuit_window_min),
    )
    for rule, key, incident_id, window_min in tries:
        incident = known.by_id.get(incident_id or "")
        if incident is None or incident.phase not in _ABSORBS:
            continue
        if rule == "circuit" and not _may_share_circuit(incident, report):
            continue
        if not window_min or abs(started_at - incident.started_at) <= window_min * _MINUTE:
            return Match(incident, rule, key)
    return _near(state, report, started_at)


def _of(known: Incidents, field: str, report: OutageReported) -> str | None:
    if field == "correlation":
        return known.by_correlation.get(report.correlation_key or "")
    if field == "device":
        return known.by_device.get(report.device or "")
    return known.by_circuit.get(report.circuit or "")


def _may_share_circuit(incident: Incident, report: OutageReported) -> bool:
    """Two devices known by name on one circuit are two faults; an unnamed one may be the same."""
    return incident.device is None or report.device is None


def _near(state: Jurisdiction, report: OutageReported, started_at: int) -> Match | None:
    rules = state.policy.correlation
    best: tuple[float, Incident] | None = None
    for name in squares_around(report.place):
        for incident_id in state.incidents.by_square.get(name, ()):
            incident = state.incidents.by_id[incident_id]
            if incident.phase not in _ABSORBS or _named_apart(incident, report):
                continue
            if abs(started_at - incident.started_at) > rules.place_window_min * _MINUTE:
                continue
            far = distance_m(incident.place, report.place)
            if far <= rules.place_radius_m and (best is None or far < best[0]):
                best = (far, incident)
    return None if best is None else Match(best[1], "place", square(report.place))


def _named_apart(incident: Incident, report: OutageReported) -> bool:
    """Both name their device (or their circuit), and the names differ: not the same fault."""
    if incident.device is not None and report.device is not None:
        return incident.device != report.device
    if incident.circuit is not None and report.circuit is not None:
        return incident.circuit != report.circuit
    return False


def recurrence_of(state: Jurisdiction, report: OutageReported, started_at: int) -> str | None:
    """Return the ended incident of the same device or cause, if it ended not long ago."""
    window = state.policy.correlation.recurrence_window_min * _MINUTE
    for field in ("correlation", "device"):
        incident_id = _of(state.incidents, field, report)
        if incident_id is None:
            continue
        ended_at = state.incidents.ended.get(incident_id)
        incident = state.incidents.by_id.get(incident_id)
        if ended_at is None and incident is not None and incident.phase is Phase.RESTORED:
            ended_at = incident.restored_at
        if ended_at is not None and started_at - ended_at <= window:
            return incident_id
    return None
