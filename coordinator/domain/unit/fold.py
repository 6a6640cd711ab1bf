"""How facts build a unit; who is bound to it the assignments tell (assignment.py)."""

from typing import assert_never

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from coordinator.domain.state.timers import Timers
from coordinator.domain.state.units import CalledTo, Stage, Unit
from schemas.durations import MINUTE
from schemas.events.unit import (
    ProposalAwaited,
    ProposalRejected,
    ReliefCame,
    ReliefCounts,
    ReliefStarted,
    RoleTakenOver,
    UnitCalled,
    UnitEvent,
    UnitFiled,
    UnitFormed,
    UnitKept,
    UnitProposed,
    UnitReinforced,
    UnitShort,
    UnitStoodDown,
)


def evolve(  # noqa: C901, PLR0912 - one case for each fact
    state: Jurisdiction, event: UnitEvent, at: int
) -> Jurisdiction:
    if isinstance(event, UnitCalled):
        return _called(state, event, at)
    unit = state.units.by_id.get(event.unit_id)
    if unit is None:
        return state
    match event:
        case UnitProposed():
            return _proposed(state, unit, event, at)
        case ProposalRejected():
            return _rejected(state, unit, event, at)
        case UnitFormed():
            return _formed(state, unit, event, at)
        case UnitShort():
            return _short(state, unit, event, at)
        case ProposalAwaited():
            return _awaited(state, unit, event, at)
        case UnitReinforced():
            return _reinforced(state, unit, event, at)
        case ReliefStarted():
            return _relief(state, unit, event, at)
        case ReliefCame() | ReliefCounts():
            return _relieved_later(state, unit, event)
        case RoleTakenOver():
            return _role_taken(state, unit, event, at)
        case UnitStoodDown():
            return _stood_down(state, unit, event, at)
        case UnitKept():
            return _kept(state, unit, event, at)
        case UnitFiled():
            return _filed(state, unit, event, at)
        case _:
            assert_never(event)


def keep(
    state: Jurisdiction, unit: Unit, timers: Timers, *, waits: bool | None = None
) -> Jurisdiction:
    """Return the state with this unit and these timers; `waits`: whether it now lacks people."""
    units, id_ = state.units, unit.unit_id
    waiting = units.waiting
    if waits is True and id_ not in waiting:
        waiting = (*waiting, id_)
    elif waits is False and id_ in waiting:
        waiting = tuple([it for it in waiting if it != id_])
    by_id = units.by_id.set(id_, unit)
    if by_id is units.by_id and waiting is units.waiting:
        return with_timers(state, timers)
    return replace(state, units=replace(units, by_id=by_id, waiting=waiting), timers=timers)


def _called(state: Jurisdiction, event: UnitCalled, at: int) -> Jurisdiction:
    unit = Unit(
        unit_id=event.unit_id,
        need=event.need,
        priority=event.priority,
        called_at=at,
        incident_id=event.incident_id,
        operation_id=event.operation_id,
        site_id=event.site_id,
        task_id=event.task_id,
        called_to=_called_to(state, event),
        propose_by=event.propose_by,
        automatic=event.automatic,
    )
    timers = state.timers
    if event.propose_by > at:
        timers = timers.set("propose", event.unit_id, event.propose_by)
    state = keep(state, unit, timers)
    if event.incident_id is None:
        return state
    there = state.units.by_incident.get(event.incident_id, ())
    by_incident = state.units.by_incident.set(event.incident_id, (*there, event.unit_id))
    if by_incident is state.units.by_incident:
        return state
    return replace(state, units=replace(state.units, by_incident=by_incident))


def _called_to(state: Jurisdiction, event: UnitCalled) -> CalledTo:
    """Return what it is called to by name: an operation may be over before its people are."""
    task = state.tasks.by_id.get(event.task_id or "")
    operation = state.operations.by_id.get(event.operation_id or "")
    site = state.sites.by_id.get(event.site_id or "")
    return CalledTo(
        reason=event.reason,
        task=None if task is None else task.name,
        operation=None if operation is None else operation.name,
        site=None if site is None else site.site.name,
    )


def _proposed(state: Jurisdiction, unit: Unit, event: UnitProposed, at: int) -> Jurisdiction:
    unit = replace(
        unit,
        stage=Stage.PROPOSED,
        proposal=event.picks,
        proposal_allotments=event.allotments,
        explanation=event.explanation,
        confirm_by=event.confirm_by,
    )
    timers = state.timers.clear("propose", unit.unit_id).clear("short", unit.unit_id)
    if event.confirm_by is not None:
        timers = timers.set("confirm", unit.unit_id, event.confirm_by)
    return keep(state, unit, timers, waits=False)


def _rejected(state: Jurisdiction, unit: Unit, event: ProposalRejected, at: int) -> Jurisdiction:
    if unit.stage is Stage.FORMED:
        return state
    unit = replace(unit, stage=Stage.CALLED, proposal=(), proposal_allotments=(), confirm_by=None)
    return keep(state, unit, state.timers.clear("confirm", unit.unit_id))


def _formed(state: Jurisdiction, unit: Unit, event: UnitFormed, at: int) -> Jurisdiction:
    unit = replace(
        unit,
        stage=Stage.FORMED,
        formed_at=at,
        proposal=event.picks,
        proposal_allotments=(),
        explanation=event.explanation,
        confirm_by=None,
        resource_ids=tuple(it.resource_id for it in event.allotments),
        missing=(),
        missing_resources=(),
        tries=0,
        propose_by=0,
    )
    timers = state.timers.clear("propose", unit.unit_id).clear("confirm", unit.unit_id)
    timers = timers.clear("short", unit.unit_id)
    return keep(state, unit, timers, waits=False)


def _short(state: Jurisdiction, unit: Unit, event: UnitShort, at: int) -> Jurisdiction:
    unit = replace(
        unit,
        missing=tuple((it.role, it.count) for it in event.roles),
        missing_resources=tuple((it.kind, it.count) for it in event.resources),
        tries=unit.tries + 1,
        propose_by=0,
        explanation=event.explanation or unit.explanation,
    )
    timers = state.timers.clear("propose", unit.unit_id)
    timers = timers.set("short", unit.unit_id, event.retry_at)
    return keep(state, unit, timers, waits=True)


def _awaited(state: Jurisdiction, unit: Unit, event: ProposalAwaited, at: int) -> Jurisdiction:
    unit = replace(unit, propose_by=event.propose_by)
    timers = state.timers.set("propose", unit.unit_id, event.propose_by)
    return keep(state, unit, timers)


def _reinforced(state: Jurisdiction, unit: Unit, event: UnitReinforced, at: int) -> Jurisdiction:
    missing = {role: count for role, count in unit.missing}
    if event.cause == "gap":
        for pick in event.picks:
            if pick.role in missing:
                missing[pick.role] -= 1
    unit = replace(
        unit,
        missing=tuple((role, count) for role, count in missing.items() if count > 0),
        proposal=(*unit.proposal, *event.picks),
    )
    if unit.missing:
        return keep(state, unit, state.timers)
    timers = state.timers.clear("short", unit.unit_id).clear("propose", unit.unit_id)
    return keep(state, replace(unit, tries=0, propose_by=0), timers, waits=False)


def _relief(state: Jurisdiction, unit: Unit, event: ReliefStarted, at: int) -> Jurisdiction:
    unit = replace(unit, leaving=(*unit.leaving, *event.leaving))
    return keep(state, unit, state.timers)


def _relieved_later(
    state: Jurisdiction, unit: Unit, event: ReliefCame | ReliefCounts
) -> Jurisdiction:
    key = relief_key(unit.unit_id, event.member_id)
    if isinstance(event, ReliefCounts):
        return with_timers(state, state.timers.clear("relief_counts", key))
    unit = replace(unit, relieved=unit.relieved.set(event.member_id, event.relieved_by))
    return keep(state, unit, state.timers.set("relief_counts", key, event.leaves_at))


def relief_key(unit_id: str, member_id: str) -> str:
    """Return by what the clock is known that runs until the relief of a member counts."""
    return f"{unit_id}/{member_id}"


def _role_taken(state: Jurisdiction, unit: Unit, event: RoleTakenOver, at: int) -> Jurisdiction:
    unit = replace(unit, roles=unit.roles.set(event.member_id, event.role))
    return keep(state, unit, state.timers)


def _stood_down(state: Jurisdiction, unit: Unit, event: UnitStoodDown, at: int) -> Jurisdiction:
    unit = replace(unit, stage=Stage.STOOD_DOWN, stood_down_at=at, confirm_by=None)
    timers = state.timers
    for kind in ("propose", "confirm", "short"):
        timers = timers.clear(kind, unit.unit_id)
    wait = state.policy.correlation.file_after_closed_min * MINUTE
    timers = timers.set("unit_file", unit.unit_id, at + wait)
    return keep(state, unit, timers, waits=False)


def _unlisted(state: Jurisdiction, unit: Unit) -> Map[str, tuple[str, ...]]:
    """Return the units of each incident without one of them."""
    by_incident, incident_id = state.units.by_incident, unit.incident_id
    if incident_id is None or incident_id not in by_incident:
        return by_incident
    rest = tuple(it for it in by_incident[incident_id] if it != unit.unit_id)
    return by_incident.set(incident_id, rest) if rest else by_incident.delete(incident_id)


def _kept(state: Jurisdiction, unit: Unit, event: UnitKept, at: int) -> Jurisdiction:
    """Take the incident from the unit, from those who are bound to it, and from its paper; what
    others did at the incident stays as it was.
    """
    by_incident, assignments = _unlisted(state, unit), state.assignments.by_id
    for id_ in unit.people.values():
        assignments = assignments.set(id_, replace(assignments[id_], incident_id=None))
    tickets = state.safety.tickets
    for id_, ticket in tickets.items():
        if ticket.unit_id == unit.unit_id and ticket.incident_id == event.incident_id:
            tickets = tickets.set(id_, replace(ticket, incident_id=None))
    was_of = unit.was_of.set(event.incident_id, at)
    state = replace(
        state,
        units=replace(state.units, by_incident=by_incident),
        assignments=replace(state.assignments, by_id=assignments),
        safety=replace(state.safety, tickets=tickets),
    )
    return keep(state, replace(unit, incident_id=None, was_of=was_of), state.timers)


def _filed(state: Jurisdiction, unit: Unit, event: UnitFiled, at: int) -> Jurisdiction:
    units, assignments = state.units, state.assignments.by_id
    for assignment_id in unit.offered:
        if assignment_id in assignments:
            assignments = assignments.delete(assignment_id)
    by_incident = _unlisted(state, unit)
    units = replace(units, by_id=units.by_id.delete(unit.unit_id), by_incident=by_incident)
    return replace(
        state,
        units=units,
        assignments=replace(state.assignments, by_id=assignments),
        timers=state.timers.clear("unit_file", unit.unit_id),
    )
