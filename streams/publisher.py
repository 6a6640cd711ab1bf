"""Handing signals to Kafka: what a dispatch console or a gateway uses.

A signal counts as published when all in-sync replicas have it. Until then it waits in a buffer with
a bound; a full buffer says so at once, so that whoever publishes can slow down or pass it on.
"""

import threading
from concurrent.futures import Future
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import structlog
from kafka.errors import KafkaError, MessageSizeTooLargeError

from coordinator.domain.recorded_people import people_as_recorded
from coordinator.errors import Busy, CoordinatorError, TooLarge
from coordinator.log.ports import DeadLetter
from schemas.policy import PrivacyRules
from schemas.signals.envelope import Signal
from streams.brokers import Brokers
from streams.dead_letters import LETTER_BYTES_MAX, letter_headers
from streams.placing import EntryOf, RegistryReader, partition_there
from streams.producer import TIME_OUT_S, Disconnected, LastingProducer
from streams.sources import partition_of, topic_of
from streams.topics import Topic

__all__ = ["Delivery", "NotPublished", "Publisher", "headers_of", "partition_of", "topic_of"]

log = structlog.get_logger()

_ANSWER_S: Final = 2 * TIME_OUT_S + 1
"""Longer than a message can be on its way, at a producer that was given up included."""


class Delivery(NamedTuple):
    """Where a signal lies."""

    topic: str
    partition: int
    offset: int


class NotPublished(CoordinatorError):
    """The brokers did not confirm a signal in time: publish it again, with the same id."""

    code = "not_published"

    def __init__(self, signal_id: str, reason: object) -> None:
        super().__init__(f"signal_id {signal_id}: not confirmed: {reason}")
        self.signal_id = signal_id


def headers_of(signal: Signal) -> list[tuple[str, bytes]]:
    """Return the CloudEvents 1.0 attributes, in the Kafka binding's binary mode."""
    at = datetime.fromtimestamp(signal.at / 1_000, UTC).isoformat(timespec="milliseconds")
    attributes = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": signal.signal_id,
        "ce_source": f"/actors/{signal.actor_id}",
        "ce_type": f"coordinator.signal.{signal.type}.v{signal.v}",  # type: ignore[attr-defined]
        "ce_subject": signal.jurisdiction,
        "ce_time": at,
    }
    return [(name, value.encode()) for name, value in attributes.items()]


class Publisher:
    """Publishes signals from any number of threads."""

    def __init__(
        self,
        bootstrap: Brokers | str,
        *,
        waiting_max: int = 1_000,
        linger_ms: int = 5,
        entry_of: EntryOf | None = None,
    ) -> None:
        """Connect.

        Args:
            bootstrap: brokers, `host:port` with commas.
            waiting_max: signals that may be on their way at once.
            linger_ms: how long a signal may wait for others to travel with.
            entry_of: looks a jurisdiction up in the registry; reads it by itself if not given.

        Raises:
            NoBroker: the brokers do not answer.
        """
        self._producer = LastingProducer(bootstrap, linger_ms=linger_ms)
        self._reader = RegistryReader(bootstrap)
        self._entry_of = entry_of or self._reader.entry_of
        self.differing: dict[str, str] = {}
        self._lock = threading.Lock()
        self._waiting = 0
        self._waiting_max = waiting_max

    @property
    def waiting(self) -> int:
        """How many signals are on their way."""
        return self._waiting

    def submit(self, signal: Signal) -> "Future[Delivery]":
        """Send a signal on its way; the future is done once it is confirmed, or never will be.

        Raises:
            Busy: as many as may are on their way; nothing was taken.
            TooLarge: it will never be taken.
            NotPublished: it could not even be sent.
        """
        # Here nobody knows which policy is in force; its owner makes coarser cells where it wants.
        signal = people_as_recorded(signal, PrivacyRules().home_cell_m)
        with self._lock:
            if self._waiting >= self._waiting_max:
                raise Busy(signal.jurisdiction, self._waiting)
            self._waiting += 1
        done: Future[Delivery] = Future()
        topic, key = topic_of(signal), signal.jurisdiction.encode()
        try:
            producer = self._producer.now()
            # With the time of sending: brokers refuse a message of the future, and forget one of
            # long ago at once.
            sent = producer.send(
                str(topic),
                key=key,
                value=signal.model_dump_json().encode(),
                headers=headers_of(signal),
                partition=self._partition(producer, topic, signal.jurisdiction),
            )
        except MessageSizeTooLargeError as error:
            self._left()
            raise TooLarge(signal.signal_id, error) from None
        except (KafkaError, LookupError, Disconnected) as error:
            self._left()
            raise NotPublished(signal.signal_id, f"{topic}: {error}") from None
        sent.add_callback(self._confirmed, done)
        sent.add_errback(self._failed, done, signal.signal_id, producer)
        return done

    @property
    def connected(self) -> bool:
        """Whether there is a producer that has not failed."""
        return self._producer.connected

    def knows(self, topic: Topic) -> bool:
        """Say whether the brokers have a topic."""
        return bool(self._producer.now().partitions_for(str(topic)))

    def publish(self, signal: Signal) -> Delivery:
        """Publish a signal and wait until it is confirmed.

        Raises:
            Busy: as many as may are on their way; nothing was taken.
            TooLarge: it will never be taken.
            NotPublished: it was not confirmed in time.
        """
        done = self.submit(signal)
        try:
            return done.result(_ANSWER_S)
        except TimeoutError:
            raise NotPublished(signal.signal_id, "no answer") from None

    def bury(self, letter: DeadLetter) -> None:
        """Put what could not be understood on its topic; returns when it is confirmed.

        Raises:
            NotPublished: it was not.
        """
        headers = letter_headers(
            letter.source,
            "/gateway",
            reason=letter.reason,
            field=letter.field,
            value=letter.value,
        )
        try:
            sent = self._producer.now().send(
                str(Topic.DEAD_LETTERS),
                key=letter.source.encode(),
                value=letter.original[:LETTER_BYTES_MAX],
                headers=headers,
                timestamp_ms=letter.at,
            )
            sent.get(_ANSWER_S)
        except (KafkaError, Disconnected) as error:
            raise NotPublished(letter.source, error) from None

    def flush(self) -> None:
        """Wait until nothing is on its way."""
        self._producer.flush()

    def close(self) -> None:
        """Send what waits and disconnect."""
        self._producer.close()
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _confirmed(self, done: "Future[Delivery]", record: Any) -> None:
        self._left()
        done.set_result(Delivery(record.topic, record.partition, record.offset))

    def _failed(
        self, done: "Future[Delivery]", signal_id: str, producer: Any, error: Exception
    ) -> None:
        self._left()
        if isinstance(error, MessageSizeTooLargeError):
            done.set_exception(TooLarge(signal_id, error))
            return
        self._producer.failed(producer)
        done.set_exception(NotPublished(signal_id, error))

    def _partition(self, producer: Any, topic: Topic, jurisdiction: str) -> int:
        count, entry = _partitions(producer, topic), self._entry_of(jurisdiction)
        if entry is None or entry.partitions == count:
            self.differing.pop(topic, None)
        elif topic not in self.differing:
            # Said, and gone on: whose log was begun is read where it lies.
            self.differing[topic] = f"{count} partitions, the registry says {entry.partitions}"
            log.error("topic.differs", topic=str(topic), said=self.differing[topic])
        return partition_there(jurisdiction, entry, topic, count)

    def _left(self) -> None:
        with self._lock:
            self._waiting -= 1


def _partitions(producer: Any, topic: Topic) -> int:
    partitions = producer.partitions_for(str(topic))
    if not partitions:
        raise LookupError(f"there is no topic {topic}")
    return len(partitions)
