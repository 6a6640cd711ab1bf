"""On guard: what is prepared and due, what was missed, how long supply was lost."""

from collections.abc import Iterable

from coordinator.domain.authority import not_oneself
from coordinator.domain.cause import Cause
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.operation import unguarded
from coordinator.domain.operation.coverage import hours_in_a_row, posted_ever, uncovered
from coordinator.domain.operation.silence import breaks_silence
from coordinator.domain.planned_work.conflicts import works_on
from coordinator.domain.posted import elsewhere, posted_now
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Operation, OperationPhase, SiteWatch
from schemas.events import operation as events
from schemas.events.envelope import Event
from schemas.said import Said
from schemas.sentences import guarding, planned, reasons, rights
from schemas.signals.operation import (
    CheckIn,
    ConcludeOperation,
    SupplyDisturbed,
)
from schemas.vocabulary import NoticeKind


def preparation_gaps(state: Jurisdiction, operation: Operation) -> list[Said]:
    """Return what is not prepared, site by site."""
    rules = state.policy.guard[operation.level]
    gaps: list[Said] = []
    for site_id, watch in sorted(operation.sites.items()):
        gaps.extend(
            guarding.still_to_do(site_id, it)
            for it in rules.required_steps
            if it not in watch.steps
        )
        gaps.extend(guarding.danger_open(site_id, it) for it in watch.dangers_open)
        gaps.extend(_people_lacking(state, operation, site_id, watch))
        gaps.extend(_supplies_lacking(state, site_id))
        gaps.extend(
            planned.work_on_supply(site_id, it.work_id)
            for it in works_on(state, operation, site_id)
        )
    return gaps


def _people_lacking(
    state: Jurisdiction, operation: Operation, site_id: str, watch: SiteWatch
) -> Iterable[Said]:
    window = [
        it
        for it in watch.guards
        if it.ends_at > operation.guard_from and it.starts_at < operation.guard_until
    ]
    if not window:
        yield guarding.nobody_posted(site_id)
        return
    for gap in uncovered(state, operation, site_id, operation.guard_from):
        yield guarding.unguarded(site_id, gap.starts_at, gap.ends_at, gap.people)
    most = state.policy.hours.work_max_h
    for member_id in sorted({it for guard in window for it in guard.post.member_ids}):
        hours = hours_in_a_row(state, member_id)
        if hours > most:
            yield guarding.stands_too_long(member_id, hours, most)
    own = state.sites.by_id[site_id].site.own_supply_kw > 0
    if own and any(it.post.start_orderer is None for it in window):
        yield guarding.starter_unnamed(site_id)


def _supplies_lacking(state: Jurisdiction, site_id: str) -> Iterable[Said]:
    """Say where a site has fewer lines than its class asks for (GB/T 29328)."""
    site = state.sites.by_id[site_id].site
    there = max(site.supply_count, len(site.circuits))
    wanted = state.policy.sites.supplies_by_class.get(site.customer_class, 0)
    if there < wanted:
        yield guarding.supplies_short(site_id, there, wanted)


def check_in(
    state: Jurisdiction, operation: Operation, signal: CheckIn, cause: Cause
) -> Iterable[Event]:
    if operation.phase is not OperationPhase.GUARDING:
        return refuse(
            guarding.check_ins_while_guarding(operation.phase),
            field="operation_id",
            value=operation.operation_id,
        )
    if not_self := not_oneself(signal.member_id, cause):
        return not_self
    watch = operation.sites[signal.site_id]
    grace_min = state.policy.guard[operation.level].grace_min
    who = signal.member_id
    if who not in posted_now(watch, cause.happened_at, grace_min):
        return refuse(guarding.WHO_IS_POSTED_CHECKS_IN, field="member_id", value=who)
    if who not in state.roster.members:
        return refuse(rights.off_roster(who), field="member_id", value=who)
    if _is_out(state, operation, signal, cause.happened_at):
        return refuse(guarding.WHO_IS_OUT_CHECKS_NOT_IN, field="member_id", value=signal.member_id)
    told = events.CheckedIn(
        operation_id=operation.operation_id,
        site_id=signal.site_id,
        member_id=signal.member_id,
        kind=signal.kind,
        happened_at=cause.happened_at,
        text=signal.text,
        by=signal.actor_id,
    )
    if not breaks_silence(state, operation, cause.happened_at, cause.at):
        return (told,)
    kind, reason = NoticeKind.CHECK_IN_MISSED, reasons.CHECKED_IN_AGAIN
    return (told, *escalation.call_off(state, about=signal.site_id, cause_kind=kind, reason=reason))


def _is_out(state: Jurisdiction, operation: Operation, signal: CheckIn, at: int) -> bool:
    """Whether somebody had set out to something else by `at` (UTC ms), or is not yet back."""
    member = state.roster.members.get(signal.member_id)
    if member is None or not elsewhere(state, member, operation, signal.site_id):
        return False
    bound = state.assignments.by_id.get(member.assignment_id or "")
    if bound is None:
        return True
    since = bound.en_route_at or bound.on_scene_at
    return since is not None and since <= at


def guard_is_over(state: Jurisdiction, operation: Operation) -> Iterable[Event]:
    """Nobody checks in there any more; what else a site of it cries for goes on."""
    for site_id in sorted(operation.sites):
        # Another guard of the same site may have told of a gap: one alarm serves both.
        left = unguarded.open_now(state, site_id, state.now, besides=operation.operation_id)
        yield from escalation.said_now(
            state,
            about=site_id,
            cause_kind=NoticeKind.GUARD_GAP,
            texts=left,
            reason=reasons.GUARD_OVER,
        )
        if state.operations.guarding.get(site_id) == operation.operation_id:
            yield from escalation.call_off(
                state,
                about=site_id,
                cause_kind=NoticeKind.CHECK_IN_MISSED,
                reason=reasons.GUARD_OVER,
            )


def missed(
    state: Jurisdiction, operation: Operation, site_id: str, kind: events.Check
) -> tuple[Event, ...]:
    due_at = state.timers.get(kind, f"{operation.operation_id}/{site_id}") or state.now
    return (
        events.CheckInMissed(
            operation_id=operation.operation_id, site_id=site_id, kind=kind, due_at=due_at
        ),
    )


def interruption(
    operation: Operation, site_id: str, *, interrupted: bool, happened_at: int, reason: Said
) -> tuple[Event, ...]:
    """Start or end the measured interruption of a protected load.

    Nothing if it is so already, or if something newer is known.
    """
    watch = operation.sites.get(site_id)
    if watch is None or operation.phase is not OperationPhase.GUARDING:
        return ()
    if interrupted is (watch.interrupted_at is not None) or happened_at < known_since(watch):
        return ()
    if interrupted:
        return (
            events.InterruptionStarted(
                operation_id=operation.operation_id,
                site_id=site_id,
                happened_at=happened_at,
                reason=reason,
            ),
        )
    return (
        events.InterruptionEnded(
            operation_id=operation.operation_id,
            site_id=site_id,
            happened_at=happened_at,
        ),
    )


def disturbed(operation: Operation, signal: SupplyDisturbed, cause: Cause) -> Iterable[Event]:
    """Record a dip or a transfer: counted beside the interruptions, never as one."""
    if operation.phase is not OperationPhase.GUARDING:
        return refuse(
            guarding.check_ins_while_guarding(operation.phase),
            field="operation_id",
            value=operation.operation_id,
        )
    return (
        events.DisturbanceRecorded(
            operation_id=operation.operation_id,
            site_id=signal.site_id,
            disturbance=signal.disturbance,
            happened_at=cause.happened_at,
            lasted_ms=signal.lasted_ms,
            circuit=signal.circuit,
        ),
    )


def known_since(watch: SiteWatch) -> int:
    """Return since when a protected load is known to be as it is, UTC milliseconds."""
    return watch.interrupted_at or watch.supplied_since


def conclude(
    state: Jurisdiction, operation: Operation, signal: ConcludeOperation, cause: Cause
) -> Iterable[Event]:
    if operation.phase is not OperationPhase.GUARDING:
        return refuse(
            guarding.concluded_or_cancelled(operation.phase),
            field="operation_id",
            value=operation.operation_id,
        )
    tally = operation.tally
    running_ms = sum(
        max(0, cause.at - watch.interrupted_at)
        for watch in operation.sites.values()
        if watch.interrupted_at is not None
    )
    return (
        events.OperationConcluded(
            operation_id=operation.operation_id,
            summary=signal.summary,
            lessons=signal.lessons,
            statistics=events.Statistics(
                sites=len(operation.sites),
                people=len(posted_ever(operation)),
                check_ins=tally.check_ins,
                patrols=tally.patrols,
                zero_reports=tally.zero_reports,
                missed=tally.missed,
                incidents=tally.incidents,
                interruptions=tally.interruptions,
                interrupted_s=(tally.interrupted_ms + running_ms) // 1_000,
                dips=tally.dips,
                transfers=tally.transfers,
                disturbances=tally.disturbances,
                gaps=tally.gaps,
            ),
        ),
        *guard_is_over(state, operation),
    )
