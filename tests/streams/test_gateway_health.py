"""What a gateway says of its own health, looked at from inside its process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from coordinator.clock import WallClock
from coordinator.errors import Busy, TooLarge
from coordinator.settings import Settings
from streams.gateway import Gateway
from streams.partition import KafkaPartition
from streams.publisher import NotPublished
from tests.broker.redis_server import RedisServer
from tests.engine.county import outage
from tests.scenario.county_under_load import COUNTIES
from tests.streams.counties import prepare

COUNTY = COUNTIES[0]


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

    gateway.notification_setup.out._news = None  # type: ignore[assignment]
    await until(lambda: not gateway.health()["ok"])

    assert gateway.health()["failed"].startswith("notices out: AttributeError")
    gateway.notification_setup.out._news = asyncio.Event()


async def test_a_full_line_is_no_failing(gateway: Gateway) -> None:
    answers = await asyncio.gather(
        *(gateway.submit(outage(str(it), jurisdiction=COUNTY)) for it in range(20)),
        return_exceptions=True,
    )

    assert any(isinstance(it, Busy) for it in answers)
    assert gateway.health()["ok"]


async def test_a_signal_no_topic_takes_is_no_failing(gateway: Gateway) -> None:
    signal = outage("x", jurisdiction=COUNTY).model_copy(update={"source": "x" * 1_100_000})

    with pytest.raises(TooLarge, match=signal.signal_id):
        await gateway.submit(signal)

    assert gateway.health()["ok"]
    assert gateway.health()["waiting"] == 0


async def test_what_failed_once_is_no_failing_when_the_brokers_are_there(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.publisher.topic_of", lambda signal: "no.such.topic")
    with pytest.raises(NotPublished):
        await gateway.submit(outage("x", jurisdiction=COUNTY))
    assert "no.such.topic" in gateway.health()["publishing_failing"]

    await until(lambda: gateway.health()["ok"])


async def test_two_who_ask_for_one_log_at_once_connect_once(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[int] = []
    start = KafkaPartition.start

    async def counted(self: KafkaPartition) -> None:
        connected.append(1)
        await start(self)

    monkeypatch.setattr(KafkaPartition, "start", counted)

    first, second = await asyncio.gather(gateway._log_of(COUNTY), gateway._log_of(COUNTY))

    assert first is second
    assert connected == [1]
