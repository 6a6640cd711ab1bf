"""What a worker owns: partitions of the log topic, and on each the jurisdictions that lie there.

Ownership follows the consumer group and is settled by the log: whoever the group gives a partition
claims its logs, and whoever finds a higher claim steps down. Should the group err, the one it still
names claims again after a while.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from coordinator.boards.drawing import Boards
from coordinator.boards.redis import RedisBoards
from coordinator.clock import Clock
from coordinator.engine.intake import Intake
from coordinator.engine.owner import Owner
from coordinator.errors import LogInDoubt, StaleTip, Superseded
from coordinator.log.envelope import ZERO_HASH
from coordinator.log.fold import Fold
from coordinator.log.partition import PartitionLog, PlacedSnapshots, SharedPartition
from coordinator.log.ports import FollowerPosition, Snapshot, SnapshotStore
from coordinator.outbox.outbox import Outbox
from coordinator.settings import Settings
from coordinator.tasks import end_all, lasting
from schemas.default_policy import DEFAULT_POLICY
from streams.brokers import Brokers
from streams.clients import disconnect
from streams.dead_letters import DeadLetterTopic
from streams.inputs import JurisdictionInputs, PartitionInputs, reading
from streams.measuring import WorkerMeasuring
from streams.outlets import ActualTopics, ExerciseTopics, Peers
from streams.partition import KafkaPartition
from streams.positions import OUTBOX_GROUP, PartitionPositions
from streams.receipts import RedisReceipts
from streams.registry import Entry, check_founded
from streams.topics import NoBroker, Topic

log = structlog.get_logger()

_AGAIN_S = 2.0
_T = TypeVar("_T")
_HALTED_S = 30.0
_PASSING = (Superseded, StaleTip, LogInDoubt)


class Tools(NamedTuple):
    """What all partitions of a worker share."""

    settings: Settings
    brokers: Brokers
    clock: Clock
    dead_letters: DeadLetterTopic
    boards: RedisBoards
    drawing: Boards
    snapshots: SnapshotStore
    measuring: WorkerMeasuring
    actual: ActualTopics
    exercise: ExerciseTopics
    peers: Peers
    receipts: RedisReceipts
    fail: Callable[[str], None]


class OwnedJurisdiction:
    """One jurisdiction on this worker, owned for as long as its partition is."""

    def __init__(self, entry: Entry, on: "OwnedPartition", tools: Tools) -> None:
        self.entry = entry
        self.stopped_because: str | None = "not opened yet"
        self._passing = True
        self.owner: Owner | None = None
        self.inputs: JurisdictionInputs | None = None
        self.journal: PartitionLog | None = None
        self._intake: Intake | None = None
        self._on = on
        self._tools = tools

    async def run(self) -> None:
        """Own and decide; what passes is tried again soon, what does not is shown and waits."""
        while True:
            try:
                await self._own_once()
            except Exception as error:  # noqa: BLE001 - one county's failure is shown, and no other's
                self._halted(error)
            else:
                stopped_by = self.owner.stopped_by if self.owner is not None else None
                if stopped_by is not None:
                    self._halted(stopped_by)
            finally:
                self._leave()
            again_s = _AGAIN_S if self._passing else _HALTED_S
            await asyncio.sleep(again_s)

    def _halted(self, error: Exception) -> None:
        self.stopped_because = f"{type(error).__name__}: {error}"
        self._passing = isinstance(error, (*_PASSING, KafkaError, TimeoutError))
        self._tools.measuring.halted(self.entry.log_id)
        log.warning("jurisdiction.halted", log_id=self.entry.log_id, reason=self.stopped_because)

    async def _own_once(self) -> None:
        began, tools, entry = time.monotonic(), self._tools, self.entry
        self._passing = True
        journal = PartitionLog(entry.log_id, self._on.partition)
        snapshots = PlacedSnapshots(tools.snapshots, journal)
        owner = Owner(
            journal,
            snapshots,
            tools.clock,
            (tools.drawing, tools.measuring, tools.receipts, self._on.outbox),
            snapshot_every=tools.settings.snapshot_every,
            make_snapshot=_beside_the_deciding,
        )
        self.journal, self.owner = journal, owner
        position = await self._on.positions.load(self._on.outbox.name, entry.log_id)
        if await snapshots.latest(entry.log_id) is None:
            # A log that was lost is not begun again: it would forget everything that happened.
            await check_founded(journal, entry)
        await owner.open(
            entry.jurisdiction,
            entry.realm,
            DEFAULT_POLICY,
            follow_from=position or FollowerPosition(-1, ZERO_HASH),
        )
        self.redraw()
        tools.measuring.owned(entry.log_id, time.monotonic() - began)
        self.stopped_because = None
        self.inputs = JurisdictionInputs(
            entry.jurisdiction,
            self._on.inputs,
            tools.clock,
            tools.dead_letters.put,
            generation=entry.generation,
            renewed=entry.renewed,
            now=owner.now,
        )
        intake = Intake(owner, self.inputs, tools.clock, batch_max=tools.settings.batch_max)
        self._intake = intake
        await intake.run()

    def enter(self, entry: Entry) -> None:
        """Go by what the registry says of the jurisdiction now: own it anew if that differs."""
        if entry == self.entry:
            return
        log.info("jurisdiction.entered_anew", log_id=entry.log_id, renewed=dict(entry.renewed))
        self.entry = entry
        if self._intake is not None and self.inputs is not None:
            self._intake.close()
            self.inputs.close()

    def redraw(self) -> None:
        """Draw every row again from the state."""
        if self.owner is not None and self.owner.stopped_because is None:
            tip = self.owner.confirmed.tip
            self._tools.drawing.rebuild(self.owner.state, tip.seq)

    def _leave(self) -> None:
        if self.inputs is not None:
            self.inputs.close()
        self._tools.drawing.leave(self.entry.jurisdiction)
        self._tools.boards.leave(self.entry.jurisdiction)

    def health(self) -> Mapping[str, Any]:
        tip = None if self.owner is None else self.owner.confirmed.tip
        return {
            "partition": self.entry.partition,
            "seq": -1 if tip is None else tip.seq,
            "epoch": 0 if tip is None else tip.epoch,
            "hash": "" if tip is None else tip.hash.hex(),
            "waiting": 0 if self.inputs is None else self.inputs.waiting,
            "stopped_because": self.stopped_because,
            "inputs_halted": {} if self.inputs is None else dict(self.inputs.halted),
        }


class OwnedPartition:
    """One partition of the log topic and of every input topic, on this worker."""

    def __init__(self, number: int, tools: Tools, entries: Callable[[], Iterable[Entry]]) -> None:
        """Prepare.

        Args:
            number: of the partition.
            tools: shared with the other partitions.
            entries: all jurisdictions there are now.
        """
        bootstrap = tools.brokers
        self.number = number
        self.owned: dict[str, OwnedJurisdiction] = {}
        self._tools = tools
        self._entries = entries
        self._broker = KafkaPartition(bootstrap, str(Topic.LOG), number)
        self.partition = SharedPartition(self._broker)
        self.positions = PartitionPositions(bootstrap, OUTBOX_GROUP, number)
        self.outbox = Outbox(
            self.positions,
            tools.clock,
            actual=(tools.actual,),
            exercise=(tools.exercise,),
            to_peer=tools.peers.tell,
        )
        self.started = False
        self.inputs: PartitionInputs
        self._consumer: AIOKafkaConsumer | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._running = lasting(self._run(), f"partition {self.number}", self._tools.fail)

    async def drop(self) -> None:
        """Stop everything at once; what is in flight is judged by the log."""
        await end_all(it for it in (*self._tasks.values(), self._running) if it is not None)

    async def disconnect(self) -> None:
        """Keep the positions and leave the brokers; nobody has to wait for it."""
        with suppress(KafkaError, TimeoutError):
            inputs = () if self._consumer is None else (self._consumer,)
            await disconnect(self.positions, self._broker, *inputs)

    def take_in(self) -> None:
        """Begin with the jurisdictions that were founded since."""
        for entry in self._entries():
            if entry.partition != self.number:
                continue
            if entry.jurisdiction in self.owned:
                self.owned[entry.jurisdiction].enter(entry)
                continue
            it = OwnedJurisdiction(entry, self, self._tools)
            self.owned[entry.jurisdiction] = it
            self._begin(entry.log_id, it.run())

    async def _run(self) -> None:
        await self._in_the_end(self._broker.start)
        await self._in_the_end(self.positions.start)
        bootstrap = self._tools.brokers
        consumer = await self._in_the_end(lambda: reading(bootstrap, self.number))
        self._consumer = consumer
        self.inputs = PartitionInputs(self.number, consumer)
        self.started = True
        self._begin("inputs", self.inputs.run())
        self._begin("outbox", self.outbox.run())
        self.take_in()

    async def _in_the_end(self, connect: Callable[[], Awaitable[_T]]) -> _T:
        """Connect, however long the brokers take."""
        while True:
            try:
                return await connect()
            except (KafkaError, NoBroker, TimeoutError) as error:
                log.warning("partition.not_started", number=self.number, reason=repr(error))
                await asyncio.sleep(_AGAIN_S)

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks[name] = lasting(work, name, self._tools.fail)


async def _beside_the_deciding(fold: Fold) -> Snapshot:
    return await asyncio.to_thread(fold.snapshot)
