"""An incident: reported, correlated, graded, responded to, restored, closed, reviewed.

Who took the report owns it until it is closed (首问负责); one thread per customer; a closed one
absorbs nothing. Machines open and restore, only a person reopens.
"""

from collections.abc import Iterable

from coordinator.domain import incident_desk
from coordinator.domain.cause import Cause
from coordinator.domain.correlation import open_match, recurrence_of, report_key
from coordinator.domain.extent import newer
from coordinator.domain.grading import grade
from coordinator.domain.incident_fold import evolve
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.incidents import Incident, Phase
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.team_finder import area_class_of
from schemas.events.assignment import AssignmentAccepted, LateFactJoined, MemberOnScene
from schemas.events.envelope import Event
from schemas.events.incident import (
    CrewArrived,
    IncidentClosed,
    IncidentEvent,
    IncidentFiled,
    IncidentGraded,
    IncidentOpened,
    IncidentResponded,
    IncidentRestored,
    IncidentsMerged,
    IncidentSplit,
    IncidentUpdated,
    RecurrenceForgotten,
    ReportDuplicated,
    ReportJoined,
    ReportWithdrawn,
)
from schemas.events.unit import UnitFormed
from schemas.signals.incident import (
    Extent,
    ExtentReported,
    IncidentSignal,
    OutageGone,
    OutageReported,
    OutageUpdated,
)
from schemas.vocabulary import CrewStatus, EventGrade, NoticeKind, Recipient, Urgency

EVENTS = (IncidentEvent,)
SIGNALS = (IncidentSignal,)
REACTS_TO: tuple[type[Event], ...] = (
    IncidentOpened,
    ReportJoined,
    IncidentUpdated,
    ReportWithdrawn,
    IncidentsMerged,
    IncidentSplit,
    IncidentGraded,
    UnitFormed,
    AssignmentAccepted,
    MemberOnScene,
    LateFactJoined,
)
TIMERS = frozenset({"close", "file", "forget"})

_ENDED = frozenset({Phase.CLOSED, Phase.REVIEWED, Phase.MERGED})

__all__ = ["EVENTS", "REACTS_TO", "SIGNALS", "TIMERS", "decide", "due", "evolve", "react"]


def decide(state: Jurisdiction, signal: IncidentSignal, cause: Cause) -> Iterable[Event]:
    match signal:
        case OutageReported():
            return _report(state, signal, cause)
        case OutageUpdated():
            return _update(state, signal, cause)
        case OutageGone():
            return _gone(state, signal, cause)
        case ExtentReported():
            return _extent(state, signal, cause)
        case _:
            return incident_desk.decide(state, signal, cause)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    match event:
        case IncidentOpened():
            return _opened(state, state.incidents.by_id[event.incident_id], event, cause)
        case ReportJoined() | IncidentUpdated() | IncidentSplit():
            incident = state.incidents.by_id.get(event.incident_id)
            if incident is None:
                return ()
            return (*_regrade(state, incident), *_crew(state, incident, event, cause))
        case ReportWithdrawn():
            return _withdrawn(state, state.incidents.by_id.get(event.incident_id), cause)
        case IncidentsMerged():
            return _regrade(state, state.incidents.by_id[event.into])
        case IncidentGraded():
            return _announce(state, event, cause)
        case UnitFormed():
            unit = state.units.by_id[event.unit_id]
            return _responded(state, unit.incident_id, cause.at)
        case AssignmentAccepted():
            return _responded(state, _incident_of(state, event.assignment_id), event.happened_at)
        case LateFactJoined() if event.fact != "on_scene":
            return ()
        case MemberOnScene() | LateFactJoined():
            where = _incident_of(state, event.assignment_id)
            return _arrived(state, where, event.happened_at)
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    if kind == "close":
        return (IncidentClosed(incident_id=id_, by_clock=True),)
    if kind == "file":
        window = state.policy.correlation.recurrence_window_min * 60_000
        return (IncidentFiled(incident_id=id_, forget_at=cause.at + window),)
    return (RecurrenceForgotten(incident_id=id_),)


def _report(state: Jurisdiction, signal: OutageReported, cause: Cause) -> Iterable[Event]:
    known = _by_report(state, signal.source, signal.dedup_key)
    if known is not None and known.phase not in _ENDED and known.phase is not Phase.RESTORED:
        facts: list[Event] = [
            ReportDuplicated(
                incident_id=known.incident_id, source=signal.source, dedup_key=signal.dedup_key
            )
        ]
        facts.extend(_changed(known, signal.source, signal.dedup_key, signal, cause))
        return facts
    started_at = min(signal.started_at or cause.happened_at, cause.at)
    match = open_match(state, signal, started_at)
    if match is not None:
        return (
            ReportJoined(
                incident_id=match.incident.incident_id,
                source=signal.source,
                dedup_key=signal.dedup_key,
                rule=match.rule,
                key=match.key,
                extent=signal.extent,
                customer_ref=signal.customer_ref,
                started_at=started_at,
            ),
        )
    return (
        IncidentOpened(
            incident_id=cause.mint("inc"),
            source=signal.source,
            dedup_key=signal.dedup_key,
            correlation_key=signal.correlation_key,
            kind=signal.kind,
            fault_class=signal.fault_class,
            place=signal.place,
            area_class=signal.area_class or area_class_of(state, signal.place),
            device=signal.device,
            circuit=signal.circuit,
            cell_id=signal.cell_id,
            started_at=started_at,
            extent=signal.extent,
            cause=signal.cause,
            crew_status=signal.crew_status,
            expected_restored_at=signal.expected_restored_at,
            customer_ref=signal.customer_ref,
            urgent=signal.injury_risk or signal.urgency is Urgency.URGENT,
            owner_id=signal.actor_id,
            recurrence_of=recurrence_of(state, signal, started_at),
        ),
    )


def _by_report(state: Jurisdiction, source: str, dedup_key: str) -> Incident | None:
    incident_id = state.incidents.by_report.get(report_key(source, dedup_key))
    return None if incident_id is None else state.incidents.by_id.get(incident_id)


def _update(state: Jurisdiction, signal: OutageUpdated, cause: Cause) -> Iterable[Event]:
    known = _by_report(state, signal.source, signal.dedup_key)
    if known is None or known.phase in _ENDED:
        return refuse("an update is of an open report", field="dedup_key", value=signal.dedup_key)
    return _changed(known, signal.source, signal.dedup_key, signal, cause)


def _changed(
    known: Incident,
    source: str,
    dedup_key: str,
    signal: OutageReported | OutageUpdated,
    cause: Cause,
) -> tuple[Event, ...]:
    """Return what a source newly knows about its report, nothing if it is all known."""
    held = known.reports.get(report_key(source, dedup_key), Extent())
    more = newer(held, signal.extent) != held
    cause_text = signal.cause if signal.cause != known.cause else None
    crew = signal.crew_status if signal.crew_status is not known.crew_status else None
    expected = signal.expected_restored_at
    if expected == known.expected_restored_at:
        expected = None
    if not more and cause_text is None and crew is None and expected is None:
        return ()
    return (
        IncidentUpdated(
            incident_id=known.incident_id,
            source=source,
            dedup_key=dedup_key,
            extent=signal.extent if more else Extent(),
            cause=cause_text,
            crew_status=crew,
            expected_restored_at=expected,
            happened_at=cause.happened_at,
        ),
    )


def _gone(state: Jurisdiction, signal: OutageGone, cause: Cause) -> Iterable[Event]:
    known = _by_report(state, signal.source, signal.dedup_key)
    if known is None or known.phase in _ENDED:
        return ()
    key = report_key(signal.source, signal.dedup_key)
    if key in known.withdrawn or key not in known.reports:
        return ()
    return (
        ReportWithdrawn(
            incident_id=known.incident_id,
            source=signal.source,
            dedup_key=signal.dedup_key,
            reason=signal.reason,
        ),
    )


def _extent(state: Jurisdiction, signal: ExtentReported, cause: Cause) -> Iterable[Event]:
    incident = state.incidents.by_id.get(signal.incident_id)
    if incident is None or incident.phase in _ENDED:
        return refuse(
            "numbers are of an open incident", field="incident_id", value=signal.incident_id
        )
    if newer(incident.stated, signal.extent) == incident.stated:
        return ()
    return (
        IncidentUpdated(
            incident_id=signal.incident_id, extent=signal.extent, happened_at=cause.happened_at
        ),
    )


def _opened(
    state: Jurisdiction, incident: Incident, event: IncidentOpened, cause: Cause
) -> Iterable[Event]:
    yield from _regrade(state, incident)
    yield from _crew(state, incident, event, cause)


def _regrade(state: Jurisdiction, incident: Incident) -> tuple[Event, ...]:
    """Grade anew; a fact only if one of the fields changed."""
    if incident.phase in _ENDED:
        return ()
    found = grade(
        incident.extent,
        state.policy.grading,
        fault_class=incident.fault_class,
        urgent=incident.urgent,
    )
    if (
        incident.grade is found.event
        and incident.accident is found.accident
        and incident.urgency is found.urgency
        and incident.priority == found.priority
    ):
        return ()
    return (
        IncidentGraded(
            incident_id=incident.incident_id,
            grade=found.event,
            warning=found.warning,
            response=found.response,
            accident=found.accident,
            urgency=found.urgency,
            priority=found.priority,
            rows=found.rows,
        ),
    )


def _crew(
    state: Jurisdiction,
    incident: Incident,
    event: IncidentOpened | ReportJoined | IncidentUpdated | IncidentSplit,
    cause: Cause,
) -> tuple[Event, ...]:
    """A crew that the source reports counts like ours: it is coming, or it is there."""
    status = getattr(event, "crew_status", None)
    happened_at = getattr(event, "happened_at", cause.happened_at)
    if status is CrewStatus.EN_ROUTE:
        return _responded(state, incident.incident_id, happened_at)
    if status is CrewStatus.ON_SITE:
        return (
            *_responded(state, incident.incident_id, happened_at),
            *_arrived(state, incident.incident_id, happened_at),
        )
    return ()


def _responded(state: Jurisdiction, incident_id: str | None, happened_at: int) -> tuple[Event, ...]:
    incident = state.incidents.by_id.get(incident_id or "")
    if incident is None or incident.responded_at is not None or incident.phase in _ENDED:
        return ()
    return (IncidentResponded(incident_id=incident.incident_id, happened_at=happened_at),)


def _arrived(state: Jurisdiction, incident_id: str | None, happened_at: int) -> tuple[Event, ...]:
    """The first arrival counts; an earlier one that is learned late takes its place."""
    incident = state.incidents.by_id.get(incident_id or "")
    if incident is None or incident.phase in _ENDED:
        return ()
    if incident.arrived_at is not None and incident.arrived_at <= happened_at:
        return ()
    return (CrewArrived(incident_id=incident.incident_id, happened_at=happened_at),)


def _incident_of(state: Jurisdiction, assignment_id: str) -> str | None:
    assignment = state.assignments.by_id.get(assignment_id)
    return None if assignment is None else assignment.incident_id


def _withdrawn(state: Jurisdiction, incident: Incident | None, cause: Cause) -> tuple[Event, ...]:
    if incident is None or incident.phase is Phase.RESTORED or incident.phase in _ENDED:
        return ()
    if incident.reports:
        return _regrade(state, incident)
    return (
        IncidentRestored(
            incident_id=incident.incident_id,
            happened_at=cause.happened_at,
            cause="last_report_gone",
        ),
    )


def _announce(state: Jurisdiction, event: IncidentGraded, cause: Cause) -> tuple[Event, ...]:
    if event.grade is EventGrade.FAULT:
        return ()
    return (
        notify(
            cause,
            NoticeKind.GRADE_CHANGED,
            Recipient.COMMANDER,
            f"Grade {event.grade.value}: {'; '.join(event.rows)}"[:200],
            about=event.incident_id,
        ),
    )
