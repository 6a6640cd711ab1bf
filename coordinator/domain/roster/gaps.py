"""Gaps in the roster, found ahead of time: a team with fewer who can come than its minimum.

Who stands on a shift and is on leave, unavailable, hurt or ill, off post, lent, resting or without
a valid certificate for anything they can do does not count: a list of names answers no call.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.roster.eligibility import has_left, is_tired, qualifies
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import Member
from schemas.durations import HOUR
from schemas.events.envelope import Event
from schemas.events.roster import GapsChecked, RosterGapFound
from schemas.roster import Shift
from schemas.said import Said
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind, Recipient

_NAMED_MAX: Final = 8
"""So many gaps are named in one notice, the soonest first; all are on the log."""
_Gap = tuple[int, int, int]


def found(
    state: Jurisdiction, cause: Cause, *, of_teams: frozenset[str] | None = None
) -> Iterable[Event]:
    """Return the gaps of the coming hours that are not known yet, and when to look again.

    Args:
        state: what is so.
        cause: what it follows from.
        of_teams: only these teams; all where None, and the clock is then wound anew.
    """
    until = cause.at + state.policy.hours.gap_look_ahead_h * HOUR
    by_team = _shifts_by_team(state, cause.at, until)
    facts: list[Event] = []
    for team_id, team in sorted(state.roster.teams.items()):
        if of_teams is not None and team_id not in of_teams:
            continue
        shifts = by_team.get(team_id, [])
        for gap in _gaps(state, shifts, cause.at, until, team.on_duty_minimum):
            if _known(state, team_id, gap):
                continue
            starts_at, ends_at, on_call = gap
            facts.append(
                RosterGapFound(
                    team_id=team_id,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    on_call=on_call,
                    minimum=team.on_duty_minimum,
                )
            )
    if facts:
        text = _worded(facts)
        facts.append(notify(cause, NoticeKind.ROSTER_GAP, Recipient.DISPATCHER, text))
    if of_teams is None:
        facts.append(GapsChecked(next_at=max(until, cause.at + 2 * HOUR) - HOUR))
    return facts


def _worded(found: list[Event]) -> Said:
    """Return which team lacks whom from when until when; of very many the first, and how many."""
    gaps = [it for it in found if isinstance(it, RosterGapFound)]
    gaps.sort(key=lambda it: (it.starts_at, it.team_id))
    parts = [
        notices.roster_gap(it.team_id, it.starts_at, it.ends_at, it.on_call, it.minimum)
        for it in gaps[:_NAMED_MAX]
    ]
    return notices.roster_gaps(len(gaps), parts)


def _shifts_by_team(state: Jurisdiction, begin: int, end: int) -> dict[str, list[Shift]]:
    by_team: dict[str, list[Shift]] = {}
    for _, shift in sorted(state.roster.shifts.items()):
        if shift.starts_at < end and shift.ends_at > begin:
            by_team.setdefault(shift.team_id, []).append(shift)
    return by_team


def of_members(
    state: Jurisdiction, member_ids: Iterable[str], cause: Cause, *, teams: Iterable[str] = ()
) -> Iterable[Event]:
    """Return the gaps of the teams of which these people can come no longer, or less.

    Args:
        state: what is so.
        member_ids: who can come less; who is on no shift leaves no gap.
        cause: what it follows from.
        teams: these too, where they have shifts.
    """
    gone, also = frozenset(it for it in member_ids if it in state.roster.members), frozenset(teams)
    theirs = {
        it.team_id
        for it in state.roster.shifts.values()
        if it.team_id in also or not gone.isdisjoint(it.member_ids)
    }
    return found(state, cause, of_teams=frozenset(theirs)) if theirs else ()


def _known(state: Jurisdiction, team_id: str, gap: _Gap) -> bool:
    """Whether it was told that the team is short then, by as many; worse is told anew."""
    for told in state.roster.known_gaps:
        team, starts_at, ends_at, on_call = told.split("/")
        if team == team_id and int(starts_at) <= gap[0] < int(ends_at) and int(on_call) <= gap[2]:
            return True
    return False


def any_told(state: Jurisdiction, at: int) -> bool:
    """Whether a team is short still, at `at` (UTC ms) or later, where that was told."""
    until = at + state.policy.hours.gap_look_ahead_h * HOUR
    by_team = _shifts_by_team(state, at, until)
    for told in state.roster.known_gaps:
        team_id, starts_at, ends_at, _ = told.split("/")
        team = state.roster.teams.get(team_id)
        if team is None or int(ends_at) <= at:
            continue
        for gap in _gaps(state, by_team.get(team_id, []), at, until, team.on_duty_minimum):
            if gap[0] < int(ends_at) and int(starts_at) < gap[1]:
                return True
    return False


def _gaps(
    state: Jurisdiction, shifts: list[Shift], begin: int, end: int, minimum: int
) -> list[_Gap]:
    """Return (from, until, who can come) wherever fewer than the minimum can come."""
    people = sorted({member_id for shift in shifts for member_id in shift.member_ids})
    members = {it: state.roster.members[it] for it in people if it in state.roster.members}
    moments = {edge for shift in shifts for edge in (shift.starts_at, shift.ends_at)}
    for member in members.values():
        moments |= _changes(state, member)
    edges = sorted({begin, end} | {it for it in moments if begin < it < end})
    found: list[_Gap] = []
    for starts_at, ends_at in pairwise(edges):
        there = {
            member_id
            for shift in shifts
            if shift.starts_at <= starts_at < shift.ends_at
            for member_id in shift.member_ids
            if member_id in members and _can_come(state, members[member_id], starts_at, begin)
        }
        if len(there) >= minimum:
            continue
        if found and found[-1][1:] == (starts_at, len(there)):
            found[-1] = (found[-1][0], ends_at, len(there))
        else:
            found.append((starts_at, ends_at, len(there)))
    return found


def _changes(state: Jurisdiction, member: Member) -> set[int]:
    """Return when it changes whether somebody can come."""
    moments = {edge for it in member.leaves for edge in (it.starts_at, it.ends_at)}
    moments |= {it.valid_until for it in member.person.certificates}
    if member.person.leaves_at is not None:
        moments.add(member.person.leaves_at)
    if member.idle_since is not None:
        moments.add(member.idle_since + state.policy.hours.rest_min_h * HOUR)
    return moments


def _can_come(state: Jurisdiction, member: Member, at: int, now: int) -> bool:
    """Whether somebody could be called at a moment; how long the work of now lasts nobody knows."""
    if not member.available or member.lent_to is not None or member.off_post_until is not None:
        return False
    if member.unfit is not None:
        return False
    if has_left(member, at) or any(it.starts_at <= at < it.ends_at for it in member.leaves):
        return False
    knows = at <= now or member.idle_since is not None
    if knows and is_tired(state, member, at):
        return False
    return _is_of_use(state, member, at)


def _is_of_use(state: Jurisdiction, member: Member, at: int) -> bool:
    """Whether there is a role they may take; with all certificates run out there may be none."""
    if not member.person.skills:
        return True
    wanted = [role for role, skills in state.policy.muster.skills.items() if skills]
    fits = [it for it in wanted if set(state.policy.muster.skills[it]) & set(member.person.skills)]
    return not fits or any(qualifies(state, member.person, it, at) for it in fits)
