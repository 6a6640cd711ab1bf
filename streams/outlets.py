"""Effects onto their topics: assignments and notices keyed by member, each realm on its own.

A topic that real people's phones are fed from never holds a message of an exercise.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from coordinator.clock import Clock
from coordinator.outbox.effects import ActualEffect, ExerciseEffect
from schemas.signals.envelope import Signal
from streams.placing import EntryOf, partition_there
from streams.publisher import headers_of
from streams.sources import topic_of
from streams.topics import Topic

log = structlog.get_logger()

_ASSIGNMENT = "assignment_"


class ActualTopics:
    """The topics of real people."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def deliver(self, effects: Sequence[ActualEffect]) -> None:
        await _send(self._producer, effects, Topic.ASSIGNMENTS, Topic.NOTICES)


class ExerciseTopics:
    """The topics of an exercise."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def deliver(self, effects: Sequence[ExerciseEffect]) -> None:
        await _send(self._producer, effects, Topic.EXERCISE_ASSIGNMENTS, Topic.EXERCISE_NOTICES)


class Peers:
    """Words of mutual aid to other jurisdictions; one that gets lost is said again."""

    def __init__(self, producer: AIOKafkaProducer, entry_of: EntryOf, clock: Clock) -> None:
        self._producer = producer
        self._entry_of = entry_of
        self._clock = clock
        self._sending: set[asyncio.Task[None]] = set()

    def tell(self, signal: Signal) -> None:
        """Send a word on its way."""
        task = asyncio.create_task(self._send(signal))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, signal: Signal) -> None:
        topic = str(topic_of(signal))
        # It comes in there now, whatever the time of the log that it comes from.
        signal = signal.model_copy(update={"at": self._clock.now()})
        try:
            counts = await self._producer.partitions_for(topic)
            entry = self._entry_of(signal.jurisdiction)
            await self._producer.send_and_wait(
                topic,
                signal.model_dump_json().encode(),
                key=signal.jurisdiction.encode(),
                partition=partition_there(signal.jurisdiction, entry, topic, len(counts)),
                headers=headers_of(signal),
            )
        except (KafkaError, LookupError, TimeoutError) as error:
            log.warning("aid.not_delivered", peer=signal.jurisdiction, reason=repr(error))


async def _send(
    producer: AIOKafkaProducer,
    effects: Sequence[ActualEffect] | Sequence[ExerciseEffect],
    assignments: Topic,
    notices: Topic,
) -> None:
    sent = [
        await producer.send(
            str(assignments if it.kind.startswith(_ASSIGNMENT) else notices),
            msgspec.json.encode(it),
            key=it.target.encode(),
            headers=_headers_of(it),
        )
        for it in effects
    ]
    await asyncio.gather(*sent)


def _headers_of(effect: ActualEffect | ExerciseEffect) -> list[tuple[str, bytes]]:
    attributes: dict[str, Any] = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": effect.effect_id,
        "ce_source": f"/logs/{effect.log_id}",
        "ce_type": f"coordinator.effect.{effect.kind}",
        "ce_subject": effect.target,
        "ce_time": datetime.fromtimestamp(effect.at / 1_000, UTC).isoformat(
            timespec="milliseconds"
        ),
        "ce_sequence": f"{effect.seq:020}",
    }
    return [(name, value.encode()) for name, value in attributes.items()]
