"""Snapshots in Redis: the newest few, and none is no fault."""

from redis.asyncio import Redis

from coordinator.log.ports import Snapshot
from coordinator.log.redis import RedisSnapshots
from tests.broker.redis_server import RedisServer


def snapshot(seq: int) -> Snapshot:
    return Snapshot("here", seq, bytes(32), 1_000 + seq, 1, b"{}", "v", b"state", b"place")


async def test_the_newest_that_is_not_too_new_is_given(redis: RedisServer) -> None:
    client = Redis.from_url(redis.url)
    store = RedisSnapshots(client)
    for seq in (10, 20, 30, 40):
        await store.save(snapshot(seq))

    assert await store.latest("here") == snapshot(40)
    assert await store.latest("here", seq_max=35) == snapshot(30)
    assert await store.latest("here", at_max=1_025) == snapshot(20)
    assert await store.latest("here", seq_max=15) is None
    assert await store.latest("elsewhere") is None
    assert len(await client.keys("*snapshot:*")) == 3
    await client.aclose()


async def test_without_redis_there_are_none(redis: RedisServer) -> None:
    client = Redis.from_url(redis.url)
    redis.stop()

    assert await RedisSnapshots(client).latest("here") is None
    await client.aclose()
