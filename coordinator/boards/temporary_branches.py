"""Which temporary branches are requested or at work, who leads them, how many take part?"""

from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board, Panel
from coordinator.boards.ports import Row
from coordinator.domain.state.branches import Branch, BranchStage
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.signals.branch import RequestBranch

_SHOWN = frozenset({BranchStage.REQUESTED, BranchStage.ESTABLISHED})


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    return touches.branches(event)


def row(state: Jurisdiction, key: str) -> Row | None:
    branch = state.branches.by_id.get(key)
    if branch is None or branch.stage not in _SHOWN:
        return None
    return {
        "branch_id": key,
        "realm": state.realm,
        "body_id": branch.body_id,
        "name": branch.name,
        "stage": branch.stage,
        "approving_organisation": branch.approving_organisation,
        "secretary": _in_office(branch, branch.secretary),
        "deputy_secretary": _in_office(branch, branch.deputy_secretary),
        "committee": [it for it in branch.committee if _in_office(branch, it)],
        "members": [
            {
                "member_id": member_id,
                "joined_at": taking.joined_at,
                "left_at": taking.left_at,
                "posts": list(taking.posts),
                "activities": taking.activities,
                "conduct": len(taking.conduct),
                "applicant": taking.applicant,
            }
            for member_id, taking in sorted(branch.members.items())
        ],
        "groups": [
            {"group": group, "leader": people[0], "member_ids": list(people)}
            for group, people in sorted(branch.groups.items())
        ],
        "requested_at": branch.requested_at,
        "established_at": branch.established_at,
    }


def _in_office(branch: Branch, member_id: str | None) -> str | None:
    """Return who holds an office, None where nobody does: who was named may have left."""
    taking = branch.members.get(member_id or "")
    return member_id if taking is not None and taking.left_at is None else None


BOARD: Final = Board(
    name="temporary_branches",
    concerns=touches.concerning("branch_id"),
    touched=touched,
    row=row,
    keys=lambda state: state.branches.by_id,
    of=("brn",),
    panel=Panel(reads=("name", "stage"), adds=RequestBranch, words={"stage": "stage"}),
)
