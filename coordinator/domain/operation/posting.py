"""Who is put at a site, taken from it again, and until when a guard lasts."""

from collections.abc import Iterable, Iterator
from typing import Final

from coordinator.domain.at_work import is_bound
from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.operation.coverage import hours_in_a_row, posted_from
from coordinator.domain.refusal import refuse
from coordinator.domain.roster.eligibility import sought_because, unfit_because
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Guard, Operation
from schemas.durations import HOUR
from schemas.events import operation as events
from schemas.events.envelope import Event
from schemas.events.notice import RuleWarned
from schemas.said import Said
from schemas.sentences import guarding, notices, rights
from schemas.signals.operation import GuardPost, PostGuard, ProlongGuard, WithdrawPost
from schemas.vocabulary import NoticeKind, Recipient, ResourceKind
from schemas.why_not import WhyNot

_TOLD_MAX: Final = 1_000
"""So many people stand on one notice."""
_GENERATORS = frozenset(
    {ResourceKind.GENERATOR_VEHICLE, ResourceKind.GENERATOR_SET, ResourceKind.UPS_VEHICLE}
)


def post_guard(
    state: Jurisdiction, operation: Operation, signal: PostGuard, cause: Cause
) -> Iterable[Event]:
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
    if signal.ends_at <= cause.at:
        return refuse(guarding.POST_NOT_OVER, field="ends_at", value=signal.ends_at)
    broken = (
        _not_two_names(state, post)
        or _not_to_be_posted(state, signal, cause.at)
        or _no_free_vehicle(state, operation, signal)
    )
    if broken:
        return broken
    return (
        events.GuardPosted(
            operation_id=operation.operation_id,
            post=post,
            starts_at=signal.starts_at,
            ends_at=signal.ends_at,
        ),
        _told(
            operation,
            notices.guard_posted(post.site_id, signal.starts_at, signal.ends_at),
            post.member_ids,
            signal.ends_at,
            cause,
        ),
        *_called_now(state, operation, signal),
        *_standing_too_long(state, operation, signal),
    )


def _not_two_names(state: Jurisdiction, post: GuardPost) -> tuple[Event, ...]:
    """Refuse a post where it is not clear who orders a generator to start and who starts it."""
    orderer, starter = post.start_orderer, post.start_operator
    if orderer is None and starter is None:
        kinds = (state.resources.by_id[it].resource.kind for it in post.resource_ids
                 if it in state.resources.by_id)  # fmt: skip
        if not any(it in _GENERATORS for it in kinds):
            return ()
        return refuse(guarding.GENERATOR_HAS_NAMES, field="post.start_orderer", value=None)
    for field, person in (("post.start_orderer", orderer), ("post.start_operator", starter)):
        if person is None:
            return refuse(guarding.BOTH_NAMED, field=field, value=None)
        if person not in state.roster.members:
            return refuse(rights.MEMBER_OF_THIS_ROSTER, field=field, value=person)
    if orderer == starter:
        return refuse(guarding.ORDERER_NOT_OPERATOR, field="post.start_operator", value=starter)
    if starter not in post.member_ids:
        return refuse(guarding.STARTER_IS_POSTED, field="post.start_operator", value=starter)
    return ()


def _standing_too_long(
    state: Jurisdiction, operation: Operation, signal: PostGuard
) -> Iterable[Event]:
    """Warn of who would stand longer in a row than people work; the post is put up all the same."""
    more = (Guard(signal.post, signal.starts_at, signal.ends_at),)
    most = state.policy.hours.work_max_h
    for member_id in sorted(set(signal.post.member_ids)):
        hours = hours_in_a_row(state, member_id, more)
        if hours > most:
            rule = guarding.stands_too_long(member_id, hours, most)
            yield RuleWarned(rule=rule, about=operation.operation_id)


def _called_now(
    state: Jurisdiction, operation: Operation, signal: PostGuard
) -> Iterator[RuleWarned]:
    """Warn of who is called to a unit now, and may not be back when the post begins."""
    for member_id in sorted(set(signal.post.member_ids)):
        if state.roster.members[member_id].assignment_id is not None:
            rule = guarding.posted_and_called(member_id, signal.starts_at)
            yield RuleWarned(rule=rule, about=operation.operation_id)


def _not_to_be_posted(state: Jurisdiction, signal: PostGuard, at: int) -> tuple[Event, ...]:
    for member_id in signal.post.member_ids:
        member = state.roster.members.get(member_id)
        if member is None:
            return refuse(rights.MEMBER_OF_THIS_ROSTER, field="post.member_ids", value=member_id)
        later = signal.starts_at > at
        # A call-out binds now: for later hours they are posted, and that is warned of.
        if (is_bound(state, member) and not later) or member.lent_to is not None:
            return refuse(guarding.IN_TWO_PLACES, field="post.member_ids", value=member_id)
        # Whoever is looked for has no post, and covers none: not even one that begins later.
        away = sought_because(state, member_id) or unfit_because(state, member, signal.starts_at)
        works_now = later and member.assignment_id is not None and away is WhyNot.RESTING
        if away is not None and not works_now:
            return refuse(guarding.not_fit(away), field="post.member_ids", value=member_id)
        elsewhere = posted_from(state, member_id, signal.starts_at, signal.ends_at)
        if elsewhere is not None:
            return refuse(
                guarding.guards_elsewhere(elsewhere), field="post.member_ids", value=member_id
            )
    return ()


def _no_free_vehicle(
    state: Jurisdiction, operation: Operation, signal: PostGuard
) -> tuple[Event, ...]:
    """Refuse a vehicle that is bound; one of this operation goes from a post to the next."""
    for resource_id in signal.post.resource_ids:
        resource = state.resources.by_id.get(resource_id)
        bound = (
            resource is None
            or resource.committed_to not in (None, operation.operation_id)
            or resource.lent_to is not None
            or not resource.in_service
        )
        if bound or _stands_elsewhere(operation, resource_id, signal):
            return refuse(guarding.FREE_VEHICLE, field="post.resource_ids", value=resource_id)
    return ()


def _stands_elsewhere(operation: Operation, resource_id: str, signal: PostGuard) -> bool:
    """Whether a vehicle is at another site of the operation in the same hours."""
    return any(
        resource_id in it.post.resource_ids
        and it.starts_at < signal.ends_at
        and signal.starts_at < it.ends_at
        for site_id, watch in operation.sites.items()
        if site_id != signal.post.site_id
        for it in watch.guards
    )


def withdraw_post(operation: Operation, signal: WithdrawPost, cause: Cause) -> Iterable[Event]:
    """Take a post back, or end it now where it runs; whoever is on it hears of it."""
    watch = operation.sites.get(signal.site_id)
    if watch is None:
        return refuse(guarding.SITE_OF_THIS_OPERATION, field="site_id", value=signal.site_id)
    people = set(signal.member_ids)
    found = next(
        (
            it
            for it in watch.guards
            if it.starts_at == signal.starts_at and set(it.post.member_ids) == people
        ),
        None,
    )
    if found is None:
        return refuse(guarding.NO_SUCH_POST, field="starts_at", value=signal.starts_at)
    if found.ends_at <= cause.at:
        return ()
    return (
        events.PostWithdrawn(
            operation_id=operation.operation_id,
            site_id=signal.site_id,
            member_ids=found.post.member_ids,
            resource_ids=found.post.resource_ids,
            starts_at=found.starts_at,
            ended_at=max(found.starts_at, cause.at),
            reason=signal.reason,
        ),
        _told(
            operation,
            notices.post_withdrawn(signal.site_id, found.starts_at, found.ends_at),
            found.post.member_ids,
            found.ends_at,
            cause,
        ),
    )


def prolong_guard(
    state: Jurisdiction, operation: Operation, signal: ProlongGuard, cause: Cause
) -> Iterable[Event]:
    """Let a guard end later: no post grows by it, and all who are posted hear of it."""
    id_, until = operation.operation_id, signal.guard_until
    if until == operation.guard_until:
        return ()
    if until < operation.guard_until:
        return refuse(guarding.PROLONGED_ENDS_LATER, field="guard_until", value=until)
    if until <= cause.at:
        return refuse(guarding.GUARD_ENDS_IN_FUTURE, field="guard_until", value=until)
    for site_id in sorted(operation.sites):
        other = guarded_by_another(state, site_id, operation.guard_from, until, but=id_)
        if other is not None:
            return refuse(guarding.one_operation_per_site(other), field="guard_until", value=until)
    prolonged = events.GuardProlonged(operation_id=id_, guard_until=until, reason=signal.reason)
    posted = sorted(
        {
            member_id
            for watch in operation.sites.values()
            for it in watch.guards
            if it.ends_at > cause.at
            for member_id in it.post.member_ids
        }
    )
    text, lasts = notices.guard_prolonged(id_, until), operation.guard_until
    told = (
        _told(operation, text, posted[start : start + _TOLD_MAX], lasts, cause)
        for start in range(0, len(posted), _TOLD_MAX)
    )
    return (prolonged, *told)


def _told(
    operation: Operation, text: Said, people: Iterable[str], until: int, cause: Cause
) -> Event:
    """Tell who is posted what became of their guard; it is news until a moment (UTC ms)."""
    return notify(
        cause,
        NoticeKind.GUARD_CHANGED,
        Recipient.MEMBER,
        text,
        about=operation.operation_id,
        targets=tuple(dict.fromkeys(people)),
        lasts_ms=max(HOUR, until - cause.at),
    )


def guarded_by_another(
    state: Jurisdiction, site_id: str, begin: int, end: int, *, but: str | None = None
) -> str | None:
    """Return the operation, other than `but`, that guards a site at some time from `begin` to
    `end` (UTC ms).
    """
    for operation_id, operation in sorted(state.operations.by_id.items()):
        if (
            operation_id != but
            and site_id in operation.sites
            and operation.guard_from < end
            and begin < operation.guard_until
        ):
            return operation_id
    return None
