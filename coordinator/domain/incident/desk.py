"""What the desk decides about an incident: merge, split, control, restore, close, review …"""

from collections.abc import Callable, Container, Iterable
from typing import Any

from msgspec.structs import replace

from coordinator.domain.at_work import at_work_here, naming, warned_by_incident
from coordinator.domain.called_to import goes_on_beside_incident
from coordinator.domain.cause import Cause
from coordinator.domain.incident import call_back, mistaken
from coordinator.domain.merged_away import or_successor
from coordinator.domain.refusal import refuse
from coordinator.domain.state.incident_index import living
from coordinator.domain.state.incidents import WORKING, Incident, Phase, Sighting
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage
from schemas.bounds import Position
from schemas.catalogue import type_of
from schemas.events.envelope import Event
from schemas.events.incident import (
    AlertLinked,
    IncidentClosed,
    IncidentControlled,
    IncidentOpened,
    IncidentReopened,
    IncidentRestored,
    IncidentReviewed,
    IncidentsMerged,
    IncidentSplit,
    IncidentWithdrawn,
    OwnerHandedOver,
    ReportJoined,
)
from schemas.events.notice import RuleWarned
from schemas.events.promise import PromiseExplained
from schemas.said import Said
from schemas.sentences import incidents
from schemas.sentences import phases as phase_words
from schemas.signals import incident as signals
from schemas.signals.envelope import Signal
from schemas.signals.incident import Account


def decide(state: Jurisdiction, signal: Signal, cause: Cause) -> Iterable[Event]:
    if isinstance(signal, signals.MergeIncidents):
        return _merge(state, signal)
    incident_id = signal.incident_id  # type: ignore[attr-defined]
    incident = state.incidents.by_id.get(incident_id)
    if incident is None:
        return refuse(incidents.NO_SUCH_INCIDENT, field="incident_id", value=incident_id)
    if isinstance(signal, signals.RestoreIncident) and incident.phase is Phase.MERGED:
        return _restore_merged(state, incident, signal, cause)
    ends = isinstance(signal, signals.CloseIncident | signals.WithdrawIncident)
    if ends and (refused := _over(state, incident_id)):
        return refused
    phases, speak = _COMMANDS[type(signal)]
    if incident.phase not in phases:
        rule = or_successor(_not_now(incident.phase, phases), state, incident_id)
        return refuse(rule, field="incident_id", value=incident_id)
    return speak(state, incident, signal, cause)


def _not_now(phase: Phase, wanted: Container[Phase]) -> Said:
    """Say in which phase an incident is, in which it should be, and what can be said of it now."""
    said_at = {signals.MergeIncidents: WORKING} | {it: at for it, (at, _) in _COMMANDS.items()}
    possible = [phase_words.can_be_said(type_of(it)) for it, at in said_at.items() if phase in at]
    return incidents.not_in_this_phase(
        phase,
        [phase_words.in_phase(it) for it in Phase if it in wanted],
        possible or phase_words.NOTHING_MORE,
    )


def _merge(state: Jurisdiction, signal: signals.MergeIncidents) -> Iterable[Event]:
    into = state.incidents.by_id.get(signal.into)
    if into is None or into.phase not in WORKING:
        rule = or_successor(incidents.CLOSED_ABSORBS_NOTHING, state, signal.into)
        return refuse(rule, field="into", value=signal.into)
    for incident_id in signal.incident_ids:
        incident = state.incidents.by_id.get(incident_id)
        if incident is None or incident.phase not in WORKING or incident_id == signal.into:
            rule = or_successor(incidents.ONLY_OPEN_MERGED, state, incident_id)
            return refuse(rule, field="incident_ids", value=incident_id)
        if refused := _over(state, incident_id, field="incident_ids"):
            return refused
    unnamed = [
        unit_id
        for incident_id in signal.incident_ids
        for unit_id in _crews(state, incident_id)
        if unit_id not in signal.stands_down
    ]
    if unnamed:
        rule = incidents.merge_stands_down(unnamed)
        return refuse(rule, field="stands_down", value=unnamed[0])
    return [
        IncidentsMerged(into=signal.into, incident_id=it, reason=signal.reason)
        for it in dict.fromkeys(signal.incident_ids)
    ]


def _crews(state: Jurisdiction, incident_id: str) -> list[str]:
    """Return the units that the end of an incident sends home: those of it that have people, and
    are kept by no task or guard.
    """
    units = (state.units.by_id.get(it) for it in state.units.by_incident.get(incident_id, ()))
    return [
        it.unit_id
        for it in units
        if it is not None
        and it.stage is not Stage.STOOD_DOWN
        and it.people
        and not goes_on_beside_incident(state, it)
    ]


def _over(
    state: Jurisdiction, incident_id: str, *, field: str = "incident_id"
) -> tuple[Event, ...]:
    """Refuse to end what people are at work at: the work ends first."""
    tickets = at_work_here(state, incident_id)
    if not tickets:
        return ()
    return refuse(
        incidents.not_over_people_at_work(naming(tickets)), field=field, value=incident_id
    )


def _split(
    state: Jurisdiction, incident: Incident, signal: signals.SplitIncident, cause: Cause
) -> Iterable[Event]:
    named = {key: key.partition("|")[2] for key in sorted(incident.reports)}
    unknown = [it for it in signal.dedup_keys if it not in named.values()]
    if unknown:
        return refuse(incidents.ONLY_OWN_REPORTS_LEAVE, field="dedup_keys", value=unknown[0])
    taken = [key for key, dedup_key in named.items() if dedup_key in signal.dedup_keys]
    if len(taken) == len(incident.reports):
        return refuse(incidents.ONE_REPORT_STAYS, field="dedup_keys", value=len(taken))
    first, into = taken[0], cause.mint("inc")
    seen = incident.sightings.get(first, Sighting())
    place = seen.place or incident.place
    facts: list[Event] = [
        IncidentSplit(
            incident_id=incident.incident_id,
            into=into,
            dedup_keys=tuple(dict.fromkeys(signal.dedup_keys)),
            reason=signal.reason,
        ),
        IncidentOpened(
            incident_id=into,
            source=first.partition("|")[0],
            dedup_key=named[first],
            kind=incident.kind,
            fault_class=incident.fault_class,
            place=place,
            cell_id=incident.cell_id if place == incident.place else None,
            area_class=incident.area_class,
            device=seen.device,
            circuit=seen.circuit,
            started_at=incident.started_at,
            extent=incident.reports[first],
            account=_account_of_part(state, incident, first, place),
            customer_ref=seen.customer_ref,
            owner_id=signal.actor_id,
            urgent=incident.urgent,
            recurrence_of=incident.recurrence_of,
            split_from=incident.incident_id,
        ),
    ]
    for key in taken[1:]:
        seen = incident.sightings.get(key, Sighting())
        facts.append(
            ReportJoined(
                incident_id=into,
                source=key.partition("|")[0],
                dedup_key=named[key],
                rule="split",
                device=seen.device,
                circuit=seen.circuit,
                place=seen.place,
                customer_ref=seen.customer_ref,
                extent=incident.reports[key],
            )
        )
    return facts


def _control(
    state: Jurisdiction, incident: Incident, signal: signals.ControlIncident, cause: Cause
) -> Iterable[Event]:
    if incident.phase is Phase.CONTROLLED:
        return ()
    return (
        IncidentControlled(
            incident_id=incident.incident_id, happened_at=cause.happened_at, text=signal.text
        ),
    )


def _account_of_part(state: Jurisdiction, incident: Incident, key: str, place: Position) -> Account:
    """Return what is known of a part that leaves an incident: never another place's address.

    What was merged in and leaves again takes along what was said of it then. The crew that its
    source sent stays with the one that it was sent to.
    """
    for id_ in incident.absorbed:
        part = state.incidents.by_id.get(id_)
        if part is not None and key in part.moved:
            danger = part.account.injury_risk or incident.account.injury_risk
            return replace(part.account, crew_status=None, injury_risk=danger)
    if place == incident.place:
        return replace(incident.account, crew_status=None)
    return replace(incident.account, crew_status=None, address=None, access=None)


def _restore(
    state: Jurisdiction, incident: Incident, signal: signals.RestoreIncident, cause: Cause
) -> Iterable[Event]:
    # Supply that is said to be back a second time is old news for all but who is at the line, and
    # for a line that was ready only after the first.
    warned = warned_by_incident(state, incident)
    ready = incident.ready_to_energise_at
    energised = ready is not None and cause.happened_at >= ready
    known = incident.restored_at is not None and not _more_than_known(incident, signal, cause)
    if known and not warned and not energised:
        return ()
    return (
        IncidentRestored(
            incident_id=incident.incident_id,
            happened_at=cause.happened_at,
            temporary=signal.temporary,
            first_visit=_first_visit(incident, signal),
        ),
    )


def _restore_merged(
    state: Jurisdiction, gone: Incident, signal: signals.RestoreIncident, cause: Cause
) -> Iterable[Event]:
    """Take word of an incident that was merged away for the one it is part of, and say so.

    Whoever says it may not have heard of the merge; that supply is back is not to be lost by it.
    """
    into = living(state.incidents, gone.incident_id)
    phases, _ = _COMMANDS[signals.RestoreIncident]
    if into is None or into.phase not in phases:
        phase = gone.phase if into is None else into.phase
        return refuse(_not_now(phase, phases), field="incident_id", value=gone.incident_id)
    said = tuple(_restore(state, into, signal, cause))
    if not said:
        return ()
    rule = incidents.taken_for_merged(into.incident_id)
    return (RuleWarned(rule=rule, about=gone.incident_id), *said)


def _more_than_known(incident: Incident, signal: signals.RestoreIncident, cause: Cause) -> bool:
    """Makeshift power became lasting, or a late fact says that power was back earlier."""
    lasting = incident.temporary and not signal.temporary
    return lasting or cause.happened_at < (incident.restored_at or cause.at)


def _first_visit(incident: Incident, signal: signals.RestoreIncident) -> bool | None:
    """Fixed at the first visit (首到必修): not on a second attempt, else unknown until said."""
    if signal.first_visit is not None:
        return signal.first_visit
    if incident.first_visit is False or incident.recurrence_of is not None:
        return False
    return None


def _close(
    state: Jurisdiction, incident: Incident, signal: signals.CloseIncident, cause: Cause
) -> Iterable[Event]:
    response = state.responses.by_incident.get(incident.incident_id)
    if response is not None and response.terminated_at is None:
        return refuse(
            incidents.RESPONSE_ENDS_BEFORE_CLOSING,
            field="incident_id",
            value=incident.incident_id,
        )
    return call_back.before_closing(incident) or (
        IncidentClosed(
            incident_id=incident.incident_id,
            answer=call_back.closed_with(incident),
            feedback=signal.feedback,
        ),
    )


def _withdraw(
    state: Jurisdiction, incident: Incident, signal: signals.WithdrawIncident, cause: Cause
) -> Iterable[Event]:
    if mistaken.held(state, incident.incident_id):
        rule = incidents.RESPONSE_ENDS_BEFORE_CLOSING
        return refuse(rule, field="incident_id", value=incident.incident_id)
    return (
        IncidentWithdrawn(incident_id=incident.incident_id, reason=signal.reason, cause="said_so"),
    )


def _review(
    state: Jurisdiction, incident: Incident, signal: signals.ReviewIncident, cause: Cause
) -> Iterable[Event]:
    return (
        IncidentReviewed(
            incident_id=incident.incident_id,
            cause=signal.cause,
            lessons=signal.lessons,
            improvements=signal.improvements,
        ),
    )


def _reopen(
    state: Jurisdiction, incident: Incident, signal: signals.ReopenIncident, cause: Cause
) -> Iterable[Event]:
    return (IncidentReopened(incident_id=incident.incident_id, reason=signal.reason),)


def _hand_over(
    state: Jurisdiction, incident: Incident, signal: signals.HandOverIncident, cause: Cause
) -> Iterable[Event]:
    if signal.to == incident.owner_id:
        return ()
    return (OwnerHandedOver(incident_id=incident.incident_id, to=signal.to, reason=signal.reason),)


def _explain(
    state: Jurisdiction, incident: Incident, signal: signals.ExplainPromise, cause: Cause
) -> Iterable[Event]:
    if signal.promise not in incident.promises:
        return refuse(incidents.NO_SUCH_PROMISE, field="promise", value=signal.promise)
    if incident.promises[signal.promise].explained == signal.reason:
        return ()
    return (
        PromiseExplained(
            incident_id=incident.incident_id, promise=signal.promise, reason=signal.reason
        ),
    )


def _link(
    state: Jurisdiction, incident: Incident, signal: signals.LinkAlert, cause: Cause
) -> Iterable[Event]:
    if signal.alert_id not in state.alerts.by_id:
        return refuse(incidents.NO_SUCH_LIVE_ALERT, field="alert_id", value=signal.alert_id)
    if signal.alert_id in incident.alert_ids:
        return ()
    return (AlertLinked(incident_id=incident.incident_id, alert_id=signal.alert_id),)


_Speak = Callable[[Jurisdiction, Incident, Any, Cause], Iterable[Event]]
_COMMANDS: dict[type[Signal], tuple[frozenset[Phase], _Speak]] = {
    signals.SplitIncident: (WORKING, _split),
    signals.ControlIncident: (WORKING, _control),
    signals.RestoreIncident: (WORKING | {Phase.RESTORED}, _restore),
    signals.WithdrawIncident: (WORKING | {Phase.RESTORED}, _withdraw),
    signals.RecordCallBack: (frozenset({Phase.RESTORED}), call_back.record),
    signals.CloseIncident: (frozenset({Phase.RESTORED}), _close),
    signals.ReviewIncident: (frozenset({Phase.CLOSED}), _review),
    signals.ReopenIncident: (frozenset({Phase.RESTORED}), _reopen),
    signals.HandOverIncident: (WORKING | {Phase.RESTORED}, _hand_over),
    signals.ExplainPromise: (WORKING | {Phase.RESTORED}, _explain),
    signals.LinkAlert: (WORKING, _link),
}
"""In which phases each is said, and what it leads to."""
