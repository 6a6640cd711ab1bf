"""A dead letter is always taken: whatever came in, the partition it came on goes on."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka.errors import MessageSizeTooLargeError
from prometheus_client import CollectorRegistry

from coordinator.clock import WallClock
from coordinator.log.envelope import PAYLOAD_BYTES_MAX
from coordinator.log.ports import DeadLetter
from streams.dead_letters import DeadLetterTail, DeadLetterTopic
from streams.inputs import JurisdictionInputs, Message, PartitionInputs, Stray
from streams.publisher import Publisher
from streams.topics import INPUTS, NoBroker
from tests.story import HERE
from tests.streams.counties import prepare

TOPIC = str(INPUTS[0])


class Producer:
    """Takes what a broker with our settings would take."""

    def __init__(self, bytes_max: int = PAYLOAD_BYTES_MAX + 100_000) -> None:
        self.kept: list[bytes] = []
        self._bytes_max = bytes_max

    async def send_and_wait(
        self, topic: str, value: bytes, *, key: bytes, headers: Sequence[tuple[str, bytes]]
    ) -> None:
        told = sum(len(name) + len(text) for name, text in headers)
        if len(value) + len(key) + told > self._bytes_max:
            raise MessageSizeTooLargeError
        self.kept.append(value)


def counted(registry: CollectorRegistry) -> float | None:
    return registry.get_sample_value("coordinator_dead_letters_total", {"topic": TOPIC})


async def test_however_much_is_wrong_the_letter_is_short_enough() -> None:
    producer, registry = Producer(), CollectorRegistry()
    letters = DeadLetterTopic(producer, registry)
    inputs = JurisdictionInputs(HERE, PartitionInputs(0, _Nothing()), WallClock(), letters.put)
    inputs.begin({})
    long = "x" * 600_000
    key = HERE.encode()
    values = [
        f'{{"type":"{long}"}}'.encode(),
        f'{{"type":"outage_reported","v":1,"{long}":1}}'.encode(),
        b"x" * 990_000,
    ]

    for offset, value in enumerate(values):
        await inputs.take(Message(TOPIC, 0, offset, key, value))
    await letters.put(Stray(Message(TOPIC, 0, 3, b"x" * 600_000, values[0]), "r", "key", long))

    assert [len(it) for it in producer.kept] == [
        len(values[0]), len(values[1]), 900_000, len(values[0]),
    ]  # fmt: skip
    assert counted(registry) == 4


async def test_a_letter_that_is_never_taken_is_counted_and_holds_up_nobody() -> None:
    producer, registry = Producer(bytes_max=1_000), CollectorRegistry()
    letters = DeadLetterTopic(producer, registry)

    await letters.put(Stray(Message(TOPIC, 0, 0, b"k", b"x" * 2_000), "r", "f", "v"))

    assert producer.kept == []
    assert counted(registry) == 1


class _Nothing:
    """A consumer of empty topics."""

    def seek(self, partition: Any, offset: int) -> None:
        pass

    async def getmany(self, *, timeout_ms: int, max_records: int) -> dict[Any, list[Any]]:
        return {}


def letter(source: str) -> DeadLetter:
    return DeadLetter(WallClock().now(), source, "no such field", "f", "v", b"{}")


async def test_a_gateway_shows_dead_letters_of_before_and_after_it_began(bare_kafka: str) -> None:
    await asyncio.to_thread(prepare, bare_kafka)
    with Publisher(bare_kafka) as publisher:
        for number in range(9):
            await asyncio.to_thread(publisher.bury, letter(f"before-{number}"))
        tail = DeadLetterTail(bare_kafka)
        await tail.start()
        running = asyncio.create_task(tail.run())
        try:
            await asyncio.to_thread(publisher.bury, letter("after"))
            async with asyncio.timeout(60):
                while len(tail.newest(100)) < 10:  # noqa: ASYNC110 - looked at from outside
                    await asyncio.sleep(0.05)
        finally:
            running.cancel()
            await tail.stop()

    shown = tail.newest(100)
    assert {it["source"] for it in shown} == {"after", *(f"before-{it}" for it in range(9))}
    assert shown[0]["reason"] == "no such field"
    assert tail.count == 10


async def test_a_gateway_without_the_topic_says_so_and_shows_no_empty_list(bare_kafka: str) -> None:
    tail = DeadLetterTail(bare_kafka)

    with pytest.raises(NoBroker, match="dead-letters"):
        await tail.start()

    await tail.stop()
