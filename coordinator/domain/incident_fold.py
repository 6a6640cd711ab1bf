"""How facts build an incident, and the indexes that find one again."""

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.correlation import report_key
from coordinator.domain.extent import newer, together
from coordinator.domain.geography import square
from coordinator.domain.state.incidents import Incident, Phase
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.incident import (
    AlertLinked,
    CrewArrived,
    IncidentClosed,
    IncidentControlled,
    IncidentEvent,
    IncidentFiled,
    IncidentGraded,
    IncidentOpened,
    IncidentReopened,
    IncidentResponded,
    IncidentRestored,
    IncidentReviewed,
    IncidentsMerged,
    IncidentSplit,
    IncidentUpdated,
    OwnerHandedOver,
    PriorityRaised,
    RecurrenceForgotten,
    ReportDuplicated,
    ReportJoined,
    ReportWithdrawn,
)

_MINUTE = 60_000


def evolve(state: Jurisdiction, event: IncidentEvent, at: int) -> Jurisdiction:
    return _FOLD[type(event)](state, event, at)


def _keep(state: Jurisdiction, incident: Incident) -> Jurisdiction:
    desk = state.incidents
    by_id = desk.by_id.set(incident.incident_id, incident)
    return replace(state, incidents=replace(desk, by_id=by_id))


def _opened(state: Jurisdiction, event: IncidentOpened, at: int) -> Jurisdiction:
    key = report_key(event.source, event.dedup_key)
    incident = Incident(
        incident_id=event.incident_id,
        kind=event.kind,
        fault_class=event.fault_class,
        place=event.place,
        area_class=event.area_class,
        opened_at=at,
        started_at=event.started_at,
        owner_id=event.owner_id,
        source=event.source,
        device=event.device,
        circuit=event.circuit,
        cell_id=event.cell_id,
        correlation_key=event.correlation_key,
        reports=Map({key: event.extent}),
        extent=event.extent,
        crew_status=event.crew_status,
        cause=event.cause,
        expected_restored_at=event.expected_restored_at,
        customers=() if event.customer_ref is None else (event.customer_ref,),
        urgent=event.urgent,
        recurrence_of=event.recurrence_of,
    )
    desk, id_ = state.incidents, event.incident_id
    by_square = square(event.place)
    desk = replace(
        desk,
        by_id=desk.by_id.set(id_, incident),
        by_report=desk.by_report.set(key, id_),
        by_correlation=_indexed(desk.by_correlation, event.correlation_key, id_),
        by_device=_indexed(desk.by_device, event.device, id_),
        by_circuit=_indexed(desk.by_circuit, event.circuit, id_),
        by_square=desk.by_square.set(by_square, (*desk.by_square.get(by_square, ()), id_)),
        opened=desk.opened + 1,
    )
    return replace(state, incidents=desk)


def _indexed(index: Map[str, str], key: str | None, id_: str) -> Map[str, str]:
    return index if key is None else index.set(key, id_)


def _joined(state: Jurisdiction, event: ReportJoined, at: int) -> Jurisdiction:
    incident = state.incidents.by_id[event.incident_id]
    key = report_key(event.source, event.dedup_key)
    reports = incident.reports.set(key, event.extent)
    customers = incident.customers
    if event.customer_ref is not None and event.customer_ref not in customers:
        customers = (*customers, event.customer_ref)
    incident = replace(
        incident,
        reports=reports,
        withdrawn=tuple(it for it in incident.withdrawn if it != key),
        extent=together(reports, incident.stated),
        customers=customers,
    )
    state = _keep(state, incident)
    desk = state.incidents
    return replace(
        state, incidents=replace(desk, by_report=desk.by_report.set(key, event.incident_id))
    )


def _same(state: Jurisdiction, event: ReportDuplicated, at: int) -> Jurisdiction:
    return state


def _updated(state: Jurisdiction, event: IncidentUpdated, at: int) -> Jurisdiction:
    incident = state.incidents.by_id[event.incident_id]
    reports, stated = incident.reports, incident.stated
    if event.source is None or event.dedup_key is None:
        stated = newer(stated, event.extent)
    else:
        key = report_key(event.source, event.dedup_key)
        if key in reports:
            reports = reports.set(key, newer(reports[key], event.extent))
    incident = replace(
        incident,
        reports=reports,
        stated=stated,
        extent=together(reports, stated),
        cause=event.cause or incident.cause,
        crew_status=event.crew_status or incident.crew_status,
        expected_restored_at=event.expected_restored_at or incident.expected_restored_at,
    )
    return _keep(state, incident)


def _withdrawn(state: Jurisdiction, event: ReportWithdrawn, at: int) -> Jurisdiction:
    incident = state.incidents.by_id[event.incident_id]
    key = report_key(event.source, event.dedup_key)
    reports = incident.reports.delete(key)
    incident = replace(
        incident,
        reports=reports,
        withdrawn=(*incident.withdrawn, key),
        extent=together(reports, incident.stated) if reports else incident.extent,
    )
    return _keep(state, incident)


def _graded(state: Jurisdiction, event: IncidentGraded, at: int) -> Jurisdiction:
    incident = state.incidents.by_id[event.incident_id]
    return _keep(
        state,
        replace(
            incident,
            grade=event.grade,
            warning=event.warning,
            response=event.response,
            accident=event.accident,
            urgency=event.urgency,
            priority=event.priority,
        ),
    )


def _raised(state: Jurisdiction, event: PriorityRaised, at: int) -> Jurisdiction:
    incident = state.incidents.by_id.get(event.incident_id)
    if incident is None:
        return state
    return _keep(state, replace(incident, raised=max(incident.raised, event.priority), urgent=True))


def _merged(state: Jurisdiction, event: IncidentsMerged, at: int) -> Jurisdiction:
    gone = state.incidents.by_id[event.incident_id]
    into = state.incidents.by_id[event.into]
    reports = into.reports
    for key, extent in gone.reports.items():
        reports = reports.set(key, extent)
    into = replace(
        into,
        reports=reports,
        extent=together(reports, into.stated),
        customers=tuple(dict.fromkeys((*into.customers, *gone.customers))),
        raised=max(into.raised, gone.raised),
    )
    gone = replace(gone, phase=Phase.MERGED, merged_into=event.into, closed_at=at, reports=Map())
    desk, by_report = state.incidents, state.incidents.by_report
    for key in reports:
        by_report = by_report.set(key, event.into)
    by_id = desk.by_id.set(event.into, into).set(event.incident_id, gone)
    state = replace(state, incidents=replace(desk, by_id=by_id, by_report=by_report))
    state = _off_the_map(state, gone)
    return _start_filing(_clear_timers(state, event.incident_id), gone, at)


def _split(state: Jurisdiction, event: IncidentSplit, at: int) -> Jurisdiction:
    """Take the reports out; the incident they go to is opened by the next fact."""
    incident = state.incidents.by_id[event.incident_id]
    reports = incident.reports
    for key in sorted(incident.reports):
        if key.partition("|")[2] in event.dedup_keys:
            reports = reports.delete(key)
    return _keep(
        state, replace(incident, reports=reports, extent=together(reports, incident.stated))
    )


def _handed_over(state: Jurisdiction, event: OwnerHandedOver, at: int) -> Jurisdiction:
    return _keep(state, replace(state.incidents.by_id[event.incident_id], owner_id=event.to))


def _responded(state: Jurisdiction, event: IncidentResponded, at: int) -> Jurisdiction:
    incident = state.incidents.by_id[event.incident_id]
    phase = Phase.RESPONDED if incident.phase is Phase.OPEN else incident.phase
    return _keep(state, replace(incident, responded_at=event.happened_at, phase=phase))


def _arrived(state: Jurisdiction, event: CrewArrived, at: int) -> Jurisdiction:
    incident = state.incidents.by_id[event.incident_id]
    return _keep(state, replace(incident, arrived_at=event.happened_at))


def _controlled(state: Jurisdiction, event: IncidentControlled, at: int) -> Jurisdiction:
    incident = state.incidents.by_id[event.incident_id]
    return _keep(state, replace(incident, phase=Phase.CONTROLLED, controlled_at=event.happened_at))


def _restored(state: Jurisdiction, event: IncidentRestored, at: int) -> Jurisdiction:
    incident = replace(
        state.incidents.by_id[event.incident_id],
        phase=Phase.RESTORED,
        restored_at=event.happened_at,
        first_visit=event.first_visit,
    )
    wait = state.policy.correlation.close_after_restored_min * _MINUTE
    state = _off_the_map(_keep(state, incident), incident)
    return replace(state, timers=state.timers.set("close", event.incident_id, at + wait))


def _off_the_map(state: Jurisdiction, incident: Incident) -> Jurisdiction:
    """What is over absorbs nothing: it is no longer found by circuit or place."""
    desk, id_, name = state.incidents, incident.incident_id, square(incident.place)
    there = desk.by_square.get(name, ())
    if id_ not in there:
        return state
    rest = tuple(it for it in there if it != id_)
    by_square = desk.by_square.set(name, rest) if rest else desk.by_square.delete(name)
    by_circuit = _unindexed(desk.by_circuit, incident.circuit, id_)
    return replace(state, incidents=replace(desk, by_square=by_square, by_circuit=by_circuit))


def _reopened(state: Jurisdiction, event: IncidentReopened, at: int) -> Jurisdiction:
    incident = state.incidents.by_id[event.incident_id]
    phase = Phase.RESPONDED if incident.responded_at is not None else Phase.OPEN
    state = _keep(state, replace(incident, phase=phase, restored_at=None, first_visit=False))
    desk, name = state.incidents, square(incident.place)
    there = (*desk.by_square.get(name, ()), event.incident_id)
    state = replace(
        state,
        incidents=replace(
            desk,
            by_square=desk.by_square.set(name, there),
            by_circuit=_indexed(desk.by_circuit, incident.circuit, event.incident_id),
        ),
    )
    return _clear_timers(state, event.incident_id)


def _closed(state: Jurisdiction, event: IncidentClosed, at: int) -> Jurisdiction:
    incident = replace(state.incidents.by_id[event.incident_id], phase=Phase.CLOSED, closed_at=at)
    return _start_filing(_clear_timers(_keep(state, incident), event.incident_id), incident, at)


def _reviewed(state: Jurisdiction, event: IncidentReviewed, at: int) -> Jurisdiction:
    incident = state.incidents.by_id[event.incident_id]
    return _keep(state, replace(incident, phase=Phase.REVIEWED))


def _filed(state: Jurisdiction, event: IncidentFiled, at: int) -> Jurisdiction:
    """Out of the working state; what a recurrence is found by stays until `forget_at`."""
    incident = state.incidents.by_id[event.incident_id]
    state = _off_the_map(state, incident)
    desk = state.incidents
    by_report = desk.by_report
    for key in sorted({*incident.reports, *incident.withdrawn}):
        if by_report.get(key) == event.incident_id:
            by_report = by_report.delete(key)
    keys = Map({"device": incident.device or "", "correlation": incident.correlation_key or ""})
    desk = replace(
        desk,
        by_id=desk.by_id.delete(event.incident_id),
        by_report=by_report,
        ended=desk.ended.set(event.incident_id, incident.closed_at or at),
        ended_keys=desk.ended_keys.set(event.incident_id, keys),
    )
    timers = state.timers.clear("file", event.incident_id)
    timers = timers.set("forget", event.incident_id, event.forget_at)
    return replace(state, incidents=desk, timers=timers)


def _forgotten(state: Jurisdiction, event: RecurrenceForgotten, at: int) -> Jurisdiction:
    desk, id_ = state.incidents, event.incident_id
    keys = desk.ended_keys[id_]
    desk = replace(
        desk,
        ended=desk.ended.delete(id_),
        ended_keys=desk.ended_keys.delete(id_),
        by_device=_unindexed(desk.by_device, keys["device"], id_),
        by_correlation=_unindexed(desk.by_correlation, keys["correlation"], id_),
    )
    return replace(state, incidents=desk, timers=state.timers.clear("forget", id_))


def _unindexed(index: Map[str, str], key: str | None, id_: str) -> Map[str, str]:
    return index.delete(key) if key and index.get(key) == id_ else index


def _linked(state: Jurisdiction, event: AlertLinked, at: int) -> Jurisdiction:
    incident = state.incidents.by_id[event.incident_id]
    return _keep(state, replace(incident, alert_ids=(*incident.alert_ids, event.alert_id)))


def _clear_timers(state: Jurisdiction, incident_id: str) -> Jurisdiction:
    return replace(state, timers=state.timers.clear("close", incident_id))


def _start_filing(state: Jurisdiction, incident: Incident, at: int) -> Jurisdiction:
    wait = state.policy.correlation.file_after_closed_min * _MINUTE
    return replace(state, timers=state.timers.set("file", incident.incident_id, at + wait))


_FOLD = {
    IncidentOpened: _opened,
    ReportJoined: _joined,
    ReportDuplicated: _same,
    IncidentUpdated: _updated,
    ReportWithdrawn: _withdrawn,
    IncidentGraded: _graded,
    PriorityRaised: _raised,
    IncidentsMerged: _merged,
    IncidentSplit: _split,
    OwnerHandedOver: _handed_over,
    IncidentResponded: _responded,
    CrewArrived: _arrived,
    IncidentControlled: _controlled,
    IncidentRestored: _restored,
    IncidentReopened: _reopened,
    IncidentClosed: _closed,
    IncidentReviewed: _reviewed,
    IncidentFiled: _filed,
    RecurrenceForgotten: _forgotten,
    AlertLinked: _linked,
}
