"""One process, one SQLite file: an owner for each jurisdiction, boards, outbox, metrics."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import structlog
from prometheus_client import CollectorRegistry

from coordinator.boards.drawing import Boards
from coordinator.boards.memory import MemoryBoards, MemoryFeed
from coordinator.clock import Clock, WallClock
from coordinator.domain.recorded_people import people_as_recorded
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.turned_away import is_turning_away
from coordinator.engine.inbox import Inbox
from coordinator.engine.owner import Owner
from coordinator.engine.receiving import decision_on
from coordinator.engine.speculation import Receipt, decided
from coordinator.errors import BrokenLog, UnknownJurisdiction
from coordinator.home.aid_messages import AidMessages
from coordinator.home.declaring import declare, look_for_put_back
from coordinator.home.folder_lock import FolderLock, Use
from coordinator.home.health import HomeHealth
from coordinator.home.measuring import Measuring
from coordinator.home.planner import PlannerBeside
from coordinator.log.envelope import ZERO_HASH, Record
from coordinator.log.fold import Fold
from coordinator.log.follow import Follower
from coordinator.log.naming import jurisdiction_of, log_id_of, realm_of
from coordinator.log.ports import DeadLetter, FollowerPosition, Snapshot
from coordinator.log.sqlite import (
    SqliteDeadLetters,
    SqliteFile,
    SqlitePositions,
    SqliteSnapshots,
)
from coordinator.log.sqlite_reader import SqliteReader
from coordinator.outbox.effects import ExerciseSink
from coordinator.outbox.inboxes import ActualInboxes, ExerciseInboxes
from coordinator.outbox.notification_setup import NotificationSetup
from coordinator.outbox.outbox import Outbox
from coordinator.planning.what_if_process import ask
from coordinator.private.folder import DATABASE_NAME, VAULT_NAME, begin_folder
from coordinator.private.stamps import keep_renewing, renew
from coordinator.private.vault import Vault
from coordinator.settings import Settings
from coordinator.tasks import end_all, lasting
from coordinator.troubles import Trouble
from coordinator.web.log_page import letters_shown, page_of
from coordinator.web.ports import LogPage, Past
from coordinator.web.rehearsing import rehearse_on_schedule
from coordinator.web.tokens import TOKENS_NAME, Tokens
from schemas.events.envelope import Event
from schemas.events.notice import SignalRefused
from schemas.policy import Policy
from schemas.roster import Person, Resource
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm, Role
from words.catalogue import current

log = structlog.get_logger()

_ANY_USE = Use("a program of its own")


class Home:
    """Made by `open`, ended by `close`. Also what the web calls a station."""

    def __init__(  # noqa: PLR0913 - what it is made of, by name
        self,
        settings: Settings,
        clock: Clock,
        *,
        exercise_sinks: Sequence[ExerciseSink] = (),
        followers: Sequence[Follower] = (),
        in_memory_tokens: bool = False,
        planner: bool = False,
        use: Use = _ANY_USE,
    ) -> None:
        """Open the files of a data folder; `open` also begins to decide.

        Args:
            settings: where and how.
            clock: the time everything is decided by.
            exercise_sinks: where effects of exercises go beside the inboxes.
            followers: who else is told of what is on the logs.
            in_memory_tokens: keep tokens in no file (tests).
            planner: keep a planner beside it.
            use: what it is opened for; nobody else gets the folder until it is closed.

        Raises:
            FolderHeld: another process has the folder.
            BadInput: one of the files or settings is not what it should be.
        """
        self.settings, self.clock = settings, clock
        self.registry = CollectorRegistry()
        with ExitStack() as opened:
            self._lock = FolderLock.take(settings.data_dir, use)
            opened.callback(self._lock.release)
            begin_folder(settings.data_dir)
            look_for_put_back(settings.data_dir, WallClock().now())
            self.file = SqliteFile(database_of(settings))
            opened.callback(self.file.close)
            self.vault = Vault(settings.data_dir / VAULT_NAME)
            opened.callback(self.vault.close)
            tokens = None if in_memory_tokens else settings.data_dir / TOKENS_NAME
            self.tokens = Tokens(tokens, WallClock())
            opened.callback(self.tokens.close)
            self.notification_setup = NotificationSetup(settings, self.vault, clock, self.registry)
            renew(settings.data_dir)
            self._opened = opened.pop_all()  # Undone backwards: the folder is let go last.
        self.letters = SqliteDeadLetters(self.file)
        self.boards = MemoryBoards()
        self.feed = MemoryFeed(self.boards)
        self.measuring = Measuring(self.registry)
        self.drawing = Boards(self.boards, self.feed)
        self.planner = self._planner_beside() if planner else None
        self._followers = (*followers, self.planner) if self.planner else followers
        self._positions = SqlitePositions(self.file)
        self._snapshots = SqliteSnapshots(self.file)
        self.actual_inboxes = ActualInboxes(self.file)
        self.exercise_inboxes = ExerciseInboxes(self.file)
        self._inboxes: dict[str, Inbox] = {}
        self.outbox = Outbox(
            self._positions,
            clock,
            actual=(self.actual_inboxes, self.notification_setup.out),
            exercise=(self.exercise_inboxes, *exercise_sinks),
            to_peer=AidMessages(self._inboxes, clock).pass_on,
        )
        self.owners: dict[str, Owner] = {}
        self._serving: list[asyncio.Task[None]] = []
        self._reaching: list[asyncio.Task[None]] = []
        self._pasts: dict[str, SqliteReader] = {}
        self._ready = False
        self.failed: str | None = None

    @classmethod
    async def open(
        cls,
        settings: Settings,
        clock: Clock,
        founding: Mapping[str, tuple[Realm, Policy]],
        **more: Any,
    ) -> Self:
        """Open the logs that are there, found those that are not, and begin to decide.

        Args:
            settings: where and how.
            clock: the time everything runs by.
            founding: realm and first policy of jurisdictions that may be new.
            more: as the constructor takes it.
        """
        home = cls(settings, clock, **more)
        try:
            known = realms_in(home.file.log_ids())
            for jurisdiction in sorted({*known, *founding}):
                realm, policy = founding.get(jurisdiction, (None, None))
                await home.own(jurisdiction, realm or known[jurisdiction], policy)
        except BaseException:
            await home.close()
            raise
        # Before anything else is decided: also before what has come due since the copy was made.
        await declare(settings.data_dir, realms_in(home.file.log_ids()), clock, home.owners)
        home.begin()
        return home

    async def own(self, jurisdiction: str, realm: Realm, policy: Policy | None) -> Owner:
        """Own one jurisdiction's log: fold, claim, draw its boards; a broken one stays stopped."""
        from schemas.default_policy import DEFAULT_POLICY  # noqa: PLC0415 - slow to build

        owner = Owner(
            self.file.log(log_id_of(jurisdiction, realm)),
            self._snapshots,
            self.clock,
            (self.drawing, self.measuring, self.outbox, *self._followers),
            snapshot_every=self.settings.snapshot_every,
            make_snapshot=_beside_the_deciding,
        )
        self.owners[jurisdiction] = owner
        self._inboxes[jurisdiction] = Inbox(
            jurisdiction,
            owner,
            self.clock,
            waiting_max=self.settings.waiting_max,
            batch_max=self.settings.batch_max,
        )
        position = await self._positions.load(self.outbox.name, log_id_of(jurisdiction, realm))
        try:
            await owner.open(
                jurisdiction,
                realm,
                policy or DEFAULT_POLICY,
                follow_from=position or FollowerPosition(-1, ZERO_HASH),
            )
        except BrokenLog:
            # One county's broken log stops that county, shown in health, and no other.
            return owner
        self.drawing.rebuild(owner.state, owner.confirmed.tip.seq)
        return owner

    def begin(self) -> None:
        """Start serving every jurisdiction."""
        self._serving = [
            asyncio.create_task(inbox.run(), name=f"inbox {jurisdiction}")
            for jurisdiction, inbox in self._inboxes.items()
        ]
        self._serving.append(lasting(self.outbox.run(), "outbox", self._fail))
        self.notification_setup.tell_left_to(self.submit)
        self._reaching = [
            lasting(self.notification_setup.out.run(), "notices out", self._fail),
            lasting(self._health.run(), "health", self._fail),
            lasting(self.tokens.run(), "uses of tokens", self._fail),
            lasting(keep_renewing(self.settings.data_dir), "stamps", self._fail),
            lasting(
                rehearse_on_schedule(self, self.settings.rehearse_every_h), "rehearsals", self._fail
            ),
        ]
        if self.planner is not None:
            self.planner.start()
        self._ready = True

    def _planner_beside(self) -> PlannerBeside:
        return PlannerBeside(
            self.file.path, self.clock, self.submit,
            state_of=self.state_of, travel=self.settings.travel,
        )  # fmt: skip

    def answers_at(self, url: str) -> None:
        """Let commands beside it know where it is served."""
        self._lock.answers_at(url)

    async def close(self) -> None:
        """Answer what waits, deliver what is due, close the files."""
        self._ready = False
        if self.planner is not None:
            await self.planner.close()
        for inbox in self._inboxes.values():
            inbox.close()
        if self._serving:
            await asyncio.gather(*self._serving[:-1])
        self.outbox.close()
        if self._serving:
            await self._serving[-1]
        self.notification_setup.out.close()
        if self._reaching:
            await asyncio.wait(self._reaching[:1])
        await end_all(self._reaching[1:])
        self.notification_setup.close()
        for past in self._pasts.values():
            past.close()
        self._opened.close()

    def jurisdictions(self) -> Sequence[str]:
        return sorted(self.owners)

    def realm_of(self, jurisdiction: str) -> str:
        return self.state_of(jurisdiction).realm.value

    def state_of(self, jurisdiction: str) -> Jurisdiction:
        owner = self.owners.get(jurisdiction)
        if owner is None:
            raise UnknownJurisdiction(jurisdiction)
        return owner.state

    def home_of(self, member_id: str, among: Sequence[str]) -> str | None:
        return next((it for it in among if member_id in self.state_of(it).roster.members), None)

    def may_answer(self, jurisdiction: str, member_id: str, assignment_id: str) -> bool:
        held = self.state_of(jurisdiction).assignments.by_id.get(assignment_id)
        return held is not None and held.member_id == member_id

    async def decision_of(
        self, jurisdiction: str, signal_id: str, asked_by: str = ""
    ) -> Receipt | None:
        journal = self.file.log(log_id_of(jurisdiction, Realm(self.realm_of(jurisdiction))))
        return await decision_on(journal, signal_id, asked_by)

    async def submit(self, signal: Signal) -> Receipt:
        """Hand a signal to its owner; the receipt comes when it is on the log.

        Raises:
            UnknownJurisdiction: nobody here owns it.
            Busy: its line is full; nothing was taken.
            NotDeciding: its owner stopped.
            LogFull: nothing was written.
            TextNotKept: its words could not be; nothing was taken.
            TokenTyped: it says what stands for words of others; nothing was taken.
        """
        inbox = self._inboxes.get(signal.jurisdiction)
        if inbox is None:
            raise UnknownJurisdiction(signal.jurisdiction)
        began = self.clock.now()
        cell_m = self.state_of(signal.jurisdiction).policy.privacy.home_cell_m
        signal = self.vault.texts.take_out(people_as_recorded(signal, cell_m))
        receipt = await inbox.submit(signal)
        self.measuring.answered(receipt, (self.clock.now() - began) / 1_000)
        if signal.actor_role is Role.FEED and receipt.refused is not None:
            self._keep_turned_away(signal, receipt.refused)
        return receipt

    def _keep_turned_away(self, signal: Signal, refused: SignalRefused) -> None:
        """A machine reads no answer: what was not even decided goes where people look."""
        if is_turning_away(refused):
            why = current().say(refused.rule, "en")
            told = (why, refused.field or "-", refused.value or "-")
            original = signal.model_dump_json().encode()
            source = f"signal:{signal.signal_id}"
            self.letters.put(DeadLetter(self.clock.now(), source, *told, original))

    def dry_run(self, signal: Signal) -> tuple[Event, ...]:
        return decided(self.state_of(signal.jurisdiction), signal).events

    def crew_of(
        self, jurisdiction: str, member_ids: Sequence[str], resource_ids: Sequence[str]
    ) -> tuple[list[Person], list[Resource]]:
        state = self.state_of(jurisdiction)
        members, resources = state.roster.members, state.resources.by_id
        return [members[it].person for it in member_ids], [
            resources[it].resource for it in resource_ids
        ]

    async def bury(self, letter: DeadLetter) -> None:
        self.letters.put(letter)

    async def log_page(self, jurisdiction: str, *, after: int, limit: int) -> LogPage:
        log_id = log_id_of(jurisdiction, Realm(self.realm_of(jurisdiction)))
        records = await self.file.log(log_id).read(after_seq=after, records_max=limit)
        return page_of(records, after)

    async def past_of(self, jurisdiction: str) -> Past:
        log_id = log_id_of(jurisdiction, Realm(self.realm_of(jurisdiction)))
        if log_id not in self._pasts:
            self._pasts[log_id] = SqliteReader(self.file.path, log_id)
        return Past(self._pasts[log_id], self._snapshots)

    async def what_if(
        self, fold: Fold, records: Sequence[Record], changes: Mapping[str, Any]
    ) -> bytes:
        return await ask(fold, records, changes, travel=self.settings.travel)

    def dead_letters(self, limit: int) -> list[dict[str, Any]]:
        return letters_shown(self.letters.newest(limit))

    async def notices_of(self, target: str, limit: int) -> list[dict[str, Any]]:
        return self.actual_inboxes.newest(target, limit)

    def put_back(self, shown: str, written: Callable[[str], str]) -> str:
        return self.vault.texts.put_back(shown, written)

    def names(
        self, member_ids: Sequence[str], *, of: Sequence[str] | None = None
    ) -> Mapping[str, str]:
        return self.vault.names(member_ids, of=of)

    def _fail(self, why: str) -> None:
        self.failed = self.failed or why

    def waiting(self, jurisdiction: str) -> int:
        return self._inboxes[jurisdiction].waiting

    def decides(self, jurisdiction: str) -> bool:
        """Say whether anybody takes what is handed in for one, while it is served at all."""
        name = f"inbox {jurisdiction}"
        ended = any(it.done() for it in self._serving if it.get_name() == name)
        return not (self._ready and ended)

    @cached_property
    def _health(self) -> HomeHealth:
        low_mb = self.settings.disk_low_mb
        folder = self.settings.data_dir
        return HomeHealth(self, self.clock, folder, self.registry, disk_low_mb=low_mb)

    def troubles(self) -> list[Trouble]:
        return self._health.troubles()

    def health(self) -> dict[str, Any]:
        return self._health.document() | {
            "ready": self._ready,
            "notices_out": self.notification_setup.out.health(),
            "dead_letters": self.letters.count(),
        }


async def _beside_the_deciding(fold: Fold) -> Snapshot:
    return await asyncio.to_thread(fold.snapshot)


def realms_in(log_ids: Iterable[str]) -> dict[str, Realm]:
    """Return each jurisdiction's realm; where both are kept, the real log is the one to go on."""
    ids = sorted(log_ids, key=lambda it: realm_of(it) is Realm.ACTUAL)
    return {jurisdiction_of(log_id): realm_of(log_id) for log_id in ids}


def database_of(settings: Settings) -> Path:
    return settings.data_dir / DATABASE_NAME
