"""Whether anybody sees to an incident, and the alarm where nobody does any more.

A unit stands down for many reasons: its leader says that all are in, the desk sends it home, the
help of a neighbour ends, its incident is merged. None of them says that supply is back. This is the
one place where that is asked, so that no reason forgets it.
"""

from collections.abc import Iterable
from typing import Final, Never

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.state.aid import AidStage
from coordinator.domain.state.incidents import WORKING, Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.unit.template import template_for
from schemas.events.aid import (
    AidCalledOff,
    AidCrewArrived,
    AidCrewLate,
    AidCrewPromised,
    AidCrewReleased,
    AidEvent,
)
from schemas.events.assignment import TapTakenBack
from schemas.events.customer_call import CustomerCallDue, CustomerCalled, VisitFellDue
from schemas.events.envelope import Event
from schemas.events.incident import (
    IncidentClosed,
    IncidentReopened,
    IncidentRestored,
    IncidentsMerged,
    IncidentUpdated,
    IncidentWithdrawn,
)
from schemas.events.unit import UnitCalled, UnitStoodDown
from schemas.said import Said
from schemas.sentences import notices, reasons
from schemas.vocabulary import CrewStatus, NoticeKind

_OTHERS: Final = frozenset({CrewStatus.EN_ROUTE, CrewStatus.ON_SITE})


def attended(state: Jurisdiction, incident: Incident) -> bool:
    """Whether anybody sees to an incident.

    A unit is called for it or at it; the customer is rung, or has agreed on a time; a crew that its
    source reports, or that a neighbour has sent, comes. A neighbour's crew that has come is no more
    than people here: they see to what a unit of theirs is called for.
    """
    units = _units(state, incident.incident_id)
    return (
        any(it.stage is not Stage.STOOD_DOWN for it in units)
        or (incident.call is not None and incident.call.waits)
        or _crew_of_others(state, incident, units)
        or any(
            talk.incident_id == incident.incident_id
            and talk.side == "asking"
            and talk.stage is AidStage.COMMITTED
            and not talk.late
            for talk in state.aid.by_id.values()
        )
    )


def _crew_of_others(state: Jurisdiction, incident: Incident, units: list[Unit]) -> bool:
    """Whether a crew that its source reports comes. Once people of ours have gone there, what the
    source knew of may have been theirs: then only what it says anew counts.
    """
    return (
        incident.account.crew_status in _OTHERS
        and not any(it.formed_at is not None for it in units)
        and not _alarmed(state, incident.incident_id)
    )


def left_alone(state: Jurisdiction, incident: Incident) -> bool:
    """Whether supply is out, and nobody sees to it any more: known by the alarm that stands."""
    return incident.phase in WORKING and _alarmed(state, incident.incident_id)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    incident_id = _about(state, event)
    if incident_id is None:
        return
    if isinstance(event, IncidentsMerged):
        gone = event.incident_id
        had = bool(_units(state, gone)) or _alarmed(state, gone)
        yield from _calmed(state, gone, reasons.MERGED)
        if had:
            yield from _looked_at(state, event.into, cause)
    elif isinstance(event, IncidentUpdated) and event.account.crew_status in _OTHERS:
        yield from _calmed(state, incident_id, reasons.SOMEBODY_SEES_TO_IT)
    elif _may_leave_alone(state, event, incident_id) or _alarmed(state, incident_id):
        yield from _looked_at(state, incident_id, cause)


def _about(state: Jurisdiction, event: Event) -> str | None:
    """Return the incident that a fact may leave alone, or have somebody see to."""
    match event:
        case UnitCalled():
            return event.incident_id
        case UnitStoodDown():
            unit = state.units.by_id.get(event.unit_id)
            return None if unit is None else unit.incident_id
        case TapTakenBack():
            held = state.assignments.by_id.get(event.assignment_id)
            return None if held is None else held.incident_id
        case (
            AidCrewPromised()
            | AidCrewLate()
            | AidCrewArrived()
            | AidCrewReleased()
            | AidCalledOff()
        ):
            return _of_aid(state, event)
    incident_id: str = event.incident_id  # type: ignore[attr-defined]
    return incident_id


def _of_aid(state: Jurisdiction, event: AidEvent) -> str | None:
    talk = state.aid.by_id.get(event.aid_id)
    return None if talk is None or talk.side != "asking" else talk.incident_id


def _may_leave_alone(state: Jurisdiction, event: Event, incident_id: str) -> bool:
    """Whether somebody who saw to it may be gone by this fact, or nobody come who should."""
    if isinstance(event, IncidentUpdated):
        # A crew of others is on its way no longer; where policy sends nobody, none was waited for.
        incident = state.incidents.by_id.get(incident_id)
        return (
            event.account.crew_status is CrewStatus.AWAITING
            and incident is not None
            and incident.responded_at is not None
            and template_for(state, incident, crew_counts=True) is not None
        )
    return isinstance(
        event,
        UnitStoodDown
        | VisitFellDue
        | IncidentReopened
        | AidCrewLate
        | AidCrewArrived
        | AidCrewReleased
        | AidCalledOff,
    )


def _looked_at(state: Jurisdiction, incident_id: str, cause: Cause) -> Iterable[Event]:
    """Begin the alarm where nobody sees to what is not restored; end it where somebody does."""
    incident = state.incidents.by_id.get(incident_id)
    if incident is None or incident.phase not in WORKING:
        return _calmed(state, incident_id, reasons.INCIDENT_OVER)
    if attended(state, incident):
        return _calmed(state, incident_id, reasons.SOMEBODY_SEES_TO_IT)
    if _alarmed(state, incident_id):
        return ()
    text, kind = notices.left_alone(incident_id), NoticeKind.LEFT_ALONE
    return escalation.at_the_desk(
        state, cause, about=incident_id, cause_kind=kind, ladder="site", text=text
    )


def _calmed(state: Jurisdiction, incident_id: str, reason: Said) -> tuple[Event, ...]:
    return escalation.call_off(
        state, about=incident_id, cause_kind=NoticeKind.LEFT_ALONE, reason=reason
    )


def _alarmed(state: Jurisdiction, incident_id: str) -> bool:
    escalations = state.escalations
    return any(
        escalations.by_id[it].cause is NoticeKind.LEFT_ALONE
        for it in escalations.by_subject.get(incident_id, ())
    )


def _units(state: Jurisdiction, incident_id: str) -> list[Unit]:
    units = (state.units.by_id.get(it) for it in state.units.by_incident.get(incident_id, ()))
    return [it for it in units if it is not None]


CONCEPT: Final[Concept[Never, Never]] = Concept(
    name="attended",
    reacts_to=frozenset(
        {
            UnitCalled,
            UnitStoodDown,
            TapTakenBack,
            AidCrewPromised,
            AidCrewLate,
            AidCrewArrived,
            AidCrewReleased,
            AidCalledOff,
            CustomerCallDue,
            CustomerCalled,
            VisitFellDue,
            IncidentUpdated,
            IncidentReopened,
            IncidentRestored,
            IncidentWithdrawn,
            IncidentClosed,
            IncidentsMerged,
        }
    ),
    react=react,
)
