"""Promised times: accepted, arrived, restored; kept or broken, and put right by late facts.

The clocks run from what happened, not from when it was heard, and never stop on a reassignment.
"""

from collections.abc import Iterable
from typing import Final, Never, assert_never, cast, get_args

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.escalation.alarm import call_off
from coordinator.domain.incident import promises_merged
from coordinator.domain.notice import notify
from coordinator.domain.state.incidents import Incident, Promise
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from coordinator.domain.state.timers import Timers
from schemas.catalogue import members
from schemas.durations import MINUTE
from schemas.events.envelope import Event
from schemas.events.incident import (
    CrewArrivalTakenBack,
    CrewArrived,
    IncidentOpened,
    IncidentReopened,
    IncidentResponded,
    IncidentRestored,
    IncidentsMerged,
    IncidentWithdrawn,
)
from schemas.events.promise import (
    PromiseBroken,
    PromiseCorrected,
    PromiseDropped,
    PromiseEvent,
    PromiseExplained,
    PromiseKept,
    PromiseLapsed,
    PromiseMade,
    PromiseMetLate,
)
from schemas.said import Said
from schemas.sentences import notices, reasons
from schemas.vocabulary import Coming, NoticeKind, Promised, Recipient, Urgency


def evolve(state: Jurisdiction, event: PromiseEvent, at: int) -> Jurisdiction:  # noqa: C901 - one case for each fact
    incident = state.incidents.by_id.get(event.incident_id)
    if incident is None:
        return state
    match event:
        case PromiseMade():
            return _fold_made(state, incident, event)
        case PromiseDropped():
            return _fold_dropped(state, incident, event)
        case PromiseKept():
            return _fold_kept(state, incident, event)
        case PromiseBroken():
            return _fold_broken(state, incident, event)
        case PromiseMetLate():
            return _fold_met_late(state, incident, event)
        case PromiseLapsed():
            return _fold_lapsed(state, incident, event)
        case PromiseExplained():
            return _fold_explained(state, incident, event)
        case PromiseCorrected():
            return _fold_corrected(state, incident, event)
        case _:
            assert_never(event)


def _keep(state: Jurisdiction, incident: Incident, timers: Timers) -> Jurisdiction:
    incidents = state.incidents
    by_id = incidents.by_id.set(incident.incident_id, incident)
    if by_id is incidents.by_id:
        return with_timers(state, timers)
    return replace(state, incidents=replace(incidents, by_id=by_id), timers=timers)


def _with(
    state: Jurisdiction, incident: Incident, name: Promised, promise: Promise, timers: Timers
) -> Jurisdiction:
    promises = incident.promises.set(name, promise)
    return _keep(state, replace(incident, promises=promises), timers)


def _fold_made(state: Jurisdiction, incident: Incident, event: PromiseMade) -> Jurisdiction:
    timers = state.timers.set(event.promise, event.incident_id, event.due_at)
    return _with(state, incident, event.promise, Promise(event.due_at), timers)


def _fold_dropped(state: Jurisdiction, incident: Incident, event: PromiseDropped) -> Jurisdiction:
    timers = state.timers.clear(event.promise, event.incident_id)
    promises = incident.promises.delete(event.promise)
    return _keep(state, replace(incident, promises=promises), timers)


def _fold_kept(state: Jurisdiction, incident: Incident, event: PromiseKept) -> Jurisdiction:
    name = event.promise
    kept = replace(incident.promises[name], met_at=event.happened_at, lapsed_at=None)
    return _with(state, incident, name, kept, state.timers.clear(name, event.incident_id))


def _fold_broken(state: Jurisdiction, incident: Incident, event: PromiseBroken) -> Jurisdiction:
    name = event.promise
    broken = replace(incident.promises[name], broken=True)
    return _with(state, incident, name, broken, state.timers.clear(name, event.incident_id))


def _fold_met_late(state: Jurisdiction, incident: Incident, event: PromiseMetLate) -> Jurisdiction:
    name, promise = event.promise, incident.promises[event.promise]
    late = replace(promise, met_at=event.happened_at, broken=True, lapsed_at=None)
    return _with(state, incident, name, late, state.timers.clear(name, event.incident_id))


def _fold_lapsed(state: Jurisdiction, incident: Incident, event: PromiseLapsed) -> Jurisdiction:
    name, promise = event.promise, incident.promises[event.promise]
    lapsed = replace(promise, lapsed_at=event.happened_at, broken=event.broken)
    return _with(state, incident, name, lapsed, state.timers.clear(name, event.incident_id))


def _fold_explained(
    state: Jurisdiction, incident: Incident, event: PromiseExplained
) -> Jurisdiction:
    explained = replace(incident.promises[event.promise], explained=event.reason)
    return _with(state, incident, event.promise, explained, state.timers)


def _fold_corrected(
    state: Jurisdiction, incident: Incident, event: PromiseCorrected
) -> Jurisdiction:
    name, promise = event.promise, incident.promises[event.promise]
    corrected = replace(
        promise,
        due_at=promise.due_at if event.due_at is None else event.due_at,
        met_at=event.happened_at,
        broken=not event.kept,
        lapsed_at=None,
    )
    return _with(state, incident, name, corrected, state.timers.clear(name, event.incident_id))


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:  # noqa: C901 - one case for each fact
    incident = state.incidents.by_id[event.incident_id]  # type: ignore[attr-defined]
    match event:
        case IncidentOpened():
            return _promise(state, incident, event, cause)
        case IncidentResponded():
            return _met(state, incident, "accept", event.happened_at)
        case CrewArrivalTakenBack():
            return _not_there(state.incidents.by_id[event.incident_id])
        case CrewArrived():
            return _arrived(state, incident, event.happened_at)
        case IncidentRestored():
            return _restored(state, incident, event.happened_at)
        case PromiseMade():
            return _met_before(state, incident, event.promise)
        case IncidentReopened():
            return _again(state, incident, cause)
        case IncidentWithdrawn():
            return _never_was(state, incident)
        case IncidentsMerged():
            into = state.incidents.by_id[event.into]
            judged = tuple(name for name, it in incident.promises.items() if not it.runs)
            return (
                *promises_merged.taken_over(incident, into),
                # What was kept or broken stays so; only what still runs is the other's now.
                *_dropped(incident, keep=judged),
                *_calm(state, incident, reasons.MERGED),
                *promises_merged.still_late(state, incident, into, cause),
            )
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    incident = state.incidents.by_id[id_]
    name = cast("Promised", kind)
    broken = _broken(incident, name, incident.promises[name].due_at)
    if kind == "accept":
        return (broken,)
    text = notices.promise_broken(kind)
    facts: list[Event] = [
        broken,
        notify(cause, NoticeKind.PROMISE_BROKEN, Recipient.DISPATCHER, text, about=id_),
    ]
    if incident.urgency is Urgency.URGENT:
        facts.extend(
            escalation.start(
                state,
                cause,
                about=id_,
                cause_kind=NoticeKind.PROMISE_BROKEN,
                ladder="promise",
                text=text,
                told=(Recipient.DISPATCHER,),
            )
        )
    return facts


def _promise(
    state: Jurisdiction, incident: Incident, event: IncidentOpened, cause: Cause
) -> Iterable[Event]:
    rules, id_ = state.policy.promises, incident.incident_id
    # Where the customer is rung first, who rings takes it on.
    ring_by = None if incident.call is None else incident.call.ring_by
    yield _made(id_, "accept", max(cause.at + rules.accept_min * MINUTE, ring_by or 0))
    # The customer waits from the report on, and a split does not let the wait begin anew.
    waits_since = cause.happened_at
    parent = state.incidents.by_id.get(event.split_from or "")
    if parent is not None:
        waits_since = min(waits_since, parent.opened_at)
    yield _made(id_, "arrival", waits_since + rules.arrival_min[incident.area_class] * MINUTE)


def _met(
    state: Jurisdiction, incident: Incident, name: Promised, happened_at: int
) -> tuple[Event, ...]:
    """Judge a promise by event time; what is learned late corrects an earlier judgement."""
    promise, id_ = incident.promises.get(name), incident.incident_id
    if promise is None or (promise.met_at is not None and happened_at >= promise.met_at):
        return ()
    if promise.lapsed_at is not None and happened_at > promise.lapsed_at:
        return ()
    if happened_at <= promise.due_at:
        if promise.runs:
            return (_kept(id_, name, happened_at),)
        return (_corrected(id_, name, kept=True, happened_at=happened_at),)
    late = _met_late(id_, name, happened_at)
    return (late,) if promise.broken else (_broken(incident, name, promise.due_at), late)


def _met_before(state: Jurisdiction, incident: Incident, name: Promised) -> tuple[Event, ...]:
    """Judge at once what was so before it was promised: a crew on site with the first report."""
    happened_at = {
        "accept": incident.responded_at,
        "arrival": incident.arrived_at,
        "restoration": incident.restored_at,
    }[name]
    return () if happened_at is None else _met(state, incident, name, happened_at)


def _arrived(state: Jurisdiction, incident: Incident, happened_at: int) -> Iterable[Event]:
    """Somebody is there: the arrival is judged, and the restoration clock runs from then on."""
    yield from _met(state, incident, "arrival", happened_at)
    yield from _calm(state, incident, reasons.CREW_IS_THERE)
    minutes = state.policy.promises.restoration_after_arrival_min[incident.area_class]
    due_at, promise = happened_at + minutes * MINUTE, incident.promises.get("restoration")
    if promise is not None and promise.due_at <= due_at:
        return
    if promise is None or promise.runs:
        yield _made(incident.incident_id, "restoration", due_at)
    elif promise.met_at is not None and promise.met_at > due_at and not promise.broken:
        # The crew came earlier than was known, so that the power was back too late after all.
        yield _corrected(
            incident.incident_id,
            "restoration",
            kept=False,
            happened_at=promise.met_at,
            due_at=due_at,
        )


def _not_there(incident: Incident) -> Iterable[Event]:
    """Who said they were there was not: the arrival is waited for again, and nothing after it."""
    arrival, restoration = (incident.promises.get(it) for it in ("arrival", "restoration"))
    if restoration is not None and restoration.runs:
        yield from _dropped(incident, keep=("accept", "arrival"))
    if arrival is not None and arrival.met_at is not None:
        yield _made(incident.incident_id, "arrival", arrival.due_at)


_COMING: Final[tuple[Coming, ...]] = get_args(Coming)


def _restored(state: Jurisdiction, incident: Incident, happened_at: int) -> Iterable[Event]:
    """Power is back. That is no arrival: where nobody has come, nobody is waited for any more."""
    yield from _met(state, incident, "restoration", happened_at)
    for name in _COMING:
        promise = incident.promises.get(name)
        if promise is None or promise.met_at is not None:
            continue
        if promise.lapsed_at is None or happened_at < promise.lapsed_at:
            # Its clock may have broken it before it was heard that power was back in time.
            broken = happened_at > promise.due_at
            yield _lapsed(incident.incident_id, name, happened_at, broken=broken)
    yield from _calm(state, incident, reasons.RESTORED)


def _again(state: Jurisdiction, incident: Incident, cause: Cause) -> Iterable[Event]:
    yield from _dropped(incident, keep=("accept",))
    arrival = state.policy.promises.arrival_min[incident.area_class] * MINUTE
    yield _made(incident.incident_id, "arrival", cause.at + arrival)


def _never_was(state: Jurisdiction, incident: Incident) -> Iterable[Event]:
    """Nothing was promised of what never was: also what was kept or broken counts no more."""
    for id_ in (incident.incident_id, *incident.absorbed):
        if (one := state.incidents.by_id.get(id_)) is not None:
            yield from _dropped(one)
    yield from _calm(state, incident, reasons.REPORTED_BY_MISTAKE)


def _dropped(incident: Incident, *, keep: tuple[str, ...] = ()) -> list[Event]:
    return [
        PromiseDropped(incident_id=incident.incident_id, promise=name)
        for name in sorted(incident.promises)
        if name not in keep
    ]


def _calm(state: Jurisdiction, incident: Incident, reason: Said) -> tuple[Event, ...]:
    return call_off(
        state,
        about=incident.incident_id,
        cause_kind=NoticeKind.PROMISE_BROKEN,
        reason=reason,
    )


def _made(incident_id: str, name: Promised, due_at: int) -> Event:
    return PromiseMade(incident_id=incident_id, promise=name, due_at=due_at)


def _kept(incident_id: str, name: Promised, happened_at: int) -> Event:
    return PromiseKept(incident_id=incident_id, promise=name, happened_at=happened_at)


def _broken(incident: Incident, name: Promised, due_at: int) -> Event:
    return PromiseBroken(incident_id=incident.incident_id, promise=name, due_at=due_at)


def _met_late(incident_id: str, name: Promised, happened_at: int) -> Event:
    return PromiseMetLate(incident_id=incident_id, promise=name, happened_at=happened_at)


def _lapsed(incident_id: str, name: Coming, happened_at: int, *, broken: bool) -> Event:
    return PromiseLapsed(
        incident_id=incident_id, promise=name, happened_at=happened_at, broken=broken
    )


def _corrected(
    incident_id: str, name: Promised, *, kept: bool, happened_at: int, due_at: int | None = None
) -> Event:
    return PromiseCorrected(
        incident_id=incident_id, promise=name, kept=kept, happened_at=happened_at, due_at=due_at
    )


CONCEPT: Final[Concept[Never, PromiseEvent]] = Concept(
    name="promise",
    facts=members(PromiseEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            IncidentOpened,
            IncidentResponded,
            CrewArrivalTakenBack,
            CrewArrived,
            IncidentRestored,
            IncidentReopened,
            IncidentsMerged,
            IncidentWithdrawn,
            PromiseMade,
        }
    ),
    react=react,
    timers=frozenset({"accept", "arrival", "restoration"}),
    due=due,
)
