"""A gateway: the web of the many-machines home. It publishes signals and shows boards; it decides
nothing, and any number of them do the same.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry, Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from coordinator.boards.memory import MemoryBoards, MemoryFeed
from coordinator.boards.redis import RedisMirror
from coordinator.clock import Clock
from coordinator.engine.speculation import Receipt
from coordinator.errors import BadInput, Busy, CoordinatorError, UnknownJurisdiction
from coordinator.log.envelope import Record
from coordinator.log.fold import Fold
from coordinator.log.partition import PartitionLog
from coordinator.log.ports import DeadLetter
from coordinator.log.redis import RedisSnapshots
from coordinator.outbox.notification_setup import NotificationSetup
from coordinator.outbox.redis import RedisInboxes
from coordinator.planning.what_if_process import ask
from coordinator.private.file import make_private_folder
from coordinator.private.folder import VAULT_NAME
from coordinator.private.texts import TextNotKept
from coordinator.private.vault import Vault
from coordinator.settings import Settings
from coordinator.tasks import end_all, lasting
from coordinator.troubles import Trouble, TroubleGauge, TroubleKind, works
from coordinator.web.log_page import page_of
from coordinator.web.ports import Accepted, LogPage, Past
from coordinator.web.rehearsing import rehearse_on_schedule
from coordinator.web.tokens import TOKENS_NAME, Tokens
from schemas.signals.envelope import Signal
from streams.brokers import brokers_of
from streams.clients import connect, disconnect
from streams.dead_letters import DeadLetterTail
from streams.notices_out import NoticeFeed
from streams.partition import KafkaPartition
from streams.publisher import Publisher
from streams.receipts import RedisReceipts
from streams.registry import Registry
from streams.topics import NoBroker, Topic, connected_or_none

log = structlog.get_logger()

_LOOK_S = 1.0


class NotStarted(CoordinatorError):
    """The gateway has no brokers yet."""

    code = "not_started"


class _OneAtATime:
    """A log on a partition is read by one task at a time."""

    def __init__(self, journal: PartitionLog, reading: asyncio.Lock) -> None:
        self._journal = journal
        self._reading = reading

    @property
    def log_id(self) -> str:
        return self._journal.log_id

    async def read(self, *, after_seq: int, records_max: int) -> Sequence[Record]:
        async with self._reading:
            return await self._journal.read(after_seq=after_seq, records_max=records_max)

    async def tip_seq(self) -> int:
        async with self._reading:
            return await self._journal.tip_seq()


class Gateway:
    """The running coordinator as the web sees it, where workers decide."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        make_private_folder(settings.data_dir)
        self.settings = settings
        self.clock = clock
        self.metrics = CollectorRegistry()
        self.tokens = Tokens(settings.data_dir / TOKENS_NAME, clock)
        self._vault = Vault(settings.data_dir / VAULT_NAME)
        self._brokers = brokers_of(settings)
        self.notification_setup = NotificationSetup(settings, self._vault, clock, self.metrics)
        self._notices: NoticeFeed | None = None
        self._redis = Redis.from_url(settings.redis_url, socket_connect_timeout=2)
        self._mirror = RedisMirror(self._redis)
        self._inboxes = RedisInboxes(self._redis)
        self._receipts = RedisReceipts(self._redis)
        self._registry = Registry(self._brokers)
        self._publisher: Publisher | None = None
        self._letters = DeadLetterTail(self._brokers)
        self._logs: dict[str, tuple[KafkaPartition, PartitionLog]] = {}
        # Two who ask for one log at once would both connect, and one of them never leave.
        self._connecting = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._failing: str | None = None
        self.failed: str | None = None
        self.metrics.register(TroubleGauge(self.troubles))
        self._published = Counter(
            "coordinator_published",
            "Signals handed to the brokers.",
            ["outcome"],
            registry=self.metrics,
        )

    async def start(self) -> None:
        """Connect.

        Raises:
            NoBroker: the brokers do not answer.
            BadInput: the topics are not there.
        """
        try:
            self._publisher = await asyncio.to_thread(
                Publisher,
                self._brokers,
                waiting_max=self.settings.waiting_max,
                entry_of=self._registry.entry_of,
            )
        except NoBroker:
            await self.stop()
            raise
        if not await asyncio.to_thread(self._publisher.knows, Topic.JURISDICTIONS):
            raise BadInput(f"topics: no {Topic.JURISDICTIONS}; `coordinator topics apply` first")
        async with connected_or_none(self._brokers, self.stop):
            await connect(self._registry, self._letters)
        self.notification_setup.tell_left_to(self.submit)
        self._tasks = [
            lasting(self._mirror.run(self.jurisdictions), "mirror", self._fail),
            lasting(self._letters.run(), "dead letters", self._fail),
            lasting(self._keep_registry(), "registry", self._fail),
            lasting(self.tokens.run(), "uses of tokens", self._fail),
            lasting(self.notification_setup.out.run(), "notices out", self._fail),
            lasting(
                rehearse_on_schedule(self, self.settings.rehearse_every_h), "rehearsals", self._fail
            ),
        ]
        if self.notification_setup.out.channels:
            self._notices = NoticeFeed(
                self._brokers, self.notification_setup.out, session_s=self.settings.session_s
            )
            await connect(self._notices)
            self._tasks.append(lasting(self._notices.run(), "notice feed", self._fail))

    async def stop(self) -> None:
        """Send what waits and disconnect."""
        await end_all(self._tasks)
        if self._publisher is not None:
            await asyncio.to_thread(self._publisher.close)
        notices = () if self._notices is None else (self._notices,)
        logs = (partition for partition, _ in self._logs.values())
        await disconnect(*logs, *notices, self._letters, self._registry)
        await self._redis.aclose()
        self.notification_setup.out.close()
        self.notification_setup.close()
        self._vault.close()
        self.tokens.close()

    @property
    def boards(self) -> MemoryBoards:
        return self._mirror.boards

    @property
    def feed(self) -> MemoryFeed:
        return self._mirror.feed

    def jurisdictions(self) -> Sequence[str]:
        return sorted(self._registry.entries)

    def realm_of(self, jurisdiction: str) -> str:
        entry = self._registry.entries.get(jurisdiction)
        if entry is None:
            raise UnknownJurisdiction(jurisdiction)
        return entry.realm.value

    def home_of(self, member_id: str, among: Sequence[str]) -> str | None:
        """Return where the member is on the roster, as far as the boards know."""
        for it in among:
            if self.boards.row("my_duty", it, member_id) is not None:
                return it
        return among[0] if len(among) == 1 else None

    def may_answer(self, jurisdiction: str, member_id: str, assignment_id: str) -> bool:
        """Whoever answers for another is refused by the owner; here it is let through."""
        return True

    async def submit(self, signal: Signal) -> Accepted:
        """Publish a signal; returns when all in-sync copies of its topic have it.

        Raises:
            Busy: as many as may are on their way; nothing was taken.
            TooLarge: it will never be taken.
            NotPublished: not confirmed in time: to be sent again with the same id.
        """
        if self._publisher is None:
            raise NotStarted
        try:
            signal = self._vault.texts.take_out(signal)
            # The client may wait for a broker's address: not in the loop that serves everybody.
            sent = await asyncio.to_thread(self._publisher.submit, signal)
            delivery = await asyncio.wrap_future(sent)
        except CoordinatorError as error:
            # A full line, or a signal nobody could take, says nothing about the brokers.
            if not isinstance(error, Busy | BadInput | TextNotKept):
                self._failing = str(error)
            self._published.labels(error.code).inc()
            raise
        self._failing = None
        self._published.labels("accepted").inc()
        return Accepted(signal.signal_id, signal.at, *delivery)

    async def decision_of(
        self, jurisdiction: str, signal_id: str, asked_by: str = ""
    ) -> Receipt | None:
        try:
            return await self._receipts.find(jurisdiction, signal_id, asked_by)
        except (RedisError, OSError) as error:
            log.warning("receipt.not_read", reason=repr(error))
            return None

    def dry_run(self, signal: Signal) -> None:
        """Nothing: the state is with the workers, who say so when they decide."""

    def crew_of(
        self, jurisdiction: str, member_ids: Sequence[str], resource_ids: Sequence[str]
    ) -> None:
        """Nothing: the rosters are with the workers."""

    async def bury(self, letter: DeadLetter) -> None:
        """Keep a dead letter on its topic.

        Raises:
            NotPublished: the brokers did not confirm it.
        """
        if self._publisher is None:
            raise NotStarted
        await asyncio.to_thread(self._publisher.bury, letter)

    async def log_page(self, jurisdiction: str, *, after: int, limit: int) -> LogPage:
        """Return records; the first time for a jurisdiction reads its whole partition."""
        async with self._reading:
            journal = await self._log_of(jurisdiction)
            return page_of(await journal.read(after_seq=after, records_max=limit), after)

    async def past_of(self, jurisdiction: str) -> Past:
        """Return the log; workers keep the newest few states only, so far back takes longer."""
        async with self._reading:
            journal = await self._log_of(jurisdiction)
        return Past(_OneAtATime(journal, self._reading), RedisSnapshots(self._redis))

    async def what_if(
        self, fold: Fold, records: Sequence[Record], changes: Mapping[str, Any]
    ) -> bytes:
        return await ask(fold, records, changes, travel=self.settings.travel)

    def dead_letters(self, limit: int) -> list[dict[str, Any]]:
        return self._letters.newest(limit)

    async def notices_of(self, target: str, limit: int) -> list[dict[str, Any]]:
        try:
            return await self._inboxes.newest(target, limit)
        except (RedisError, OSError) as error:
            log.warning("notices.not_read", reason=repr(error))
            return []

    def put_back(self, shown: str, written: Callable[[str], str]) -> str:
        return self._vault.texts.put_back(shown, written)

    def names(
        self, member_ids: Sequence[str], *, of: Sequence[str] | None = None
    ) -> Mapping[str, str]:
        return self._vault.names(member_ids, of=of)

    def health(self) -> dict[str, Any]:
        """Ready as soon as it knows whom to publish for; boards may be behind."""
        seqs, troubles = self._mirror.seqs, self.troubles()
        return {
            "ok": works(troubles),
            "troubles": [it.document() for it in troubles],
            "ready": bool(self._registry.entries),
            "now": self.clock.now(),
            "failed": self.failed,
            "publishing_failing": self._failing,
            "boards_failing": self._mirror.failing,
            "notices_out": self.notification_setup.out.health(),
            "waiting": 0 if self._publisher is None else self._publisher.waiting,
            "dead_letters": self._letters.count,
            "topics_differ": {} if self._publisher is None else dict(self._publisher.differing),
            "jurisdictions": {
                it: {"partition": entry.partition, "boards_seq": seqs.get(it, -1)}
                for it, entry in sorted(self._registry.entries.items())
            },
        }

    def troubles(self) -> list[Trouble]:
        """Return what is wrong with this gateway; its workers tell of themselves."""
        found = (
            (TroubleKind.PART_FAILED, self.failed),
            (TroubleKind.PUBLISHING_FAILED, self._failing),
            (TroubleKind.DRAWING_BEHIND, self._mirror.failing),
        )
        mine = [Trouble(kind, why=str(why)) for kind, why in found if why is not None]
        return mine + self.notification_setup.out.troubles()

    def _fail(self, why: str) -> None:
        self.failed = self.failed or why

    async def _log_of(self, jurisdiction: str) -> PartitionLog:
        async with self._connecting:
            if jurisdiction not in self._logs:
                self._logs[jurisdiction] = await self._log_on(jurisdiction)
        return self._logs[jurisdiction][1]

    async def _log_on(self, jurisdiction: str) -> tuple[KafkaPartition, PartitionLog]:
        entry = self._registry.entries[jurisdiction]
        partition = KafkaPartition(self._brokers, str(Topic.LOG), entry.partition)
        await connect(partition)
        return partition, PartitionLog(entry.log_id, partition)

    async def _keep_registry(self) -> None:
        while True:
            try:
                await self._registry.refresh()
                if self._publisher is not None and self._publisher.connected:
                    # Whoever goes by our health sends nothing that could show it otherwise.
                    self._failing = None
            except (KafkaError, TimeoutError) as error:
                log.warning("registry.not_read", reason=repr(error))
            await asyncio.sleep(_LOOK_S)
