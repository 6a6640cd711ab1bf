"""How facts build assignments, bind people to them, and let them go."""

from typing import assert_never

from msgspec.structs import replace

from coordinator.domain.assignment.kept import keep, with_member
from coordinator.domain.assignment.leaving import begun, told
from coordinator.domain.assignment.taken_back import TAPS, taken_back, with_tap
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from coordinator.domain.state.timers import Timers
from coordinator.domain.unit import fold as unit_fold
from schemas.durations import HOUR, MINUTE
from schemas.events.assignment import (
    AnswerOverdue,
    ArrivalOverdue,
    AssignmentAborted,
    AssignmentAccepted,
    AssignmentAcknowledged,
    AssignmentDeclined,
    AssignmentDone,
    AssignmentEvent,
    AssignmentExpired,
    AssignmentOffered,
    AssignmentReleased,
    CallOutLeft,
    LateAnswerRecorded,
    LateFactJoined,
    MemberEnRoute,
    MemberOnScene,
    TapTakenBack,
)
from schemas.vocabulary import AssignmentStatus


def evolve(  # noqa: C901, PLR0912 - one case for each fact
    state: Jurisdiction, event: AssignmentEvent, at: int
) -> Jurisdiction:
    if isinstance(event, AssignmentOffered):
        return _offered(state, event, at)
    assignment = state.assignments.by_id.get(event.assignment_id)
    if assignment is None:
        return state
    tap = TAPS.get(type(event))
    if tap is not None and assignment.ended_at is None:
        assignment = with_tap(state, assignment, tap, event, at)
    match event:
        case CallOutLeft():
            return keep(state, told(assignment, event, at), begun(state.timers, event))
        case AssignmentAcknowledged():
            return _acknowledged(state, assignment, event, at)
        case AssignmentAccepted():
            return _accepted(state, assignment, event, at)
        case AssignmentDeclined():
            return _ended(state, assignment, AssignmentStatus.DECLINED, event.happened_at)
        case AssignmentExpired():
            return _ended(state, assignment, AssignmentStatus.EXPIRED, at)
        case MemberEnRoute():
            return _en_route(state, assignment, event, at)
        case MemberOnScene():
            return _on_scene(state, assignment, event, at)
        case AssignmentDone():
            return _ended(state, assignment, AssignmentStatus.DONE, event.happened_at)
        case AssignmentAborted():
            return _ended(state, assignment, AssignmentStatus.ABORTED, event.happened_at)
        case AssignmentReleased():
            return _ended(state, assignment, AssignmentStatus.RELEASED, at)
        case TapTakenBack():
            return taken_back(state, assignment, event, at)
        case AnswerOverdue():
            return _answer_overdue(state, assignment, event, at)
        case ArrivalOverdue():
            return _arrival_overdue(state, assignment, event, at)
        case LateAnswerRecorded():
            return state
        case LateFactJoined():
            return _late_fact(state, assignment, event, at)
        case _:
            assert_never(event)


def _offered(state: Jurisdiction, event: AssignmentOffered, at: int) -> Jurisdiction:
    id_ = event.assignment_id
    assignment = Assignment(
        assignment_id=id_,
        unit_id=event.unit_id,
        member_id=event.member_id,
        role=event.role,
        status=AssignmentStatus.OFFERED,
        offered_at=at,
        arrive_by=event.arrive_by,
        answer_by=event.answer_by,
        expires_at=event.expires_at,
        muster_point=event.muster_point,
        incident_id=event.incident_id,
        straight_back=event.straight_back,
        instead_of=event.instead_of,
    )
    state = keep(state, assignment, state.timers.set("answer", id_, event.answer_by))
    member = state.roster.members.get(event.member_id)
    if member is not None:
        bound = replace(member, assignment_id=id_, call_outs=member.call_outs + 1)
        state = with_member(state, event.member_id, bound)
    unit = state.units.by_id.get(event.unit_id)
    if unit is not None:
        unit = replace(
            unit,
            people=unit.people.set(event.member_id, id_),
            roles=unit.roles.set(event.member_id, event.role),
            offered=(*unit.offered, id_),
        )
        state = unit_fold.keep(state, unit, state.timers)
    return state


def _acknowledged(
    state: Jurisdiction, assignment: Assignment, event: AssignmentAcknowledged, at: int
) -> Jurisdiction:
    wait = state.policy.answering.answer_within_min * MINUTE
    due_at = max(assignment.answer_by, at + wait)
    seen = replace(
        assignment, status=AssignmentStatus.ACKNOWLEDGED, acknowledged_at=event.happened_at
    )
    return keep(state, seen, state.timers.set("answer", assignment.assignment_id, due_at))


def _accepted(
    state: Jurisdiction, assignment: Assignment, event: AssignmentAccepted, at: int
) -> Jurisdiction:
    accepted = replace(
        assignment,
        status=AssignmentStatus.ACCEPTED,
        accepted_at=event.happened_at,
        arrival_min=event.arrival_min,
    )
    return keep(state, accepted, _awaiting_arrival(state, assignment, at))


def _awaiting_arrival(state: Jurisdiction, assignment: Assignment, at: int) -> Timers:
    id_, grace = assignment.assignment_id, state.policy.answering.arrive_grace_min * MINUTE
    timers = state.timers.clear("answer", id_)
    return timers.set("arrive", id_, max(assignment.arrive_by, at) + grace)


def _en_route(
    state: Jurisdiction, assignment: Assignment, event: MemberEnRoute, at: int
) -> Jurisdiction:
    under_way = replace(
        assignment,
        status=AssignmentStatus.EN_ROUTE,
        en_route_at=event.happened_at,
        arrival_min=event.arrival_min or assignment.arrival_min,
    )
    state = keep(state, under_way, _awaiting_arrival(state, assignment, at))
    return _works(state, assignment, event.happened_at)


def _on_scene(
    state: Jurisdiction, assignment: Assignment, event: MemberOnScene, at: int
) -> Jurisdiction:
    id_ = assignment.assignment_id
    there = replace(assignment, status=AssignmentStatus.ON_SCENE, on_scene_at=event.happened_at)
    timers = state.timers.clear("answer", id_).clear("arrive", id_)
    return _works(keep(state, there, timers), assignment, event.happened_at)


def _works(state: Jurisdiction, assignment: Assignment, since: int) -> Jurisdiction:
    """Work begins, or goes on: a pause shorter than the rest does not start the hours anew.

    Whoever is on their way rests no longer: the pause before does not grow while they work.
    """
    member = state.roster.members.get(assignment.member_id)
    if member is None:
        return state
    rest = state.policy.hours.rest_min_h * HOUR
    rested = member.idle_since is not None and since - member.idle_since >= rest
    goes_on = member.worked_since is not None and not rested
    worked = replace(
        member, worked_since=member.worked_since if goes_on else since, idle_since=None
    )
    return with_member(state, assignment.member_id, worked)


def _without(ids: tuple[str, ...], id_: str) -> tuple[str, ...]:
    return tuple([it for it in ids if it != id_]) if id_ in ids else ids


_CAME_NOT = frozenset({AssignmentStatus.DECLINED, AssignmentStatus.EXPIRED})


def _ended(
    state: Jurisdiction, assignment: Assignment, status: AssignmentStatus, happened_at: int
) -> Jurisdiction:
    if assignment.ended_at is not None:
        return state
    id_ = assignment.assignment_id
    timers = state.timers.clear("answer", id_).clear("arrive", id_)
    state = keep(state, replace(assignment, status=status, ended_at=happened_at), timers)
    member = state.roster.members.get(assignment.member_id)
    if member is not None and member.assignment_id == id_:
        idle = happened_at if member.worked_since is not None else None
        # Who never came there has nothing to rest from.
        was_there = assignment.on_scene_at is not None
        freed = replace(
            member,
            assignment_id=None,
            idle_since=idle,
            finished_at=happened_at if was_there else member.finished_at,
        )
        state = with_member(state, assignment.member_id, freed)
    unit = state.units.by_id.get(assignment.unit_id)
    if unit is not None and assignment.member_id in unit.people:
        tried = unit.tried
        if status in _CAME_NOT or status is AssignmentStatus.ABORTED:
            tried = (*tried, assignment.member_id)
        unit = replace(
            unit,
            people=unit.people.delete(assignment.member_id),
            leaving=_without(unit.leaving, assignment.member_id),
            relieved=unit.relieved.delete(assignment.member_id)
            if assignment.member_id in unit.relieved
            else unit.relieved,
            tried=tried,
        )
        key = unit_fold.relief_key(unit.unit_id, assignment.member_id)
        state = unit_fold.keep(state, unit, state.timers.clear("relief_counts", key))
    return state


def _answer_overdue(
    state: Jurisdiction, assignment: Assignment, event: AnswerOverdue, at: int
) -> Jurisdiction:
    return with_timers(state, state.timers.clear("answer", assignment.assignment_id))


def _arrival_overdue(
    state: Jurisdiction, assignment: Assignment, event: ArrivalOverdue, at: int
) -> Jurisdiction:
    return with_timers(state, state.timers.clear("arrive", assignment.assignment_id))


def _late_fact(
    state: Jurisdiction, assignment: Assignment, event: LateFactJoined, at: int
) -> Jurisdiction:
    field = f"{event.fact}_at" if event.fact != "done" else "ended_at"
    return keep(state, replace(assignment, **{field: event.happened_at}))
