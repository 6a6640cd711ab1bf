"""Working hours: relief before the limit, a notice at the limit, an override by an approver."""

from collections.abc import Iterable
from typing import Final, assert_never

from msgspec.structs import replace

from coordinator.domain.called_to import goes_on
from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.roster.eligibility import hours_end
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from coordinator.domain.state.roster import Member
from schemas.catalogue import members
from schemas.durations import HOUR, MINUTE
from schemas.events.assignment import AssignmentOver, MemberEnRoute, MemberOnScene, TapTakenBack
from schemas.events.envelope import Event
from schemas.events.safety import (
    FatigueLimitReached,
    FatigueWatched,
    FatigueWatchEnded,
    ReliefFellDue,
    SafetyOverridden,
)
from schemas.events.task import TaskCancelled, TaskFinished, TaskShiftsTurned
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind, Recipient, Tap

FatigueEvent = FatigueWatched | FatigueWatchEnded | ReliefFellDue | FatigueLimitReached


def evolve_watch(state: Jurisdiction, event: FatigueEvent) -> Jurisdiction:
    """Wind or stop the clock of a member's hours."""
    match event:
        case FatigueWatched():
            timers = state.timers.set("fatigue", event.member_id, event.limit_at)
            timers = timers.clear("relief", event.member_id)
            if event.relief_at is not None:
                timers = timers.set("relief", event.member_id, event.relief_at)
        case ReliefFellDue():
            timers = state.timers.clear("relief", event.member_id)
        case FatigueWatchEnded() | FatigueLimitReached():
            timers = state.timers.clear("fatigue", event.member_id)
            timers = timers.clear("relief", event.member_id)
        case _:
            assert_never(event)
    return with_timers(state, timers)


def evolve_override(state: Jurisdiction, event: SafetyOverridden) -> Jurisdiction:
    member = state.roster.members.get(event.member_id or "")
    if member is None:
        return state
    longer = replace(member, fatigue_override_until=event.valid_until)
    members = state.roster.members.set(member.person.member_id, longer)
    return replace(state, roster=replace(state.roster, members=members))


def works(member: Member) -> bool:
    """Whether somebody's hours run now: they are bound, have begun to work and do not rest."""
    bound = member.assignment_id is not None
    return bound and member.worked_since is not None and member.idle_since is None


def watch(
    state: Jurisdiction, member_id: str, cause: Cause, *, begins: bool = False
) -> Iterable[Event]:
    """Wind, move or stop the clock of somebody's hours, by all that binds them now.

    This alone decides whose hours are watched: whatever changes what somebody is bound to, since
    when they work, whether they rest or what an approver set aside, asks here.

    Args:
        begins: they come to work with this: hours that are over by now are said at once. Otherwise
            what was said of them once is not said again.
    """
    member, running = state.roster.members.get(member_id), state.timers.get("fatigue", member_id)
    over = None if member is None or not works(member) else hours_end(state, member)
    if member is None or over is None:
        return () if running is None else (FatigueWatchEnded(member_id=member_id),)
    if over <= cause.at:
        late = begins and running is None
        return _over_already(state, member_id, cause) if late else ()
    unrelieved = begins and state.timers.get("relief", member_id) is None
    if over == running and not unrelieved:
        return ()
    relief_at = max(cause.at, over - state.policy.hours.relief_before_min * MINUTE)
    if _next_shift_relieves(state, member, over, cause.at):
        return (FatigueWatched(member_id=member_id, limit_at=over),)
    return (FatigueWatched(member_id=member_id, limit_at=over, relief_at=relief_at),)


def _over_already(state: Jurisdiction, member_id: str, cause: Cause) -> tuple[Event, ...]:
    """Nobody could have been warned before: relief and the limit are said at once."""
    return ReliefFellDue(member_id=member_id), *limit_reached(state, member_id, cause)


def _next_shift_relieves(state: Jurisdiction, member: Member, limit_at: int, at: int) -> bool:
    """Whether somebody is on a shift of their task that ends before their hours do."""
    assignment = state.assignments.by_id.get(member.assignment_id or "")
    unit = None if assignment is None else state.units.by_id.get(assignment.unit_id)
    task = None if unit is None else state.tasks.by_id.get(unit.task_id or "")
    ends = () if task is None else (
        it.ends_at
        for it in task.shifts
        if it.starts_at <= at < it.ends_at and member.person.member_id in it.member_ids
    )  # fmt: skip
    return max(ends, default=limit_at) < limit_at


def by_new_hours(state: Jurisdiction, cause: Cause) -> Iterable[Event]:
    """Move the clocks of all who work now: how long somebody may work is not what it once was."""
    for member_id, member in sorted(state.roster.members.items()):
        if not works(member):
            continue
        over, running = hours_end(state, member), state.timers.get("fatigue", member_id)
        if running is not None and over is not None and over <= cause.at:
            yield from _over_already(state, member_id, cause)
        else:
            yield from watch(state, member_id, cause)


def watched_at(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    """Look at the hours of whoever a fact may bring to work or take from it."""
    match event:
        case SafetyOverridden(member_id=str()):
            return watch(state, event.member_id or "", cause)
        case TaskShiftsTurned():
            going = [it for who in event.going for it in watch(state, who, cause)]
            return *going, *(
                it for who in event.coming for it in watch(state, who, cause, begins=True)
            )
        case TaskFinished() | TaskCancelled():
            return _watch_on(state, event.task_id, cause)
        case MemberOnScene():
            # Whoever was on their way has begun with that.
            began = state.assignments.by_id[event.assignment_id].en_route_at is None
            return _watch_of(state, event.assignment_id, cause, begins=began)
        case MemberEnRoute():
            return _watch_of(state, event.assignment_id, cause, begins=True)
        case TapTakenBack():
            again = event.tap in (Tap.DONE, Tap.ABORTED)
            return _watch_of(state, event.assignment_id, cause, begins=again)
        case _ if isinstance(event, AssignmentOver):
            return _watch_of(state, event.assignment_id, cause, begins=False)
    return ()


def _watch_on(state: Jurisdiction, task_id: str, cause: Cause) -> Iterable[Event]:
    """The shifts of a task relieve nobody any more: who goes on with something else is watched."""
    for _, unit in sorted(state.units.by_id.items()):
        if unit.task_id == task_id and goes_on(state, unit):
            for member_id in sorted(unit.people):
                yield from watch(state, member_id, cause, begins=True)


def _watch_of(
    state: Jurisdiction, assignment_id: str, cause: Cause, *, begins: bool
) -> Iterable[Event]:
    assignment = state.assignments.by_id.get(assignment_id)
    return () if assignment is None else watch(state, assignment.member_id, cause, begins=begins)


WATCHED_AT: Final[frozenset[type[Event]]] = frozenset(
    {
        *members(AssignmentOver),
        MemberEnRoute,
        MemberOnScene,
        SafetyOverridden,
        TapTakenBack,
        TaskCancelled,
        TaskFinished,
        TaskShiftsTurned,
    }
)


def hours_due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    """Say that relief is due, or, later, that the limit was reached."""
    if kind == "relief":
        return (ReliefFellDue(member_id=id_),)
    return limit_reached(state, id_, cause)


def limit_reached(state: Jurisdiction, member_id: str, cause: Cause) -> Iterable[Event]:
    """The limit passed: say so once, to the dispatcher and the member's record."""
    member = state.roster.members.get(member_id)
    since = cause.at if member is None or member.worked_since is None else member.worked_since
    return (
        FatigueLimitReached(member_id=member_id, worked_since=since),
        notify(
            cause,
            NoticeKind.FATIGUE,
            Recipient.DISPATCHER,
            notices.worked_too_long(member_id, (cause.at - since) // HOUR),
            about=member_id,
        ),
    )
