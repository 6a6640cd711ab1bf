"""Vehicles and equipment: scarce, in one place at a time, in service or not."""

from collections.abc import Iterable
from typing import Final, assert_never

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.refusal import refuse
from coordinator.domain.sorted_ids import with_id, without_id
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import ResourceState
from schemas.catalogue import members
from schemas.events.assignment import TapTakenBack
from schemas.events.envelope import Event
from schemas.events.operation import (
    GuardPosted,
    OperationCancelled,
    OperationConcluded,
    PostWithdrawn,
)
from schemas.events.unit import (
    ResourceCommitted,
    ResourceEvent,
    ResourceFreed,
    ResourceServiceChanged,
    UnitFormed,
    UnitStoodDown,
)
from schemas.sentences import rosters
from schemas.signals.unit import ResourceStateChanged


def evolve(state: Jurisdiction, event: ResourceEvent, at: int) -> Jurisdiction:
    resource = state.resources.by_id.get(event.resource_id)
    if resource is None:
        return state
    match event:
        case ResourceCommitted():
            resource = replace(resource, committed_to=event.unit_id or event.operation_id)
        case ResourceFreed():
            resource = replace(resource, committed_to=None)
        case ResourceServiceChanged():
            resource = replace(resource, in_service=event.in_service)
        case _:
            assert_never(event)
    resources = state.resources
    by_id, free = (
        resources.by_id.set(event.resource_id, resource),
        free_or_not(resources.free, resource),
    )
    if by_id is resources.by_id and free is resources.free:
        return state
    return replace(state, resources=replace(resources, by_id=by_id, free=free))


def free_or_not(
    free: Map[str, tuple[str, ...]], resource: ResourceState
) -> Map[str, tuple[str, ...]]:
    """Return the vehicles that are free by kind, this one among them or not."""
    kind, id_ = resource.resource.kind, resource.resource.resource_id
    there = free.get(kind, ())
    is_free = resource.in_service and resource.committed_to is None and resource.lent_to is None
    changed = with_id(there, id_) if is_free else without_id(there, id_)
    return free if changed is there else free.set(kind, changed)


def decide(state: Jurisdiction, signal: ResourceStateChanged, cause: Cause) -> Iterable[Event]:
    resource = state.resources.by_id.get(signal.resource_id)
    if resource is None:
        return refuse(rosters.NO_SUCH_VEHICLE, field="resource_id", value=signal.resource_id)
    if resource.in_service is signal.in_service:
        return ()
    return (
        ResourceServiceChanged(
            resource_id=signal.resource_id, in_service=signal.in_service, reason=signal.reason
        ),
    )


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    match event:
        case UnitFormed():
            for allotment in event.allotments:
                yield ResourceCommitted(resource_id=allotment.resource_id, unit_id=event.unit_id)
        case UnitStoodDown():
            yield from _freed(state, event.unit_id)
        case TapTakenBack():
            yield from _taken_again(state, event.assignment_id)
        case GuardPosted():
            yield from _posted(state, event)
        case PostWithdrawn():
            yield from _no_longer_posted(state, event, cause.at)
        case OperationConcluded() | OperationCancelled():
            yield from _freed(state, event.operation_id)


def _posted(state: Jurisdiction, event: GuardPosted) -> Iterable[Event]:
    for resource_id in event.post.resource_ids:
        held = state.resources.by_id.get(resource_id)
        if held is not None and held.committed_to != event.operation_id:
            yield ResourceCommitted(resource_id=resource_id, operation_id=event.operation_id)


def _no_longer_posted(state: Jurisdiction, event: PostWithdrawn, at: int) -> Iterable[Event]:
    """Free the vehicles of a post that was taken back, but those that another post counts on."""
    operation = state.operations.by_id[event.operation_id]
    wanted = {
        resource_id
        for watch in operation.sites.values()
        for guard in watch.guards
        if guard.ends_at > at
        for resource_id in guard.post.resource_ids
    }
    for resource_id in event.resource_ids:
        held = state.resources.by_id.get(resource_id)
        ours = held is not None and held.committed_to == event.operation_id
        if ours and resource_id not in wanted:
            yield ResourceFreed(resource_id=resource_id)


def _taken_again(state: Jurisdiction, assignment_id: str) -> Iterable[Event]:
    """A unit that stands again has its vehicles again, but those that others took meanwhile."""
    assignment = state.assignments.by_id.get(assignment_id)
    unit = None if assignment is None else state.units.by_id.get(assignment.unit_id)
    if unit is None:
        return
    for resource_id in unit.resource_ids:
        resource = state.resources.by_id.get(resource_id)
        if (
            resource is not None
            and resource.in_service
            and not (resource.committed_to or resource.lent_to)
        ):
            yield ResourceCommitted(resource_id=resource_id, unit_id=unit.unit_id)


def _freed(state: Jurisdiction, holder: str) -> Iterable[Event]:
    unit = state.units.by_id.get(holder)
    ids = (
        unit.resource_ids
        if unit is not None
        else tuple(
            sorted(id_ for id_, it in state.resources.by_id.items() if it.committed_to == holder)
        )
    )
    for resource_id in ids:
        resource = state.resources.by_id.get(resource_id)
        if resource is not None and resource.committed_to == holder:
            yield ResourceFreed(resource_id=resource_id)


CONCEPT: Final = Concept(
    name="resource",
    signals=members(ResourceStateChanged),
    decide=decide,
    facts=members(ResourceEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            UnitFormed,
            UnitStoodDown,
            TapTakenBack,
            GuardPosted,
            PostWithdrawn,
            OperationConcluded,
            OperationCancelled,
        }
    ),
    react=react,
)
