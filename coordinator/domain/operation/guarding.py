"""On guard: who stands where, what is due when, what was missed, how long supply was lost."""

from collections.abc import Iterable

from coordinator.domain.authority import not_oneself
from coordinator.domain.cause import Cause
from coordinator.domain.escalation.alarm import call_off
from coordinator.domain.refusal import refuse
from coordinator.domain.roster.eligibility import unfit_because
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Operation, OperationPhase, SiteWatch
from schemas.events import operation as events
from schemas.events.envelope import Event
from schemas.said import Said
from schemas.sentences import guarding, reasons, rights
from schemas.signals.operation import CheckIn, ConcludeOperation, PostGuard
from schemas.vocabulary import NoticeKind


def post_guard(state: Jurisdiction, operation: Operation, signal: PostGuard) -> Iterable[Event]:
    """Put people and vehicles at a site: two at least, free, the orderer is not the starter."""
    post = signal.post
    if post.site_id not in operation.sites:
        return refuse(guarding.SITE_OF_THIS_OPERATION, field="post.site_id", value=post.site_id)
    if signal.ends_at <= signal.starts_at:
        return refuse(guarding.SHIFT_ENDS_LATER, field="ends_at", value=signal.ends_at)
    if len(set(post.member_ids)) < 2:
        return refuse(
            guarding.TWO_ON_GUARD,
            field="post.member_ids",
            value=len(set(post.member_ids)),
        )
    if post.start_orderer is not None and post.start_orderer == post.start_operator:
        return refuse(
            guarding.ORDERER_NOT_OPERATOR,
            field="post.start_operator",
            value=post.start_operator,
        )
    broken = _not_to_be_posted(state, signal) or _no_free_vehicle(state, post.resource_ids)
    if broken:
        return broken
    return (
        events.GuardPosted(
            operation_id=operation.operation_id,
            post=post,
            starts_at=signal.starts_at,
            ends_at=signal.ends_at,
        ),
    )


def _not_to_be_posted(state: Jurisdiction, signal: PostGuard) -> tuple[Event, ...]:
    for member_id in signal.post.member_ids:
        member = state.roster.members.get(member_id)
        if member is None:
            return refuse(rights.MEMBER_OF_THIS_ROSTER, field="post.member_ids", value=member_id)
        if member.assignment_id is not None or member.lent_to is not None:
            return refuse(guarding.IN_TWO_PLACES, field="post.member_ids", value=member_id)
        away = unfit_because(state, member, signal.starts_at)
        if away is not None:
            return refuse(guarding.not_fit(away), field="post.member_ids", value=member_id)
        elsewhere = _posted_elsewhere(state, member_id, signal.starts_at, signal.ends_at)
        if elsewhere is not None:
            return refuse(
                guarding.guards_elsewhere(elsewhere), field="post.member_ids", value=member_id
            )
    return ()


def _no_free_vehicle(state: Jurisdiction, resource_ids: Iterable[str]) -> tuple[Event, ...]:
    for resource_id in resource_ids:
        resource = state.resources.by_id.get(resource_id)
        bound = (
            resource is None or resource.committed_to is not None or resource.lent_to is not None
        )
        if resource is None or bound or not resource.in_service:
            return refuse(guarding.FREE_VEHICLE, field="post.resource_ids", value=resource_id)
    return ()


def _posted_elsewhere(state: Jurisdiction, member_id: str, begin: int, end: int) -> str | None:
    for _, operation in sorted(state.operations.by_id.items()):
        if operation.phase in (OperationPhase.CONCLUDED, OperationPhase.CANCELLED):
            continue
        for site_id, watch in sorted(operation.sites.items()):
            for guard in watch.guards:
                overlaps = guard.starts_at < end and begin < guard.ends_at
                if overlaps and member_id in guard.post.member_ids:
                    return site_id
    return None


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
        if not any(guard.ends_at > operation.guard_from for guard in watch.guards):
            gaps.append(guarding.nobody_posted(site_id))
    return gaps


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
    posted = {it for guard in watch.guards for it in guard.post.member_ids}
    if posted and signal.member_id not in posted:
        return refuse(guarding.WHO_IS_POSTED_CHECKS_IN, field="member_id", value=signal.member_id)
    return (
        events.CheckedIn(
            operation_id=operation.operation_id,
            site_id=signal.site_id,
            member_id=signal.member_id,
            kind=signal.kind,
            happened_at=cause.happened_at,
            text=signal.text,
        ),
        *call_off(
            state,
            about=signal.site_id,
            cause_kind=NoticeKind.CHECK_IN_MISSED,
            reason=reasons.CHECKED_IN_AGAIN,
        ),
    )


def guard_is_over(state: Jurisdiction, operation: Operation) -> Iterable[Event]:
    """Nobody checks in there any more; what else a site of it cries for goes on."""
    for site_id in sorted(operation.sites):
        if state.operations.guarding.get(site_id) == operation.operation_id:
            yield from call_off(
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
                people=len(_people(operation)),
                check_ins=tally.check_ins,
                patrols=tally.patrols,
                zero_reports=tally.zero_reports,
                missed=tally.missed,
                incidents=tally.incidents,
                interruptions=tally.interruptions,
                interrupted_s=(tally.interrupted_ms + running_ms) // 1_000,
            ),
        ),
        *guard_is_over(state, operation),
    )


def _people(operation: Operation) -> set[str]:
    watches: Iterable[SiteWatch] = operation.sites.values()
    return {it for watch in watches for guard in watch.guards for it in guard.post.member_ids}
