"""Working hours: relief before the limit, a notice at the limit, an override by an approver."""

from collections.abc import Iterable
from typing import assert_never

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from schemas.durations import HOUR, MINUTE
from schemas.events.assignment import MemberEnRoute, MemberOnScene, TapTakenBack
from schemas.events.envelope import Event
from schemas.events.safety import (
    FatigueLimitReached,
    FatigueWatched,
    FatigueWatchEnded,
    ReliefFellDue,
    SafetyOverridden,
)
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind, Recipient

FatigueEvent = FatigueWatched | FatigueWatchEnded | ReliefFellDue | FatigueLimitReached


def evolve_watch(state: Jurisdiction, event: FatigueEvent) -> Jurisdiction:
    """Wind or stop the clock of a member's hours."""
    match event:
        case FatigueWatched():
            timers = state.timers.set("fatigue", event.member_id, event.limit_at)
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
    timers, member_id = state.timers, event.member_id or ""
    member = state.roster.members.get(member_id)
    if member is None:
        return state
    rested = replace(member, fatigue_override_until=event.valid_until)
    if member.worked_since is not None:
        before = state.policy.hours.relief_before_min * MINUTE
        timers = timers.set("fatigue", member_id, event.valid_until)
        timers = timers.set("relief", member_id, max(state.now, event.valid_until - before))
    members = state.roster.members.set(member_id, rested)
    return replace(state, roster=replace(state.roster, members=members), timers=timers)


def watch_hours(
    state: Jurisdiction, event: MemberEnRoute | MemberOnScene | TapTakenBack, cause: Cause
) -> Iterable[Event]:
    """Start the clock of a member who began to work, unless it runs already."""
    assignment = state.assignments.by_id.get(event.assignment_id)
    if assignment is None or state.timers.get("fatigue", assignment.member_id) is not None:
        return ()
    member = state.roster.members.get(assignment.member_id)
    if member is None or member.worked_since is None:
        return ()
    limit_at = member.worked_since + state.policy.hours.work_max_h * HOUR
    if limit_at <= cause.at:
        # Told so late that the hours are over: nobody could have been warned before.
        began = member.worked_since == event.happened_at
        return limit_reached(state, assignment.member_id, cause) if began else ()
    relief_at = limit_at - state.policy.hours.relief_before_min * MINUTE
    return (
        FatigueWatched(
            member_id=assignment.member_id,
            limit_at=limit_at,
            relief_at=max(cause.at, relief_at),
        ),
    )


def works_still(state: Jurisdiction, assignment_id: str) -> bool:
    """Whether a member is at work, or was so shortly that their hours go on."""
    assignment = state.assignments.by_id.get(assignment_id)
    member = None if assignment is None else state.roster.members.get(assignment.member_id)
    return member is not None and member.worked_since is not None and member.idle_since is None


def end_watch(state: Jurisdiction, assignment_id: str, *, over: bool = True) -> Iterable[Event]:
    """Stop the clock of a member whose work is over, or, if not `over`, had never begun."""
    assignment = state.assignments.by_id.get(assignment_id)
    if assignment is None or state.timers.get("fatigue", assignment.member_id) is None:
        return ()
    member = state.roster.members.get(assignment.member_id)
    if over and member is not None and member.assignment_id is not None:
        return ()
    return (FatigueWatchEnded(member_id=assignment.member_id),)


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
