"""Who of each team is on call and bound by nothing: kept up to date, so that forming is quick."""

from bisect import insort
from collections.abc import Iterable

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.state.roster import Member, Roster


def is_free(member: Member) -> bool:
    """Whether nothing but leave and tiredness can keep a member from being called."""
    return (
        member.assignment_id is None
        and (member.on_shift > 0 or member.on_standby > 0)
        and member.available
        and member.lent_to is None
        and member.posted_to is None
        and member.off_post_until is None
    )


def with_members(roster: Roster, members: Map[str, Member], changed: Iterable[str]) -> Roster:
    """Return the roster with these members, and the index right for those that changed."""
    free = roster.free
    for member_id in changed:
        old, new = roster.members.get(member_id), members.get(member_id)
        was = None if old is None or not is_free(old) else old.person.team_id
        now = None if new is None or not is_free(new) else new.person.team_id
        if was == now:
            continue
        if was is not None:
            rest = tuple(it for it in free[was] if it != member_id)
            free = free.set(was, rest)
        if now is not None:
            there = list(free.get(now, ()))
            insort(there, member_id)
            free = free.set(now, tuple(there))
    return replace(roster, members=members, free=free)
