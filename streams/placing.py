"""On which partition a jurisdiction's signals are read: where the registry says that its log lies.

Not where the number of partitions of a topic would put them: somebody may have added some, and
there nobody reads.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
import structlog
from aiokafka.errors import KafkaError as AioKafkaError
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from schemas.decoding import NOT_READ
from streams.brokers import Brokers, connecting
from streams.clients import administering
from streams.registry import Entry
from streams.sources import partition_of
from streams.topics import NoBroker, Topic

log = structlog.get_logger()

EntryOf = Callable[[str], Entry | None]
"""Looks a jurisdiction up in the registry; None for one that is not there."""

_AGAIN_S: Final = 1.0
_POLL_MS: Final = 200
_TIME_OUT_S: Final = 10.0


def partition_there(jurisdiction: str, entry: Entry | None, topic: str, count: int) -> int:
    """Return the partition of a topic that a jurisdiction's signals go to.

    Args:
        jurisdiction: its code.
        entry: what the registry says of it; without one, by the number of partitions there are.
        topic: its name.
        count: how many partitions it has.

    Raises:
        LookupError: the topic has no such partition.
    """
    if entry is None:
        return partition_of(jurisdiction, count)
    if entry.partition >= count:
        raise LookupError(
            f"topic {topic}: it has {count} partitions, the registry says that {jurisdiction} lies"
            f" on number {entry.partition} of {entry.partitions}"
        )
    return entry.partition


async def partitions_of(bootstrap: Brokers | str, *topics: str) -> Mapping[str, Sequence[int]]:
    """Ask the brokers which partitions topics have.

    A consumer tells it only of topics it has subscribed to or read from: `topics()` asks the
    brokers and keeps nothing for `partitions_for_topic`, which answers None then.

    Raises:
        NoBroker: they do not answer, or have no such topic.
    """
    try:
        async with administering(bootstrap) as admin:
            described = await admin.describe_topics(list(topics))
    except AioKafkaError as error:
        raise NoBroker(f"bootstrap: {bootstrap!r}: {type(error).__name__} {error}") from None
    found = {it["topic"]: [part["partition"] for part in it["partitions"]] for it in described}
    for topic in topics:
        if not found.get(topic):
            raise NoBroker(f"topic {topic}: the brokers name no partitions of it")
    return found


class RegistryReader:
    """The registry as a program reads it that has nothing else to do with it."""

    def __init__(self, bootstrap: Brokers | str) -> None:
        """Prepare; who connects is the first to ask."""
        self._bootstrap = bootstrap
        self._place = TopicPartition(str(Topic.JURISDICTIONS), 0)
        self._consumer: Any = None
        self._entries: dict[str, Entry] = {}
        self._lock = threading.Lock()
        self._read_at = -_AGAIN_S

    def entry_of(self, jurisdiction: str) -> Entry | None:
        """Return what the registry says of a jurisdiction; reads on where it is not known yet.

        Raises:
            KafkaError: the registry cannot be read.
        """
        with self._lock:
            if jurisdiction not in self._entries and time.monotonic() - self._read_at >= _AGAIN_S:
                self._read_on()
                self._read_at = time.monotonic()
            return self._entries.get(jurisdiction)

    def close(self) -> None:
        """Disconnect."""
        with self._lock:
            if self._consumer is not None:
                self._consumer.close()
                self._consumer = None

    def _read_on(self) -> None:
        if self._consumer is None:
            made = KafkaConsumer(
                **connecting(self._bootstrap), group_id=None, enable_auto_commit=False
            )
            made.assign([self._place])
            made.seek_to_beginning(self._place)
            self._consumer = made
        end = self._consumer.end_offsets([self._place])[self._place]
        until = time.monotonic() + _TIME_OUT_S
        while self._consumer.position(self._place) < end:
            if time.monotonic() > until:
                raise KafkaError(f"{Topic.JURISDICTIONS}: not read in {_TIME_OUT_S:.0f} s")
            for it in self._consumer.poll(timeout_ms=_POLL_MS).get(self._place, ()):
                try:
                    entry = msgspec.json.decode(it.value or b"", type=Entry)
                except NOT_READ as error:
                    log.warning("registry.unreadable", offset=it.offset, reason=str(error))
                else:
                    self._entries[entry.jurisdiction] = entry
