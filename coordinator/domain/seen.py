"""Until when somebody is known to have been at what they were called to; and of who gave that up
hurt or ill, when somebody last knew where they are.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from coordinator.domain.roster.free_people import with_members
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import Member


def seen(state: Jurisdiction, member_ids: Iterable[str | None], happened_at: int) -> Jurisdiction:
    """Keep that these people gave, or were given, a word from where they are bound.

    Args:
        state: what is so.
        member_ids: who; whoever is bound to nothing and fit, and who is no member, is passed over.
        happened_at: when, in milliseconds since 1970, UTC.
    """
    by_id, known = state.assignments.by_id, dict[str, Member | None]()
    for member_id in member_ids:
        member = state.roster.members.get(member_id or "")
        held = None if member is None else by_id.get(member.assignment_id or "")
        if held is not None and (held.seen_at is None or held.seen_at < happened_at):
            by_id = by_id.set(held.assignment_id, replace(held, seen_at=happened_at))
        elif held is None and member is not None and member.unfit is not None:
            last = member.unfit.accounted_at
            unfit = replace(member.unfit, accounted_at=max(last or happened_at, happened_at))
            known[member.person.member_id] = replace(member, unfit=unfit)
    if known:
        state = replace(state, roster=with_members(state.roster, known))
    if by_id is state.assignments.by_id:
        return state
    return replace(state, assignments=replace(state.assignments, by_id=by_id))
