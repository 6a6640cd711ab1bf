"""How facts change shifts: those that come, those that run, and who is on call by them."""

from collections.abc import Iterable

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.roster.free_people import with_members
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import Member, Roster
from coordinator.domain.state.timers import Timers
from schemas.events.roster import RosterChanged, ShiftsTurned, ShiftTakenOver, TakeoverUndone
from schemas.roster import Shift


def with_shifts(
    roster: Roster, timers: Timers, event: RosterChanged, at: int
) -> tuple[Roster, Timers]:
    """Put in, change and take out shifts; whoever left the roster leaves theirs.

    A shift that runs is changed as it runs: who is on it from now on is on call, who is not is
    not. One that is moved to begin later does not run until then.
    """
    for shift_id in event.removed_shifts:
        roster, timers = _put(roster, timers, shift_id, None, at)
    for shift in event.shifts:
        roster, timers = _put(roster, timers, shift.shift_id, shift, at)
    gone = frozenset(event.removed_members)
    for shift_id, shift in sorted(roster.shifts.items()) if gone else ():
        if not gone.isdisjoint(shift.member_ids):
            stay = tuple(it for it in shift.member_ids if it not in gone)
            rest = replace(shift, member_ids=stay) if stay else None
            roster, timers = _put(roster, timers, shift_id, rest, at)
    return roster, timers


def _put(
    roster: Roster, timers: Timers, shift_id: str, shift: Shift | None, at: int
) -> tuple[Roster, Timers]:
    changed_people: dict[str, Member] = {}
    before, shifts, running = roster.shifts.get(shift_id), roster.shifts, roster.running
    runs = shift_id in running
    if runs and before is not None:
        _count(roster.members, changed_people, before, -1)
    if shift is None:
        shifts = shifts.delete(shift_id) if before is not None else shifts
        timers = timers.clear("shift", shift_id)
        running = running.delete(shift_id) if runs else running
    else:
        shifts = shifts.set(shift_id, shift)
        goes_on = runs and shift.starts_at <= at
        if goes_on:
            _count(roster.members, changed_people, shift, +1)
            running = running.set(shift_id, shift.ends_at)
        elif runs:
            running = running.delete(shift_id)
        timers = timers.set("shift", shift_id, shift.ends_at if goes_on else shift.starts_at)
    roster = with_members(roster, changed_people)
    return replace(roster, shifts=shifts, running=running), timers


def without_taken(roster: Roster, event: TakeoverUndone) -> Map[str, tuple[tuple[str, str], ...]]:
    """Return the shifts that changed hands, without this one."""
    pair = (event.holder_id, event.taker_id)
    rest = tuple(it for it in roster.taken.get(event.shift_id, ()) if it != pair)
    if rest:
        return roster.taken.set(event.shift_id, rest)
    return roster.taken.delete(event.shift_id) if event.shift_id in roster.taken else roster.taken


def turned(state: Jurisdiction, event: ShiftsTurned) -> Jurisdiction:
    roster, timers = state.roster, state.timers
    shifts, running, taken = roster.shifts, roster.running, roster.taken
    changed_people: dict[str, Member] = {}
    for shift_id in event.ended:
        shift = shifts[shift_id]
        if shift_id in running:
            _count(roster.members, changed_people, shift, -1)
            running = running.delete(shift_id)
        shifts = shifts.delete(shift_id)
        taken = taken.delete(shift_id) if shift_id in taken else taken
        timers = timers.clear("shift", shift_id)
    for shift_id in event.started:
        shift = shifts[shift_id]
        _count(roster.members, changed_people, shift, +1)
        running = running.set(shift_id, shift.ends_at)
        timers = timers.set("shift", shift_id, shift.ends_at)
    roster = with_members(roster, changed_people)
    roster = still_asked(replace(roster, shifts=shifts, running=running, taken=taken))
    return replace(state, roster=roster, timers=timers)


def _count(members: Map[str, Member], turned: dict[str, Member], shift: Shift, by: int) -> None:
    """Put into `turned` who is on one shift more or less: `by` is +1 or -1."""
    for member_id in shift.member_ids:
        member = turned.get(member_id) or members.get(member_id)
        if member is None:
            continue
        if shift.standby:
            member = replace(member, on_standby=max(0, member.on_standby + by))
        else:
            member = replace(member, on_shift=max(0, member.on_shift + by))
        turned[member_id] = member


def taken_over(state: Jurisdiction, event: ShiftTakenOver) -> Jurisdiction:
    roster, timers = state.roster, state.timers
    shift = roster.shifts.get(event.shift_id)
    if shift is None:
        return state
    ids = tuple(event.taker_id if it == event.holder_id else it for it in shift.member_ids)
    changed = replace(shift, member_ids=ids)
    changed_people: dict[str, Member] = {}
    if event.shift_id in roster.running:
        _count(roster.members, changed_people, shift, -1)
        _count(roster.members, changed_people, changed, +1)
    roster = with_members(roster, changed_people)
    pairs = (*roster.taken.get(event.shift_id, ()), (event.holder_id, event.taker_id))
    roster = replace(
        roster,
        shifts=roster.shifts.set(event.shift_id, changed),
        taken=roster.taken.set(event.shift_id, pairs),
    )
    roster = still_asked(roster)
    return replace(state, roster=roster, timers=timers)


def moved(before: Roster, shifts: Iterable[Shift]) -> frozenset[str]:
    """Return which shifts have other hours now: whoever agreed to them before agreed to others."""
    return frozenset(
        it.shift_id
        for it in shifts
        if (was := before.shifts.get(it.shift_id)) is not None
        and (was.starts_at, was.ends_at, was.standby) != (it.starts_at, it.ends_at, it.standby)
    )


def still_asked(roster: Roster, anew: frozenset[str] = frozenset()) -> Roster:
    """Forget who asked to change hands of a shift that is over, or that others hold by now, or
    whose hours are others now (`anew`): it is asked again.
    """
    asked = roster.asked
    for key in sorted(roster.asked):
        shift_id, holder_id, taker_id = key.split("/")
        shift = roster.shifts.get(shift_id)
        there = () if shift is None else shift.member_ids
        if (
            shift_id in anew
            or holder_id not in there
            or taker_id in there
            or taker_id not in roster.members
        ):
            asked = asked.delete(key)
    return roster if asked is roster.asked else replace(roster, asked=asked)
