"""Messages from the effect topics come into the inboxes; what is none stops nothing."""

import asyncio
import json

import pytest
from redis.asyncio import Redis

from coordinator.outbox.redis import RedisInboxes
from streams.inboxes import InboxFeed
from tests.broker.redis_server import RedisServer
from tests.outbox.test_redis_inboxes import message
from tests.patience import PATIENCE_S


@pytest.mark.parametrize("wrong", [{"target": None}, {"at": "noon"}, {"seq": 1.5}, {"kind": []}])
async def test_what_is_no_effect_is_left_out(redis: RedisServer, wrong: dict[str, object]) -> None:
    client = Redis.from_url(redis.url)
    feed = InboxFeed("127.0.0.1:9", RedisInboxes(client), session_s=6)
    await feed.stop()
    odd = {key: it for key, it in (message(1) | wrong).items() if it is not None}

    async with asyncio.timeout(PATIENCE_S):
        await feed._keep([json.dumps(it).encode() for it in (odd, message(2))])

    kept = await RedisInboxes(client).newest("mem", 10)
    await client.aclose()
    assert [it["seq"] for it in kept] == [2]
