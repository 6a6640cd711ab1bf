"""A commando unit: called, proposed, formed, mustering, active, relieved, stood down.

Whether it musters or works, its people tell: nothing is set beside them. Every hard rule is
checked here, whoever proposes; a person is always sent.
"""

from collections.abc import Iterable
from typing import Final

from coordinator.domain.at_work import at_work, naming, stand_down
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.merged_away import or_successor
from coordinator.domain.refusal import refuse
from coordinator.domain.state.incidents import ENDED, Phase
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.unit import ending, proposal, relief, vacancy
from coordinator.domain.unit.fold import evolve
from coordinator.domain.unit.muster import (
    called_for,
    proposed_or_formed,
    retry,
    search,
    serve_next,
)
from coordinator.domain.unit.size import too_large
from coordinator.domain.unit.template import need_of, template_for
from schemas.catalogue import members
from schemas.events.aid import AidCrewArrived, AidCrewReturned
from schemas.events.assignment import (
    AssignmentDone,
    AssignmentOver,
    AssignmentReleased,
    MemberOnScene,
    TapTakenBack,
)
from schemas.events.customer_call import VisitFellDue
from schemas.events.envelope import Event
from schemas.events.incident import (
    IncidentGraded,
)
from schemas.events.operation import OperationCancelled, OperationConcluded, PostsTurned
from schemas.events.roster import AvailabilityChanged, MemberFit, RosterChanged, ShiftsTurned
from schemas.events.safety import ReliefFellDue
from schemas.events.unit import (
    RoleTakenOver,
    UnitCalled,
    UnitEvent,
    UnitFiled,
    UnitStoodDown,
)
from schemas.sentences import guarding, reasons, tasks, units
from schemas.signals.unit import (
    CallMuster,
    CallRelief,
    ConfirmProposal,
    MusterProposed,
    RefuseProposal,
    StandDownUnit,
    UnitSignal,
)
from schemas.vocabulary import AssignmentStatus

FREES: tuple[type[Event], ...] = (
    AssignmentDone,
    AssignmentReleased,
    UnitStoodDown,
    ShiftsTurned,
    AvailabilityChanged,
    MemberFit,
    RosterChanged,
    PostsTurned,
    OperationConcluded,
    OperationCancelled,
    AidCrewArrived,
    AidCrewReturned,
)
"""Facts by which people become free, or come, for a unit that waits."""


_ENDED = ENDED | {Phase.RESTORED}


def status(state: Jurisdiction, unit: Unit) -> str:
    """Return where a unit stands, derived from its people once it is formed."""
    if unit.stage is not Stage.FORMED:
        return unit.stage.value
    if unit.leaving:
        return "relief"
    for assignment_id in unit.people.values():
        assignment = state.assignments.by_id.get(assignment_id)
        if assignment is not None and assignment.status is AssignmentStatus.ON_SCENE:
            return "active"
    return "mustering"


def decide(state: Jurisdiction, signal: UnitSignal, cause: Cause) -> Iterable[Event]:
    if isinstance(signal, CallMuster):
        return _call(state, signal, cause)
    unit = state.units.by_id.get(signal.unit_id)
    if unit is None or unit.stage is Stage.STOOD_DOWN:
        return refuse(units.NO_SUCH_UNIT_AT_WORK, field="unit_id", value=signal.unit_id)
    match signal:
        case MusterProposed():
            return proposal.take(state, unit, signal, cause)
        case ConfirmProposal():
            return proposal.confirm(state, unit, signal, cause)
        case RefuseProposal():
            return proposal.refuse_proposal(state, unit, signal, cause)
        case CallRelief():
            return relief.relieve(
                state, unit, signal.member_ids, reasons.as_typed(signal.reason), cause
            )
        case StandDownUnit():
            return _stand_down_by_hand(state, unit, signal)


def _stand_down_by_hand(state: Jurisdiction, unit: Unit, signal: StandDownUnit) -> Iterable[Event]:
    if tickets := at_work(state, unit.unit_id):
        return refuse(units.unit_at_work(naming(tickets)), field="unit_id", value=unit.unit_id)
    return stand_down(state, unit.unit_id, reasons.as_typed(signal.reason))


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    match event:
        case IncidentGraded() | VisitFellDue():
            return called_for(state, state.incidents.by_id[event.incident_id], cause)
        case UnitCalled():
            return _form_at_once(state, state.units.by_id[event.unit_id], cause)
        case _ if isinstance(event, AssignmentOver):
            return vacancy.left(state, event, cause)
        case TapTakenBack() | RoleTakenOver():
            return vacancy.changed(state, event, cause)
        case MemberOnScene():
            return (
                *vacancy.leader_came(state, event.assignment_id),
                *relief.came(state, event, cause),
            )
        case ReliefFellDue():
            return relief.relieve_in_time(state, event.member_id, cause)
        case UnitStoodDown():
            return escalation.stop(state, cause, about=event.unit_id, reason=event.reason)
    return ending.react(state, event)


def serve_waiting(state: Jurisdiction, cause: Cause) -> Iterable[Event]:
    """People became free: see to the unit that waits and counts most, after all are free."""
    return serve_next(state, cause)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    if kind == "relief_counts":
        return relief.counts(state, id_)
    unit = state.units.by_id[id_]
    if kind == "unit_file":
        return (UnitFiled(unit_id=id_),)
    if kind == "confirm":
        return proposal.unconfirmed(state, unit, cause)
    if kind == "short":
        return retry(state, unit, cause)
    if unit.unit_id in state.units.waiting:
        return retry(state, unit, cause)
    return _form_now(state, unit, cause)


def _call(state: Jurisdiction, signal: CallMuster, cause: Cause) -> Iterable[Event]:
    incident = state.incidents.by_id.get(signal.incident_id or "")
    if signal.incident_id is not None and (incident is None or incident.phase in _ENDED):
        rule = or_successor(units.UNIT_FOR_OPEN_INCIDENT, state, signal.incident_id)
        return refuse(rule, field="incident_id", value=signal.incident_id)
    if signal.operation_id is not None and signal.operation_id not in state.operations.by_id:
        return refuse(guarding.NO_SUCH_OPERATION, field="operation_id", value=signal.operation_id)
    if signal.site_id is not None and signal.site_id not in state.sites.by_id:
        return refuse(guarding.NO_SUCH_SITE, field="site_id", value=signal.site_id)
    if signal.task_id is not None and signal.task_id not in state.tasks.by_id:
        return refuse(tasks.NO_SUCH_TASK, field="task_id", value=signal.task_id)
    need, automatic = signal.need, True
    if need is None:
        template = None if incident is None else template_for(state, incident, crew_counts=False)
        if incident is None or template is None:
            return refuse(units.NEED_MUST_BE_SAID, field="need", value=None)
        need, automatic = need_of(template, incident.place, cause.at), template.automatic
    oversize = too_large(need)
    if oversize is not None:
        rule, field, value = oversize
        return refuse(rule, field=f"need.{field}", value=value)
    return (
        UnitCalled(
            unit_id=cause.mint("unt"),
            incident_id=signal.incident_id,
            operation_id=signal.operation_id,
            site_id=signal.site_id,
            task_id=signal.task_id,
            need=need,
            priority=0 if incident is None else max(incident.priority, incident.raised),
            propose_by=cause.at + state.policy.muster.propose_within_s * 1_000,
            automatic=automatic,
            reason=reasons.as_typed(signal.reason),
        ),
    )


def _form_at_once(state: Jurisdiction, unit: Unit, cause: Cause) -> Iterable[Event]:
    return _form_now(state, unit, cause) if unit.propose_by <= cause.at else ()


def _form_now(state: Jurisdiction, unit: Unit, cause: Cause) -> Iterable[Event]:
    return proposed_or_formed(state, unit, search(state, unit, cause.at), cause)


CONCEPT: Final = Concept(
    name="unit",
    signals=members(UnitSignal),
    decide=decide,
    facts=members(UnitEvent),
    evolve=evolve,
    reacts_to=ending.REACTS_TO
    | frozenset(
        {
            IncidentGraded,
            VisitFellDue,
            UnitCalled,
            UnitStoodDown,
            *members(AssignmentOver),
            MemberOnScene,
            ReliefFellDue,
            RoleTakenOver,
            TapTakenBack,
        }
    ),
    react=react,
    timers=frozenset({"propose", "confirm", "short", "unit_file", "relief_counts"}),
    due=due,
    awaits=frozenset(FREES),
    afterwards=serve_waiting,
)
