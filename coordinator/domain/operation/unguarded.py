"""Where nobody stands guard: told ahead of time, and climbing until somebody is posted."""

from collections.abc import Iterable, Iterator
from typing import Final

from coordinator.domain.cause import Cause
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.escalation.fold import together
from coordinator.domain.notice import notify
from coordinator.domain.operation.coverage import (
    Gap,
    is_told,
    told_gaps,
    uncovered,
    untold,
)
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Operation
from schemas.durations import MINUTE
from schemas.events import operation as events
from schemas.events.aid import AidCalledOff, AidCrewPromised, AidCrewReleased, AidCrewReturned
from schemas.events.envelope import Event
from schemas.events.roster import (
    AvailabilityChanged,
    LeavePlanned,
    MemberFit,
    MemberUnfit,
    RosterChanged,
)
from schemas.events.violation import MemberReadmitted, MemberTakenOffPost
from schemas.said import Said
from schemas.sentences import notices, reasons
from schemas.vocabulary import NoticeKind, Recipient

REACTS_TO: Final[frozenset[type[Event]]] = frozenset(
    {
        events.GuardPosted,
        events.GuardProlonged,
        events.PostWithdrawn,
        events.GuardGapFound,
        AvailabilityChanged,
        LeavePlanned,
        MemberTakenOffPost,
        MemberReadmitted,
        MemberFit,
        MemberUnfit,
        RosterChanged,
        AidCrewPromised,
        AidCrewReleased,
        AidCrewReturned,
        AidCalledOff,
    }
)
_TOLD_MAX: Final = 200
"""So many gaps are told in one decision; the rest a moment later."""


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:  # noqa: C901 - one case for each fact
    match event:
        case events.GuardGapFound():
            return alarm(state, event, cause)
        case events.GuardPosted():
            return filled(state, event.post.site_id, cause.at)
        case events.GuardProlonged():
            return longer_gaps(state, state.operations.by_id[event.operation_id], cause)
        case events.PostWithdrawn():
            return near_gaps_at(state, event, cause)
        case AvailabilityChanged(available=True) | MemberReadmitted() | MemberFit():
            return back_at_posts(state, (event.member_id,), cause)
        case AvailabilityChanged() | LeavePlanned() | MemberTakenOffPost() | MemberUnfit():
            return gone_from_posts(state, (event.member_id,), cause)
        case RosterChanged():
            leave = [it.member_id for it in event.people if it.leaves_at is not None]
            return gone_from_posts(state, (*event.removed_members, *leave), cause)
        case AidCrewPromised() | AidCrewReleased() | AidCrewReturned() | AidCalledOff():
            return _lent_or_back(state, event, cause)
    return ()


def _lent_or_back(
    state: Jurisdiction,
    event: AidCrewPromised | AidCrewReleased | AidCrewReturned | AidCalledOff,
    cause: Cause,
) -> Iterator[Event]:
    """Who is lent stands on no post here until they are back; who was a guest here, on none any
    more once they are given back.
    """
    talk = state.aid.by_id[event.aid_id]
    if talk.package is None:
        return
    if isinstance(event, AidCrewReleased):
        if talk.side == "asking":
            yield from gone_from_posts(state, [it.member_id for it in talk.package.people], cause)
    elif talk.side == "lending":
        of_posts = gone_from_posts if isinstance(event, AidCrewPromised) else back_at_posts
        yield from of_posts(state, [it.member_id for it in talk.package.people], cause)


def near_gaps(state: Jurisdiction, operation: Operation, cause: Cause) -> tuple[Event, ...]:
    """Tell the gaps that begin soon; where none is left of those awaited, only look anew."""
    ahead = state.policy.guard[operation.level].gap_warn_min * MINUTE
    near = [it for it in untold(state, operation, cause.at) if it[1].starts_at <= cause.at + ahead]
    found = tuple(_found(operation, *it) for it in near[:_TOLD_MAX])
    return found or (events.PostsTurned(operation_id=operation.operation_id),)


def longer_gaps(state: Jurisdiction, operation: Operation, cause: Cause) -> Iterator[Event]:
    """Tell anew at once what was told already and lasts longer now: nobody reads an old end."""
    for site_id, gap in untold(state, operation, cause.at):
        told = operation.sites[site_id].gaps_told
        if any(start < gap.ends_at and gap.starts_at < end for start, end in told):
            yield _found(operation, site_id, gap)


def near_gaps_at(state: Jurisdiction, event: events.PostWithdrawn, cause: Cause) -> Iterator[Event]:
    """Tell at once what a post that was taken back leaves open soon; what is later in its time."""
    operation = state.operations.by_id[event.operation_id]
    ahead = cause.at + state.policy.guard[operation.level].gap_warn_min * MINUTE
    for site_id, gap in untold(state, operation, cause.at):
        if site_id == event.site_id and gap.starts_at <= ahead:
            yield _found(operation, site_id, gap)


def gone_from_posts(
    state: Jurisdiction, member_ids: Iterable[str], cause: Cause
) -> Iterator[Event]:
    """Tell at once which posts are short because one of those posted cannot come."""
    gone = frozenset(member_ids)
    for _, operation in sorted(state.operations.by_id.items()):
        for site_id, watch in sorted(operation.sites.items()):
            theirs = [it for it in watch.guards if not gone.isdisjoint(it.post.member_ids)]
            for gap in uncovered(state, operation, site_id, cause.at) if theirs else ():
                hit = any(
                    it.starts_at < gap.ends_at and gap.starts_at < it.ends_at for it in theirs
                )
                if hit and not is_told(watch, gap):
                    yield _found(operation, site_id, gap)


def back_at_posts(state: Jurisdiction, member_ids: Iterable[str], cause: Cause) -> Iterator[Event]:
    """End what was told where one who was missing stands again: gone once more, it is told anew."""
    back = frozenset(member_ids)
    for operation_id, operation in sorted(state.operations.by_id.items()):
        theirs = [
            site_id
            for site_id, watch in sorted(operation.sites.items())
            if watch.gaps_told
            and any(not back.isdisjoint(it.post.member_ids) for it in watch.guards)
        ]
        for site_id in theirs:
            yield from filled(state, site_id, cause.at)
        if theirs:
            yield events.PostsTurned(operation_id=operation_id)


def _found(operation: Operation, site_id: str, gap: Gap) -> events.GuardGapFound:
    return events.GuardGapFound(
        operation_id=operation.operation_id,
        site_id=site_id,
        starts_at=gap.starts_at,
        ends_at=gap.ends_at,
        people=gap.people,
    )


def alarm(state: Jurisdiction, event: events.GuardGapFound, cause: Cause) -> Iterable[Event]:
    site_id, kind, desk = event.site_id, NoticeKind.GUARD_GAP, Recipient.DISPATCHER
    new = notices.guard_gap(site_id, event.starts_at, event.ends_at, event.people)
    return (
        notify(cause, kind, desk, new, about=site_id),
        *escalation.start(
            state,
            cause,
            about=site_id,
            cause_kind=kind,
            ladder="check_in",
            text=together(open_now(state, site_id, cause.at) or [new]),
            told=(desk,),
        ),
    )


def open_now(
    state: Jurisdiction, site_id: str, at: int, *, besides: str | None = None
) -> list[Said]:
    """Return what the alarm of a site says: each gap that was told and is open, by its hours."""
    return [
        notices.guard_gap(site_id, gap.starts_at, gap.ends_at, gap.people)
        for gap in told_gaps(state, site_id, at, besides=besides)
    ]


def filled(state: Jurisdiction, site_id: str, at: int) -> Iterable[Event]:
    """Say which hours are open now; end the alarm of a site where none is that was told."""
    return escalation.said_now(
        state,
        about=site_id,
        cause_kind=NoticeKind.GUARD_GAP,
        texts=open_now(state, site_id, at),
        reason=reasons.SOMEBODY_POSTED,
    )


def passed(state: Jurisdiction, operation: Operation, at: int) -> Iterator[Event]:
    """End the alarms of the sites where what was told is over at `at` (UTC ms): the next have come,
    or who was away is back.
    """
    for site_id, watch in sorted(operation.sites.items()):
        if watch.gaps_told:
            yield from filled(state, site_id, at)


def time_over(operation_id: str, cause: Cause) -> Iterable[Event]:
    """Say that a guard has passed its end and goes on until somebody concludes it."""
    text = notices.guard_time_over(operation_id)
    return (
        events.GuardTimeOver(operation_id=operation_id),
        notify(cause, NoticeKind.GUARD_GAP, Recipient.COMMANDER, text, about=operation_id),
    )
