"""Violations and demerit points: frozen on the day, counted for a time, grave ones off post.

A serious one at a ticket stops the work there (safety.py reacts). Whoever is off post is not called
until the time is over and an examination is passed; a withdrawn record gives back what it took.
"""

from collections.abc import Iterable
from typing import Final, assert_never

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.roster.free_people import with_members
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.violations import Violation
from schemas.catalogue import members
from schemas.durations import DAY
from schemas.events.envelope import Event
from schemas.events.violation import (
    MemberReadmitted,
    MemberTakenOffPost,
    ViolationEvent,
    ViolationLapsed,
    ViolationRecorded,
    ViolationWithdrawn,
)
from schemas.sentences import notices, reasons, rights, rosters, work
from schemas.signals.violation import (
    ReadmitMember,
    RecordViolation,
    ViolationSignal,
    WithdrawViolation,
)
from schemas.vocabulary import NoticeKind, Recipient

_POINTS_MAX = 10_000


def evolve(state: Jurisdiction, event: ViolationEvent, at: int) -> Jurisdiction:
    match event:
        case MemberTakenOffPost():
            return _off_post(state, event.member_id, event.until)
        case MemberReadmitted():
            return _off_post(state, event.member_id, None)
    violations, id_ = state.violations, event.violation_id
    match event:
        case ViolationRecorded():
            recorded = Violation(id_, event.charged, event.points)
            by_id = violations.by_id.set(id_, recorded)
            timers = state.timers.set("violation", id_, event.counts_until)
            sign = 1
        case ViolationWithdrawn() | ViolationLapsed():
            recorded = violations.by_id[id_]
            by_id, timers = violations.by_id.delete(id_), state.timers.clear("violation", id_)
            sign = -1
        case _:
            assert_never(event)
    points = violations.points
    for member_id in recorded.charged:
        count = points.get(member_id, 0) + sign * recorded.points
        if count:
            points = points.set(member_id, count)
        elif member_id in points:
            points = points.delete(member_id)
    return replace(state, violations=replace(violations, by_id=by_id, points=points), timers=timers)


def _off_post(state: Jurisdiction, member_id: str, until: int | None) -> Jurisdiction:
    member = state.roster.members.get(member_id)
    if member is None:
        return state
    changed = replace(member, off_post_until=until)
    return replace(state, roster=with_members(state.roster, {member_id: changed}))


def decide(state: Jurisdiction, signal: ViolationSignal, cause: Cause) -> Iterable[Event]:
    match signal:
        case RecordViolation():
            return _record(state, signal, cause)
        case WithdrawViolation():
            return _withdraw(state, signal)
        case ReadmitMember():
            return _readmit(state, signal, cause)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    match event:
        case ViolationRecorded():
            return _charge(state, event, cause)
        case ViolationWithdrawn():
            return _give_back(state, event)
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    return (ViolationLapsed(violation_id=id_),)


def _record(state: Jurisdiction, signal: RecordViolation, cause: Cause) -> Iterable[Event]:
    members = state.roster.members
    unknown = next((it for it in signal.charged if it not in members), None)
    if unknown is not None:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="charged", value=unknown)
    if len(set(signal.charged)) < len(signal.charged):
        return refuse(rights.EACH_MEMBER_ONCE, field="charged", value=signal.charged[0])
    if signal.ticket_id is not None and signal.ticket_id not in state.safety.tickets:
        return refuse(work.NO_SUCH_TICKET, field="ticket_id", value=signal.ticket_id)
    if signal.team_id is not None and signal.team_id not in state.roster.teams:
        return refuse(rights.TEAM_OF_THIS_ROSTER, field="team_id", value=signal.team_id)
    rules = state.policy.demerits
    return (
        ViolationRecorded(
            violation_id=cause.mint("vio"),
            kind=signal.kind,
            grade=signal.grade,
            clause=signal.clause,
            charged=signal.charged,
            team_id=signal.team_id,
            ticket_id=signal.ticket_id,
            points=rules.points.get(signal.grade, 0),
            counts_until=cause.at + rules.counts_d * DAY,
            text=signal.text,
        ),
    )


def _charge(state: Jurisdiction, event: ViolationRecorded, cause: Cause) -> Iterable[Event]:
    rules = state.policy.demerits
    until = cause.at + rules.off_post_d * DAY
    for member_id in event.charged:
        points = state.violations.points.get(member_id, 0)
        if points < rules.off_post_from:
            continue
        told = min(_POINTS_MAX, points)
        yield MemberTakenOffPost(member_id=member_id, points=told, until=until)
        yield notify(
            cause,
            NoticeKind.OFF_POST,
            Recipient.DISPATCHER,
            notices.taken_off_post(member_id, points),
            about=member_id,
        )


def _withdraw(state: Jurisdiction, signal: WithdrawViolation) -> Iterable[Event]:
    recorded = state.violations.by_id.get(signal.violation_id)
    if recorded is None:
        rule = rosters.VIOLATION_THAT_COUNTS
        return refuse(rule, field="violation_id", value=signal.violation_id)
    return (
        ViolationWithdrawn(
            violation_id=signal.violation_id, charged=recorded.charged, reason=signal.reason
        ),
    )


def _give_back(state: Jurisdiction, event: ViolationWithdrawn) -> Iterable[Event]:
    for member_id in event.charged:
        member = state.roster.members.get(member_id)
        points = state.violations.points.get(member_id, 0)
        if member is None or member.off_post_until is None:
            continue
        if points < state.policy.demerits.off_post_from:
            reason = reasons.RECORD_WITHDRAWN
            yield MemberReadmitted(member_id=member_id, reason=reason)


def _readmit(state: Jurisdiction, signal: ReadmitMember, cause: Cause) -> Iterable[Event]:
    member = state.roster.members.get(signal.member_id)
    if member is None or member.off_post_until is None:
        return refuse(rosters.MEMBER_OFF_POST, field="member_id", value=signal.member_id)
    if cause.at < member.off_post_until:
        return refuse(rosters.TIME_NOT_OVER, field="member_id", value=signal.member_id)
    reason = reasons.examined_by(signal.examined_by)
    return (MemberReadmitted(member_id=signal.member_id, reason=reason),)


CONCEPT: Final = Concept(
    name="violation",
    signals=members(ViolationSignal),
    decide=decide,
    facts=members(ViolationEvent),
    evolve=evolve,
    reacts_to=frozenset({ViolationRecorded, ViolationWithdrawn}),
    react=react,
    timers=frozenset({"violation"}),
    due=due,
)
