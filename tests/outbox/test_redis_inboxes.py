"""Inboxes in Redis: each message once, and an older assignment never over a newer one."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from coordinator.outbox.redis import Kept, RedisInboxes
from tests.broker.redis_server import RedisServer


def message(seq: int, *, kind: str = "assignment_offered", log_id: str = "here") -> dict[str, Any]:
    return {
        "effect_id": f"{log_id}-{seq}",
        "log_id": log_id,
        "seq": seq,
        "at": 1_000 + seq,
        "target": "mem",
        "kind": kind,
        "document": {"seq": seq},
    }


@pytest.fixture
async def inboxes(redis: RedisServer) -> AsyncIterator[RedisInboxes]:
    client = Redis.from_url(redis.url)
    yield RedisInboxes(client)
    await client.aclose()


async def test_a_message_that_comes_again_is_kept_once(inboxes: RedisInboxes) -> None:
    answers = await inboxes.keep([message(1)] * 3)

    assert answers == [Kept.KEPT, Kept.AGAIN, Kept.AGAIN]
    assert len(await inboxes.newest("mem", 10)) == 1


async def test_an_older_assignment_does_not_take_the_place_of_a_newer_one(
    inboxes: RedisInboxes,
) -> None:
    await inboxes.keep([message(9, kind="assignment_released")])
    late = await inboxes.keep([message(4)])

    held = await inboxes.assignment("mem")
    assert late == [Kept.OLDER]
    assert held is not None
    assert held["seq"] == 9
    assert len(await inboxes.newest("mem", 10)) == 2


async def test_of_two_words_of_one_decision_the_later_one_binds(inboxes: RedisInboxes) -> None:
    released = message(7, kind="assignment_released") | {"effect_id": "first"}
    offered = message(7) | {"effect_id": "second"}
    answers = await inboxes.keep([released, offered, released])

    held = await inboxes.assignment("mem")
    assert answers == [Kept.KEPT, Kept.KEPT, Kept.AGAIN]
    assert held is not None
    assert held["effect_id"] == "second"


async def test_a_notice_binds_nobody(inboxes: RedisInboxes) -> None:
    await inboxes.keep([message(3, kind="notice_raised")])

    assert await inboxes.assignment("mem") is None


async def test_an_assignment_of_another_county_counts_by_itself(inboxes: RedisInboxes) -> None:
    await inboxes.keep([message(900)])
    answer = await inboxes.keep([message(2, log_id="neighbour") | {"at": 5_000}])

    held = await inboxes.assignment("mem")
    assert answer == [Kept.KEPT]
    assert held is not None
    assert held["log_id"] == "neighbour"


async def test_a_late_assignment_of_another_county_changes_nothing(inboxes: RedisInboxes) -> None:
    await inboxes.keep([message(2) | {"at": 5_000}])
    answer = await inboxes.keep([message(900, log_id="neighbour")])

    held = await inboxes.assignment("mem")
    assert answer == [Kept.OLDER]
    assert held is not None
    assert held["log_id"] == "here"
