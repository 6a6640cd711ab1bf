"""Under load a row is drawn once for many changes; who reads or follows has the newest."""

import asyncio
from collections.abc import Sequence

import pytest

from coordinator.boards import drawing
from coordinator.boards.drawing import Boards
from coordinator.boards.memory import MemoryBoards, MemoryFeed
from coordinator.boards.ports import Batch, Change
from schemas.signals.incident import RestoreIncident
from tests.boards.drawn import follow, redrawn, rows_of
from tests.county import county, outage
from tests.patience import PATIENCE_S
from tests.story import HERE, Story


class Counting(MemoryFeed):
    """A feed that remembers what it was told at once."""

    def __init__(self, store: MemoryBoards) -> None:
        super().__init__(store)
        self.told: list[list[Change]] = []

    def publish(self, changes: Sequence[Change]) -> None:
        self.told.append(list(changes))
        super().publish(changes)


class Desk:
    """The boards of a story, fed record by record."""

    def __init__(self) -> None:
        self.store = MemoryBoards()
        self.feed = Counting(self.store)
        self.boards = Boards(self.store, self.feed)

    async def follow(self, story: Story) -> None:
        await follow(story, self.boards)

    async def followed(self) -> "asyncio.Future[Batch]":
        """Begin to follow, as a page does that is open."""
        batches = self.feed.subscribe([HERE], after=None)
        await asyncio.wait_for(anext(batches), PATIENCE_S)
        following = asyncio.ensure_future(anext(batches))
        await asyncio.sleep(0)
        return following


def busy() -> tuple[Story, str]:
    story = county()
    incident_id = outage(story)
    return story.when(RestoreIncident, incident_id=incident_id), incident_id


async def test_a_row_that_changes_often_is_drawn_once_under_load(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "_DRAWN_EVERY_S", PATIENCE_S)
    story, incident_id = busy()
    desk = Desk()
    following = await desk.followed()

    await desk.follow(story)
    assert len(desk.feed.told) == 1, "only what came first, out of the quiet, is drawn at once"
    desk.boards.draw([HERE])

    of_it = [it for told in desk.feed.told for it in told if it.key == incident_id]
    assert sorted(it.board for it in of_it) == [
        "incident_command",
        "incident_details",
        "open_incidents",
    ]
    assert {it.seq for it in of_it} == {len(story.history) - 1}
    assert rows_of(desk.store) == rows_of(redrawn(story))
    following.cancel()


async def test_what_nobody_follows_is_drawn_when_somebody_asks() -> None:
    story, incident_id = busy()
    desk = Desk()

    await desk.follow(story)
    await asyncio.sleep(0.25)
    assert desk.feed.told == []
    assert desk.boards.behind_s() == 0

    row = desk.store.row("open_incidents", HERE, incident_id)
    assert row is not None
    assert row["phase"] == "restored"
    assert rows_of(desk.store) == rows_of(redrawn(story))


async def test_what_nobody_follows_is_drawn_after_a_while_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "_UNSEEN_EVERY_S", 0.1)
    story, _ = busy()
    desk = Desk()

    await desk.follow(story)
    await asyncio.sleep(0.5)

    assert len(desk.feed.told) == 1


async def test_who_comes_to_follow_waits_for_no_slow_drawing() -> None:
    """A drawing for nobody was planned some seconds ahead; what comes now is told at once."""
    story, incident_id = busy()
    desk = Desk()
    newest = len(story.history) - 1
    await follow(story, desk.boards, last=newest - 1)
    batches = desk.feed.subscribe([HERE], after=None)
    first = await asyncio.wait_for(anext(batches), PATIENCE_S)
    assert incident_id in {it.key for it in first.changes}

    coming = asyncio.ensure_future(anext(batches))
    await follow(story, desk.boards, first=newest)
    batch = await asyncio.wait_for(coming, drawing._UNSEEN_EVERY_S / 2)

    assert batch.changes
    assert not batch.reset


async def test_a_start_draws_nothing_and_who_asks_has_all() -> None:
    story, _ = busy()
    desk = Desk()

    desk.boards.rebuild(story.state, len(story.history))

    assert desk.feed.told == []
    assert rows_of(desk.store) == rows_of(redrawn(story))
    assert rows_of(desk.store)
    assert len(desk.feed.told) == 1


async def test_who_follows_when_all_is_drawn_anew_is_told() -> None:
    story, _ = busy()
    desk = Desk()
    following = await desk.followed()

    desk.boards.rebuild(story.state, len(story.history))

    assert len(desk.feed.told) == 1
    following.cancel()


async def test_who_reads_meanwhile_has_the_newest_row() -> None:
    story, incident_id = busy()
    desk = Desk()

    await desk.follow(story)

    row = desk.store.row("open_incidents", HERE, incident_id)
    assert row is not None
    assert row["phase"] == "restored"
    assert desk.store.seq(HERE) == len(story.history) - 1


async def test_who_follows_is_told_without_anybody_reading() -> None:
    story, incident_id = busy()
    desk = Desk()
    batches = desk.feed.subscribe([HERE], after=None, boards={"open_incidents"})
    await asyncio.wait_for(anext(batches), PATIENCE_S)

    await desk.follow(story)

    told: list[Change] = []
    async with asyncio.timeout(PATIENCE_S):
        while incident_id not in {it.key for it in told}:
            told.extend((await anext(batches)).changes)
    (row,) = [it.row for it in told if (it.board, it.key) == ("open_incidents", incident_id)]
    assert row is not None
    assert row["phase"] == "restored"


async def test_a_reader_who_starts_over_is_told_nothing_twice() -> None:
    story, _ = busy()
    desk = Desk()
    await desk.follow(story)

    batches = desk.feed.subscribe([HERE], after=None)
    first = await asyncio.wait_for(anext(batches), PATIENCE_S)

    assert first.reset
    assert first.position == {HERE: len(story.history) - 1}
    assert {(it.board, it.key): it.row for it in first.changes} == {
        (it.board, it.key): it.row for it in redrawn(story).boards_of(HERE)
    }
    again = asyncio.ensure_future(anext(batches))
    await asyncio.sleep(0.25)
    assert not again.done()
    again.cancel()


async def test_what_waits_is_not_drawn_by_who_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_DRAWN_EVERY_S", 1.0)
    story, incident_id = busy()
    desk = Desk()
    following = await desk.followed()
    await desk.follow(story)

    desk.boards.leave(HERE)
    await asyncio.sleep(1.2)

    assert desk.store.row("open_incidents", HERE, incident_id) is None
    assert len(desk.feed.told) == 1
    following.cancel()


async def test_of_what_nobody_follows_only_so_much_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes has what waits drawn first: in a flood that must not be all of it."""
    story, _ = busy()
    monkeypatch.setattr(drawing, "_UNSEEN_ROWS", 1)
    desk = Desk()

    await desk.follow(story)

    assert desk.feed.told
    assert desk.boards.behind_s() == 0
