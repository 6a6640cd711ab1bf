"""What came in and cannot be understood: kept on a topic of its own, with the reason.

Whole, unless it is so long that a letter about it would not be taken.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from prometheus_client import CollectorRegistry, Counter

from schemas.bounds import spelled_out
from streams.brokers import Brokers, connecting
from streams.clients import connect
from streams.inputs import Stray
from streams.placing import partitions_of
from streams.topics import Topic

log = structlog.get_logger()

LETTER_BYTES_MAX = 900_000
"""Of the original; with its headers a letter is well below what the topic takes."""
_TOLD_MAX = 500
_PAUSE_S = 1.0
_TAIL = 1_000
_POLL_MS = 500


def letter_headers(source: str, came_by: str, **told: str) -> list[tuple[str, bytes]]:
    """Return the headers of a dead letter: CloudEvents attributes, then what is told of it, each
    cut to its first 500 characters.

    Args:
        source: what it is, the same each time it comes: `topic-partition-offset`, or who sent it.
        came_by: the way it came, as a URI reference.
        told: `reason`, `field`, `value`, and the `key` if it had one.
    """
    headers = {
        "ce_specversion": "1.0",
        "ce_id": source,
        "ce_source": came_by,
        "ce_type": "coordinator.dead_letter",
        "source": source,
        **told,
    }
    return [(name, spelled_out(text[:_TOLD_MAX]).encode()) for name, text in headers.items()]


class DeadLetterTopic:
    """Keeps strays; the same stray again has the same key."""

    def __init__(self, producer: AIOKafkaProducer, registry: CollectorRegistry) -> None:
        self._producer = producer
        self._counted = Counter(
            "coordinator_dead_letters",
            "Messages that could not be read.",
            ["topic"],
            registry=registry,
        )

    async def put(self, stray: Stray) -> None:
        """Keep a stray; returns when the brokers have it, however long that takes.

        One that their settings never let in is only counted and logged.
        """
        it = stray.message
        source = f"{it.topic}-{it.partition}-{it.offset}"
        headers = letter_headers(
            source,
            f"/topics/{it.topic}",
            key=(it.key or b"").decode("utf-8", "replace"),
            reason=stray.reason,
            field=stray.field,
            value=stray.value,
        )
        while True:
            try:
                await self._producer.send_and_wait(
                    str(Topic.DEAD_LETTERS),
                    (it.value or b"")[:LETTER_BYTES_MAX],
                    key=source.encode(),
                    headers=headers,
                )
            except MessageSizeTooLargeError as error:
                # It will never be taken, and who waits here reads nothing else.
                log.warning("dead_letter.too_large", source=source, reason=repr(error))
            except (KafkaError, TimeoutError) as error:
                log.warning("dead_letter.not_kept", source=source, reason=repr(error))
                await asyncio.sleep(_PAUSE_S)
                continue
            self._counted.labels(it.topic).inc()
            log.warning(
                "dead_letter", source=source, field=stray.field[:_TOLD_MAX],
                value=stray.value[:_TOLD_MAX], reason=stray.reason[:_TOLD_MAX],
            )  # fmt: skip
            return


class DeadLetterTail:
    """The newest dead letters, as a gateway shows them."""

    def __init__(self, bootstrap: Brokers | str) -> None:
        self._bootstrap = bootstrap
        self._consumer = AIOKafkaConsumer(
            **connecting(bootstrap), group_id=None, enable_auto_commit=False
        )
        self._kept: deque[tuple[int, dict[str, Any]]] = deque(maxlen=_TAIL)
        self._ends: Mapping[TopicPartition, int] = {}
        self.count = 0

    async def start(self) -> None:
        """Begin some way before the end of each partition."""
        topic = str(Topic.DEAD_LETTERS)
        await connect(self._consumer)
        numbers = (await partitions_of(self._bootstrap, topic))[topic]
        places = [TopicPartition(topic, it) for it in sorted(numbers)]
        self._consumer.assign(places)
        self._ends = await self._consumer.end_offsets(places)
        begins = await self._consumer.beginning_offsets(places)
        self.count = sum(self._ends[it] - begins[it] for it in places)
        for it in places:
            self._consumer.seek(it, max(begins[it], self._ends[it] - _TAIL))

    async def stop(self) -> None:
        await self._consumer.stop()

    async def run(self) -> None:
        """Follow the topic, for ever."""
        while True:
            try:
                found = await self._consumer.getmany(timeout_ms=_POLL_MS)
            except (KafkaError, TimeoutError) as error:
                log.warning("dead_letters.not_read", reason=repr(error))
                await asyncio.sleep(_PAUSE_S)
                continue
            for place, messages in found.items():
                for it in messages:
                    self._kept.append((it.timestamp, _shown(it)))
                    self.count += it.offset >= self._ends[place]

    def newest(self, limit: int) -> list[dict[str, Any]]:
        """Return dead letters as documents, newest first."""
        ordered = sorted(self._kept, key=lambda it: it[0], reverse=True)
        return [document for _, document in ordered[:limit]]


def _shown(message: Any) -> dict[str, Any]:
    headers = {name: value.decode("utf-8", "replace") for name, value in message.headers}
    return {
        "at": message.timestamp,
        "source": headers.get("source", ""),
        "reason": headers.get("reason", ""),
        "field": headers.get("field", ""),
        "value": headers.get("value", ""),
        "original": (message.value or b"")[:2_000].decode("utf-8", "replace"),
    }
