"""How facts build an incident."""

from typing import assert_never

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.incident import believed, mistaken, moved
from coordinator.domain.incident.account import after
from coordinator.domain.incident.alerted import linked
from coordinator.domain.incident.call_back import answered
from coordinator.domain.incident.extent import newer
from coordinator.domain.incident.kept import clear_timers, keep, sized
from coordinator.domain.state import incident_index as index
from coordinator.domain.state.incident_index import report_key
from coordinator.domain.state.incidents import Incident, Incidents, Phase, Sighting
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from schemas.durations import MINUTE
from schemas.events.incident import (
    AlertLinked,
    CallBackOverdue,
    CrewArrivalTakenBack,
    CrewArrived,
    CustomerCalledBack,
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
    IncidentWithdrawn,
    NumbersDoubted,
    OwnerHandedOver,
    PriorityRaised,
    RecurrenceForgotten,
    ReportDuplicated,
    ReportJoined,
    ReportWithdrawn,
)
from schemas.vocabulary import CallBackAnswer


def evolve(  # noqa: C901, PLR0912 - one case for each fact
    state: Jurisdiction, event: IncidentEvent, at: int
) -> Jurisdiction:
    """Return the state after a fact about an incident, recorded at `at` (UTC ms)."""
    match event:
        case IncidentOpened():
            return _opened(state, event, at)
        case ReportJoined():
            return _joined(state, event, at)
        case NumbersDoubted():
            return believed.remembered(state, event)
        case ReportDuplicated():
            return state
        case IncidentUpdated():
            return _updated(state, event, at)
        case ReportWithdrawn():
            return mistaken.report_withdrawn(state, event, at)
        case IncidentWithdrawn():
            return mistaken.never_was(state, event, at)
        case IncidentGraded():
            return _graded(state, event, at)
        case PriorityRaised():
            return _raised(state, event, at)
        case IncidentsMerged():
            return moved.merged(state, event, at)
        case IncidentSplit():
            return moved.split(state, event, at)
        case OwnerHandedOver():
            return _handed_over(state, event, at)
        case IncidentResponded():
            return _responded(state, event, at)
        case CrewArrivalTakenBack():
            return _arrival_taken_back(state, event, at)
        case CrewArrived():
            return _arrived(state, event, at)
        case IncidentControlled():
            return _controlled(state, event, at)
        case IncidentRestored():
            return _restored(state, event, at)
        case CustomerCalledBack():
            return keep(state, answered(state.incidents.by_id[event.incident_id], event))
        case CallBackOverdue():
            was = replace(state.incidents.by_id[event.incident_id], call_back_overdue=True)
            return start_closing(keep(state, was), was, at)
        case IncidentReopened():
            return _reopened(state, event, at)
        case IncidentClosed():
            return _closed(state, event, at)
        case IncidentReviewed():
            return _reviewed(state, event, at)
        case IncidentFiled():
            return _filed(state, event, at)
        case RecurrenceForgotten():
            return _forgotten(state, event, at)
        case AlertLinked():
            return _linked(state, event, at)
        case _:
            assert_never(event)


def start_closing(state: Jurisdiction, incident: Incident, at: int) -> Jurisdiction:
    """Let the clock close what is restored, but not while a response runs, power is makeshift or
    people are at work.
    """
    waits = incident.temporary or mistaken.held(state, incident.incident_id)
    if incident.phase is not Phase.RESTORED or waits:
        return clear_timers(state, incident.incident_id)
    wait = state.policy.correlation.close_after_restored_min * MINUTE
    return with_timers(state, state.timers.set("close", incident.incident_id, at + wait))


def _with_incidents(state: Jurisdiction, incidents: Incidents) -> Jurisdiction:
    return state if incidents is state.incidents else replace(state, incidents=incidents)


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
        sightings=Map({key: _sighting(event)}),
        extent=event.extent,
        load_peak_mw=event.extent.load_lost_mw or 0.0,
        account=event.account,
        customers=() if event.customer_ref is None else (event.customer_ref,),
        urgent=event.urgent,
        recurrence_of=event.recurrence_of,
        split_from=event.split_from,
    )
    incident = index.with_circuits(incident, event.circuit)
    parent = state.incidents.by_id.get(event.split_from or "")
    if parent is not None:
        came_from = (parent.incident_id, *parent.came_from)
        incident = replace(incident, came_from=came_from)
    incidents = index.put(state.incidents, incident)
    if parent is not None:
        # Both are of one device or circuit: what is reported next joins the one that was there.
        incidents = index.named(incidents, parent)
    return replace(state, incidents=replace(incidents, opened=incidents.opened + 1))


def _sighting(event: IncidentOpened | ReportJoined) -> Sighting:
    return Sighting(event.device, event.circuit, event.customer_ref, event.place)


def _joined(state: Jurisdiction, event: ReportJoined, at: int) -> Jurisdiction:
    incident, incidents = state.incidents.by_id[event.incident_id], state.incidents
    key, by_customer = report_key(event.source, event.dedup_key), incidents.by_customer
    customers = incident.customers
    if event.customer_ref is not None and event.customer_ref not in customers:
        customers = (*customers, event.customer_ref)
        by_customer = by_customer.set(event.customer_ref, event.incident_id)
    if event.rule == "repeated" and len(incident.reports) == 1:
        # The only report of it says what the first word left out.
        incident, incidents = _named(incident, incidents, event)
    incident = replace(
        index.with_circuits(incident, event.circuit),
        reports=incident.reports.set(key, event.extent),
        sightings=incident.sightings.set(key, _sighting(event)),
        withdrawn=tuple(it for it in incident.withdrawn if it != key),
        mistaken=tuple(it for it in incident.mistaken if it != key),
        customers=customers,
    )
    by_report = incidents.by_report.set(key, event.incident_id)
    state = replace(
        state, incidents=replace(incidents, by_report=by_report, by_customer=by_customer)
    )
    return keep(state, sized(incident))


def _named(
    incident: Incident, incidents: Incidents, event: ReportJoined
) -> tuple[Incident, Incidents]:
    incident = replace(
        incident,
        device=incident.device or event.device,
        circuit=incident.circuit or event.circuit,
    )
    return incident, index.named(incidents, incident)


def _updated(state: Jurisdiction, event: IncidentUpdated, at: int) -> Jurisdiction:
    incident = state.incidents.by_id[event.incident_id]
    reports, stated = incident.reports, incident.stated
    if event.source is None or event.dedup_key is None:
        stated = newer(stated, event.extent, corrected=event.corrected)
    else:
        key = report_key(event.source, event.dedup_key)
        if key in reports:
            reports = reports.set(key, newer(reports[key], event.extent))
    incident = replace(
        incident,
        reports=reports,
        stated=stated,
        account=after(incident.account, event.account),
        kind=event.kind or incident.kind,
        fault_class=event.fault_class or incident.fault_class,
    )
    return keep(state, sized(incident, corrected=event.corrected))


def _graded(state: Jurisdiction, event: IncidentGraded, at: int) -> Jurisdiction:
    incident = state.incidents.by_id[event.incident_id]
    return keep(
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
    return keep(state, replace(incident, raised=max(incident.raised, event.priority), urgent=True))


def _handed_over(state: Jurisdiction, event: OwnerHandedOver, at: int) -> Jurisdiction:
    return keep(state, replace(state.incidents.by_id[event.incident_id], owner_id=event.to))


def _responded(state: Jurisdiction, event: IncidentResponded, at: int) -> Jurisdiction:
    was = state.incidents.by_id[event.incident_id]
    phase = Phase.RESPONDED if was.phase is Phase.OPEN else was.phase
    return keep(state, replace(was, responded_at=event.happened_at, phase=phase))


def _arrived(state: Jurisdiction, event: CrewArrived, at: int) -> Jurisdiction:
    incident = replace(state.incidents.by_id[event.incident_id], arrived_at=event.happened_at)
    return keep(state, incident)


def _arrival_taken_back(state: Jurisdiction, event: CrewArrivalTakenBack, at: int) -> Jurisdiction:
    return keep(state, replace(state.incidents.by_id[event.incident_id], arrived_at=None))


def _controlled(state: Jurisdiction, event: IncidentControlled, at: int) -> Jurisdiction:
    was = state.incidents.by_id[event.incident_id]
    return keep(state, replace(was, phase=Phase.CONTROLLED, controlled_at=event.happened_at))


def _restored(state: Jurisdiction, event: IncidentRestored, at: int) -> Jurisdiction:
    """The first time that power was back counts, also when it is learned of late."""
    incident = state.incidents.by_id[event.incident_id]
    first, ready = incident.restored_at, incident.ready_to_energise_at
    # Word of a time before the last ticket ended is not that of who has energised the line since.
    energised = ready is not None and event.happened_at >= ready
    incident = replace(
        incident,
        phase=Phase.RESTORED,
        restored_at=min(first or event.happened_at, event.happened_at),
        temporary=event.temporary and (first is None or incident.temporary),
        first_visit=incident.first_visit if event.first_visit is None else event.first_visit,
        ready_to_energise_at=None if energised else ready,
    )
    state = keep(state, incident)
    state = _with_incidents(state, index.off_the_map(state.incidents, incident))
    return start_closing(state, incident, at)


def _reopened(state: Jurisdiction, event: IncidentReopened, at: int) -> Jurisdiction:
    """It begins anew: whoever came before did not fix it.

    Where one customer is not satisfied the answers of the others stand: they are not rung again.
    """
    was = state.incidents.by_id[event.incident_id]
    answers = was.answers if event.cause == "dissatisfied" else Map()
    for customer, answer in was.answers.items():
        if answer is CallBackAnswer.DISSATISFIED and customer in answers:
            answers = answers.delete(customer)
    incident = replace(
        was,
        phase=Phase.OPEN,
        responded_at=None,
        arrived_at=None,
        restored_at=None,
        temporary=False,
        call_back=None,
        last_call=None,
        answers=answers,
        call_back_overdue=False,
        first_visit=False,
        reopened_at=at,
    )
    state = keep(state, incident)
    state = _with_incidents(state, index.on_the_map(state.incidents, incident))
    return clear_timers(state, event.incident_id)


def _closed(state: Jurisdiction, event: IncidentClosed, at: int) -> Jurisdiction:
    incident = replace(state.incidents.by_id[event.incident_id], phase=Phase.CLOSED, closed_at=at)
    timers = state.timers.clear("close", event.incident_id)
    wait = state.policy.correlation.file_after_closed_min * MINUTE
    for incident_id in (event.incident_id, *incident.absorbed):
        timers = timers.set("file", incident_id, at + wait)
    return keep(with_timers(state, timers), incident)


def _reviewed(state: Jurisdiction, event: IncidentReviewed, at: int) -> Jurisdiction:
    return keep(state, replace(state.incidents.by_id[event.incident_id], phase=Phase.REVIEWED))


def _filed(state: Jurisdiction, event: IncidentFiled, at: int) -> Jurisdiction:
    """Out of the working state; what a recurrence is found by stays until `forget_at`."""
    incident = state.incidents.by_id[event.incident_id]
    incidents = index.file(state.incidents, incident, event, at)
    timers = state.timers.clear("file", event.incident_id)
    timers = timers.set("forget", event.incident_id, event.forget_at)
    return with_timers(_with_incidents(state, incidents), timers)


def _forgotten(state: Jurisdiction, event: RecurrenceForgotten, at: int) -> Jurisdiction:
    incidents = index.forget(state.incidents, event)
    timers = state.timers.clear("forget", event.incident_id)
    return with_timers(_with_incidents(state, incidents), timers)


def _linked(state: Jurisdiction, event: AlertLinked, at: int) -> Jurisdiction:
    return keep(state, linked(state, state.incidents.by_id[event.incident_id], event.alert_id))
