"""A story as the boards show it: drawn fact by fact, or whole from its state."""

from typing import Any

from coordinator.boards import my_assignment
from coordinator.boards.drawing import Boards
from coordinator.boards.memory import MemoryBoards, MemoryFeed
from coordinator.domain import jurisdiction
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.log.envelope import ZERO_HASH, Kind, seal
from coordinator.log.follow import Step
from tests.story import HERE as RIVER
from tests.story import Story


async def follow(
    story: Story, boards: Boards, *, drawing: bool = False, first: int = 0, last: int = 10**9
) -> None:
    """Tell boards a story as it happened, fact by fact, as a follower of its log is told.

    Args:
        story: what happened.
        boards: who is told.
        drawing: whether each fact is drawn before the next.
        first: seq of the first record that is told, with the state before it.
        last: seq of the last one.
    """
    state = Jurisdiction()
    for seq, (at, events) in enumerate(story.history):
        record = seal(
            seq=seq, prev=ZERO_HASH, epoch=1, at=at, kind=Kind.DECISION, log_id=RIVER,
            signal_id="", cursor={}, payload=b"",
        )  # fmt: skip
        after = jurisdiction.fold(state, events, at)
        if first <= seq <= last:
            await boards.take([Step(record, events, state, after)])
        if drawing:
            # Else only what was touched first is drawn, and the end of all.
            boards.draw([RIVER])
        state = after


async def shown(story: Story) -> MemoryBoards:
    """Draw a story as it happened, fact by fact."""
    store = MemoryBoards()
    await follow(story, Boards(store, MemoryFeed(store)), drawing=True)
    return store


def redrawn(story: Story) -> MemoryBoards:
    store = MemoryBoards()
    Boards(store, MemoryFeed(store)).rebuild(story.state, len(story.history))
    return store


def rows_of(store: MemoryBoards) -> dict[tuple[str, str], Any]:
    """Return what is shown, but for what a member's own page is told again when it asks."""
    return {
        (it.board, it.key): it.row
        for it in store.boards_of(RIVER)
        if it.row is not None and it.board != my_assignment.BOARD.name
    }
