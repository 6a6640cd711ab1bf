"""A log on a partition of a broker: whatever is produced lands there, sometime, perhaps twice.

A partition takes every write, of old owners and slow ones too; an acknowledgement says that bytes
are kept, not that they count. So the log is what the acceptance rule makes of the partition, and a
write is confirmed by reading it back. Other logs may share the partition.
"""

from array import array
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from coordinator.errors import (
    DuplicateSignal,
    LogInDoubt,
    NotAccepted,
    StaleTip,
    UndecodableEnvelope,
)
from coordinator.log.chain import Tip, Verdict, accept
from coordinator.log.envelope import Record, open_record

_FETCH_AT_ONCE = 500
_UNDECODABLE = "undecodable"


class Partition(Protocol):
    """One partition of a topic that is never compacted and never expires."""

    async def produce(self, values: Sequence[bytes]) -> None:
        """Hand values over in order; they are kept on enough brokers when it returns.

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


class PartitionLog:
    """The decision log of one jurisdiction, as one reader of the partition sees it."""

    def __init__(self, log_id: str, partition: Partition) -> None:
        self._log_id = log_id
        self._partition = partition
        self._tip = Tip(log_id)
        self._next_offset = 0
        self._offsets = array("q")
        self._decided: dict[str, int] = {}
        self.ignored: Counter[str] = Counter()

    @property
    def log_id(self) -> str:
        return self._log_id

    async def append(self, records: Sequence[Record]) -> None:
        if not records:
            return
        await self._follow()
        self._check(records)
        await self._partition.produce([it.raw for it in records])
        seen = await self._follow()
        # A record names the one before it, so the last one counts only if all of them do.
        if records[-1].hash in seen:
            return
        if self._tip.seq >= records[0].seq:
            raise self._stale(records)
        raise LogInDoubt(self._log_id, "acknowledged, and not to be read yet")

    async def read(self, *, after_seq: int, records_max: int) -> Sequence[Record]:
        await self._follow()
        found: list[Record] = []
        seq = after_seq + 1
        while seq <= self._tip.seq and len(found) < records_max:
            wanted = min(records_max - len(found), _FETCH_AT_ONCE)
            for offset, value in await self._partition.fetch(
                offset=self._offsets[seq], values_max=wanted
            ):
                if seq <= self._tip.seq and offset == self._offsets[seq]:
                    found.append(open_record(value))
                    seq += 1
        return found[:records_max]

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

    async def _follow(self) -> set[bytes]:
        """Read to the end as it is now; return the hashes of what was accepted on the way."""
        end, seen = await self._partition.end(), set[bytes]()
        if end < self._next_offset:
            await self._check_tip()
            self._next_offset = end
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
        if record.signal_id:
            self._decided[record.signal_id] = record.seq
        return True

    async def _check_tip(self) -> None:
        """Look whether what was read is still there: an unclean election may have cut it off.

        Raises:
            NotAccepted: it is not; this reader has seen what nobody else will see.
        """
        if self._tip.seq < 0:
            return
        at = self._offsets[self._tip.seq]
        there = await self._partition.fetch(offset=at, values_max=1)
        if there and there[0][0] == at and open_record(there[0][1]).hash == self._tip.hash:
            return
        raise NotAccepted(
            log_id=self._log_id,
            seq=self._tip.seq,
            verdict=f"at offset {at} stands another record than was read there: it was cut off",
        )
