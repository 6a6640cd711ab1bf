"""Who stands guard when: the minutes of a guard that nobody covers, and who stands too long.

A post counts for those of it who can come: who is on leave, off post or not available then is not
there, whatever was written down, nor is who is out with a unit when it begins. Two people are the
least that a site is guarded by.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from coordinator.domain.posted import elsewhere, posted_now
from coordinator.domain.roster.eligibility import has_left
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Guard, Operation, SiteWatch
from coordinator.domain.state.roster import Member
from schemas.durations import HOUR, MINUTE

TWO: Final = 2
"""Nobody works alone, on guard neither."""


class Gap(NamedTuple):
    """From when to when (UTC milliseconds) a site has fewer than two, and how many it has."""

    starts_at: int
    ends_at: int
    people: int


def uncovered(state: Jurisdiction, operation: Operation, site_id: str, since: int) -> list[Gap]:
    """Return the stretches of a guard, from `since` (UTC ms) on, that a site is not guarded in."""
    begin, end = max(operation.guard_from, since), operation.guard_until
    if begin >= end:
        return []
    guards = [
        it for it in operation.sites[site_id].guards if it.ends_at > begin and it.starts_at < end
    ]
    away = _called_away(state, operation, site_id, guards)
    edges = sorted({begin, *(it for it in turns(state, guards) if begin < it < end)})
    found: list[Gap] = []
    for start, stop in zip(edges, (*edges[1:], end), strict=True):
        there = len(_standing(state, guards, start, away))
        if there >= TWO:
            continue
        if found and found[-1].ends_at == start and found[-1].people == there:
            found[-1] = found[-1]._replace(ends_at=stop)
        else:
            found.append(Gap(start, stop, there))
    return found


def posted_ever(operation: Operation) -> set[str]:
    """Return who was, is or will be posted for an operation."""
    watches = operation.sites.values()
    return {it for watch in watches for guard in watch.guards for it in guard.post.member_ids}


def posted_ahead(operation: Operation, at: int) -> set[str]:
    """Return whose posts for an operation run at `at` (UTC ms) or are still to come."""
    watches = operation.sites.values()
    return {
        it
        for watch in watches
        for guard in watch.guards
        if guard.ends_at > at
        for it in guard.post.member_ids
    }


def posted_from(state: Jurisdiction, member_id: str, begin: int, end: int) -> str | None:
    """Return a site that somebody is posted at in any of the hours from `begin` to `end` (UTC ms);
    None where they are posted nowhere then.
    """
    for _, operation in sorted(state.operations.by_id.items()):
        for site_id, watch in sorted(operation.sites.items()):
            for guard in watch.guards:
                overlaps = guard.starts_at < end and begin < guard.ends_at
                if overlaps and member_id in guard.post.member_ids:
                    return site_id
    return None


def untold(state: Jurisdiction, operation: Operation, at: int) -> Iterator[tuple[str, Gap]]:
    """Yield the gaps from `at` (UTC ms) on that nobody was told of, with their sites."""
    for site_id, watch in sorted(operation.sites.items()):
        for gap in uncovered(state, operation, site_id, at):
            if not is_told(watch, gap):
                yield site_id, gap


def is_told(watch: SiteWatch, gap: Gap) -> bool:
    return any(start <= gap.starts_at and gap.ends_at <= end for start, end in watch.gaps_told)


def told_gaps(
    state: Jurisdiction, site_id: str, at: int, *, besides: str | None = None
) -> list[Gap]:
    """Return what of a site is open now of what was told, with the hours of now: grown, shrunk or
    moved since. All guards of the site have one alarm; `besides`: without this operation.
    """
    found: list[Gap] = []
    for operation_id, operation in sorted(state.operations.by_id.items()):
        watch = operation.sites.get(site_id)
        if operation_id == besides or watch is None or not watch.gaps_told:
            continue
        for gap in uncovered(state, operation, site_id, at):
            told = [it for it in watch.gaps_told if it[0] < gap.ends_at and gap.starts_at < it[1]]
            # What has begun by now began when it was told to.
            begun = [start for start, _ in told if gap.starts_at == at and start < at]
            if told:
                found.append(gap._replace(starts_at=min((gap.starts_at, *begun))))
    return sorted(set(found))


def next_told_at(state: Jurisdiction, operation: Operation, at: int) -> int | None:
    """Return when the next gap has to be told, UTC milliseconds, after `at`; None without one."""
    ahead = state.policy.guard[operation.level].gap_warn_min * MINUTE
    starts = [gap.starts_at - ahead for _, gap in untold(state, operation, at)]
    first = min((*starts, *_awaited_back(state, operation, at)), default=None)
    return None if first is None else max(first, at + 1)


def hours_in_a_row(state: Jurisdiction, member_id: str, more: Iterable[Guard] = ()) -> int:
    """Return the longest that a member stands guard without a rest, in whole hours.

    A break shorter than the rest that the policy asks for is none. `more`: posts to come.
    """
    spans = sorted(
        (it.starts_at, it.ends_at)
        for it in (*_posts_of_all(state), *more)
        if member_id in it.post.member_ids
    )
    longest = stood = free_at = 0
    for start, end in spans:
        rested = start - free_at >= state.policy.hours.rest_min_h * HOUR
        stood = (0 if rested else stood) + max(0, end - max(start, 0 if rested else free_at))
        free_at = end if rested else max(free_at, end)
        longest = max(longest, stood)
    return longest // HOUR


def _posts_of_all(state: Jurisdiction) -> Iterator[Guard]:
    for _, operation in sorted(state.operations.by_id.items()):
        for _, watch in sorted(operation.sites.items()):
            yield from watch.guards


def turns(state: Jurisdiction, guards: Iterable[Guard]) -> Iterator[int]:
    """Yield when a post begins or ends, or one of those posted goes or comes back."""
    for guard in guards:
        yield guard.starts_at
        yield guard.ends_at
        for member_id in guard.post.member_ids:
            member = state.roster.members.get(member_id)
            if member is None:
                continue
            for leave in member.leaves:
                yield leave.starts_at
                yield leave.ends_at
            if member.person.leaves_at is not None:
                yield member.person.leaves_at


def stands_elsewhere(state: Jurisdiction, member: Member, unit_id: str) -> bool:
    """Whether somebody has a post now at a site that a unit is not called to: to work with that
    unit is to be in two places.
    """
    held = state.operations.by_id.get(member.posted_to or "")
    unit = state.units.by_id.get(unit_id)
    if held is None or (unit is not None and unit.operation_id == held.operation_id):
        return False
    who, here = member.person.member_id, None if unit is None else unit.site_id
    return any(
        site_id != here and who in posted_now(watch, state.now, 0)
        for site_id, watch in held.sites.items()
    )


def _called_away(
    state: Jurisdiction, operation: Operation, site_id: str, guards: Iterable[Guard]
) -> set[tuple[int, str]]:
    """Return who is out and not at their post: by when it starts and who they are.

    How long they are out nobody knows: it counts for posts that run, or begin so soon that their
    gap would be told now. Whoever is back by then stands.
    """
    soon = state.now + state.policy.guard[operation.level].gap_warn_min * MINUTE
    members = state.roster.members
    return {
        (it.starts_at, member_id)
        for it in guards
        if it.starts_at <= soon
        for member_id in it.post.member_ids
        if member_id in members and elsewhere(state, members[member_id], operation, site_id)
    }


def _awaited_back(state: Jurisdiction, operation: Operation, at: int) -> Iterator[int]:
    """Yield when posts begin to count as open, of those who are out now."""
    ahead, members = state.policy.guard[operation.level].gap_warn_min * MINUTE, state.roster.members
    for site_id, watch in operation.sites.items():
        for it in watch.guards:
            if it.starts_at - ahead > at and any(
                who in members and elsewhere(state, members[who], operation, site_id)
                for who in it.post.member_ids
            ):
                yield it.starts_at - ahead


def _standing(
    state: Jurisdiction, guards: Iterable[Guard], at: int, away: set[tuple[int, str]]
) -> set[str]:
    posted = {
        member_id
        for it in guards
        if it.starts_at <= at < it.ends_at
        for member_id in it.post.member_ids
        if (it.starts_at, member_id) not in away
    }
    members = state.roster.members
    return {it for it in posted if it in members and _can_stand(members[it], at)}


def _can_stand(member: Member, at: int) -> bool:
    if member.off_post_until is not None or member.unfit is not None:
        # Fit again by a word alone, back on post by a readmission, whatever the date says.
        return False
    on_leave = any(leave.starts_at <= at < leave.ends_at for leave in member.leaves)
    on_leave = on_leave or has_left(member, at)
    return member.available and member.lent_to is None and not on_leave
