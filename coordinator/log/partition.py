"""A log on a partition of a broker: whatever is produced lands there, sometime, perhaps twice.

A partition takes every write, of old owners and slow ones too; an acknowledgement says that bytes
are kept, not that they count. So the log is what the acceptance rule makes of the partition, and a
write is confirmed by reading it back. Other logs may share the partition.
"""

import asyncio
from array import array
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Sequence
from itertools import islice
from operator import itemgetter
from typing import Protocol

import msgspec
import structlog
from immutables import Map

from coordinator.errors import (
    DuplicateSignal,
    LogInDoubt,
    NotAccepted,
    StaleTip,
    UndecodableEnvelope,
)
from coordinator.log.chain import Tip, Verdict, accept
from coordinator.log.envelope import Record, open_record
from coordinator.log.ports import Snapshot, SnapshotStore

log = structlog.get_logger()

_FETCH_AT_ONCE = 500
_UNDECODABLE = "undecodable"
_MARKS = 50
REMEMBERED = 50_000
"""How many records back a log that is not read from its beginning knows the signals of."""


class Partition(Protocol):
    """One partition of a topic that is never compacted and never expires."""

    async def produce(self, values: Sequence[bytes]) -> int:
        """Hand values over in order; return the offset after them once enough brokers have them.

        Raises:
            LogInDoubt: no acknowledgement in time; they may land later, some, all or none.
            LogFull: refused; nothing was kept.
        """
        ...

    async def fetch(self, *, offset: int, values_max: int) -> Sequence[tuple[int, bytes]]:
        """Return (offset, value) from an offset on, oldest first; offsets may have gaps."""
        ...

    async def end(self) -> int:
        """Return the offset after the last value that can be read now."""
        ...


class SharedPartition:
    """One connection to a partition for all the logs on it: what one has read the next is given."""

    def __init__(self, partition: Partition, *, held_max: int = 5_000) -> None:
        self._partition = partition
        self._held: deque[tuple[int, bytes]] = deque(maxlen=held_max)
        self._next_offset = 0
        self._reading = asyncio.Lock()

    async def produce(self, values: Sequence[bytes]) -> int:
        return await self._partition.produce(values)

    async def end(self) -> int:
        end = await self._partition.end()
        if end < self._next_offset:
            self._forget()
        return end

    def _forget(self) -> None:
        self._held.clear()
        self._next_offset = 0

    async def fetch(self, *, offset: int, values_max: int) -> Sequence[tuple[int, bytes]]:
        async with self._reading:
            # Whether one value is still there only the partition can tell: a tail may be cut off.
            held = self._from(offset, values_max) if values_max > 1 else []
            if held:
                return held
            found = await self._partition.fetch(offset=offset, values_max=values_max)
            there_before = self._from(offset, 1)
            if there_before and there_before != list(found[:1]):
                self._forget()
            if found and offset >= self._next_offset:
                if offset > self._next_offset:
                    self._held.clear()
                self._held.extend(found)
                self._next_offset = found[-1][0] + 1
            return found

    def _from(self, offset: int, values_max: int) -> list[tuple[int, bytes]]:
        if not self._held or not self._held[0][0] <= offset < self._next_offset:
            return []
        first = bisect_left(self._held, offset, key=itemgetter(0))
        return list(islice(self._held, first, first + values_max))


class _Mark(msgspec.Struct, frozen=True):
    """A record of the log and where it lies: reading may begin there."""

    offset: int
    seq: int
    hash: bytes
    epoch: int
    cursor: dict[str, int]


class PartitionLog:
    """The decision log of one jurisdiction, as one reader of the partition sees it."""

    def __init__(self, log_id: str, partition: Partition, *, remembered: int = REMEMBERED) -> None:
        """Stand before the first record.

        Args:
            log_id: whose records count.
            partition: where they lie, among others.
            remembered: a signal decided further back than this many records is known to be
                decided only to a reader that began before it.
        """
        self._log_id = log_id
        self._partition = partition
        self._remembered = remembered
        self._tip = Tip(log_id)
        self._next_offset = 0
        self._first_seq = 0
        self._offsets = array("q")
        self._mark_every = max(1, remembered // _MARKS)
        self._marks: deque[_Mark] = deque(maxlen=2 * _MARKS)
        self._decided: dict[str, int] = {}
        self.ignored: Counter[str] = Counter()
        self.in_doubt = 0

    @property
    def log_id(self) -> str:
        return self._log_id

    async def append(self, records: Sequence[Record]) -> None:
        if not records:
            return
        self._check(records)
        try:
            await self._append(records)
        except LogInDoubt:
            self.in_doubt += 1
            raise

    async def _append(self, records: Sequence[Record]) -> None:
        # Who has not read to the end may write in vain: what stands there decides, not the order.
        end = await self._partition.produce([it.raw for it in records])
        seen = await self._follow(end)
        # A record names the one before it, so the last one counts only if all of them do.
        if records[-1].hash in seen:
            return
        if self._tip.seq >= records[0].seq:
            raise self._stale(records)
        raise LogInDoubt(self._log_id, "acknowledged, and not to be read yet")

    async def read(self, *, after_seq: int, records_max: int) -> Sequence[Record]:
        await self._follow()
        if after_seq + 1 < self._first_seq:
            await self._read_all()
        found: list[Record] = []
        seq = after_seq + 1
        while seq <= self._tip.seq and len(found) < records_max:
            wanted = min(records_max - len(found), _FETCH_AT_ONCE)
            for offset, value in await self._partition.fetch(
                offset=self._offset_of(seq), values_max=wanted
            ):
                if seq <= self._tip.seq and offset == self._offset_of(seq):
                    found.append(open_record(value))
                    seq += 1
        return found[:records_max]

    def place_before(self, seq: int) -> bytes:
        """Return where a reader may begin who needs the log from `seq` on; empty: at the start."""
        wanted = seq - self._remembered
        fitting = [it for it in self._marks if it.seq <= wanted]
        return msgspec.msgpack.encode(fitting[-1]) if fitting else b""

    async def begin_at(self, place: bytes) -> None:
        """Begin at a place, if nothing was read yet and the record is still there."""
        if self._tip.seq >= 0 or not place:
            return
        mark = msgspec.msgpack.decode(place, type=_Mark)
        there = await self._partition.fetch(offset=mark.offset, values_max=1)
        if not there or there[0][0] != mark.offset or open_record(there[0][1]).hash != mark.hash:
            log.warning("log.place_not_there", log_id=self._log_id, offset=mark.offset)
            return
        self._tip = Tip(self._log_id, mark.seq, mark.hash, mark.epoch, Map(mark.cursor))
        self._first_seq = mark.seq
        self._offsets = array("q", [mark.offset])
        self._next_offset = mark.offset + 1
        self._marks.append(mark)

    async def _read_all(self) -> None:
        """Begin again at the very beginning: somebody asks for what lies before.

        Raises:
            NotAccepted: it does not lead to where was read to from a later place.
        """
        whole = PartitionLog(self._log_id, self._partition, remembered=self._remembered)
        await whole._follow()
        if not await whole._leads_to(self._tip, self._offset_of(self._tip.seq)):
            raise NotAccepted(
                log_id=self._log_id,
                seq=whole._tip.seq + 1,
                verdict="what is before does not lead to what was read: the log was cut or changed",
            )
        self.__dict__.update(whole.__dict__)

    async def _leads_to(self, tip: Tip, offset: int) -> bool:
        """Say whether this reading came by a record another one stands at, as far as it got."""
        if self._next_offset <= offset:
            return True
        if tip.seq > self._tip.seq:
            return False
        there = await self._partition.fetch(offset=self._offset_of(tip.seq), values_max=1)
        return bool(there) and open_record(there[0][1]).hash == tip.hash

    def _offset_of(self, seq: int) -> int:
        return self._offsets[seq - self._first_seq]

    async def tip_seq(self) -> int:
        await self._follow()
        return self._tip.seq

    async def find(self, signal_id: str) -> int | None:
        await self._follow()
        return self._decided.get(signal_id)

    def _check(self, records: Sequence[Record]) -> None:
        if records[0].seq != self._tip.seq + 1 or records[0].prev != self._tip.hash:
            raise self._stale(records)
        for record in records:
            if record.signal_id in self._decided:
                raise DuplicateSignal(log_id=self._log_id, signal_id=record.signal_id)

    def _stale(self, records: Sequence[Record]) -> StaleTip:
        return StaleTip(
            log_id=self._log_id, expected_seq=records[0].seq - 1, actual_seq=self._tip.seq
        )

    async def _follow(self, end: int | None = None) -> set[bytes]:
        """Read to the end as it is now, or as it is known to be at least.

        Returns the hashes of what was accepted on the way.
        """
        seen = set[bytes]()
        if end is None:
            end = await self._partition.end()
            if end < self._next_offset:
                await self._check_tip()
                # Not back before the tip: what came too early there would fit now, for us alone.
                behind_tip = self._offset_of(self._tip.seq) + 1 if self._tip.seq >= 0 else 0
                self._next_offset = max(end, behind_tip)
        while self._next_offset < end:
            values = await self._partition.fetch(
                offset=self._next_offset, values_max=_FETCH_AT_ONCE
            )
            if not values:
                break
            for offset, value in values:
                self._next_offset = offset + 1
                if await self._take(offset, value):
                    seen.add(self._tip.hash)
        return seen

    async def _take(self, offset: int, value: bytes) -> bool:
        try:
            record = open_record(value)
        except UndecodableEnvelope:
            self.ignored[_UNDECODABLE] += 1
            return False
        verdict, tip = accept(self._tip, record)
        if verdict is not Verdict.ACCEPTED:
            if verdict is not Verdict.WRONG_LOG:
                await self._check_tip()
            self.ignored[verdict.name.lower()] += 1
            return False
        self._tip = tip
        self._offsets.append(offset)
        if tip.seq % self._mark_every == 0:
            cursor = dict(tip.cursor.items())
            self._marks.append(_Mark(offset, tip.seq, tip.hash, tip.epoch, cursor))
        if record.signal_id:
            self._decided[record.signal_id] = record.seq
            if len(self._decided) > 2 * self._remembered:
                del self._decided[next(iter(self._decided))]
        return True

    async def _check_tip(self) -> None:
        """Look whether what was read is still there: an unclean election may have cut it off.

        Raises:
            NotAccepted: it is not; this reader has seen what nobody else will see.
        """
        if self._tip.seq < 0:
            return
        at = self._offset_of(self._tip.seq)
        there = await self._partition.fetch(offset=at, values_max=1)
        if there and there[0][0] == at and open_record(there[0][1]).hash == self._tip.hash:
            return
        raise NotAccepted(
            log_id=self._log_id,
            seq=self._tip.seq,
            verdict=f"at offset {at} stands another record than was read there: it was cut off",
        )


class PlacedSnapshots:
    """Snapshots that say from where on the log has to be read beside them."""

    def __init__(self, store: SnapshotStore, journal: PartitionLog) -> None:
        self._store = store
        self._journal = journal

    async def save(self, snapshot: Snapshot) -> None:
        await self._store.save(snapshot._replace(place=self._journal.place_before(snapshot.seq)))

    async def latest(
        self, log_id: str, *, seq_max: int | None = None, at_max: int | None = None
    ) -> Snapshot | None:
        found = await self._store.latest(log_id, seq_max=seq_max, at_max=at_max)
        if found is not None:
            await self._journal.begin_at(found.place)
        return found
