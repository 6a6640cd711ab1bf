"""Brokers that go while a process connects: a line and an exit code, never a traceback."""

from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, NodeNotReadyError

from coordinator.clock import WallClock
from coordinator.errors import CoordinatorError
from coordinator.settings import Settings
from streams.topics import NoBroker, connected_or_none
from streams.worker import Worker


class Producer:
    """Connects, knows the topics, and is gone with the brokers when it leaves."""

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        raise KafkaConnectionError("gone")

    async def partitions_for(self, _: str) -> set[int]:
        return {0}


@pytest.mark.parametrize(
    "error", [KafkaConnectionError("gone"), NodeNotReadyError(), TimeoutError()]
)
@pytest.mark.parametrize("part", ["_registry", "_asking", "_inboxes"])
async def test_a_worker_says_in_one_line_which_brokers_went(
    monkeypatch: pytest.MonkeyPatch, part: str, error: Exception
) -> None:
    worker = Worker(Settings(bootstrap="127.0.0.1:1"), WallClock())

    async def well() -> None:
        pass

    async def gone() -> None:
        raise error

    for it in ("_registry", "_asking", "_inboxes"):
        monkeypatch.setattr(getattr(worker, it), "start", gone if it == part else well)
    producer: Any = Producer()
    monkeypatch.setattr(worker, "_producer", producer)

    with pytest.raises(NoBroker, match=r"127\.0\.0\.1:1") as told:
        await worker.start()

    assert isinstance(told.value, CoordinatorError)  # Told by the command line, with its exit code.
    assert "\n" not in str(told.value)


async def test_what_was_connected_is_given_back_and_other_errors_are_none_of_the_brokers() -> None:
    left = []

    async def leave() -> None:
        left.append(1)

    with pytest.raises(NoBroker):
        async with connected_or_none("b", leave):
            raise OSError("no route")
    with pytest.raises(ZeroDivisionError):
        async with connected_or_none("b", leave):
            _ = 1 / 0

    assert left == [1, 1]
