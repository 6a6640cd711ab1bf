"""What goes to the home branches when a temporary branch ends: bounded, as one fact must be."""

from collections.abc import Sequence

from coordinator.domain.state.branches import Branch
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.branch import BranchDissolved, HomeRecord, WhyDissolved
from schemas.said import Said

_LINE = 200
_POSTS_MAX = 50
_CHARS_MAX = 150_000
"""Of the posts and the conduct of all: a record on the log takes so much in any script."""


def dissolved(
    state: Jurisdiction, branch: Branch, at: int, why: WhyDissolved, reason: Said
) -> BranchDissolved:
    room = _CHARS_MAX // max(1, len(branch.members))
    records = tuple(_record(state, branch, it, at, room) for it in sorted(branch.members))
    return BranchDissolved(branch_id=branch.branch_id, cause=why, reason=reason, records=records)


def _record(state: Jurisdiction, branch: Branch, member_id: str, at: int, room: int) -> HomeRecord:
    member, taking = state.roster.members.get(member_id), branch.members[member_id]
    posts = _latest([it[:_LINE] for it in taking.posts], room)
    conduct = _latest(taking.conduct, room - sum(map(len, posts)))
    return HomeRecord(
        member_id=member_id,
        home_branch=taking.home_branch if member is None else member.person.home_branch,
        joined_at=taking.joined_at,
        left_at=taking.left_at or at,
        posts=(*taking.offices, *posts[len(taking.offices) - _POSTS_MAX :]),
        activities=taking.activities,
        conduct=conduct,
        applicant=taking.applicant,
    )


def _latest(texts: Sequence[str], room: int) -> tuple[str, ...]:
    """Return as many of the last ones as there is room for; each is on the log by itself."""
    kept: list[str] = []
    for text in reversed(texts):
        room -= len(text)
        if room < 0:
            break
        kept.append(text)
    return tuple(reversed(kept))
