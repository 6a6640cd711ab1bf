"""Promised times: accepted, arrived, restored; kept or broken, and put right by late facts.

The clocks run from what happened, not from when it was heard, and never stop on a reassignment.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.state.incidents import Incident, Promise
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.incident import (
    CrewArrived,
    IncidentOpened,
    IncidentReopened,
    IncidentResponded,
    IncidentRestored,
    IncidentsMerged,
    PromiseBroken,
    PromiseCorrected,
    PromiseDropped,
    PromiseEvent,
    PromiseExplained,
    PromiseKept,
    PromiseMade,
)
from schemas.vocabulary import NoticeKind, Recipient

EVENTS = (PromiseEvent,)
SIGNALS = ()
REACTS_TO: tuple[type[Event], ...] = (
    IncidentOpened,
    IncidentResponded,
    CrewArrived,
    IncidentRestored,
    IncidentReopened,
    IncidentsMerged,
)
TIMERS = frozenset({"accept", "arrival", "restoration"})

_MINUTE = 60_000


def evolve(state: Jurisdiction, event: PromiseEvent, at: int) -> Jurisdiction:
    incident = state.incidents.by_id.get(event.incident_id)
    if incident is None:
        return state
    promises, timers, name = incident.promises, state.timers, event.promise
    match event:
        case PromiseMade():
            promises = promises.set(name, Promise(event.due_at))
            timers = timers.set(name, event.incident_id, event.due_at)
        case PromiseDropped():
            promises = promises.delete(name)
            timers = timers.clear(name, event.incident_id)
        case PromiseKept():
            promises = promises.set(name, replace(promises[name], met_at=event.happened_at))
            timers = timers.clear(name, event.incident_id)
        case PromiseBroken():
            promises = promises.set(name, replace(promises[name], broken=True))
            timers = timers.clear(name, event.incident_id)
        case PromiseExplained():
            promises = promises.set(name, replace(promises[name], explained=event.reason))
        case PromiseCorrected():
            promises = promises.set(
                name, replace(promises[name], met_at=event.happened_at, broken=not event.kept)
            )
            timers = timers.clear(name, event.incident_id)
    by_id = state.incidents.by_id.set(event.incident_id, replace(incident, promises=promises))
    return replace(state, incidents=replace(state.incidents, by_id=by_id), timers=timers)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    match event:
        case IncidentOpened():
            return _promise(state, state.incidents.by_id[event.incident_id], cause)
        case IncidentResponded():
            return _met(state, event.incident_id, "accept", cause.at)
        case CrewArrived():
            return _arrived(state, state.incidents.by_id[event.incident_id], event)
        case IncidentRestored():
            return _restored(state, state.incidents.by_id[event.incident_id], event)
        case IncidentReopened():
            return _again(state, state.incidents.by_id[event.incident_id], cause)
        case IncidentsMerged():
            return _dropped(state.incidents.by_id[event.incident_id])
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    promise = state.incidents.by_id[id_].promises[kind]
    broken = PromiseBroken.model_validate(
        {"incident_id": id_, "promise": kind, "due_at": promise.due_at}
    )
    if kind == "accept":
        return (broken,)
    text = f"Promised {kind} is broken"
    return (
        broken,
        notify(cause, NoticeKind.PROMISE_BROKEN, Recipient.DISPATCHER, text, about=id_),
    )


def _promise(state: Jurisdiction, incident: Incident, cause: Cause) -> Iterable[Event]:
    rules, id_ = state.policy.promises, incident.incident_id
    yield PromiseMade(
        incident_id=id_, promise="accept", due_at=cause.at + rules.accept_min * _MINUTE
    )
    arrival = rules.arrival_min[incident.area_class] * _MINUTE
    # The customer waits from the report on; a report of yesterday is not late before it was made.
    yield PromiseMade(incident_id=id_, promise="arrival", due_at=cause.happened_at + arrival)


def _met(state: Jurisdiction, incident_id: str, name: str, happened_at: int) -> tuple[Event, ...]:
    """Judge a promise by event time: kept, or (when it was met late) left as broken or broken now."""
    promise = state.incidents.by_id[incident_id].promises.get(name)
    if promise is None:
        return ()
    kept = happened_at <= promise.due_at
    if promise.met_at is None and not promise.broken and kept:
        fact = {"incident_id": incident_id, "promise": name, "happened_at": happened_at}
        return (PromiseKept.model_validate(fact),)
    if promise.met_at is not None and happened_at >= promise.met_at:
        return ()
    if promise.met_at is None and not promise.broken:
        fact = {"incident_id": incident_id, "promise": name, "due_at": promise.due_at}
        broken = PromiseBroken.model_validate(fact)
        return (broken, _corrected(incident_id, name, kept=False, happened_at=happened_at))
    return (_corrected(incident_id, name, kept=kept, happened_at=happened_at),)


def _corrected(incident_id: str, name: str, *, kept: bool, happened_at: int) -> Event:
    return PromiseCorrected.model_validate(
        {"incident_id": incident_id, "promise": name, "kept": kept, "happened_at": happened_at}
    )


def _arrived(state: Jurisdiction, incident: Incident, event: CrewArrived) -> Iterable[Event]:
    yield from _met(state, incident.incident_id, "arrival", event.happened_at)
    held = incident.promises.get("restoration")
    if held is None:
        yield _restoration(state, incident, event.happened_at)


def _restoration(state: Jurisdiction, incident: Incident, arrived_at: int) -> Event:
    minutes = state.policy.promises.restoration_after_arrival_min[incident.area_class]
    return PromiseMade(
        incident_id=incident.incident_id,
        promise="restoration",
        due_at=arrived_at + minutes * _MINUTE,
    )


def _restored(state: Jurisdiction, incident: Incident, event: IncidentRestored) -> Iterable[Event]:
    """Power that came back before anybody arrived keeps every promise that still runs."""
    for name in ("accept", "arrival", "restoration"):
        held = incident.promises.get(name)
        if held is not None and held.met_at is None and not (held.broken and name != "restoration"):
            yield from _met(state, incident.incident_id, name, event.happened_at)


def _again(state: Jurisdiction, incident: Incident, cause: Cause) -> Iterable[Event]:
    yield from _dropped(incident, keep=("accept",))
    arrival = state.policy.promises.arrival_min[incident.area_class] * _MINUTE
    yield PromiseMade(
        incident_id=incident.incident_id, promise="arrival", due_at=cause.at + arrival
    )


def _dropped(incident: Incident, *, keep: tuple[str, ...] = ()) -> list[Event]:
    return [
        PromiseDropped.model_validate({"incident_id": incident.incident_id, "promise": name})
        for name in sorted(incident.promises)
        if name not in keep
    ]
