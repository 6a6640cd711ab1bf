"""A log as a file keeps it: compare-and-set, one copy, commits whole or not at all.

What stands beside it in the same file, snapshots and positions, commits on its own.
"""

from collections.abc import Callable, Sequence

from coordinator.errors import DuplicateSignal, LogFull, LogInDoubt, StaleTip
from coordinator.log.envelope import Record, open_record
from coordinator.log.ports import FollowerPosition, Snapshot
from coordinator.simulation.faults import Fault
from coordinator.simulation.process import Process
from coordinator.simulation.weather import Weather

_FULL_SHARE, _DOUBT_SHARE = 0.05, 0.08


class Disk:
    """The bytes that outlive every process."""

    def __init__(self, log_id: str, landed: Callable[[bytes], None]) -> None:
        self.log_id = log_id
        self.records: list[bytes] = []
        self.decided: dict[str, int] = {}
        self.snapshots: list[Snapshot] = []
        self.positions: dict[str, list[FollowerPosition]] = {}
        self._landed = landed

    def land(self, records: Sequence[Record]) -> None:
        for record in records:
            self.records.append(record.raw)
            if record.signal_id:
                self.decided[record.signal_id] = record.seq
            self._landed(record.raw)

    def cut(self, length: int) -> None:
        """Lose what stands behind so many records."""
        del self.records[length:]
        self.decided = {id_: seq for id_, seq in self.decided.items() if seq < length}

    def last_position(self, key: str) -> FollowerPosition | None:
        kept = self.positions.get(key)
        return kept[-1] if kept else None


class DiskLog:
    """The log as one process has it open."""

    def __init__(self, disk: Disk, process: Process, weather: Weather) -> None:
        self._disk = disk
        self._process = process
        self._weather = weather

    @property
    def log_id(self) -> str:
        return self._disk.log_id

    async def append(self, records: Sequence[Record]) -> None:
        # Slow enough for signals to queue up behind it, so that many go into one commit.
        await self._process.io(2)
        chance, disk = self._process.chance, self._disk
        if self._weather.strikes(Fault.LOG_FULL, chance, _FULL_SHARE):
            raise LogFull(self.log_id, "no space left")
        in_doubt = self._weather.strikes(Fault.IN_DOUBT, chance, _DOUBT_SHARE)
        if in_doubt and chance.random() < 0.5:
            await self._process.wait(5)
            raise LogInDoubt(self.log_id, "fsync failed; nothing is there")
        tip = len(disk.records) - 1
        if records[0].seq != tip + 1:
            raise StaleTip(log_id=self.log_id, expected_seq=records[0].seq - 1, actual_seq=tip)
        for record in records:
            if record.signal_id and record.signal_id in disk.decided:
                raise DuplicateSignal(log_id=self.log_id, signal_id=record.signal_id)
        disk.land(records)
        # Whoever dies here has written and does not know it.
        await self._process.io()
        if in_doubt:
            await self._process.wait(5)
            raise LogInDoubt(self.log_id, "fsync failed; it is there")

    async def read(self, *, after_seq: int, records_max: int) -> Sequence[Record]:
        await self._process.io(0.002)
        raws = self._disk.records[after_seq + 1 : after_seq + 1 + records_max]
        return [open_record(raw) for raw in raws]

    async def tip_seq(self) -> int:
        await self._process.io(0.002)
        return len(self._disk.records) - 1

    async def find(self, signal_id: str) -> int | None:
        await self._process.io(0.002)
        return self._disk.decided.get(signal_id)


class DiskSnapshots:
    def __init__(self, disk: Disk, process: Process, weather: Weather) -> None:
        self._disk = disk
        self._process = process
        self._weather = weather

    async def save(self, snapshot: Snapshot) -> None:
        await self._process.io()
        chance = self._process.chance
        if self._weather.strikes(Fault.SNAPSHOT_STRANGE, chance, 0.3):
            # From a log that was thrown away: its hash was never on this chain.
            snapshot = snapshot._replace(hash=bytes(31) + b"\x01")
        self._disk.snapshots.append(snapshot)

    async def latest(
        self, log_id: str, *, seq_max: int | None = None, at_max: int | None = None
    ) -> Snapshot | None:
        await self._process.io()
        if self._weather.strikes(Fault.SNAPSHOT_LOST, self._process.chance, 0.3):
            self._disk.snapshots.clear()
        fitting = [
            it
            for it in self._disk.snapshots
            if it.log_id == log_id
            and (seq_max is None or it.seq <= seq_max)
            and (at_max is None or it.at <= at_max)
        ]
        return max(fitting, key=lambda it: it.seq, default=None)


class DiskPositions:
    def __init__(self, disk: Disk, process: Process, weather: Weather) -> None:
        self._disk = disk
        self._process = process
        self._weather = weather

    async def load(self, follower: str, log_id: str) -> FollowerPosition | None:
        await self._process.io()
        kept = self._disk.positions.get(f"{follower}/{log_id}", [])
        if not kept:
            return None
        if self._weather.strikes(Fault.STALE_POSITION, self._process.chance, 0.5):
            return kept[max(0, len(kept) - 4)]
        return kept[-1]

    async def save(self, follower: str, log_id: str, position: FollowerPosition) -> None:
        await self._process.io()
        self._disk.positions.setdefault(f"{follower}/{log_id}", []).append(position)
