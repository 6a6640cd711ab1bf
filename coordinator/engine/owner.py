"""The owner of one jurisdiction, by the owner's protocol of the log.

Fold to the end, claim, decide in batches, append, confirm, and only then tell followers and
senders. A time-out proves nothing: in doubt it writes a barrier and looks what stands there.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from coordinator.clock import Clock
from coordinator.domain import turned_away
from coordinator.domain.event_time import CLOCKS_DIFFER_MS
from coordinator.domain.jurisdiction import found, next_deadline
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.engine.log_time import LogTime
from coordinator.engine.receiving import Received, receipt_of, received
from coordinator.engine.speculation import Decided, Place, Receipt, Speculation
from coordinator.errors import (
    DuplicateSignal,
    LogError,
    LogFull,
    LogInDoubt,
    NotAccepted,
    NotDeciding,
    StaleTip,
    Superseded,
)
from coordinator.log.envelope import Kind, seal
from coordinator.log.fold import Fold, empty
from coordinator.log.follow import Follower, Step
from coordinator.log.kept_states import nearest
from coordinator.log.ports import DecisionLog, FollowerPosition, Snapshot, SnapshotStore
from schemas.catalogue import read_signal, write_payload
from schemas.policy import Policy
from schemas.signals.envelope import Signal
from schemas.signals.record import DeclarePutBack
from schemas.vocabulary import Realm

log = structlog.get_logger()

_READ_AT_ONCE = 2_000
_TRIES_MAX = 5
_INBOX = Place("inbox")


MakeSnapshot = Callable[[Fold], Awaitable[Snapshot]]


async def make_at_once(fold: Fold) -> Snapshot:
    """Write a state down here and now; a home with threads does it beside the deciding."""
    return fold.snapshot()


class Owner:
    """Decides for one jurisdiction. `turn` is called by one task at a time."""

    def __init__(  # noqa: PLR0913 - what it is made of, by name
        self,
        journal: DecisionLog,
        snapshots: SnapshotStore,
        clock: Clock,
        followers: Sequence[Follower],
        *,
        snapshot_every: int,
        make_snapshot: MakeSnapshot = make_at_once,
    ) -> None:
        """Prepare to own a log.

        Args:
            journal: the log.
            snapshots: where states are kept, so that a restart need not fold from the beginning.
            clock: tells what is due.
            followers: told of every confirmed step, in log order.
            snapshot_every: records between two snapshots.
            make_snapshot: writes a state down as bytes.
        """
        self._journal = journal
        self._snapshots = snapshots
        self._time = LogTime(clock)
        self._followers = followers
        self._snapshot_every = snapshot_every
        self._make_snapshot = make_snapshot
        self._fold: Fold = empty(journal.log_id)
        self._epoch = 0
        self._opened_at = 0
        self._snapshot_seq = -1
        self.stopped_by: Exception | None = None

    @property
    def state(self) -> Jurisdiction:
        """The confirmed state."""
        return self._fold.state

    @property
    def confirmed(self) -> Fold:
        return self._fold

    def next_offset(self, source: str) -> int:
        """Return where to read on in an input: what the log says, and nothing else."""
        return self._fold.tip.cursor.get(source, 0)

    @property
    def stopped_because(self) -> str | None:
        """Why this owner decides no more, None while it does."""
        if self.stopped_by is None:
            return None
        return f"{type(self.stopped_by).__name__}: {self.stopped_by}"

    @property
    def next_deadline(self) -> int | None:
        return next_deadline(self._fold.state)

    @property
    def wakes_at(self) -> int | None:
        """What the clock shows when the next deadline is due, UTC milliseconds."""
        return None if self.next_deadline is None else self._time.on_the_clock(self.next_deadline)

    @property
    def ahead_ms(self) -> int:
        return self._time.ahead_ms

    @property
    def in_time(self) -> bool:
        """Whether the log is about at the clock's time; an exercise may have run faster."""
        return self.state.realm is Realm.EXERCISE or self.ahead_ms <= CLOCKS_DIFFER_MS

    def now(self) -> int:
        """Return the log's time: the clock's, and never before what stands on the log."""
        return self._time.now()

    async def open(
        self,
        jurisdiction: str,
        realm: Realm,
        policy: Policy,
        *,
        follow_from: FollowerPosition | None = None,
    ) -> None:
        """Fold to the end, found the log if it is new, and claim it.

        Args:
            jurisdiction: whose log it is, for a new one.
            realm: actual or exercise, for a new one.
            policy: the first policy, for a new one.
            follow_from: how far a durable follower got; it is told what came after. None tells
                followers only what is decided from now on.

        Raises:
            BrokenLog: the log cannot be trusted or understood; nobody decides then.
            StaleTip: another owner was quicker to found or to claim it.
            LogFull: there is no space for the claim.
            LogInDoubt: the claim may or may not be on the log; open again.
        """
        try:
            await self._open(jurisdiction, realm, policy, follow_from)
        except LogError as error:
            self.stopped_by = error
            log.warning("owner.not_opened", log_id=self._journal.log_id, reason=str(error))
            raise

    async def _open(
        self,
        jurisdiction: str,
        realm: Realm,
        policy: Policy,
        follow_from: FollowerPosition | None,
    ) -> None:
        self._opened_at = self._time.now()
        tell_after = None if follow_from is None else follow_from.seq
        # First the snapshot: a log that is read from there on need not be read from its beginning.
        self._fold = await nearest(self._journal, self._snapshots, seq_max=tell_after)
        # Counted from there, so that owners who never live long keep one, too.
        self._snapshot_seq = self._fold.tip.seq
        if follow_from is not None:
            await self._check_position(follow_from)
        await self._refold(tell_after=tell_after)
        if self._fold.tip.seq < 0:
            payload = write_payload(None, (found(jurisdiction, realm, policy),))
            await self._append_own(Kind.GENESIS, payload)
        self._time.not_before(self._fold.state.now)
        self._opened_at = max(self._opened_at, self._fold.state.now)
        self._epoch = self._fold.tip.epoch + 1
        await self._append_own(Kind.CLAIM, b"{}")
        log.info(
            "jurisdiction.owned",
            log_id=self._journal.log_id,
            epoch=self._epoch,
            seq=self._fold.tip.seq,
        )
        if not self.in_time:
            log.warning("log.ahead_of_clock", log_id=self._journal.log_id, ahead_ms=self.ahead_ms)

    async def _check_position(self, position: FollowerPosition) -> None:
        """A missing tail cannot be seen in the chain; who once read further can tell."""
        if position.seq < 0:
            return
        there = await self._journal.read(after_seq=position.seq - 1, records_max=1)
        if not there or there[0].hash != position.hash:
            raise NotAccepted(
                log_id=self._journal.log_id,
                seq=position.seq,
                verdict="a follower has read another record here: the log was cut or changed",
            )

    async def _refold(self, *, tell_after: int | None) -> None:
        """Fold what the log holds beyond the tip; followers are told what is new to them."""
        while True:
            records = await self._journal.read(
                after_seq=self._fold.tip.seq, records_max=_READ_AT_ONCE
            )
            if not records:
                return
            steps = []
            for record in records:
                self._fold, step = self._fold.step(record)
                if tell_after is not None and record.seq > tell_after:
                    steps.append(step)
            await self._tell(steps)

    async def _append_own(self, kind: Kind, payload: bytes) -> None:
        tip = self._fold.tip
        record = seal(
            seq=tip.seq + 1,
            prev=tip.hash,
            epoch=self._epoch,
            at=max(self._time.now(), self._fold.state.now),
            kind=kind,
            log_id=tip.log_id,
            signal_id="",
            cursor={},
            payload=payload,
        )
        await self._journal.append([record])
        self._fold, step = self._fold.step(record)
        await self._tell([step])

    async def turn(
        self,
        signals: Sequence[Signal],
        *,
        until: int | None = None,
        places: Sequence[Place] | None = None,
    ) -> list[Receipt]:
        """`confirm`, and keep a snapshot when one is due."""
        receipts = await self.confirm(signals, until=until, places=places)
        await self.keep_snapshot()
        return receipts

    async def confirm(
        self,
        signals: Sequence[Signal],
        *,
        until: int | None = None,
        places: Sequence[Place] | None = None,
    ) -> list[Receipt]:
        """Decide signals in order, with every deadline that comes before each and up to `until`.

        Args:
            signals: what came in.
            until: deadlines up to then pass, too, UTC milliseconds.
            places: for each signal where its input goes on after it; None for the inbox, which
                has no offsets of its own: each signal simply counts one.

        Returns a receipt for each, after all of it is durable and told to the followers.

        Raises:
            LogFull: nothing was written.
            NotDeciding: this owner stopped: a defect, a broken log, or another owner.
        """
        if self.stopped_because is not None:
            raise NotDeciding(self._journal.log_id, self.stopped_because)
        try:
            return await self._turn(signals, until, places or [_INBOX] * len(signals))
        except LogFull:
            raise
        except Exception as error:
            self.stopped_by = error
            log.exception("owner.stopped", log_id=self._journal.log_id)
            raise NotDeciding(self._journal.log_id, str(self.stopped_because)) from error

    async def _turn(
        self, signals: Sequence[Signal], until: int | None, places: Sequence[Place]
    ) -> list[Receipt]:
        self._time.not_before(self._fold.state.now)
        now, lead = self._time.now(), self._time.ahead_ms
        came = [received(it, now, lead, self.state.policy) for it in signals]
        known: dict[str, Decided] = {}
        taken: set[str] = set()
        for _ in range(_TRIES_MAX):
            ahead = Speculation(self._fold, self._epoch, taken)
            receipts = [
                self._take(ahead, known, it, place)._replace(signal_id=it.signal.signal_id)
                for it, place in zip(came, places, strict=True)
            ]
            if until is not None:
                ahead.pass_deadlines(until, not_before=self._opened_at)
            if not ahead.steps or await self._made_durable(ahead):
                return receipts
            for it in came:
                await self._look_up(it.signal, known)
            taken |= {it for it in ahead.of_the_clock if await self._journal.find(it) is not None}
        raise LogInDoubt(self._journal.log_id, f"not settled after {_TRIES_MAX} tries")

    def _take(
        self, ahead: Speculation, known: dict[str, Decided], it: Received, place: Place
    ) -> Receipt:
        """Decide a signal, turn it away, or say what became of it when it came first."""
        signal, refusals = it
        if not refusals:
            held = known.get(signal.signal_id) or ahead.decided.get(signal.signal_id)
            if held is None:
                # That a record is a copy is said before anything is decided by its old clocks.
                if not isinstance(signal, DeclarePutBack):
                    ahead.pass_deadlines(signal.at, not_before=self._opened_at)
                return ahead.take(signal, place)
            if turned_away.same_said(held.cause, signal):
                return held.receipt._replace(duplicate=True)
            refusals = turned_away.of_a_taken_id(signal)
        own_id = turned_away.own_id(refusals, signal)
        held = known.get(own_id) or ahead.decided.get(own_id)
        if held is not None:
            return held.receipt._replace(duplicate=True, refused=refusals[0])
        ahead.pass_deadlines(signal.at, not_before=self._opened_at)
        log.warning(
            "signal.turned_away", log_id=self._journal.log_id, signal_id=signal.signal_id,
            actor_id=signal.actor_id, rule=refusals[0].rule.code, value=refusals[0].value,
        )  # fmt: skip
        return ahead.turn_away(signal, place, refusals)

    async def _look_up(self, signal: Signal, known: dict[str, Decided]) -> None:
        """Note what the log says of a signal, and of it turned away."""
        for signal_id in (
            signal.signal_id,
            *turned_away.ids_refused(signal.signal_id, signal.actor_id),
        ):
            if signal_id not in known and (seq := await self._journal.find(signal_id)) is not None:
                (record,) = await self._journal.read(after_seq=seq - 1, records_max=1)
                known[signal_id] = Decided(receipt_of(record), read_signal(record.payload))

    async def _made_durable(self, ahead: Speculation) -> bool:
        """Append; True when confirmed. False: refolded, the speculation is void, decide again."""
        try:
            await self._journal.append(ahead.records)
        except DuplicateSignal:
            return False
        except StaleTip:
            await self._refold(tell_after=self._fold.tip.seq)
            self._check_epoch()
            return False
        except LogInDoubt:
            log.warning("append.in_doubt", log_id=self._journal.log_id)
            await self._settle_doubt()
            return False
        self._fold = ahead.fold
        await self._tell(ahead.steps)
        return True

    async def _settle_doubt(self) -> None:
        """Put a barrier where the write may have landed: one of the two stands there then."""
        await self._refold(tell_after=self._fold.tip.seq)
        self._check_epoch()
        try:
            await self._append_own(Kind.BARRIER, b"{}")
        except (StaleTip, LogInDoubt):
            await self._refold(tell_after=self._fold.tip.seq)
            self._check_epoch()

    def _check_epoch(self) -> None:
        if self._fold.tip.epoch != self._epoch:
            raise Superseded(log_id=self._journal.log_id, epoch=self._fold.tip.epoch)

    async def _tell(self, steps: Sequence[Step]) -> None:
        if steps:
            for follower in self._followers:
                await follower.take(steps)

    @property
    def snapshot_due(self) -> bool:
        return self._fold.tip.seq - self._snapshot_seq >= self._snapshot_every

    async def keep_snapshot(self) -> None:
        """Keep the state when `snapshot_every` records have come; the log does not depend on it."""
        if not self.snapshot_due:
            return
        self._snapshot_seq = self._fold.tip.seq
        try:
            await self._snapshots.save(await self._make_snapshot(self._fold))
        except Exception as error:  # noqa: BLE001 - a restart is slower without; nothing else is lost
            log.warning("snapshot.not_kept", log_id=self._journal.log_id, reason=repr(error))
