"""What binds a person: asked in one place, so that nobody is in two of them.

A call-out may take somebody from a whistle they claimed, and the community is told; whoever binds
themself of their own will, or comes back to what they had left, may have nothing else.
"""

from coordinator.domain.state.jurisdiction import Jurisdiction


def is_bound(state: Jurisdiction, member_id: str) -> bool:
    """Whether a person is called, lent, posted, or has claimed a whistle; or is unknown here."""
    member = state.roster.members.get(member_id)
    if member is None or member.assignment_id or member.lent_to or member.posted_to:
        return True
    return any(member_id in it.claimed for it in state.community.whistles.values())
