"""Small faults that hurt nobody: the customer is rung first, and somebody goes if that is needed.

Which ones is the policy's: the first muster template that fits an incident by class, size and
danger says within how long the customer is rung before a unit is called. Where nobody is named who
could be rung, where danger is known, or where nobody rings in time, somebody goes.
"""

from collections.abc import Iterable
from typing import Final, assert_never

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.event_time import begun
from coordinator.domain.incident.kept import keep
from coordinator.domain.merged_away import or_successor
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.incidents import WORKING, Call, Incident
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from coordinator.domain.unit.template import rings_first, template_for
from schemas.catalogue import members
from schemas.durations import DAY, MINUTE
from schemas.events.customer_call import (
    AppointmentTakenOver,
    CustomerCallDropped,
    CustomerCallDue,
    CustomerCalled,
    CustomerCallEvent,
    VisitFellDue,
)
from schemas.events.envelope import Event
from schemas.events.incident import (
    IncidentClosed,
    IncidentGraded,
    IncidentRestored,
    IncidentsMerged,
    IncidentWithdrawn,
)
from schemas.events.promise import PromiseMade
from schemas.events.unit import UnitCalled
from schemas.sentences import incidents, notices
from schemas.signals.customer_call import CallOutcome, CustomerCallSignal
from schemas.vocabulary import NoticeKind, Recipient

_APPOINTMENT_MAX: Final = 30 * DAY
"""Nobody is asked to wait longer for a fault; a later date is a mistyped one."""
_TRIES_MAX: Final = 3
"""Whoever did not answer so often is not rung again: somebody goes and looks."""


def evolve(state: Jurisdiction, event: CustomerCallEvent, at: int) -> Jurisdiction:
    id_, timers = event.incident_id, state.timers
    incident = state.incidents.by_id.get(id_)
    if incident is None:
        return state
    call = incident.call or Call()
    match event:
        case CustomerCallDue():
            call = replace(call, ring_by=event.ring_by)
            timers = timers.set("ring", id_, event.ring_by)
        case CustomerCalled():
            timers = timers.clear("ring", id_).clear("visit", id_)
            call = replace(
                call,
                tries=call.tries + 1,
                ring_by=None,
                outcome=event.outcome,
                visit_at=event.visit_at,
                # A time that is agreed on takes the place of going at once.
                somebody_goes=call.somebody_goes and event.visit_at is None,
            )
            if event.visit_at is not None:
                timers = timers.set("visit", id_, _sets_out_at(state, incident, event.visit_at))
        case VisitFellDue():
            call = replace(call, ring_by=None, somebody_goes=True)
            timers = timers.clear("ring", id_).clear("visit", id_)
        case AppointmentTakenOver():
            call = replace(call, visit_at=event.visit_at)
            timers = timers.set("visit", id_, _sets_out_at(state, incident, event.visit_at))
        case CustomerCallDropped():
            call = replace(call, ring_by=None, visit_at=None, somebody_goes=True)
            timers = timers.clear("ring", id_).clear("visit", id_)
        case _:
            assert_never(event)
    return with_timers(keep(state, replace(incident, call=call)), timers)


def _sets_out_at(state: Jurisdiction, incident: Incident, visit_at: int) -> int:
    """Return when a unit is called for an appointment: as long before it as it may take."""
    template = template_for(state, incident, crew_counts=False)
    takes = 0 if template is None else template.arrive_within_min * MINUTE
    return visit_at - takes


def decide(state: Jurisdiction, signal: CustomerCallSignal, cause: Cause) -> Iterable[Event]:
    incident = state.incidents.by_id.get(signal.incident_id)
    if incident is None:
        return refuse(incidents.NO_SUCH_INCIDENT, field="incident_id", value=signal.incident_id)
    if incident.phase not in WORKING or not incident.customers:
        rule = or_successor(incidents.NOBODY_TO_RING, state, signal.incident_id)
        return refuse(rule, field="incident_id", value=signal.incident_id)
    agreed = signal.outcome is CallOutcome.APPOINTMENT
    if agreed != (signal.visit_at is not None):
        return refuse(
            incidents.APPOINTMENT_HAS_TIME, field="visit_at", value=signal.visit_at or "-"
        )
    if signal.visit_at is not None and not (
        cause.happened_at < signal.visit_at <= cause.at + _APPOINTMENT_MAX
    ):
        return refuse(incidents.APPOINTMENT_AHEAD, field="visit_at", value=signal.visit_at)
    called = CustomerCalled(
        incident_id=incident.incident_id,
        outcome=signal.outcome,
        called_by=signal.actor_id,
        happened_at=max(cause.happened_at, begun(incident)),
        visit_at=signal.visit_at,
        text=signal.text,
    )
    return (called, *_following(state, incident, called, cause))


def _following(
    state: Jurisdiction, incident: Incident, called: CustomerCalled, cause: Cause
) -> tuple[Event, ...]:
    id_ = incident.incident_id
    match called.outcome:
        case CallOutcome.SOLVED:
            return (
                IncidentRestored(incident_id=id_, happened_at=called.happened_at, cause="by_phone"),
            )
        case CallOutcome.APPOINTMENT:
            return _promised_then(incident, called)
        case CallOutcome.VISIT:
            return (VisitFellDue(incident_id=id_, why="asked_for"),)
        case CallOutcome.NO_ANSWER:
            call = incident.call or Call()
            template = template_for(state, incident, crew_counts=True)
            within = None if template is None else template.ring_within_min
            if call.somebody_goes:
                return ()
            if within is None or call.tries + 1 >= _TRIES_MAX:
                return (VisitFellDue(incident_id=id_, why="not_reached"),)
            return (CustomerCallDue(incident_id=id_, ring_by=cause.at + within * MINUTE),)
        case _:
            assert_never(called.outcome)


def _promised_then(incident: Incident, called: CustomerCalled) -> tuple[Event, ...]:
    """The customer agreed to a time: that is promised now; what was broken before stays so."""
    arrival = incident.promises.get("arrival")
    if called.visit_at is None or arrival is None or not arrival.runs:
        return ()
    return (
        PromiseMade(incident_id=incident.incident_id, promise="arrival", due_at=called.visit_at),
    )


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    match event:
        case IncidentGraded():
            return _ring(state, state.incidents.by_id[event.incident_id], cause)
        case UnitCalled() if event.incident_id is not None:
            return _dropped(state, event.incident_id)
        case IncidentsMerged():
            return (*_taken_over(state, event), *_dropped(state, event.incident_id))
        case IncidentRestored() | IncidentWithdrawn() | IncidentClosed():
            return _dropped(state, event.incident_id)
    return ()


def _taken_over(state: Jurisdiction, event: IncidentsMerged) -> tuple[Event, ...]:
    """The earlier of two times that customers agreed to is kept: the fault is one now."""
    gone, into = (state.incidents.by_id[it].call for it in (event.incident_id, event.into))
    if gone is None or into is None or gone.visit_at is None or gone.somebody_goes:
        return ()
    if not into.waits or (into.visit_at is not None and into.visit_at <= gone.visit_at):
        return ()
    return (AppointmentTakenOver(incident_id=event.into, visit_at=gone.visit_at),)


def _ring(state: Jurisdiction, incident: Incident, cause: Cause) -> tuple[Event, ...]:
    template = template_for(state, incident, crew_counts=True)
    if template is None or template.ring_within_min is None or incident.call is not None:
        return ()
    if not rings_first(state, incident, template) or incident.restored_at is not None:
        return ()
    ring_by = cause.at + template.ring_within_min * MINUTE
    text = notices.ring_customer(template.ring_within_min)
    return (
        CustomerCallDue(incident_id=incident.incident_id, ring_by=ring_by),
        *_taken_on_by(incident, ring_by),
        notify(
            cause, NoticeKind.CUSTOMER_CALL, Recipient.DISPATCHER, text, about=incident.incident_id
        ),
    )


def _taken_on_by(incident: Incident, ring_by: int) -> tuple[Event, ...]:
    """Who rings takes it on: that is promised by then, in place of a unit a few minutes later."""
    accept = incident.promises.get("accept")
    if accept is None or not accept.runs or accept.due_at >= ring_by:
        return ()
    return (PromiseMade(incident_id=incident.incident_id, promise="accept", due_at=ring_by),)


def _dropped(state: Jurisdiction, incident_id: str) -> tuple[Event, ...]:
    incident = state.incidents.by_id.get(incident_id)
    if incident is None or incident.call is None or not incident.call.waits:
        return ()
    return (CustomerCallDropped(incident_id=incident_id),)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    if kind == "visit":
        return (VisitFellDue(incident_id=id_, why="appointment"),)
    return (VisitFellDue(incident_id=id_, why="nobody_rang"),)


CONCEPT: Final = Concept(
    name="customer_call",
    signals=members(CustomerCallSignal),
    decide=decide,
    facts=members(CustomerCallEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            IncidentGraded,
            UnitCalled,
            IncidentRestored,
            IncidentWithdrawn,
            IncidentClosed,
            IncidentsMerged,
        }
    ),
    react=react,
    timers=frozenset({"ring", "visit"}),
    due=due,
)
