"""The signals of a partition, from all input topics, read from where the logs say.

One consumer for a partition, outside any group: it begins at the lowest cursor of the jurisdictions
that lie there, and goes back when one that is further behind joins. Each jurisdiction passes over
what it has had. So a signal comes once, in the order of its offsets, whatever a group remembers.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from coordinator.clock import Clock
from coordinator.domain.turned_away import of_the_wrong_time
from coordinator.engine.intake import Arrival
from schemas.catalogue import read_signal_document, type_of
from schemas.events.notice import SignalRefused
from schemas.sentences import faults
from schemas.signals.envelope import Signal
from schemas.told import typed_token_in
from streams.brokers import Brokers, connecting
from streams.clients import connect
from streams.sources import brings
from streams.topics import INPUTS
from words.catalogue import current
from words.faults import first_of

log = structlog.get_logger()

_WAITING_MAX = 2_000
_AT_ONCE = 500
_POLL_MS = 200
_GATHER_S = 0.005
_PAUSE_S = 1.0
_SHOWN = 200
_LOOKS: Final = 3
"""How often in a row a topic has to end before our place in it: a broker that has just become the
leader may not know the end yet for a moment."""


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
        self._following: dict[str, int] = {}
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
                self._following[place.topic] = first

    async def _hand_out(self, message: Message) -> None:
        if message.offset < self._following[message.topic]:
            # The brokers know our place no more: they began with the topic anew.
            for it in self._joined:
                it.went_back(message.topic, message.offset)
        self._following[message.topic] = message.offset + 1
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
    await connect(consumer)
    consumer.assign([TopicPartition(str(it), number) for it in INPUTS])
    return consumer


class JurisdictionInputs:
    """What one owner is fed from: `Inputs` of the engine."""

    def __init__(  # noqa: PLR0913 - what it is made of, by name
        self,
        jurisdiction: str,
        partition: PartitionInputs,
        clock: Clock,
        set_aside: SetAside,
        *,
        generation: int = 0,
        renewed: Mapping[str, int] | None = None,
        now: Callable[[], int] | None = None,
    ) -> None:
        """Prepare; nothing is taken before `begin`.

        Args:
            jurisdiction: whose signals.
            partition: where they lie.
            clock: tells when to stop waiting.
            set_aside: takes what cannot be read.
            generation: of the topics the log has its inputs from now.
            renewed: topics that were made anew since, and how often.
            now: the time of the log; the clock's if nothing else is said.
        """
        self._generation = generation
        self._renewed = renewed or {}
        self._now = now or clock.now
        self._short: Counter[str] = Counter()
        self._taken: set[str] = set()
        self.halted: dict[str, str] = {}
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
        self._taken = {topic for topic, following in self._next.items() if following}
        self._partition.join(self)

    def close(self) -> None:
        """Take nothing more; what waits is left, the log knows where it is."""
        self.closed = True
        self._room.set()
        self._news.set()

    def look_at_end(self, topic: str, end: int) -> None:
        """Be told where a topic ends, now and then."""
        self._short[topic] = self._short[topic] + 1 if end < self._next.get(topic, 0) else 0
        if self._short[topic] >= _LOOKS:
            self.went_back(topic, end)

    def went_back(self, topic: str, offset: int) -> None:
        """Take nothing more from a topic whose offsets went back: below our place there stand other
        signals now, which would be passed over as if they had been decided."""
        following = self._next[topic]
        if topic in self.halted or offset >= following:
            return
        if topic not in self._taken:
            # Nothing of it was for this jurisdiction: it begins anew with the topic.
            self._next[topic] = offset
            return
        self.halted[topic] = f"the next offset was {following}, the topic is at {offset} again"
        log.error(
            "input.halted", jurisdiction=self._key.decode(), source=self._source(topic),
            next_offset=following, offset=offset,
        )  # fmt: skip

    async def take(self, message: Message) -> None:
        """Take a message if it is new and the jurisdiction's; waits while the line is full."""
        if message.offset < self._next[message.topic] or message.topic in self.halted:
            return
        if message.key == self._key:
            signal = await self._read(message)
            if signal is not None:
                source = self._source(message.topic)
                await self._put(Arrival(source, message.offset, signal, message))
                self._taken.add(message.topic)
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

    async def turned_away(self, arrival: Arrival, refused: SignalRefused) -> None:
        await self._refuse(arrival.came_as, refused)

    async def _refuse(self, message: Message, refused: SignalRefused) -> None:
        why = current().say(refused.rule, "en")
        stray = Stray(message, why, refused.field or "-", refused.value or "-")
        await self._set_aside(stray)

    def _source(self, topic: str) -> str:
        generation = self._generation + self._renewed.get(topic, 0)
        return source_of(topic, self._partition.number, generation)

    async def _wait(self, until: int | None) -> None:
        """Wait for a signal, or until the clock, which may be set meanwhile, shows a moment."""
        self._news.clear()
        things: set[asyncio.Task[Any]] = {asyncio.create_task(self._news.wait())}
        if until is not None:
            things.add(asyncio.create_task(self._clock.sleep_until(until)))
        try:
            await asyncio.wait(things, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in things:
                task.cancel()

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
            first, said = first_of(error)
            field = ".".join(map(str, first["loc"])) or "-"
            shown = repr(first.get("input"))[:_SHOWN]
            await self._set_aside(Stray(message, current().say(said, "en"), field, shown))
            return None
        except (ValueError, KeyError, RecursionError) as error:
            shown = repr((message.value or b"")[:80])
            await self._set_aside(Stray(message, str(error), "-", shown))
            return None
        if signal.jurisdiction.encode() != self._key:
            reason = f"the key of the message is {self._key.decode()}"
            await self._set_aside(Stray(message, reason, "jurisdiction", signal.jurisdiction))
            return None
        if not brings(message.topic, signal):
            type_ = type_of(type(signal))
            reason = f"{signal.actor_role.value} says {type_} not by this topic"
            await self._set_aside(Stray(message, reason, "type", type_))
            return None
        if (typed := typed_token_in(signal)) is not None:
            # Pages would show the words of others there, as over HTTP, where it is refused, too.
            reason = current().say(faults.TOKEN_TYPED, "en")
            await self._set_aside(Stray(message, reason, *typed))
            return None
        for refused in of_the_wrong_time(signal, self._now()):
            await self._refuse(message, refused)
            return None
        return signal
