"""When a unit is over: with the last of what it was called to, and never over people at work.

A unit may be called to an incident, a task and a guard at once. The end of one of them leaves the
others with their people; what nothing goes on of any more is stood down, whatever ended last.
"""

from collections.abc import Iterable
from typing import Final

from coordinator.domain.at_work import stand_down
from coordinator.domain.called_to import goes_on, goes_on_beside_incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.unit import relief
from coordinator.domain.unit.template import template_for
from schemas.events.envelope import Event
from schemas.events.incident import (
    IncidentClosed,
    IncidentRestored,
    IncidentsMerged,
    IncidentUpdated,
    IncidentWithdrawn,
)
from schemas.events.operation import OperationCancelled, OperationConcluded
from schemas.events.task import TaskCancelled, TaskFinished
from schemas.events.ticket import TicketCancelled, TicketEnded
from schemas.events.unit import UnitKept
from schemas.said import Said
from schemas.sentences import reasons
from schemas.vocabulary import CrewStatus

REACTS_TO: Final[frozenset[type[Event]]] = frozenset(
    {
        IncidentUpdated,
        IncidentRestored,
        IncidentClosed,
        IncidentWithdrawn,
        IncidentsMerged,
        OperationCancelled,
        OperationConcluded,
        TaskCancelled,
        TaskFinished,
        TicketCancelled,
        TicketEnded,
    }
)


_WHY: Final[dict[type[Event], Said]] = {
    IncidentRestored: reasons.RESTORED,
    IncidentClosed: reasons.INCIDENT_CLOSED,
    IncidentWithdrawn: reasons.REPORTED_BY_MISTAKE,
}


def react(state: Jurisdiction, event: Event) -> Iterable[Event]:
    """Stand down the units that a fact leaves with nothing to do."""
    match event:
        case IncidentRestored(temporary=True):
            return ()
        case IncidentRestored() | IncidentClosed() | IncidentWithdrawn():
            ended = not isinstance(event, IncidentRestored)
            return _without_incident(state, event.incident_id, _WHY[type(event)], ended=ended)
        case IncidentsMerged():
            # The desk has named those that stand down, one by one; others have a task or a guard
            # that goes on.
            why = reasons.merged_into(event.into)
            return _without_incident(state, event.incident_id, why, ended=True)
        case IncidentUpdated():
            return _crew_of_others(state, event)
        case OperationCancelled() | OperationConcluded():
            of_it = [it for it in _all_standing(state) if it.operation_id == event.operation_id]
            return _over(state, of_it, reasons.OPERATION_OVER)
        case TaskFinished() | TaskCancelled():
            return _task_over(state, event)
        case TicketEnded() | TicketCancelled():
            return _after_work(state, event)
    return ()


def _task_over(state: Jurisdiction, event: TaskFinished | TaskCancelled) -> tuple[Event, ...]:
    """Whoever says that a task is done says that all of it go home: who is still wanted at the
    incident is called anew. One that is called off leaves its unit to the incident.
    """
    of_it = [it for it in _all_standing(state) if it.task_id == event.task_id]
    if isinstance(event, TaskCancelled):
        return _over(state, of_it, reasons.TASK_OVER)
    why = reasons.TASK_OVER
    return tuple(it for unit in of_it for it in stand_down(state, unit.unit_id, why))


def _over(state: Jurisdiction, units: Iterable[Unit], reason: Said) -> tuple[Event, ...]:
    """Stand down those of these units for which nothing goes on; one at work follows after it."""
    return tuple(
        fact
        for unit in units
        if not goes_on(state, unit)
        for fact in stand_down(state, unit.unit_id, reason)
    )


def _without_incident(
    state: Jurisdiction, incident_id: str, reason: Said, *, ended: bool
) -> Iterable[Event]:
    """Stand down the units of an incident for which nothing goes on. Those that a task or a guard
    keeps are of that alone, once the incident has `ended`, by a close, a merge or as a mistake;
    what is restored may be opened again.
    """
    units = _standing(state, incident_id)
    yield from _over(state, units, reason)
    for unit in units:
        if ended and goes_on_beside_incident(state, unit):
            yield UnitKept(unit_id=unit.unit_id, incident_id=incident_id)


def _after_work(state: Jurisdiction, event: TicketEnded | TicketCancelled) -> Iterable[Event]:
    """A ticket has ended: what it held back is done now."""
    units = {
        unit.unit_id: unit
        for here in (event.incident_id, event.task_id)
        if here is not None
        for unit in _standing(state, here)
    }
    for unit in units.values():
        if not goes_on(state, unit):
            yield from stand_down(state, unit.unit_id, _why_over(state, unit))
            continue
        for member_id in unit.leaving:
            yield from relief.leaves(state, unit, member_id)
        if unit.stage is Stage.FORMED and not unit.people and not unit.missing:
            yield from stand_down(state, unit.unit_id, reasons.ALL_DONE)


def _why_over(state: Jurisdiction, unit: Unit) -> Said:
    incident = state.incidents.by_id.get(unit.incident_id or "")
    if incident is not None:
        return reasons.RESTORED
    return reasons.TASK_OVER if unit.task_id is not None else reasons.OPERATION_OVER


def _all_standing(state: Jurisdiction) -> list[Unit]:
    units = state.units.by_id
    return [it for _, it in sorted(units.items()) if it.stage is not Stage.STOOD_DOWN]


def _standing(state: Jurisdiction, here: str) -> list[Unit]:
    """Return the units of an incident or a task that are not stood down."""
    if here in state.tasks.by_id:
        return [it for it in _all_standing(state) if it.task_id == here]
    unit_ids = state.units.by_incident.get(here, ())
    units = (state.units.by_id.get(it) for it in unit_ids)
    return [it for it in units if it is not None and it.stage is not Stage.STOOD_DOWN]


def _crew_of_others(state: Jurisdiction, event: IncidentUpdated) -> tuple[Event, ...]:
    """A crew the source reports on its way makes a unit that was only called unnecessary."""
    if event.account.crew_status not in (CrewStatus.EN_ROUTE, CrewStatus.ON_SITE):
        return ()
    incident = state.incidents.by_id.get(event.incident_id)
    if incident is None or template_for(state, incident, crew_counts=True) is not None:
        return ()
    return tuple(
        fact
        for unit in _standing(state, event.incident_id)
        if unit.stage is Stage.CALLED and not goes_on_beside_incident(state, unit)
        for fact in stand_down(state, unit.unit_id, reasons.CREW_ON_ITS_WAY)
    )
