"""What a gateway is told of a decision it did not make: all that a sender would be."""

import asyncio

import msgspec
from redis.asyncio import Redis

from coordinator.log.memory import MemoryLog
from schemas.ids import ulid_of
from streams.receipts import RedisReceipts, _key
from tests.broker.redis_server import RedisServer
from tests.engine.county import outage, owned, roster
from tests.patience import PATIENCE_S
from tests.story import DAY, HERE, START


async def test_a_repeat_that_changed_nothing_says_so_beside_the_log_too(redis: RedisServer) -> None:
    client = Redis.from_url(redis.url)
    receipts = RedisReceipts(client)
    running = asyncio.create_task(receipts.run())
    owner = await owned(MemoryLog(HERE), receipts)
    first, again = (
        outage("first"),
        outage("first").model_copy(update={"signal_id": ulid_of(START, "again")}),
    )

    told = await owner.turn([roster(), first, again])
    async with asyncio.timeout(PATIENCE_S):
        while await receipts.find(HERE, again.signal_id) is None:  # noqa: ASYNC110 - no event to wait for
            await asyncio.sleep(0.02)
    found = [await receipts.find(HERE, it.signal_id) for it in (roster(), first, again)]

    running.cancel()
    await client.aclose()
    assert found == told
    assert [it.nothing_changed for it in told] == [False, False, True]


async def test_what_a_sender_is_warned_of_a_gateway_says_too(redis: RedisServer) -> None:
    client = Redis.from_url(redis.url)
    receipts = RedisReceipts(client)
    running = asyncio.create_task(receipts.run())
    owner = await owned(MemoryLog(HERE), receipts)
    doubtful = outage("o").model_copy(update={"started_at": START - 400 * DAY})

    _, told = await owner.turn([roster(), doubtful])
    async with asyncio.timeout(PATIENCE_S):
        while (found := await receipts.find(HERE, doubtful.signal_id)) is None:  # noqa: ASYNC110 - no event to wait for
            await asyncio.sleep(0.02)

    running.cancel()
    await client.aclose()
    assert found.warnings == told.warnings != ()


async def test_what_a_worker_of_the_version_before_noted_is_read(redis: RedisServer) -> None:
    client, signal_id = Redis.from_url(redis.url), ulid_of(START, "before")
    noted = {"seq": 3, "hash": "00" * 32, "at": START, "actor_id": "mem_1", "refused": None}
    await client.set(_key(HERE, signal_id), msgspec.json.encode(noted))

    found = await RedisReceipts(client).find(HERE, signal_id)

    await client.aclose()
    assert found is not None
    assert (found.seq, found.nothing_changed) == (3, False)
