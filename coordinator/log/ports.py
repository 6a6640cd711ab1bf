"""What the coordinator needs of a log and of what stands beside it. SQLite, memory, Kafka answer.

One contract test-suite runs against every adapter.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from coordinator.log.envelope import Record
from schemas.bounds import spelled_out


class LogReader(Protocol):
    """The log of one jurisdiction for those who only read it."""

    @property
    def log_id(self) -> str: ...

    async def read(self, *, after_seq: int, records_max: int) -> Sequence[Record]:
        """Return up to `records_max` records later than `after_seq`, oldest first, as stored."""
        ...

    async def tip_seq(self) -> int:
        """Return the seq of the last record stored, -1 for an empty log."""
        ...


class DecisionLog(LogReader, Protocol):
    """The log of one jurisdiction."""

    async def append(self, records: Sequence[Record]) -> None:
        """Make records durable after the tip, all or none; durable when it returns.

        Raises:
            StaleTip: another writer was first; nothing was written.
            DuplicateSignal: one of the signals is decided already; nothing was written.
            LogFull: no space; nothing was written.
            LogInDoubt: the outcome is unknown; read the log to learn it.
        """
        ...

    async def find(self, signal_id: str) -> int | None:
        """Return the seq of the record that decided a signal, None if none did."""
        ...


class Snapshot(NamedTuple):
    """A state at one record. One whose hash is not on the chain is thrown away.

    `place` says where in its partition the log may be read from; empty on one machine.
    """

    log_id: str
    seq: int
    hash: bytes
    at: int
    epoch: int
    cursor: bytes
    code_version: str
    state: bytes
    place: bytes = b""


class SnapshotStore(Protocol):
    async def save(self, snapshot: Snapshot) -> None: ...

    async def latest(
        self, log_id: str, *, seq_max: int | None = None, at_max: int | None = None
    ) -> Snapshot | None:
        """Return the newest snapshot not later than the bounds."""
        ...


class FollowerPosition(NamedTuple):
    """How far a follower got; re-checked against the chain when it comes back."""

    seq: int
    hash: bytes


class Positions(Protocol):
    async def load(self, follower: str, log_id: str) -> FollowerPosition | None: ...

    async def save(self, follower: str, log_id: str, position: FollowerPosition) -> None: ...


class DeadLetter(NamedTuple):
    """Something that came in and could not be understood: kept whole, with the reason."""

    at: int
    source: str
    reason: str
    field: str
    value: str
    original: bytes

    def spelled_out(self) -> "DeadLetter":
        """Return it with every text as it can be kept: it is about what could not be understood."""
        at, *texts, original = self
        source, reason, field, value = map(spelled_out, texts)
        return DeadLetter(at, source, reason, field, value, original)


class DeadLetters(Protocol):
    def put(self, letter: DeadLetter) -> None: ...

    def newest(self, limit: int) -> list[DeadLetter]: ...

    def count(self) -> int: ...
