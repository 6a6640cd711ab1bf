"""The ways to find an incident again: by report, cause, customer, device, circuit and place.

What is over is no longer found by circuit or place; what is filed leaves only what a recurrence
is found by, and that only for a while.
"""

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.geography import square
from coordinator.domain.state.incidents import ENDED, Incident, Incidents, Phase
from schemas.events.incident import IncidentFiled, RecurrenceForgotten


def report_key(source: str, dedup_key: str) -> str:
    return f"{source}|{dedup_key}"


def is_open(incidents: Incidents, incident_id: str) -> bool:
    """Whether it is there and neither closed nor merged."""
    incident = incidents.by_id.get(incident_id)
    return incident is not None and incident.phase not in ENDED


def living(incidents: Incidents, incident_id: str | None) -> Incident | None:
    """Return the incident of this id, or the one it was merged into."""
    incident = incidents.by_id.get(incident_id or "")
    while incident is not None and incident.merged_into is not None:
        incident = incidents.by_id.get(incident.merged_into)
    return incident


def family(incidents: Incidents, incident: Incident) -> tuple[str, ...]:
    """Return the ids of an incident and of all whose outage is its own, too, in order.

    What was split off was part of what it was split from, and what is merged is one: so it is over
    any number of splits and merges. What was merged away is filed with what it was merged into.
    """
    found, waiting = set[str](), [incident.incident_id]
    while waiting:
        id_ = waiting.pop()
        if id_ in found:
            continue
        found.add(id_)
        one = incidents.by_id.get(id_)
        if one is not None:
            into = () if one.merged_into is None else (one.merged_into,)
            waiting += [*one.came_from, *one.absorbed, *into]
    return tuple(sorted(found))


def with_circuits(incident: Incident, *named: str | None) -> Incident:
    """Remember circuits that were named in an incident."""
    every = (*incident.circuits, *(it for it in named if it is not None))
    found = tuple(dict.fromkeys(every))
    return incident if found == incident.circuits else replace(incident, circuits=found)


def put(incidents: Incidents, incident: Incident) -> Incidents:
    """Make a new incident findable."""
    id_ = incident.incident_id
    by_report, by_customer = incidents.by_report, incidents.by_customer
    for key in incident.reports:
        by_report = by_report.set(key, id_)
    for customer in incident.customers:
        by_customer = by_customer.set(customer, id_)
    incidents = replace(
        incidents,
        by_id=incidents.by_id.set(id_, incident),
        by_report=by_report,
        by_customer=by_customer,
        by_correlation=_set(incidents.by_correlation, incident.correlation_key, id_),
        by_device=_set(incidents.by_device, incident.device, id_),
    )
    return on_the_map(incidents, incident)


def named(incidents: Incidents, incident: Incident) -> Incidents:
    """Make an incident findable by the device and circuit that were learned of later."""
    id_ = incident.incident_id
    incidents = replace(incidents, by_device=_set(incidents.by_device, incident.device, id_))
    if incident.phase in ENDED or incident.phase is Phase.RESTORED:
        return incidents
    return replace(incidents, by_circuit=_set(incidents.by_circuit, incident.circuit, id_))


def on_the_map(incidents: Incidents, incident: Incident) -> Incidents:
    id_, name = incident.incident_id, square(incident.place)
    there = incidents.by_square.get(name, ())
    if id_ in there:
        return incidents
    by_square = incidents.by_square.set(name, (*there, id_))
    by_circuit = _set(incidents.by_circuit, incident.circuit, id_)
    return _with_map(incidents, by_square, by_circuit)


def _with_map(
    incidents: Incidents, by_square: Map[str, tuple[str, ...]], by_circuit: Map[str, str]
) -> Incidents:
    if by_square is incidents.by_square and by_circuit is incidents.by_circuit:
        return incidents
    return replace(incidents, by_square=by_square, by_circuit=by_circuit)


def off_the_map(incidents: Incidents, incident: Incident) -> Incidents:
    """What is over absorbs nothing: it is no longer found by circuit or place."""
    id_, name = incident.incident_id, square(incident.place)
    there = incidents.by_square.get(name, ())
    if id_ not in there:
        return incidents
    rest = tuple(it for it in there if it != id_)
    by_square = incidents.by_square.set(name, rest) if rest else incidents.by_square.delete(name)
    by_circuit = _unset(incidents.by_circuit, incident.circuit, id_)
    return _with_map(incidents, by_square, by_circuit)


def file(incidents: Incidents, incident: Incident, event: IncidentFiled, at: int) -> Incidents:
    """Take an incident out of the working state; no customer is remembered."""
    id_ = incident.incident_id
    by_report, by_customer = incidents.by_report, incidents.by_customer
    for key in sorted({*incident.reports, *incident.withdrawn}):
        by_report = _unset(by_report, key, id_)
    for customer in incident.customers:
        by_customer = _unset(by_customer, customer, id_)
    ended_at = incident.restored_at or incident.closed_at or at
    keys = Map({"device": incident.device or "", "correlation": incident.correlation_key or ""})
    incidents = replace(
        incidents,
        by_id=incidents.by_id.delete(id_),
        by_report=by_report,
        by_customer=by_customer,
        ended=incidents.ended.set(id_, ended_at),
        ended_keys=incidents.ended_keys.set(id_, keys),
    )
    return off_the_map(incidents, incident)


def never_was(incidents: Incidents, incident: Incident) -> Incidents:
    """Let nothing be found by an incident that never was: no report joins it, none follows it."""
    id_, by_report = incident.incident_id, incidents.by_report
    for key in sorted({*incident.reports, *incident.withdrawn}):
        by_report = _unset(by_report, key, id_)
    incidents = replace(
        incidents,
        by_report=by_report,
        by_device=_unset(incidents.by_device, incident.device, id_),
        by_correlation=_unset(incidents.by_correlation, incident.correlation_key, id_),
    )
    for customer in incident.customers:
        incidents = without_customer(incidents, incident, customer)
    return off_the_map(incidents, incident)


def without_customer(incidents: Incidents, incident: Incident, customer: str) -> Incidents:
    """Let a customer no longer be found with an incident."""
    by_customer = _unset(incidents.by_customer, customer, incident.incident_id)
    return replace(incidents, by_customer=by_customer)


def forget(incidents: Incidents, event: RecurrenceForgotten) -> Incidents:
    id_, keys = event.incident_id, incidents.ended_keys[event.incident_id]
    return replace(
        incidents,
        ended=incidents.ended.delete(id_),
        ended_keys=incidents.ended_keys.delete(id_),
        by_device=_unset(incidents.by_device, keys["device"], id_),
        by_correlation=_unset(incidents.by_correlation, keys["correlation"], id_),
    )


def _set(index: Map[str, str], key: str | None, id_: str) -> Map[str, str]:
    return index if key is None else index.set(key, id_)


def _unset(index: Map[str, str], key: str | None, id_: str) -> Map[str, str]:
    return index.delete(key) if key and index.get(key) == id_ else index
