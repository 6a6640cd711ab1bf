"""Which temporary branches are requested or at work, who leads them, how many take part?"""

from coordinator.boards import touches
from coordinator.boards.ports import Row
from coordinator.domain.state.branches import BranchStage
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event

NAME = "temporary_branches"
CONCERNS = touches.concerning("branch_id")
_SHOWN = frozenset({BranchStage.REQUESTED, BranchStage.ESTABLISHED})


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    return touches.branches(event)


def row(state: Jurisdiction, key: str) -> Row | None:
    branch = state.branches.by_id.get(key)
    if branch is None or branch.stage not in _SHOWN:
        return None
    return {
        "branch_id": key,
        "realm": state.realm.value,
        "unit_id": branch.unit_id,
        "name": branch.name,
        "stage": branch.stage.value,
        "secretary": branch.secretary,
        "committee": list(branch.committee),
        "members": sum(1 for taking in branch.members.values() if taking.left_at is None),
        "requested_at": branch.requested_at,
        "established_at": branch.established_at,
    }
