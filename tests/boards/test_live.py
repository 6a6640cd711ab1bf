"""The live feed: after a lost connection nothing is missed and nothing is shown twice."""

import asyncio

from coordinator.boards.memory import MemoryBoards, MemoryFeed
from coordinator.boards.ports import Batch, Change
from tests.patience import PATIENCE_S


def change(seq: int, key: str = "a", *, gone: bool = False) -> Change:
    return Change("here", seq, "open_incidents", key, None if gone else {"seq": seq})


class Desk:
    """A store and its feed, fed together as the follower does it."""

    def __init__(self, ring: int = 100) -> None:
        self.store = MemoryBoards()
        self.feed = MemoryFeed(self.store, ring=ring)

    def happen(self, *changes: Change) -> None:
        self.store.apply(changes)
        self.feed.publish(changes)

    async def next(self, after: dict[str, int] | None) -> Batch:
        batches = self.feed.subscribe(["here"], after=after)
        return await asyncio.wait_for(anext(batches), PATIENCE_S)


async def test_a_first_look_is_given_everything() -> None:
    desk = Desk()
    desk.happen(change(1), change(2, "b"))

    batch = await desk.next(None)

    assert batch.reset
    assert {it.key for it in batch.changes} == {"a", "b"}


async def test_who_comes_back_is_given_what_came_since() -> None:
    desk = Desk()
    desk.happen(change(1))
    first = await desk.next(None)
    desk.happen(change(2, "b"), change(3, gone=True))

    batch = await desk.next(dict(first.position))

    assert not batch.reset
    assert [it.seq for it in batch.changes] == [2, 3]


async def test_of_a_row_that_changed_often_who_comes_back_is_given_the_newest() -> None:
    """And it takes the room of one: a busy row makes nobody start over."""
    desk = Desk(ring=3)
    desk.happen(change(1))
    first = await desk.next(None)
    desk.happen(change(2, "b"), *(change(seq) for seq in range(3, 9)), change(9, "b", gone=True))

    batch = await desk.next(dict(first.position))

    assert not batch.reset
    assert [(it.key, it.seq) for it in batch.changes] == [("a", 8), ("b", 9)]
    assert batch.position == {"here": 9}


async def test_who_was_away_too_long_starts_over() -> None:
    desk = Desk(ring=2)
    desk.happen(change(1))
    first = await desk.next(None)
    desk.happen(*(change(seq, str(seq)) for seq in range(2, 9)))

    batch = await desk.next(dict(first.position))

    assert batch.reset
    assert len(batch.changes) == 8


async def test_a_position_of_another_life_starts_over() -> None:
    desk = Desk()
    desk.happen(change(1))

    assert (await desk.next({"here": 99})).reset


async def test_after_a_restart_who_was_behind_starts_over() -> None:
    before = Desk()
    before.happen(change(1), change(2, "b"))
    first = await before.next(None)
    before.happen(change(3, gone=True), change(4, "b"))

    after = Desk()
    after.happen(change(4, "b"))

    batch = await after.next(dict(first.position))
    assert batch.reset
    assert [it.key for it in batch.changes] == ["b"]
    resumed = after.feed.subscribe(["here"], after={"here": 4})
    waiting = asyncio.ensure_future(anext(resumed))
    await asyncio.sleep(0)
    after.happen(change(5))
    assert not (await asyncio.wait_for(waiting, PATIENCE_S)).reset


async def test_who_reads_too_slowly_starts_over() -> None:
    desk = Desk(ring=2)
    desk.happen(change(1), change(2, "b"))
    reading = desk.feed.subscribe(["here"], after=None)
    assert {it.key for it in (await anext(reading)).changes} == {"a", "b"}

    desk.happen(change(3, gone=True), change(4, "c"), change(5, "d"), change(6, "e"))

    batch = await asyncio.wait_for(anext(reading), PATIENCE_S)
    assert batch.reset
    assert {it.key for it in batch.changes} == {"b", "c", "d", "e"}
    desk.happen(change(7, "f"))
    batch = await asyncio.wait_for(anext(reading), PATIENCE_S)
    assert (batch.reset, [it.key for it in batch.changes]) == (False, ["f"])


async def test_who_starts_over_gets_the_rows_of_all_places() -> None:
    desk = Desk(ring=2)
    desk.happen(change(1), Change("there", 1, "open_incidents", "t", {"seq": 1}))
    first = await anext(desk.feed.subscribe(["here", "there"], after=None))
    desk.happen(*(change(seq, str(seq)) for seq in range(2, 6)))

    batch = await anext(desk.feed.subscribe(["here", "there"], after=first.position))

    assert batch.reset
    assert "t" in {it.key for it in batch.changes}


async def test_boards_that_went_back_are_shown_anew_once() -> None:
    desk = Desk(ring=2)
    desk.happen(*(change(seq, str(seq)) for seq in range(1, 9)))
    reading = desk.feed.subscribe(["here"], after=None)
    await anext(reading)

    desk.happen(change(3, "z"))

    batch = await asyncio.wait_for(anext(reading), PATIENCE_S)
    assert (batch.reset, batch.position) == (True, {"here": 3})
    waiting = asyncio.ensure_future(anext(reading))
    await asyncio.sleep(0)
    assert not waiting.done()
    desk.happen(change(4, "y"))
    assert [it.key for it in (await asyncio.wait_for(waiting, PATIENCE_S)).changes] == ["y"]


async def test_a_place_where_nothing_happened_yet_is_waited_for() -> None:
    desk = Desk()
    reading = desk.feed.subscribe(["here"], after=None)
    batch = await asyncio.wait_for(anext(reading), PATIENCE_S)
    assert (batch.reset, batch.changes, batch.position) == (True, (), {"here": -1})
    waiting = asyncio.ensure_future(anext(reading))
    await asyncio.sleep(0)

    desk.happen(change(1))

    batch = await asyncio.wait_for(waiting, PATIENCE_S)
    assert {it.key for it in batch.changes} == {"a"}


async def test_whoever_waits_is_woken() -> None:
    desk = Desk()
    desk.happen(change(1))
    batches = desk.feed.subscribe(["here"], after={"here": 1})
    waiting = asyncio.ensure_future(anext(batches))
    await asyncio.sleep(0)

    desk.happen(change(2))

    batch = await asyncio.wait_for(waiting, PATIENCE_S)
    assert [it.seq for it in batch.changes] == [2]


def test_an_older_row_never_follows_a_newer_one() -> None:
    store = MemoryBoards()

    store.apply([change(5), change(4)])

    assert store.row("open_incidents", "here", "a") == {"seq": 5}


async def test_who_asks_for_some_boards_starts_with_their_rows_alone() -> None:
    desk = Desk()
    desk.happen(change(1), Change("here", 2, "alarms", "b", {"seq": 2}))

    batches = desk.feed.subscribe(["here"], after=None, boards={"alarms"})
    batch = await asyncio.wait_for(anext(batches), PATIENCE_S)

    assert [it.key for it in batch.changes] == ["b"]
    assert batch.position == {"here": 2}
