"""What a gateway says of its own health, looked at from inside its process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from coordinator.clock import WallClock
from coordinator.settings import Settings
from streams.gateway import Gateway
from tests.broker.redis_server import RedisServer
from tests.streams.counties import prepare


@pytest.fixture
async def gateway(bare_kafka: str, redis: RedisServer, tmp_path: Path) -> AsyncIterator[Gateway]:
    await asyncio.to_thread(prepare, bare_kafka)
    settings = Settings(bootstrap=bare_kafka, redis_url=redis.url, data_dir=tmp_path, waiting_max=1)
    made = Gateway(settings, WallClock())
    await made.start()
    yield made
    await made.stop()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.05)


async def test_a_task_that_died_shows(gateway: Gateway) -> None:
    assert gateway.health()["ok"]

    gateway.reach.out._news = None  # type: ignore[assignment]
    await until(lambda: not gateway.health()["ok"])

    assert gateway.health()["failed"].startswith("notices out: AttributeError")
    gateway.reach.out._news = asyncio.Event()
