"""Taking in a roster: people, teams, vehicles, sites, shifts, and who and what leaves.

A shift that runs is changed as it runs. What two people agreed about a shift outlives the same
roster coming again; where another roster undoes it, they and the desk are told.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from msgspec.structs import replace

from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.roster.eligibility import kept_here_by
from coordinator.domain.roster.shifts import moved
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.durations import DAY, HOUR
from schemas.events.envelope import Event
from schemas.events.roster import RosterChanged, TakeoverUndone
from schemas.roster import Person, Resource, Shift, Site
from schemas.said import LISTED_MAX
from schemas.sentences import notices, rosters
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import NoticeKind, PartyStanding, Recipient, Standing

_PARTY = frozenset({PartyStanding.FULL_MEMBER, PartyStanding.PROBATIONARY_MEMBER})


def take_in(state: Jurisdiction, signal: ImportRoster, cause: Cause) -> Iterable[Event]:
    """Take in what a roster says, or refuse all of it for the first thing that is wrong."""
    broken = (
        _broken_people(state, signal)
        or _broken_shifts(state, signal, cause.at)
        or _not_to_be_removed(state, signal)
    )
    if broken:
        return broken
    shifts, undone = _as_taken_over(state, signal)
    changed = RosterChanged(
        teams=_news(signal.teams, lambda it: state.roster.teams.get(it.team_id)),
        people=_news(signal.people, lambda it: _person_now(state, it.member_id)),
        resources=_news(signal.resources, lambda it: _resource_now(state, it.resource_id)),
        sites=_news(signal.sites, lambda it: _site_now(state, it.site_id)),
        cells=_news(signal.cells, lambda it: state.roster.cells.get(it.cell_id)),
        shifts=_news_of_shifts(state, _without_leavers(signal, shifts), cause.at),
        removed_members=signal.removed_members,
        removed_shifts=signal.removed_shifts,
    )
    if changed == RosterChanged():
        return ()
    return (
        changed,
        *_told_undone(state, undone, cause),
        *_told_anew(state, changed, cause),
        *told_left(state, signal.removed_members, cause),
    )


_T = TypeVar("_T")


def _news(things: tuple[_T, ...], now: Callable[[_T], _T | None]) -> tuple[_T, ...]:
    """Return what is not so already: the same roster comes again every night."""
    return tuple(it for it in things if now(it) != it)


def _news_of_shifts(state: Jurisdiction, shifts: tuple[Shift, ...], at: int) -> tuple[Shift, ...]:
    """Return the shifts that are new or change; one that is over already was here before."""
    known = state.roster.shifts
    return tuple(
        it
        for it in _news(shifts, lambda it: known.get(it.shift_id))
        if it.shift_id in known or it.ends_at > at
    )


def _person_now(state: Jurisdiction, member_id: str) -> Person | None:
    member = state.roster.members.get(member_id)
    # Who is only lent here is not the person that this roster puts here.
    return None if member is None or member.borrowed_from is not None else member.person


def _resource_now(state: Jurisdiction, resource_id: str) -> Resource | None:
    held = state.resources.by_id.get(resource_id)
    return None if held is None else held.resource


def _site_now(state: Jurisdiction, site_id: str) -> Site | None:
    held = state.sites.by_id.get(site_id)
    return None if held is None else held.site


def told_left(state: Jurisdiction, member_ids: tuple[str, ...], cause: Cause) -> Iterable[Event]:
    """Tell who leaves that they are on no shift any more, and the desk who was on one."""
    on_shifts = {who for shift in state.roster.shifts.values() for who in shift.member_ids}
    left = tuple(it for it in dict.fromkeys(member_ids) if it in on_shifts)
    if left:
        text = notices.left_shifts(len(left), left[:LISTED_MAX])
        for recipient, targets in ((Recipient.MEMBER, left), (Recipient.DISPATCHER, ())):
            yield notify(
                cause, NoticeKind.LEFT_ROSTER, recipient, text, targets=targets, lasts_ms=DAY
            )


def _without_leavers(signal: ImportRoster, shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
    """Whoever leaves with this roster may stand on its shifts still: they are not on them."""
    gone = frozenset(signal.removed_members)
    if not gone:
        return shifts
    stay = ((it, tuple(who for who in it.member_ids if who not in gone)) for it in shifts)
    return tuple(replace(it, member_ids=ids) for it, ids in stay if ids)


_Undone = tuple[Shift, str, str]


def _as_taken_over(
    state: Jurisdiction, signal: ImportRoster
) -> tuple[tuple[Shift, ...], list[_Undone]]:
    """Return the shifts with who took them over, and the takeovers that this roster undoes.

    The same roster every night knows nothing of what two people agreed since: where hours are as
    they were, and the holder stands there and the taker does not, the taker has the shift.
    """
    shifts: list[Shift] = []
    undone: list[_Undone] = []
    for shift in signal.shifts:
        known, ids = state.roster.shifts.get(shift.shift_id), shift.member_ids
        same = known is not None and (known.starts_at, known.ends_at, known.standby) == (
            shift.starts_at,
            shift.ends_at,
            shift.standby,
        )
        for holder, taker in state.roster.taken.get(shift.shift_id, ()):
            stays = taker in state.roster.members and taker not in signal.removed_members
            if same and stays and holder in ids and taker not in ids:
                ids = tuple(taker if it == holder else it for it in ids)
            elif taker not in ids:
                undone.append((shift, holder, taker))
        shifts.append(shift if ids == shift.member_ids else replace(shift, member_ids=ids))
    gone = (state.roster.shifts.get(it) for it in signal.removed_shifts)
    for it in gone:
        if it is not None:
            undone += [(it, *pair) for pair in state.roster.taken.get(it.shift_id, ())]
    return tuple(shifts), undone


def _told_undone(state: Jurisdiction, undone: list[_Undone], cause: Cause) -> Iterable[Event]:
    for shift, holder, taker in undone:
        yield TakeoverUndone(shift_id=shift.shift_id, holder_id=holder, taker_id=taker)
        text = notices.takeover_undone(holder, taker, shift.starts_at)
        kind, lasts = NoticeKind.TAKEOVER_UNDONE, max(HOUR, shift.ends_at - cause.at)
        both = tuple(it for it in (holder, taker) if it in state.roster.members)
        for recipient, targets in ((Recipient.DISPATCHER, ()), (Recipient.MEMBER, both)):
            yield notify(
                cause,
                kind,
                recipient,
                text,
                about=shift.shift_id,
                targets=targets,
                lasts_ms=lasts,
            )


def _told_anew(state: Jurisdiction, event: RosterChanged, cause: Cause) -> Iterable[Event]:
    """Tell both of a shift that one of them asked to change hands of: its hours are others now, and
    nobody has agreed to these.
    """
    hours = {it.shift_id: it for it in event.shifts}
    other = moved(state.roster, event.shifts)
    for key in sorted(state.roster.asked):
        shift_id, holder, taker = key.split("/")
        if shift_id not in other:
            continue
        shift = hours[shift_id]
        both = [it for it in (holder, taker) if it in state.roster.members]
        yield notify(
            cause,
            NoticeKind.TAKEOVER_UNDONE,
            Recipient.MEMBER,
            notices.takeover_asked_anew(holder, taker, shift.starts_at, shift.ends_at),
            about=shift_id,
            targets=tuple(it for it in both if it not in event.removed_members),
            lasts_ms=max(HOUR, shift.ends_at - cause.at),
        )


def _broken_people(state: Jurisdiction, signal: ImportRoster) -> tuple[Event, ...]:
    teams = {team.team_id for team in signal.teams}
    known = state.roster.teams
    captains = {team_id: it for team_id, it in state.roster.captains.items()}
    for person in signal.people:
        if person.team_id not in known and person.team_id not in teams:
            return refuse(
                rosters.known_team(person.member_id),
                field="people.team_id",
                value=person.team_id,
            )
        if person.standing is not Standing.CAPTAIN:
            continue
        if person.party not in _PARTY:
            return refuse(
                rosters.captain_in_party(person.member_id),
                field="people.party",
                value=person.party,
            )
        if captains.get(person.team_id, person.member_id) != person.member_id:
            return refuse(
                rosters.one_captain(person.member_id, captains[person.team_id]),
                field="people.standing",
                value=person.standing,
            )
        captains[person.team_id] = person.member_id
    return ()


def _broken_shifts(state: Jurisdiction, signal: ImportRoster, at: int) -> tuple[Event, ...]:
    people = {person.member_id for person in signal.people}
    for shift in signal.shifts:
        if shift.ends_at <= shift.starts_at:
            return refuse(
                rosters.shift_ends_after_start(shift.shift_id),
                field="shifts.ends_at",
                value=shift.ends_at,
            )
        if shift.shift_id in state.roster.running and shift.ends_at <= at:
            return refuse(
                rosters.shift_is_over(shift.shift_id), field="shifts.ends_at", value=shift.ends_at
            )
        for member_id in shift.member_ids:
            if member_id not in people and member_id not in state.roster.members:
                return refuse(
                    rosters.shift_names_roster(shift.shift_id),
                    field="shifts.member_ids",
                    value=member_id,
                )
    return ()


def _not_to_be_removed(state: Jurisdiction, signal: ImportRoster) -> tuple[Event, ...]:
    for member_id in signal.removed_members:
        member = state.roster.members.get(member_id)
        if member is None:
            return refuse(
                rosters.ONLY_ROSTER_PEOPLE_REMOVED, field="removed_members", value=member_id
            )
        why = kept_here_by(state, member)
        if why is not None:
            return refuse(
                rosters.nobody_removed_while_bound(member_id, why),
                field="removed_members",
                value=member_id,
            )
    for shift_id in signal.removed_shifts:
        if shift_id not in state.roster.shifts:
            return refuse(
                rosters.no_such_shift_to_remove(shift_id), field="removed_shifts", value=shift_id
            )
    return ()
