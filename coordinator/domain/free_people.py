"""Who of each team is on call and bound by nothing: kept up to date, so that forming is quick."""

from collections.abc import Mapping

from msgspec.structs import replace

from coordinator.domain.sorted_ids import with_id, without_id
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


def with_members(roster: Roster, changed: Mapping[str, Member | None]) -> Roster:
    """Return the roster with these members as they are now, None for gone, and the index right."""
    members, free = roster.members, roster.free
    for member_id, new in changed.items():
        old = members.get(member_id)
        if new is not None:
            members = members.set(member_id, new)
        elif old is not None:
            members = members.delete(member_id)
        was = None if old is None or not is_free(old) else old.person.team_id
        now = None if new is None or not is_free(new) else new.person.team_id
        if was == now:
            continue
        if was is not None:
            free = free.set(was, without_id(free[was], member_id))
        if now is not None:
            free = free.set(now, with_id(free.get(now, ()), member_id))
    if members is roster.members and free is roster.free:
        return roster
    return replace(roster, members=members, free=free)
