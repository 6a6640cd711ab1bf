"""How a tap is remembered for the seconds it can be taken back in, and how taking back folds."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import replace

from coordinator.domain.assignment.alarmed import standing
from coordinator.domain.assignment.kept import keep, with_member
from coordinator.domain.state.assignments import Assignment, LastTap
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.timers import Timers
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.unit import fold as unit_fold
from schemas.durations import MINUTE
from schemas.events.assignment import (
    AssignmentAborted,
    AssignmentAccepted,
    AssignmentDeclined,
    AssignmentDone,
    MemberEnRoute,
    MemberOnScene,
    TapTakenBack,
)
from schemas.events.envelope import Event
from schemas.vocabulary import AssignmentStatus, NoticeKind, ResourceKind, Tap

TAPS: Final[dict[type[Event], Tap]] = {
    AssignmentAccepted: Tap.ACCEPTED,
    AssignmentDeclined: Tap.DECLINED,
    MemberEnRoute: Tap.EN_ROUTE,
    MemberOnScene: Tap.ON_SCENE,
    AssignmentDone: Tap.DONE,
    AssignmentAborted: Tap.ABORTED,
}
LIVE: Final = frozenset(
    {
        AssignmentStatus.OFFERED,
        AssignmentStatus.ACKNOWLEDGED,
        AssignmentStatus.ACCEPTED,
        AssignmentStatus.EN_ROUTE,
        AssignmentStatus.ON_SCENE,
    }
)
_UNANSWERED = frozenset({AssignmentStatus.OFFERED, AssignmentStatus.ACKNOWLEDGED})
ENDING: Final = frozenset({Tap.DECLINED, Tap.DONE, Tap.ABORTED})


def with_tap(
    state: Jurisdiction, assignment: Assignment, tap: Tap, event: Any, at: int
) -> Assignment:
    """Return the assignment with what was so before a tap that is about to be folded."""
    member = state.roster.members.get(assignment.member_id)
    last = LastTap(
        tap=tap,
        said_at=event.happened_at,
        at=at,
        before=assignment.status,
        accepted_at=assignment.accepted_at,
        en_route_at=assignment.en_route_at,
        on_scene_at=assignment.on_scene_at,
        arrival_min=assignment.arrival_min,
        worked_since=None if member is None else member.worked_since,
        idle_since=None if member is None else member.idle_since,
        finished_at=None if member is None else member.finished_at,
        alarms=standing(state, assignment),
    )
    return replace(assignment, last_tap=last)


def taken_back(
    state: Jurisdiction, assignment: Assignment, event: TapTakenBack, at: int
) -> Jurisdiction:
    """Put everything of a member's own back to where it was before their last tap."""
    last = assignment.last_tap
    if last is None or last.tap is not event.tap:
        return state
    back = replace(
        assignment,
        status=last.before,
        accepted_at=last.accepted_at,
        en_route_at=last.en_route_at,
        on_scene_at=last.on_scene_at,
        arrival_min=last.arrival_min,
        ended_at=None,
        last_tap=None,
    )
    state = _member_back(keep(state, back, _timers(state, back, last, at)), back, last)
    unit = state.units.by_id.get(back.unit_id)
    if unit is None or event.tap not in ENDING:
        return state
    return _joined(state, _with_its_vehicles(state, unit), back, last.at)


def called_instead(
    state: Jurisdiction, unit: Unit, ids: Iterable[str], since: int
) -> tuple[Assignment, ...]:
    """Return who was called since a moment (UTC ms) in place of these assignments and still comes,
    or in place of somebody who was called in theirs.
    """
    instead, found = list[Assignment](), set(ids)
    for id_ in unit.offered:
        it = state.assignments.by_id.get(id_)
        if it is None or it.instead_of not in found or it.offered_at < since:
            continue
        found.add(id_)
        if it.status in LIVE and unit.people.get(it.member_id) == id_:
            instead.append(it)
    return tuple(instead)


def lost_vehicles(state: Jurisdiction, unit: Unit) -> dict[str, ResourceKind]:
    """Return the vehicles that a unit had when it stood down and cannot have again: others have
    them, or they are out of service; each with its kind.
    """
    if unit.stage is not Stage.STOOD_DOWN:
        return {}
    held = {it: state.resources.by_id.get(it) for it in unit.resource_ids}
    return {
        id_: it.resource.kind
        for id_, it in held.items()
        if it is not None
        and (it.lent_to or not it.in_service or it.committed_to not in (None, unit.unit_id))
    }


def _with_its_vehicles(state: Jurisdiction, unit: Unit) -> Unit:
    lost = lost_vehicles(state, unit)
    if not lost:
        return unit
    missing = Counter(dict(unit.missing_resources)) + Counter(lost.values())
    return replace(
        unit,
        resource_ids=tuple([it for it in unit.resource_ids if it not in lost]),
        missing_resources=tuple(sorted(missing.items())),
    )


def _timers(state: Jurisdiction, back: Assignment, last: LastTap, at: int) -> Timers:
    """Return the clocks of before; one whose alarm stood had run out."""
    id_, rules = back.assignment_id, state.policy.answering
    timers = state.timers.clear("answer", id_).clear("arrive", id_)
    if back.status in _UNANSWERED:
        if NoticeKind.STEP in last.alarms:
            return timers
        due_at = max(back.answer_by, at + rules.answer_within_min * MINUTE)
        return timers.set("answer", id_, due_at)
    if back.status is AssignmentStatus.ON_SCENE or NoticeKind.NOT_ARRIVED in last.alarms:
        return timers
    return timers.set("arrive", id_, max(back.arrive_by, at) + rules.arrive_grace_min * MINUTE)


def _member_back(state: Jurisdiction, back: Assignment, last: LastTap) -> Jurisdiction:
    member = state.roster.members.get(back.member_id)
    if member is None:
        return state
    as_before = replace(
        member,
        assignment_id=back.assignment_id,
        worked_since=last.worked_since,
        idle_since=last.idle_since,
        finished_at=last.finished_at,
    )
    return with_member(state, back.member_id, as_before)


def _joined(state: Jurisdiction, unit: Unit, back: Assignment, since: int) -> Jurisdiction:
    """Put a person back into their unit, which stands again if it stood down with them.

    Where somebody was called in their place, who is called off, it lacks whom it lacked before.
    """
    role, stood_down = unit.roles.get(back.member_id, back.role), unit.stage is Stage.STOOD_DOWN
    replaced = any(
        it.role is role for it in called_instead(state, unit, (back.assignment_id,), since)
    )
    missing = {it: count - (it is role and not replaced) for it, count in unit.missing}
    unit = replace(
        unit,
        stage=Stage.FORMED,
        stood_down_at=None,
        people=unit.people.set(back.member_id, back.assignment_id),
        tried=tuple([it for it in unit.tried if it != back.member_id]),
        missing=tuple([(it, count) for it, count in missing.items() if count > 0]),
    )
    timers = state.timers.clear("unit_file", unit.unit_id)
    if unit.missing:
        if stood_down:
            # Whom it lacked before it stood down it lacks still, and they are looked for again.
            timers = timers.set("short", unit.unit_id, state.now)
        return unit_fold.keep(state, unit, timers, waits=True)
    timers = timers.clear("short", unit.unit_id).clear("propose", unit.unit_id)
    return unit_fold.keep(state, replace(unit, tries=0, propose_by=0), timers, waits=False)
