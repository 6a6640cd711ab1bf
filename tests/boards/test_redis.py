"""Boards in Redis: written once and in order, drawn anew when lost, mirrored whole by gateways."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from coordinator.boards.ports import Batch, Change, Row
from coordinator.boards.redis import RedisBoards, RedisMirror, board_key, changes_key, tip_key
from coordinator.tasks import end_all
from tests.broker.redis_server import RedisServer
from tests.patience import PATIENCE_S

HERE = "river-city"
BOARD = "open_incidents"


def change(seq: int, key: str = "a", *, gone: bool = False) -> Change:
    return Change(HERE, seq, BOARD, key, None if gone else {"seq": seq})


class Desk:
    """A worker that draws and a gateway that looks."""

    def __init__(self, url: str) -> None:
        self.client: Any = Redis.from_url(url)
        self.boards = RedisBoards(self.client, self.redraw)
        self.mirror = RedisMirror(self.client)
        self.state: dict[str, Row] = {}
        self.seq = -1
        self.redrawn = 0

    def draw(self, seq: int, key: str = "a", *, gone: bool = False) -> None:
        it = change(seq, key, gone=gone)
        if it.row is None:
            self.state.pop(key, None)
        else:
            self.state[key] = it.row
        self.seq = seq
        self.boards.apply([it])

    def redraw(self, jurisdiction: str) -> None:
        self.redrawn += 1
        self.boards.forget(jurisdiction)
        self.boards.apply(Change(HERE, self.seq, BOARD, *it) for it in self.state.items())

    async def rows(self) -> dict[str, int]:
        found = await self.client.hgetall(board_key(HERE, BOARD))
        return {key.decode(): int(row.split(b":")[1][:-1]) for key, row in found.items()}

    def mirrored(self) -> dict[str, Any]:
        return {key: row["seq"] for _, key, row in self.mirror.boards.rows(BOARD, [HERE])}


@asynccontextmanager
async def desk_on(redis: RedisServer) -> AsyncIterator[Desk]:
    desk = Desk(redis.url)
    tasks = [
        asyncio.create_task(desk.boards.run()),
        asyncio.create_task(desk.mirror.run(lambda: [HERE])),
    ]
    try:
        yield desk
    finally:
        await end_all(tasks)
        await desk.client.aclose()


async def seen(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not look():  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.02)


@pytest.fixture
async def desk(redis: RedisServer) -> AsyncIterator[Desk]:
    async with desk_on(redis) as made:
        made.draw(1)
        made.redraw(HERE)
        await seen(lambda: made.mirrored() == {"a": 1})
        made.redrawn = 0
        yield made


async def test_what_is_drawn_is_seen_by_a_gateway(desk: Desk) -> None:
    desk.draw(2, "b")
    desk.draw(3, "a", gone=True)

    await seen(lambda: desk.mirrored() == {"b": 2})
    assert await desk.rows() == {"b": 2}
    assert desk.redrawn == 0


async def test_a_slow_workers_older_rows_are_dropped(desk: Desk) -> None:
    desk.draw(7)
    await seen(lambda: desk.mirrored() == {"a": 7})
    slow = RedisBoards(desk.client, lambda _: None)
    slow._drawn[HERE] = 1
    slow.apply([change(5)])
    await slow._write_all()

    assert await desk.rows() == {"a": 7}


async def test_rows_that_would_leave_a_hole_make_the_writer_draw_anew(desk: Desk) -> None:
    hasty: list[str] = []
    writer = RedisBoards(desk.client, hasty.append)
    writer._drawn[HERE] = 40
    writer.apply([change(41)])
    await writer._write_all()

    assert set(hasty) == {HERE}
    assert await desk.rows() == {"a": 1}


async def test_what_was_flushed_is_drawn_again_though_nothing_happens(desk: Desk) -> None:
    desk.draw(2, "b")
    await seen(lambda: desk.mirrored() == {"a": 1, "b": 2})

    await desk.client.flushall()

    async with asyncio.timeout(PATIENCE_S):
        while await desk.rows() != {"a": 1, "b": 2}:  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.05)
    desk.draw(3, "c")
    await seen(lambda: desk.mirrored() == {"a": 1, "b": 2, "c": 3})


async def test_redis_may_be_away_for_a_while(desk: Desk, redis: RedisServer) -> None:
    redis.stop()
    for seq in range(2, 20):
        desk.draw(seq, str(seq))
    await seen(lambda: desk.boards.failing is not None)
    assert desk.mirrored() == {"a": 1}

    redis.start()

    await seen(lambda: len(desk.mirrored()) == 19)


async def test_who_follows_the_gateway_is_told_of_what_a_rebuild_changed(desk: Desk) -> None:
    batches = desk.mirror.feed.subscribe([HERE], after=None)
    first: Batch = await asyncio.wait_for(anext(batches), PATIENCE_S)
    assert [it.key for it in first.changes] == ["a"]
    desk.state, desk.seq = {"z": {"seq": 9}}, 9
    desk.redraw(HERE)

    then = await asyncio.wait_for(anext(batches), PATIENCE_S)

    assert {(it.key, it.row is None) for it in then.changes} == {("a", True), ("z", False)}


async def test_a_worker_that_left_writes_nothing_more(desk: Desk) -> None:
    desk.boards.leave(HERE)
    await desk.client.delete(tip_key(HERE))
    await asyncio.sleep(2.5)

    assert await desk.client.exists(tip_key(HERE)) == 0


async def test_a_gateway_that_was_cut_off_has_no_row_that_ended_meanwhile(desk: Desk) -> None:
    batches = desk.mirror.feed.subscribe([HERE], after=None)
    await asyncio.wait_for(anext(batches), PATIENCE_S)
    reached, nowhere = desk.mirror._redis, Redis.from_url("redis://127.0.0.1:9/0")
    desk.mirror._redis = nowhere
    await seen(lambda: desk.mirror.failing is not None)
    desk.draw(2, "a", gone=True)
    await _written(desk, 2)
    desk.draw(3, "b")
    await _written(desk, 3)

    await desk.client.xtrim(changes_key(HERE), maxlen=1, approximate=False)
    desk.mirror._redis = reached

    await seen(lambda: desk.mirrored() == {"b": 3})
    told = await asyncio.wait_for(anext(batches), PATIENCE_S)
    assert {(it.key, it.row is None) for it in told.changes} == {("a", True), ("b", False)}
    await nowhere.aclose()


async def _written(desk: Desk, seq: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while int(await desk.client.hget(tip_key(HERE), "seq")) < seq:  # noqa: ASYNC110 - another task
            await asyncio.sleep(0.02)
