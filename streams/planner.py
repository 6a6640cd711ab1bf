"""The planner of the many-machines home: follows every log, publishes proposals, decides nothing.

One is enough; a second one proposes the same again and is refused. Without any, workers form units
by the fallback once the policy's time for a proposal is over.
"""

import asyncio
from collections import deque
from typing import Any, Final

import structlog
from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry, Counter
from redis.asyncio import Redis

from coordinator.clock import Clock
from coordinator.errors import BadInput, CoordinatorError, TooLarge
from coordinator.log.partition import PartitionLog, PlacedSnapshots, SharedPartition
from coordinator.log.redis import RedisSnapshots
from coordinator.planning.following import Following
from coordinator.planning.planner import Planner
from coordinator.settings import Settings
from schemas.signals.unit import MusterProposed
from streams.brokers import brokers_of
from streams.clients import connect, disconnect
from streams.partition import KafkaPartition
from streams.publisher import Publisher
from streams.registry import Entry, Registry
from streams.topics import NoBroker, Topic, connected_or_none

log = structlog.get_logger()

_LOOK_S: Final = 0.2
_AGAIN_S: Final = 2.0


class PlannerProcess:
    """What `coordinator planner` runs."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.metrics = CollectorRegistry()
        self._clock = clock
        self._brokers = brokers_of(settings)
        self._redis = Redis.from_url(settings.redis_url, socket_connect_timeout=2)
        self._registry = Registry(self._brokers)
        self._publisher: Publisher | None = None
        self._planner = Planner(settings.travel)
        self._following = Following(self._planner)
        self._partitions: dict[int, KafkaPartition] = {}
        self._shared: dict[int, SharedPartition] = {}
        self._journals: dict[str, PartitionLog] = {}
        self._failing: dict[str, str] = {}
        self._line: deque[MusterProposed] = deque()
        self._proposed = Counter(
            "coordinator_proposed", "Proposals handed to the brokers.", registry=self.metrics
        )

    async def start(self) -> None:
        """Connect.

        Raises:
            NoBroker: the brokers do not answer.
            BadInput: the topics are not there.
        """
        try:
            self._publisher = await asyncio.to_thread(
                Publisher, self._brokers, entry_of=self._registry.entry_of
            )
        except NoBroker:
            await self.stop()
            raise
        if not await asyncio.to_thread(self._publisher.knows, Topic.JURISDICTIONS):
            await self.stop()
            raise BadInput(f"topics: no {Topic.JURISDICTIONS}; `coordinator topics apply` first")
        async with connected_or_none(self._brokers, self.stop):
            await connect(self._registry)

    async def stop(self) -> None:
        """Send what waits and disconnect."""
        if self._publisher is not None:
            await asyncio.to_thread(self._publisher.close)
        await disconnect(*self._partitions.values(), self._registry)
        await self._redis.aclose()

    async def run(self) -> None:
        """Follow and propose until cancelled; what fails is tried again."""
        while True:
            try:
                await self._registry.refresh()
                for entry in list(self._registry.entries.values()):
                    await self._read(entry)
                await self._propose()
                self._failing.pop("brokers", None)
            except (KafkaError, CoordinatorError, OSError, TimeoutError) as error:
                self._failing["brokers"] = repr(error)
                log.warning("planner.stands_still", reason=repr(error))
                await asyncio.sleep(_AGAIN_S)
            await asyncio.sleep(_LOOK_S)

    async def _read(self, entry: Entry) -> None:
        try:
            journal = await self._journal_of(entry)
            snapshots = PlacedSnapshots(RedisSnapshots(self._redis), journal)
            await self._following.catch_up(journal, snapshots)
        except (NoBroker, KafkaError):
            raise
        except CoordinatorError as error:
            # One county's broken log keeps its units from being planned, and no other's.
            self._failing[entry.log_id] = str(error)
            log.warning("planner.log_not_read", log_id=entry.log_id, reason=str(error))
        else:
            self._failing.pop(entry.log_id, None)

    async def _journal_of(self, entry: Entry) -> PartitionLog:
        if entry.partition not in self._shared:
            broker = KafkaPartition(self._brokers, str(Topic.LOG), entry.partition)
            await connect(broker)
            self._partitions[entry.partition] = broker
            self._shared[entry.partition] = SharedPartition(broker)
        if entry.log_id not in self._journals:
            shared = self._shared[entry.partition]
            self._journals[entry.log_id] = PartitionLog(entry.log_id, shared)
        return self._journals[entry.log_id]

    async def _propose(self) -> None:
        await self._publish()
        proposals = self._planner.proposals(self._clock.now())
        try:
            for signal in proposals:
                self._line.append(signal)
                await self._publish()
        except CoordinatorError:
            # It says each only once: what it has not said yet waits behind the one that failed.
            self._line.extend(proposals)
            raise

    async def _publish(self) -> None:
        """Hand the brokers what waits; the one that fails stays first, and keeps its id."""
        while self._line and self._publisher is not None:
            try:
                await asyncio.to_thread(self._publisher.publish, self._line[0])
            except TooLarge as error:
                log.warning("planner.too_large", reason=str(error))
            else:
                self._proposed.inc()
            self._line.popleft()

    def health(self) -> dict[str, Any]:
        return {
            "ok": not self._failing,
            "ready": bool(self._following.folds),
            "now": self._clock.now(),
            "failing": dict(self._failing),
            "jurisdictions": {
                log_id: {"seq": fold.tip.seq} for log_id, fold in self._following.folds.items()
            },
        }
