"""What a worker says of partitions that it was given and cannot begin with."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from coordinator.clock import WallClock
from coordinator.errors import BadInput
from coordinator.settings import Settings
from streams.worker import Worker


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncIterator[Worker]:
    made = Worker(Settings(bootstrap="127.0.0.1:9", data_dir=tmp_path), WallClock())
    yield made
    await made.stop()


async def test_a_partition_that_does_not_reach_the_brokers_shows(worker: Worker) -> None:
    assert worker.health()["ok"]

    worker.assign([0, 1])
    await asyncio.sleep(0.1)

    health = worker.health()
    assert not health["ok"]
    assert health["partitions_not_started"] == [0, 1]
    assert health["failed"] is None


async def test_a_partition_that_will_never_start_ends_the_worker(worker: Worker) -> None:
    async def refused() -> None:
        raise BadInput("COORDINATOR_KAFKA_PASSWORD_FILE: gone")

    worker.assign([3])
    worker.partitions[3]._broker.start = refused  # type: ignore[method-assign]
    await asyncio.sleep(0.1)

    assert worker.failed is not None
    assert worker.failed.startswith("partition 3: BadInput('COORDINATOR_KAFKA_PASSWORD_FILE")
