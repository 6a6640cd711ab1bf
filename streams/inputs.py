"""The signals of a partition, from all input topics, read from where the logs say.

One consumer for a partition, outside any group: it begins at the lowest cursor of the jurisdictions
that lie there, and goes back when one that is further behind joins. Each jurisdiction passes over
what it has had. So a signal comes once, in the order of its offsets, whatever a group remembers.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from coordinator.clock import Clock
from coordinator.engine.intake import Arrival
from schemas.catalogue import read_signal_document
from schemas.signals.envelope import Signal
from streams.brokers import Brokers, connecting
from streams.topics import INPUTS

log = structlog.get_logger()

_WAITING_MAX = 2_000
_AT_ONCE = 500
_POLL_MS = 200
_GATHER_S = 0.005
_PAUSE_S = 1.0
_SHOWN = 200


class Message(NamedTuple):
    """One record of an input topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


class Stray(NamedTuple):
    """A message nobody can read, and the field and value that are wrong."""

    message: Message
    reason: str
    field: str
    value: str


SetAside = Callable[[Stray], Awaitable[None]]


class Consuming(Protocol):
    """What is needed of a consumer that has the input partitions assigned."""

    def seek(self, partition: TopicPartition, offset: int) -> None: ...

    async def getmany(
        self, *, timeout_ms: int, max_records: int
    ) -> Mapping[TopicPartition, Sequence[Any]]: ...


def source_of(topic: str, partition: int, generation: int = 0) -> str:
    """Return the name an input has in the cursor; other topics of that name have another."""
    return f"{topic}-{partition}" + (f"/{generation}" if generation else "")


class PartitionInputs:
    """One partition of every input topic, for all jurisdictions on it."""

    def __init__(self, number: int, consumer: Consuming) -> None:
        """Prepare.

        Args:
            number: of the partition.
            consumer: with this partition of every input topic assigned to it, and nothing else.
        """
        self.number = number
        self._consumer = consumer
        self._places = [TopicPartition(str(it), number) for it in INPUTS]
        self._joining: list[JurisdictionInputs] = []
        self._joined: list[JurisdictionInputs] = []

    def join(self, inputs: "JurisdictionInputs") -> None:
        """Read for one more jurisdiction, from its cursor on."""
        self._joining.append(inputs)

    async def run(self) -> None:
        """Read and hand out, for ever; waits while a jurisdiction has too many waiting."""
        while True:
            self._let_join()
            if not self._joined:
                await asyncio.sleep(_GATHER_S)
                continue
            try:
                found = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=_AT_ONCE)
            except (KafkaError, TimeoutError) as error:
                log.warning("input.not_read", partition=self.number, reason=repr(error))
                await asyncio.sleep(_PAUSE_S)
                continue
            for place, messages in found.items():
                for it in messages:
                    await self._hand_out(
                        Message(place.topic, place.partition, it.offset, it.key, it.value)
                    )

    def _let_join(self) -> None:
        self._joined = [it for it in self._joined if not it.closed]
        if not self._joining:
            return
        self._joined += [it for it in self._joining if not it.closed]
        self._joining.clear()
        if self._joined:
            for place in self._places:
                first = min(it.positions[place.topic] for it in self._joined)
                self._consumer.seek(place, first)

    async def _hand_out(self, message: Message) -> None:
        for it in self._joined:
            await it.take(message)


async def reading(bootstrap: Brokers | str, number: int) -> AIOKafkaConsumer:
    """Return a started consumer of one partition of every input topic."""
    consumer = AIOKafkaConsumer(
        **connecting(bootstrap),
        group_id=None,
        enable_auto_commit=False,
        # Messages that expired before they were read are gone; what is left is read.
        auto_offset_reset="earliest",
    )
    await consumer.start()
    consumer.assign([TopicPartition(str(it), number) for it in INPUTS])
    return consumer


class JurisdictionInputs:
    """What one owner is fed from: `Inputs` of the engine."""

    def __init__(
        self,
        jurisdiction: str,
        partition: PartitionInputs,
        clock: Clock,
        set_aside: SetAside,
        *,
        generation: int = 0,
    ) -> None:
        """Prepare; nothing is taken before `begin`.

        Args:
            jurisdiction: whose signals.
            partition: where they lie.
            clock: tells when to stop waiting.
            set_aside: takes what cannot be read.
            generation: of the topics the log has its inputs from now.
        """
        self._generation = generation
        self.closed = False
        self._key = jurisdiction.encode()
        self._partition = partition
        self._clock = clock
        self._set_aside = set_aside
        self._next: dict[str, int] = {}
        self._line: deque[Arrival] = deque()
        self._news = asyncio.Event()
        self._room = asyncio.Event()

    @property
    def waiting(self) -> int:
        return len(self._line)

    @property
    def positions(self) -> Mapping[str, int]:
        """The next offset of each topic."""
        return self._next

    def begin(self, cursor: Mapping[str, int]) -> None:
        self._next = {str(it): cursor.get(self._source(str(it)), 0) for it in INPUTS}
        self._partition.join(self)

    def close(self) -> None:
        """Take nothing more; what waits is left, the log knows where it is."""
        self.closed = True
        self._room.set()

    async def take(self, message: Message) -> None:
        """Take a message if it is new and the jurisdiction's; waits while the line is full."""
        if message.offset < self._next[message.topic]:
            return
        if message.key == self._key:
            signal = await self._read(message)
            if signal is not None:
                await self._put(Arrival(self._source(message.topic), message.offset, signal))
        self._next[message.topic] = message.offset + 1

    async def fetch(self, *, signals_max: int, until: int | None) -> Sequence[Arrival]:
        if not self._line:
            await self._wait(until)
            if self._line:
                # A write costs the same for one and for many: let a few more come along.
                await asyncio.sleep(_GATHER_S)
        found = [self._line.popleft() for _ in range(min(signals_max, len(self._line)))]
        if len(self._line) < _WAITING_MAX:
            self._room.set()
        return found

    def _source(self, topic: str) -> str:
        return source_of(topic, self._partition.number, self._generation)

    async def _wait(self, until: int | None) -> None:
        self._news.clear()
        seconds = None if until is None else max(0.0, (until - self._clock.now()) / 1_000)
        # Not `wait_for`: in Python 3.11 it swallows a cancellation that comes with the news.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()

    async def _put(self, arrival: Arrival) -> None:
        while len(self._line) >= _WAITING_MAX and not self.closed:
            self._room.clear()
            await self._room.wait()
        if not self.closed:
            self._line.append(arrival)
            self._news.set()

    async def _read(self, message: Message) -> Signal | None:
        """Return the signal in a message; what cannot be read is set aside."""
        try:
            signal = read_signal_document(message.value or b"")
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(map(str, first["loc"])) or "-"
            shown = repr(first.get("input"))[:_SHOWN]
            await self._set_aside(Stray(message, first["msg"], field, shown))
            return None
        except (ValueError, KeyError, RecursionError) as error:
            shown = repr((message.value or b"")[:80])
            await self._set_aside(Stray(message, str(error), "-", shown))
            return None
        if signal.jurisdiction.encode() != self._key:
            reason = f"the key of the message is {self._key.decode()}"
            await self._set_aside(Stray(message, reason, "jurisdiction", signal.jurisdiction))
            return None
        return signal
