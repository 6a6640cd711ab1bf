"""A worker process: the partitions the consumer group gives it, and what they share."""

import asyncio
from collections.abc import Iterable
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from coordinator.boards.drawing import Boards
from coordinator.boards.redis import RedisBoards
from coordinator.clock import Clock
from coordinator.errors import BadInput
from coordinator.log.redis import RedisSnapshots
from coordinator.outbox.redis import RedisInboxes
from coordinator.settings import Settings
from coordinator.tasks import end_all, lasting
from streams.brokers import brokers_of, connecting
from streams.clients import connect, disconnect
from streams.dead_letters import DeadLetterTopic
from streams.inboxes import InboxFeed
from streams.inputs import Message, Stray, source_of
from streams.measuring import WorkerMeasuring
from streams.outlets import ActualTopics, ExerciseTopics, Peers
from streams.ownership import OwnedPartition, Tools
from streams.placing import partitions_of
from streams.receipts import RedisReceipts
from streams.registry import Registry
from streams.topics import INPUTS, NoBroker, Topic, connected_or_none

log = structlog.get_logger()

_KEEP_HOUSE_S = 1.0
_COMPARE_S = 30.0


class Worker:
    """Owns what it is assigned; `streams.app` tells it what that is."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.metrics = CollectorRegistry()
        self.partitions: dict[int, OwnedPartition] = {}
        self._brokers = brokers_of(settings)
        self._redis = Redis.from_url(settings.redis_url, socket_connect_timeout=2)
        self._registry = Registry(self._brokers)
        self._producer = AIOKafkaProducer(
            **connecting(self._brokers),
            acks="all",
            enable_idempotence=True,
            linger_ms=2,
            max_request_size=1_100_000,
        )
        self._boards = RedisBoards(self._redis, self._redraw)
        self._inboxes = InboxFeed(
            self._brokers, RedisInboxes(self._redis), session_s=settings.session_s
        )
        self._receipts = RedisReceipts(self._redis)
        self._tools = Tools(
            settings=settings,
            brokers=self._brokers,
            clock=clock,
            dead_letters=DeadLetterTopic(self._producer, self.metrics),
            boards=self._boards,
            drawing=Boards(self._boards, self._boards),
            snapshots=RedisSnapshots(self._redis),
            measuring=WorkerMeasuring(self.metrics, clock),
            actual=ActualTopics(self._producer),
            exercise=ExerciseTopics(self._producer),
            peers=Peers(self._producer, self._registry.entry_of, clock),
            receipts=self._receipts,
            fail=self._fail,
        )
        self._asking = AIOKafkaConsumer(
            **connecting(self._brokers), group_id=None, enable_auto_commit=False
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._leaving: set[asyncio.Task[None]] = set()
        self._ready = False
        self._topics_differ: dict[str, str] = {}
        self.failed: str | None = None

    async def start(self) -> None:
        """Connect.

        Raises:
            NoBroker: the brokers do not answer.
            BadInput: the topics are not there.
        """
        async with connected_or_none(self._brokers, self._disconnect):
            await connect(self._producer)
            if not await self._producer.partitions_for(str(Topic.JURISDICTIONS)):
                raise BadInput(
                    f"topics: no {Topic.JURISDICTIONS}; `coordinator topics apply` first"
                )
            await connect(self._registry, self._asking, self._inboxes)
        self._tasks = [
            lasting(self._boards.run(), "boards", self._fail),
            lasting(self._receipts.run(), "receipts", self._fail),
            lasting(self._inboxes.run(), "inboxes", self._fail),
            lasting(self._keep_house(), "house", self._fail),
            lasting(self._keep_measuring(), "measuring", self._fail),
            lasting(self._compare_topics(), "topics", self._fail),
        ]
        self._ready = True

    async def stop(self) -> None:
        """Drop everything and disconnect."""
        self._ready = False
        await self.revoke(set(self.partitions))
        await asyncio.gather(*self._leaving, return_exceptions=True)
        await end_all(self._tasks)
        await self._disconnect()

    async def _disconnect(self) -> None:
        await disconnect(self._registry, self._asking, self._inboxes, self._producer)
        await self._redis.aclose()

    def assign(self, numbers: Iterable[int]) -> None:
        """Begin to own partitions; returns at once."""
        for number in sorted(set(numbers) - set(self.partitions)):
            partition = OwnedPartition(number, self._tools, self._entries)
            self.partitions[number] = partition
            partition.start()
        log.info("worker.assigned", partitions=sorted(self.partitions))

    async def revoke(self, numbers: Iterable[int]) -> None:
        """Stop owning partitions, at once."""
        gone = [self.partitions.pop(it) for it in sorted(numbers) if it in self.partitions]
        await asyncio.gather(*(it.drop() for it in gone))
        for it in gone:
            task = asyncio.create_task(it.disconnect())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
        log.info("worker.revoked", partitions=[it.number for it in gone])

    async def look_at(self, message: Message) -> None:
        """Look whether somebody is meant; owners read what is theirs by themselves."""
        if not await self._is_known(message):
            shown = repr(message.key)
            reason = f"no jurisdiction of that key on partition {message.partition}"
            await self._tools.dead_letters.put(Stray(message, reason, "key", shown))

    def health(self) -> dict[str, Any]:
        owned = {
            name: dict(it.health())
            for partition in self.partitions.values()
            for name, it in sorted(partition.owned.items())
        }
        owners = {
            name: it.owner
            for partition in self.partitions.values()
            for name, it in sorted(partition.owned.items())
            if it.owner is not None
        }
        failing = [it.outbox.failing for it in self.partitions.values() if it.outbox.failing]
        # What lies on those nobody decides yet, and nothing else would show it.
        not_started = [it.number for it in self.partitions.values() if not it.started]
        return {
            "ok": not failing
            and not not_started
            and not self._topics_differ
            and all(it.in_time for it in owners.values())
            and self.failed is None
            and all(
                it["stopped_because"] is None and not it["inputs_halted"] for it in owned.values()
            ),
            "ready": self._ready,
            "now": self.clock.now(),
            "failed": self.failed,
            "partitions": sorted(self.partitions),
            "partitions_not_started": sorted(not_started),
            "ahead_of_clock_ms": {
                it: that.ahead_ms for it, that in owners.items() if that.ahead_ms
            },
            "topics_differ": dict(self._topics_differ),
            "outbox_failing": failing,
            "boards_failing": self._boards.failing,
            "boards_waiting": self._boards.waiting,
            "jurisdictions": owned,
        }

    def _fail(self, why: str) -> None:
        self.failed = self.failed or why

    def _entries(self) -> list[Any]:
        return list(self._registry.entries.values())

    async def _is_known(self, message: Message) -> bool:
        if self._lies_right(message):
            return True
        # Founded a moment ago, perhaps: its entry was there before anybody could know of it.
        await self._registry.refresh()
        return self._lies_right(message)

    def _lies_right(self, message: Message) -> bool:
        entry = self._registry.entries.get((message.key or b"").decode("utf-8", "replace"))
        return entry is not None and entry.partition == message.partition

    def _redraw(self, jurisdiction: str) -> None:
        for partition in self.partitions.values():
            it = partition.owned.get(jurisdiction)
            if it is not None:
                it.redraw()
                return
        self._boards.leave(jurisdiction)

    async def _keep_house(self) -> None:
        while True:
            try:
                await self._registry.refresh()
                for partition in list(self.partitions.values()):
                    if partition.started:
                        partition.take_in()
            except (KafkaError, TimeoutError) as error:
                log.warning("worker.house_not_kept", reason=repr(error))
            await asyncio.sleep(_KEEP_HOUSE_S)

    async def _keep_measuring(self) -> None:
        # Beside the house: where one topic is gone, its end is asked for for a long time.
        while True:
            try:
                await self._measure()
            except (KafkaError, TimeoutError) as error:
                log.warning("worker.not_measured", reason=repr(error))
            await asyncio.sleep(_KEEP_HOUSE_S)

    async def _compare_topics(self) -> None:
        """Look whether a topic has another number of partitions than the logs were begun with."""
        while True:
            wanted = {it.partitions for it in self._registry.entries.values()}
            try:
                found = await partitions_of(self._brokers, *map(str, INPUTS))
            except (NoBroker, TimeoutError) as error:
                log.warning("topics.not_compared", reason=str(error))
            else:
                differ = {
                    topic: f"{len(numbers)} partitions, the registry says {min(wanted)}"
                    for topic, numbers in found.items()
                    if wanted and {len(numbers)} != wanted
                }
                for topic in differ.keys() - self._topics_differ.keys():
                    log.error("topic.differs", topic=topic, said=differ[topic])
                self._topics_differ = differ
            await asyncio.sleep(_COMPARE_S)

    async def _measure(self) -> None:
        for partition in list(self.partitions.values()):
            places = [TopicPartition(str(topic), partition.number) for topic in INPUTS]
            ends = await self._asking.end_offsets(places)
            for it in partition.owned.values():
                if it.owner is None or it.journal is None:
                    continue
                for place, end in ends.items():
                    source = source_of(*place)
                    behind = end - it.inputs.positions.get(place.topic, 0) if it.inputs else end
                    self._tools.measuring.lag(source, it.entry.log_id, behind)
                    if it.inputs is not None:
                        it.inputs.look_at_end(place.topic, end)
                        halted = place.topic in it.inputs.halted
                        self._tools.measuring.input_halted(source, it.entry.log_id, halted=halted)
                self._tools.measuring.ahead(it.entry.log_id, it.owner.ahead_ms)
                self._tools.measuring.in_doubt(it.entry.log_id, it.journal.in_doubt)
                for reason, count in it.journal.ignored.items():
                    self._tools.measuring.rejected(it.entry.log_id, reason, count)
