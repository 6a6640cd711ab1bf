"""The emergency response: activated, reported upwards on time, ended when all conditions hold."""

from collections.abc import Iterable
from typing import Final, assert_never, cast

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.escalation.fold import together
from coordinator.domain.incident.fold import start_closing
from coordinator.domain.merged_away import or_successor
from coordinator.domain.refusal import refuse
from coordinator.domain.state.incidents import ENDED, Phase
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.responses import Response
from coordinator.domain.state.timers import Timers
from schemas.catalogue import members
from schemas.durations import DAY, MINUTE
from schemas.events.envelope import Event
from schemas.events.incident import IncidentGraded, IncidentReopened, IncidentsMerged
from schemas.events.response import (
    ReportFellDue,
    ReportSent,
    ResponseActivated,
    ResponseEvent,
    ResponseFiled,
    ResponseTerminated,
)
from schemas.said import Said
from schemas.sentences import incidents, notices, reasons
from schemas.signals.response import (
    ActivateResponse,
    RecordReport,
    ResponseSignal,
    TerminateResponse,
)
from schemas.vocabulary import NoticeKind, ReportKind, ResponseLevel

_TIMERS = frozenset({"flash", "situation", "verified"})

_RANK = {level: rank for rank, level in enumerate(ResponseLevel)}


def evolve(state: Jurisdiction, event: ResponseEvent, at: int) -> Jurisdiction:  # noqa: C901 - one case for each fact
    responses, timers, id_ = state.responses.by_incident, state.timers, event.incident_id
    rules = state.policy.reporting
    match event:
        case ResponseActivated():
            response = responses.get(id_)
            begun = response is not None and response.terminated_at is None
            if response is None or not begun:
                response = Response(id_, event.level, at)
                timers = timers.set("flash", id_, at + rules.flash_within_min * MINUTE)
                timers = timers.set("situation", id_, _next_situation(state, at))
                timers = timers.clear("verified", id_)
            responses = responses.set(id_, _as_activated(response, event))
            gone = responses.get(event.continues or "")
            if gone is not None:
                responses = responses.set(id_, _together(responses[id_], gone))
                timers = _earlier(timers, id_, gone.incident_id, begun=begun)
        case ResponseTerminated():
            responses = responses.set(id_, replace(responses[id_], terminated_at=at))
            timers = timers.clear("situation", id_).clear("flash", id_)
            timers = timers.set("verified", id_, at + rules.verified_within_h * 60 * MINUTE)
        case ReportFellDue():
            held = responses[id_]
            owed = held.reports_owed.set(event.report, event.due_at)
            responses = responses.set(id_, replace(held, reports_owed=owed))
            timers = timers.clear(event.report, id_)
            if event.report == "situation":
                timers = timers.set("situation", id_, _next_situation(state, at))
        case ReportSent():
            held = responses[id_]
            owed = held.reports_owed
            if event.report in owed:
                owed = owed.delete(event.report)
            held = replace(held, reports_owed=owed, reports_sent=held.reports_sent + 1)
            responses = responses.set(id_, held)
            timers = _wound_on(state, timers, held, event.report, at)
        case ResponseFiled():
            responses = responses.delete(id_)
            for kind in sorted(_TIMERS):
                timers = timers.clear(kind, id_)
        case _:
            assert_never(event)
    state = replace(state, responses=replace(state.responses, by_incident=responses), timers=timers)
    incident = state.incidents.by_id.get(id_)
    if incident is not None and isinstance(event, ResponseActivated | ResponseTerminated):
        # Nothing closes by the clock while a response runs; after it the wait begins.
        return start_closing(state, incident, at)
    return state


def _as_activated(response: Response, event: ResponseActivated) -> Response:
    return replace(
        response,
        level=event.level,
        matter=event.matter,
        expected_duration_h=event.expected_duration_h,
        measures=event.measures,
    )


def _together(response: Response, gone: Response) -> Response:
    """Return a response that takes over what another one owes."""
    owed = response.reports_owed
    for report, due_at in sorted(gone.reports_owed.items()):
        owed = owed.set(report, min(due_at, owed.get(report, due_at)))
    return replace(
        response,
        activated_at=min(response.activated_at, gone.activated_at),
        reports_owed=owed,
        reports_sent=response.reports_sent + gone.reports_sent,
    )


def _earlier(timers: Timers, id_: str, gone: str, *, begun: bool) -> Timers:
    """Keep the earlier of two due times; what only goes on falls due as it would have."""
    for kind in ("flash", "situation"):
        due_at, other = timers.get(kind, id_) if begun else None, timers.get(kind, gone)
        times = [it for it in (due_at, other) if it is not None]
        timers = timers.set(kind, id_, min(times)) if times else timers.clear(kind, id_)
    return timers


def _wound_on(
    state: Jurisdiction, timers: Timers, response: Response, report: str, at: int
) -> Timers:
    """What went up no longer falls due; a situation report counts from its cut-off on."""
    id_ = response.incident_id
    due_at = timers.get(report, id_)
    if due_at is None:
        return timers
    if report != "situation":
        return timers.clear(report, id_)
    if at < due_at - state.policy.reporting.situation_cutoff_min * MINUTE:
        return timers
    return timers.set("situation", id_, _next_situation(state, due_at))


def decide(state: Jurisdiction, signal: ResponseSignal, cause: Cause) -> Iterable[Event]:
    match signal:
        case ActivateResponse():
            return _activate(state, signal)
        case TerminateResponse():
            return _terminate(state, signal, cause)
        case RecordReport():
            return _sent(state, signal, cause)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:  # noqa: C901 - one case for each fact
    match event:
        case ReportFellDue():
            return _climbs(state, event.incident_id, cause)
        case ReportSent() | ResponseFiled():
            incident = state.incidents.by_id.get(event.incident_id)
            merged = incident is not None and incident.phase is Phase.MERGED
            why = reasons.MERGED if merged else reasons.REPORT_WENT_UP
            return _said_now(state, event.incident_id, why)
        case ResponseActivated(continues=None):
            return _said_now(state, event.incident_id, reasons.RESPONSE_ANEW)
        case ResponseActivated():
            return _climbs(state, event.incident_id, cause)
        case IncidentsMerged():
            return _merged(state, event, cause)
        case IncidentGraded():
            response = state.responses.by_incident.get(event.incident_id)
            if response is None or _RANK[response.level] > _RANK[event.response]:
                return _by_policy(state, event.incident_id)
        case IncidentReopened():
            response = state.responses.by_incident.get(event.incident_id)
            if response is not None and response.terminated_at is not None:
                return _by_policy(state, event.incident_id)
    return ()


def _by_policy(state: Jurisdiction, incident_id: str) -> tuple[Event, ...]:
    """Activate the response that follows from the grade."""
    rules, incident = state.policy.grading, state.incidents.by_id[incident_id]
    grade, level = incident.grade, incident.response
    if grade not in rules.activate_automatically or level in (None, ResponseLevel.NONE):
        return ()
    return (
        ResponseActivated(
            incident_id=incident_id,
            level=level,
            led_by=rules.led_by[level],
            matter=reasons.large_area_outage(grade),
            expected_duration_h=24,
            measures=reasons.RESPONSE_BY_POLICY,
        ),
    )


def _merged(state: Jurisdiction, event: IncidentsMerged, cause: Cause) -> Iterable[Event]:
    """A response to what is merged goes on with the incident it is now, at the higher level."""
    responses, id_ = state.responses.by_incident, event.incident_id
    gone, response = responses.get(id_), responses.get(event.into)
    if gone is None:
        return
    if gone.terminated_at is None:
        levels = [
            it.level for it in (gone, response) if it is not None and it.terminated_at is None
        ]
        level = min(levels, key=lambda it: _RANK[it])
        yield ResponseActivated(
            incident_id=event.into,
            level=level,
            led_by=state.policy.grading.led_by[level],
            matter=reasons.RESPONSE_GOES_ON,
            expected_duration_h=24,
            measures=reasons.MEASURES_AS_BEFORE,
            continues=id_,
        )
    yield ResponseFiled(incident_id=id_)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    due_at = state.timers.get(kind, id_) or cause.at
    return (ReportFellDue(incident_id=id_, report=cast("ReportKind", kind), due_at=due_at),)


def _owed(state: Jurisdiction, id_: str) -> list[Said]:
    """Return each report that a response owes now, the one due first at first."""
    response = state.responses.by_incident.get(id_)
    owed = () if response is None else response.reports_owed.items()
    by_time = sorted(owed, key=lambda it: (it[1], it[0]))
    return [notices.report_is_due(report, due_at) for report, due_at in by_time]


def _climbs(state: Jurisdiction, id_: str, cause: Cause) -> Iterable[Event]:
    """Say which reports are owed, and say so again further up until they are sent."""
    owed = _owed(state, id_)
    if not owed:
        return ()
    kind, text = NoticeKind.REPORT_DUE, together(owed)
    standing = (state.escalations.by_id[it] for it in state.escalations.by_subject.get(id_, ()))
    if any((id_, text) in it.parts for it in standing):
        return ()
    return escalation.at_the_desk(
        state, cause, about=id_, cause_kind=kind, ladder="report", text=text
    )


def _said_now(state: Jurisdiction, id_: str, reason: Said) -> Iterable[Event]:
    """Something is owed no more: the alarm names what is, and is over where nothing is."""
    return escalation.said_now(
        state, about=id_, cause_kind=NoticeKind.REPORT_DUE, texts=_owed(state, id_), reason=reason
    )


def _next_situation(state: Jurisdiction, at: int) -> int:
    """Return the next time of day at which situation reports go up, UTC milliseconds."""
    rules = state.policy.reporting
    local = at + rules.utc_offset_min * MINUTE
    midnight = local - local % DAY
    times = [
        midnight + day * DAY + minute * MINUTE
        for day in (0, 1)
        for minute in rules.situation_at_min
    ]
    following = min((it for it in times if it > local), default=local + DAY)
    return following - rules.utc_offset_min * MINUTE


def _activate(state: Jurisdiction, signal: ActivateResponse) -> Iterable[Event]:
    incident = state.incidents.by_id.get(signal.incident_id)
    if incident is None or incident.phase in ENDED:
        rule = or_successor(incidents.RESPONSE_TO_OPEN_INCIDENT, state, signal.incident_id)
        return refuse(rule, field="incident_id", value=signal.incident_id)
    if signal.level is ResponseLevel.NONE:
        return refuse(incidents.RESPONSE_HAS_LEVEL, field="level", value=signal.level)
    activated = ResponseActivated(
        incident_id=signal.incident_id,
        level=signal.level,
        led_by=state.policy.grading.led_by[signal.level],
        matter=reasons.as_typed(signal.matter),
        expected_duration_h=signal.expected_duration_h,
        measures=reasons.as_typed_at_length(signal.measures),
    )
    response = state.responses.by_incident.get(signal.incident_id)
    under_way = response is not None and response.terminated_at is None
    if response is not None and under_way and _as_activated(response, activated) == response:
        return ()
    return (activated,)


def _terminate(state: Jurisdiction, signal: TerminateResponse, cause: Cause) -> Iterable[Event]:
    response = state.responses.by_incident.get(signal.incident_id)
    if response is None or response.terminated_at is not None:
        rule = or_successor(incidents.NO_RESPONSE_UNDER_WAY, state, signal.incident_id)
        return refuse(rule, field="incident_id", value=signal.incident_id)
    rules = state.policy.termination
    for field, holds in (
        ("main_grid_normal", signal.main_grid_normal),
        ("load_restored_pct", signal.load_restored_pct >= rules.load_restored_pct),
        ("key_areas_restored_pct", signal.key_areas_restored_pct >= rules.key_areas_restored_pct),
        ("hazards_removed", signal.hazards_removed),
        ("secondary_accidents_handled", signal.secondary_accidents_handled),
    ):
        if not holds:
            return refuse(
                incidents.RESPONSE_ENDS_WHEN_ALL_HOLD,
                field=field,
                value=getattr(signal, field),
            )
    return (
        ResponseTerminated(
            incident_id=signal.incident_id,
            load_restored_pct=signal.load_restored_pct,
            key_areas_restored_pct=signal.key_areas_restored_pct,
        ),
    )


def _sent(state: Jurisdiction, signal: RecordReport, cause: Cause) -> Iterable[Event]:
    response = state.responses.by_incident.get(signal.incident_id)
    if response is None:
        rule = or_successor(incidents.REPORTS_OF_RESPONSE, state, signal.incident_id)
        return refuse(rule, field="incident_id", value=signal.incident_id)
    owed_since = response.reports_owed.get(signal.report)
    facts: list[Event] = [
        ReportSent(
            incident_id=signal.incident_id,
            report=signal.report,
            late=owed_since is not None and cause.happened_at > owed_since,
        )
    ]
    if signal.report in ("verified", "full") and response.terminated_at is not None:
        facts.append(ResponseFiled(incident_id=signal.incident_id))
    return facts


CONCEPT: Final = Concept(
    name="response",
    signals=members(ResponseSignal),
    decide=decide,
    facts=members(ResponseEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            IncidentGraded,
            IncidentReopened,
            IncidentsMerged,
            ReportFellDue,
            ReportSent,
            ResponseActivated,
            ResponseFiled,
        }
    ),
    react=react,
    timers=_TIMERS,
    due=due,
)
