"""Gaps in the roster, found ahead of time: a team with fewer on call than its minimum."""

from collections.abc import Iterable
from itertools import pairwise

from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.durations import HOUR
from schemas.events.envelope import Event
from schemas.events.roster import GapsChecked, RosterGapFound
from schemas.roster import Shift
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind, Recipient


def found(state: Jurisdiction, cause: Cause) -> Iterable[Event]:
    """Return the gaps of the coming hours that are not known yet, and when to look again."""
    until = cause.at + state.policy.hours.gap_look_ahead_h * HOUR
    by_team: dict[str, list[Shift]] = {}
    for _, shift in sorted(state.roster.shifts.items()):
        if shift.starts_at < until and shift.ends_at > cause.at:
            by_team.setdefault(shift.team_id, []).append(shift)
    facts: list[Event] = []
    for team_id, team in sorted(state.roster.teams.items()):
        for starts_at, ends_at, on_call in _gaps(
            by_team.get(team_id, []), cause.at, until, team.on_duty_minimum
        ):
            if f"{team_id}/{starts_at}" in state.roster.known_gaps:
                continue
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
        text = notices.roster_gaps(len(facts))
        facts.append(notify(cause, NoticeKind.ROSTER_GAP, Recipient.DISPATCHER, text))
    facts.append(GapsChecked(next_at=max(until, cause.at + 2 * HOUR) - HOUR))
    return facts


def _gaps(
    shifts: list[Shift], begin: int, end: int, minimum: int
) -> Iterable[tuple[int, int, int]]:
    """Yield (from, until, on call) wherever fewer than the minimum are on call."""
    edges = sorted(
        {begin, end}
        | {
            edge
            for shift in shifts
            for edge in (shift.starts_at, shift.ends_at)
            if begin < edge < end
        }
    )
    for starts_at, ends_at in pairwise(edges):
        people = {
            member_id
            for shift in shifts
            if shift.starts_at <= starts_at < shift.ends_at
            for member_id in shift.member_ids
        }
        if len(people) < minimum:
            yield starts_at, ends_at, len(people)
