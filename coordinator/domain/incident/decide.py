"""An incident: reported, correlated, graded, responded to, restored, closed, reviewed.

Who took the report owns it until it is closed (首问负责); one thread per customer; a closed one
absorbs nothing. Machines open and restore, only a person reopens.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.event_time import begun
from coordinator.domain.incident import call_back, mistaken
from coordinator.domain.incident import desk as incident_desk
from coordinator.domain.incident import reports as incident_reports
from coordinator.domain.incident.fold import evolve
from coordinator.domain.incident.grading import RANK, Grades, grade
from coordinator.domain.notice import notify
from coordinator.domain.state.incident_index import living
from coordinator.domain.state.incidents import ENDED, Incident, Phase
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.catalogue import members
from schemas.durations import MINUTE
from schemas.events.assignment import (
    AssignmentAccepted,
    LateFactJoined,
    MemberOnScene,
    TapTakenBack,
)
from schemas.events.customer_call import CustomerCalled
from schemas.events.envelope import Event
from schemas.events.incident import (
    CrewArrivalTakenBack,
    CrewArrived,
    IncidentEvent,
    IncidentFiled,
    IncidentGraded,
    IncidentOpened,
    IncidentReopened,
    IncidentResponded,
    IncidentRestored,
    IncidentsMerged,
    IncidentSplit,
    IncidentUpdated,
    PriorityRaised,
    RecurrenceForgotten,
    ReportJoined,
    ReportWithdrawn,
)
from schemas.events.response import ResponseTerminated
from schemas.events.roster import PolicyAdopted
from schemas.events.ticket import TicketCancelled, TicketEnded
from schemas.events.unit import UnitFormed
from schemas.sentences import notices
from schemas.signals.customer_call import CallOutcome
from schemas.signals.incident import (
    Account,
    ExtentReported,
    IncidentSignal,
    OutageGone,
    OutageReported,
    OutageUpdated,
)
from schemas.vocabulary import CrewStatus, EventGrade, NoticeKind, Recipient, Tap


def decide(state: Jurisdiction, signal: IncidentSignal, cause: Cause) -> Iterable[Event]:
    match signal:
        case OutageReported():
            return incident_reports.report(state, signal, cause)
        case OutageUpdated():
            return incident_reports.update(state, signal, cause)
        case OutageGone():
            return incident_reports.gone(state, signal)
        case ExtentReported():
            return incident_reports.numbers(state, signal, cause)
        case _:
            return incident_desk.decide(state, signal, cause)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    return _REACTIONS[type(event)](state, event, cause)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    if kind == "close":
        return call_back.at_the_end(state, state.incidents.by_id[id_], cause)
    if kind == "file":
        window = state.policy.correlation.recurrence_window_min * MINUTE
        return (IncidentFiled(incident_id=id_, forget_at=cause.at + window),)
    return (RecurrenceForgotten(incident_id=id_),)


def _grown(
    state: Jurisdiction,
    event: IncidentOpened | ReportJoined | IncidentUpdated | IncidentSplit,
    cause: Cause,
) -> tuple[Event, ...]:
    incident = state.incidents.by_id.get(event.incident_id)
    if incident is None:
        return ()
    return (*_regrade(state, incident, cause), *_crew(state, incident, event, cause))


def _raised(state: Jurisdiction, event: PriorityRaised, cause: Cause) -> tuple[Event, ...]:
    incident = state.incidents.by_id.get(event.incident_id)
    return () if incident is None else _regrade(state, incident, cause)


def _again(state: Jurisdiction, event: IncidentReopened, cause: Cause) -> tuple[Event, ...]:
    """Graded anew in any case, so that somebody is called for it."""
    incident = state.incidents.by_id[event.incident_id]
    return (_graded(incident, _grades(state, incident)),)


def _grades(state: Jurisdiction, incident: Incident) -> Grades:
    extent = incident.extent
    if incident.load_peak_mw > (extent.load_lost_mw or 0):
        # The share of load is that of the largest reduction so far (Order 599 annex, note 3).
        extent = replace(extent, load_lost_mw=incident.load_peak_mw)
    return grade(
        extent, state.policy.grading, fault_class=incident.fault_class, urgent=incident.urgent
    )


def _graded(incident: Incident, found: Grades) -> IncidentGraded:
    return IncidentGraded(
        incident_id=incident.incident_id,
        grade=found.event,
        warning=found.warning,
        response=found.response,
        accident=found.accident,
        urgency=found.urgency,
        priority=found.priority,
        rows=found.rows,
    )


def _regrade(state: Jurisdiction, incident: Incident, cause: Cause) -> tuple[Event, ...]:
    """Grade anew; a fact only if one of the fields changed."""
    if incident.phase in ENDED:
        return ()
    found = _grades(state, incident)
    same = (
        incident.grade is found.event
        and incident.warning is found.warning
        and incident.response is found.response
        and incident.accident is found.accident
        and incident.urgency is found.urgency
        and incident.priority == found.priority
    )
    before = incident.grade or EventGrade.FAULT
    graver = RANK[found.event] < RANK[before] or incident.accident is not found.accident
    if same or (incident.phase is Phase.RESTORED and not graver):
        # Power is back: only what turns out to be graver than was known still counts.
        return ()
    graded = _graded(incident, found)
    if found.event is before:
        return (graded,)
    return (
        graded,
        notify(
            cause,
            NoticeKind.GRADE_CHANGED,
            Recipient.COMMANDER,
            notices.grade_changed(found.event, before, found.rows or notices.NO_ROW_ANY_MORE),
            about=incident.incident_id,
        ),
    )


def _under_new_policy(state: Jurisdiction, event: PolicyAdopted, cause: Cause) -> Iterable[Event]:
    """Open incidents are graded by the rules in force, from the moment these are."""
    for id_ in sorted(state.incidents.by_id):
        yield from _regrade(state, state.incidents.by_id[id_], cause)


def _crew(
    state: Jurisdiction,
    incident: Incident,
    event: IncidentOpened | ReportJoined | IncidentUpdated | IncidentSplit,
    cause: Cause,
) -> tuple[Event, ...]:
    """A crew that the source reports counts like ours: it is coming, or it is there."""
    said = event.account if isinstance(event, IncidentOpened | IncidentUpdated) else Account()
    status = said.crew_status
    happened_at = getattr(event, "happened_at", cause.happened_at)
    if status is CrewStatus.EN_ROUTE:
        return _responded(incident, happened_at)
    if status is CrewStatus.ON_SITE:
        return (*_responded(incident, happened_at), *_arrived(incident, happened_at))
    return ()


def _responded(incident: Incident | None, happened_at: int) -> tuple[Event, ...]:
    if incident is None or incident.responded_at is not None or incident.phase in ENDED:
        return ()
    return (
        IncidentResponded(
            incident_id=incident.incident_id, happened_at=max(happened_at, begun(incident))
        ),
    )


def _arrived(incident: Incident | None, happened_at: int) -> tuple[Event, ...]:
    """The first arrival counts; an earlier one that is learned late takes its place."""
    if incident is None or incident.phase in ENDED:
        return ()
    # A source that knows of no incident may have seen a crew before the first report of it.
    happened_at = max(happened_at, begun(incident))
    if incident.arrived_at is not None and incident.arrived_at <= happened_at:
        return ()
    return (CrewArrived(incident_id=incident.incident_id, happened_at=happened_at),)


def _formed(state: Jurisdiction, event: UnitFormed, cause: Cause) -> tuple[Event, ...]:
    unit = state.units.by_id[event.unit_id]
    return _responded(living(state.incidents, unit.incident_id), cause.at)


def _accepted(state: Jurisdiction, event: AssignmentAccepted, cause: Cause) -> tuple[Event, ...]:
    return _responded(_incident_of(state, event.assignment_id), event.happened_at)


def _rung(state: Jurisdiction, event: CustomerCalled, cause: Cause) -> tuple[Event, ...]:
    if event.outcome is CallOutcome.NO_ANSWER:
        return ()
    return _responded(living(state.incidents, event.incident_id), event.happened_at)


def _came(
    state: Jurisdiction, event: MemberOnScene | LateFactJoined, cause: Cause
) -> tuple[Event, ...]:
    if isinstance(event, LateFactJoined) and event.fact != "on_scene":
        return ()
    return _arrived(_incident_of(state, event.assignment_id), event.happened_at)


def _not_there(state: Jurisdiction, event: TapTakenBack, cause: Cause) -> tuple[Event, ...]:
    """An arrival is taken back: where nobody else has come, nobody is there."""
    incident = _incident_of(state, event.assignment_id)
    if event.tap is not Tap.ON_SCENE or incident is None or incident.phase in ENDED:
        return ()
    of_it = (incident.incident_id, *incident.absorbed)
    come = any(
        it.on_scene_at is not None
        for it in state.assignments.by_id.values()
        if it.incident_id in of_it
    )
    if come or incident.arrived_at is None:
        return ()
    return (CrewArrivalTakenBack(incident_id=incident.incident_id),)


def _incident_of(state: Jurisdiction, assignment_id: str) -> Incident | None:
    assignment = state.assignments.by_id.get(assignment_id)
    return None if assignment is None else living(state.incidents, assignment.incident_id)


def _withdrawn(state: Jurisdiction, event: ReportWithdrawn, cause: Cause) -> tuple[Event, ...]:
    incident = state.incidents.by_id.get(event.incident_id)
    if incident is None or incident.phase is Phase.RESTORED or incident.phase in ENDED:
        return ()
    if incident.reports:
        return _regrade(state, incident, cause)
    if mistaken.never_existed(state, incident):
        return mistaken.ended(state, incident)
    return (
        IncidentRestored(
            incident_id=incident.incident_id,
            happened_at=max(cause.happened_at, begun(incident)),
            cause="last_report_gone",
        ),
    )


def _let_go(
    state: Jurisdiction, event: TicketEnded | TicketCancelled | ResponseTerminated, cause: Cause
) -> tuple[Event, ...]:
    """What kept an incident that never was from ending has ended."""
    incident = state.incidents.by_id.get(event.incident_id or "")
    if incident is None or incident.phase is Phase.RESTORED or incident.phase in ENDED:
        return ()
    never = mistaken.never_existed(state, incident)
    return mistaken.ended(state, incident) if never else ()


def _merged(state: Jurisdiction, event: IncidentsMerged, cause: Cause) -> tuple[Event, ...]:
    """Whoever responded to the one, or came to it, did so for the other."""
    into, gone = state.incidents.by_id[event.into], state.incidents.by_id[event.incident_id]
    facts = list(_regrade(state, into, cause))
    if gone.responded_at is not None:
        facts.extend(_responded(into, gone.responded_at))
    if gone.arrived_at is not None:
        facts.extend(_arrived(into, gone.arrived_at))
    return tuple(facts)


_REACTIONS: dict[type[Event], Callable[[Jurisdiction, Any, Cause], Iterable[Event]]] = {
    IncidentOpened: _grown,
    ReportJoined: _grown,
    IncidentUpdated: _grown,
    IncidentSplit: _grown,
    ReportWithdrawn: _withdrawn,
    TicketEnded: _let_go,
    TicketCancelled: _let_go,
    ResponseTerminated: _let_go,
    IncidentsMerged: _merged,
    IncidentReopened: _again,
    PriorityRaised: _raised,
    CustomerCalled: _rung,
    UnitFormed: _formed,
    AssignmentAccepted: _accepted,
    MemberOnScene: _came,
    LateFactJoined: _came,
    TapTakenBack: _not_there,
    PolicyAdopted: _under_new_policy,
}


CONCEPT: Final = Concept(
    name="incident",
    signals=members(IncidentSignal),
    decide=decide,
    facts=members(IncidentEvent),
    evolve=evolve,
    reacts_to=frozenset(_REACTIONS),
    react=react,
    timers=frozenset({"close", "file", "forget"}),
    due=due,
)
