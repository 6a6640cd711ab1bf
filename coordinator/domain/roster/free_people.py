"""Who of each team is on call and bound by nothing: kept up to date, so that forming is quick."""

from collections.abc import Mapping
from typing import Any, Final

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.sorted_ids import with_id, without_id
from coordinator.domain.state.roster import Member, Roster


class _NotKept:
    """Stands where the index stands while nobody asks for it."""

    def get(self, key: str, default: object = None) -> object:
        raise AssertionError("who is free is not kept while a log is read in place")

    values = items = get


NOT_KEPT: Final[Any] = _NotKept()


def is_free(member: Member) -> bool:
    """Whether nothing but leave and tiredness can keep a member from being called."""
    return (
        member.assignment_id is None
        and (member.on_shift > 0 or member.on_standby > 0)
        and member.available
        and member.lent_to is None
        and member.posted_to is None
        and member.off_post_until is None
        and member.unfit is None
    )


def with_members(roster: Roster, changed: Mapping[str, Member | None]) -> Roster:
    """Return the roster with these members as they are now, None for gone, and the index right."""
    members, free = roster.members, roster.free
    for member_id, new in changed.items():
        old = members.get(member_id)
        if new is not None:
            members = members.set(member_id, new)
        elif old is not None:
            members = members.delete(member_id)
        if free is not NOT_KEPT:
            free = _moved(free, member_id, old, new)
    if members is roster.members and free is roster.free:
        return roster
    return replace(roster, members=members, free=free)


def free_of(members: Mapping[str, Member]) -> Map[str, tuple[str, ...]]:
    """Return the whole index, as `with_members` would have brought it about."""
    found: dict[str, list[str]] = {}
    for member_id in sorted(members):
        member = members[member_id]
        if is_free(member):
            found.setdefault(member.person.team_id, []).append(member_id)
    return Map({team_id: tuple(ids) for team_id, ids in found.items()})


def _moved(
    free: Map[str, tuple[str, ...]], member_id: str, old: Member | None, new: Member | None
) -> Map[str, tuple[str, ...]]:
    was = None if old is None or not is_free(old) else old.person.team_id
    now = None if new is None or not is_free(new) else new.person.team_id
    if was == now:
        return free
    if was is not None:
        rest = without_id(free[was], member_id)
        free = free.set(was, rest) if rest else free.delete(was)
    if now is not None:
        free = free.set(now, with_id(free.get(now, ()), member_id))
    return free
