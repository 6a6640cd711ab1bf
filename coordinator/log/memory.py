"""The log in memory: for tests and for what-if runs. Same answers as the durable ones."""

from collections.abc import Sequence

from coordinator.errors import DuplicateSignal, StaleTip
from coordinator.log.envelope import Record, open_record
from coordinator.log.ports import FollowerPosition, Snapshot


class MemoryLog:
    def __init__(self, log_id: str) -> None:
        self._log_id = log_id
        self._raw: list[bytes] = []
        self._decided: dict[str, int] = {}

    @property
    def log_id(self) -> str:
        return self._log_id

    async def append(self, records: Sequence[Record]) -> None:
        if not records:
            return
        tip = len(self._raw) - 1
        if records[0].seq != tip + 1:
            raise StaleTip(log_id=self._log_id, expected_seq=records[0].seq - 1, actual_seq=tip)
        fresh: dict[str, int] = {}
        for record in records:
            if record.signal_id in self._decided or record.signal_id in fresh:
                raise DuplicateSignal(log_id=self._log_id, signal_id=record.signal_id)
            if record.signal_id:
                fresh[record.signal_id] = record.seq
        self._raw.extend(record.raw for record in records)
        self._decided |= fresh

    async def read(self, *, after_seq: int, records_max: int) -> Sequence[Record]:
        return [open_record(raw) for raw in self._raw[after_seq + 1 : after_seq + 1 + records_max]]

    async def tip_seq(self) -> int:
        return len(self._raw) - 1

    async def find(self, signal_id: str) -> int | None:
        return self._decided.get(signal_id)


class MemoryPartition:
    """A broker's partition as it is on a good day: everything lands at once, in order, once."""

    def __init__(self) -> None:
        self._values: list[bytes] = []

    async def produce(self, values: Sequence[bytes]) -> int:
        self._values.extend(values)
        return len(self._values)

    async def fetch(self, *, offset: int, values_max: int) -> Sequence[tuple[int, bytes]]:
        return list(enumerate(self._values))[offset : offset + values_max]

    async def end(self) -> int:
        return len(self._values)


class MemorySnapshots:
    def __init__(self) -> None:
        self._kept: list[Snapshot] = []

    async def save(self, snapshot: Snapshot) -> None:
        self._kept.append(snapshot)

    async def latest(
        self, log_id: str, *, seq_max: int | None = None, at_max: int | None = None
    ) -> Snapshot | None:
        fitting = [
            it
            for it in self._kept
            if it.log_id == log_id
            and (seq_max is None or it.seq <= seq_max)
            and (at_max is None or it.at <= at_max)
        ]
        return max(fitting, key=lambda it: it.seq, default=None)


class MemoryPositions:
    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], FollowerPosition] = {}

    async def load(self, follower: str, log_id: str) -> FollowerPosition | None:
        return self._kept.get((follower, log_id))

    async def save(self, follower: str, log_id: str, position: FollowerPosition) -> None:
        self._kept[follower, log_id] = position
