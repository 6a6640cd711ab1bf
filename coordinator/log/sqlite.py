"""The logs of one machine in one SQLite file, and everything that must commit with them.

One thread writes; it takes all appends that wait, whichever log they are for, into one
transaction (group commit). COMMIT with synchronous=FULL is the confirmation. Readers have
connections of their own.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, NamedTuple

from coordinator.errors import (
    Altered,
    BadFile,
    DuplicateSignal,
    LogError,
    LogFull,
    LogInDoubt,
    StaleTip,
)
from coordinator.log.envelope import Record, open_record
from coordinator.log.ports import DeadLetter, FollowerPosition, Snapshot

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
  log_id TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, signal_id TEXT,
  hash BLOB NOT NULL, raw BLOB NOT NULL, PRIMARY KEY (log_id, seq)) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS decided ON records (log_id, signal_id)
  WHERE signal_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS snapshots (
  log_id TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, at INTEGER NOT NULL,
  epoch INTEGER NOT NULL, cursor BLOB NOT NULL, code_version TEXT NOT NULL, state BLOB NOT NULL,
  PRIMARY KEY (log_id, seq)) STRICT;
CREATE INDEX IF NOT EXISTS snapshots_by_time ON snapshots (log_id, at);
CREATE TABLE IF NOT EXISTS positions (
  follower TEXT NOT NULL, log_id TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (follower, log_id)) STRICT;
CREATE TABLE IF NOT EXISTS dead_letters (
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL,
  field TEXT NOT NULL, value TEXT NOT NULL, original BLOB NOT NULL) STRICT;
"""
RECORDS_AFTER: Final = (
    "SELECT raw, hash FROM records WHERE log_id = ? AND seq > ? ORDER BY seq LIMIT ?"
)
_ORIGINAL_BYTES_MAX = 65_536
_LARGEST = 2**62
_BEFORE = "SELECT * FROM snapshots WHERE log_id = ? AND seq <= ? AND at <= ?"
# Each by the index that tells where to look: states are large, and only the one wanted is touched.
_NEWEST = f"{_BEFORE} ORDER BY seq DESC LIMIT 1"
_NEWEST_BY_TIME = f"{_BEFORE} ORDER BY at DESC, seq DESC LIMIT 1"

Work = Callable[[sqlite3.Connection], None]


class _Seen(NamedTuple):
    """What a file looked like, and whether somebody has it open."""

    used: bool
    written: int
    size: int


def _look(path: Path) -> _Seen:
    found = path.stat() if path.exists() else None
    used = path.with_name(f"{path.name}-wal").exists()
    return _Seen(used, found.st_mtime_ns if found else 0, found.st_size if found else 0)


class SqliteFile:
    """One file; `log(log_id)` gives one jurisdiction's log in it."""

    def __init__(
        self, path: Path, *, pages_max: int | None = None, untouched: bool = False
    ) -> None:
        """Open or create a file.

        Args:
            path: where it is or will be.
            pages_max: a bound on its size in SQLite pages; None for none.
            untouched: only read it, and leave no trace; `still` says whether that was sound.

        Raises:
            BadFile: it is not a database of ours.
        """
        self.path = path
        self._pages_max = pages_max
        self._seen = _look(path)
        try:
            if untouched:
                self._reader = self._look_at()
                self._closed = True
                return
            self._reader = self._connect()
            self._reader.executescript(_SCHEMA)
            writing = self._connect()
        except sqlite3.DatabaseError as error:
            raise BadFile(path, f"not a coordinator database: {error}") from None
        self._waiting: queue.SimpleQueue[tuple[Work, Future[None], str] | None] = (
            queue.SimpleQueue()
        )
        self._closed = False
        self._writer = threading.Thread(
            target=self._write, args=(writing,), name="log-writer", daemon=True
        )
        self._writer.start()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=10
        )
        connection.execute("PRAGMA journal_mode = WAL")
        # An acknowledged dispatch must survive a power cut, not only a crash of ours.
        connection.execute("PRAGMA synchronous = FULL")
        if self._pages_max is not None:
            connection.execute(f"PRAGMA max_page_count = {int(self._pages_max)}")
        return connection

    def _look_at(self) -> sqlite3.Connection:
        """Connect for reading only. Without a `-wal` nobody uses the file; reading it as one that
        does not change leaves none behind.
        """
        mode = "mode=ro" if self._seen.used else "mode=ro&immutable=1"
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=10
        )
        connection.execute("SELECT 1 FROM records LIMIT 1").close()
        return connection

    def still(self) -> bool:
        """Say whether a file that nobody seemed to use stayed as it was while it was read."""
        return self._seen.used or _look(self.path) == self._seen

    def log(self, log_id: str) -> "SqliteLog":
        return SqliteLog(self, log_id)

    def log_ids(self) -> list[str]:
        rows = self._reader.execute("SELECT DISTINCT log_id FROM records ORDER BY log_id")
        return [log_id for (log_id,) in rows]

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Read with the reading connection."""
        return self._reader.execute(sql, parameters).fetchall()

    async def transact(self, work: Work, log_id: str = "-") -> None:
        """Do some writing in the next transaction; durable when it returns.

        Raises:
            LogError: as `DecisionLog.append` says.
            Exception: whatever `work` itself raised; nothing of it was written.
        """
        await asyncio.wrap_future(self._asked(work, log_id))

    def transact_now(self, work: Work) -> None:
        """Do some writing in the next transaction and wait for it: for code that is not async."""
        self._asked(work, "-").result()

    def _asked(self, work: Work, log_id: str) -> Future[None]:
        if self._closed:
            raise LogFull(log_id, "the file is closed, or open for reading only")
        done: Future[None] = Future()
        self._waiting.put((work, done, log_id))
        return done

    def close(self) -> None:
        """Finish what waits and close."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
            self._writer.join()
        self._reader.close()

    def _write(self, connection: sqlite3.Connection) -> None:
        """Write what is asked for until closed. Nothing may end this thread: all would wait for
        ever.
        """
        going = True
        while going:
            batch = [self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            going = None not in batch
            # Who no longer waits is passed over; from here on nobody can step back any more.
            jobs = [it for it in batch if it is not None and it[1].set_running_or_notify_cancel()]
            try:
                if jobs:
                    _commit_together(connection, jobs)
            except Exception as error:  # noqa: BLE001 - told to everybody who waits for it
                for _, done, log_id in jobs:
                    if not done.done():
                        done.set_exception(LogInDoubt(log_id, repr(error)))
        connection.close()


def _commit_together(  # noqa: C901 - one transaction, and what each job is told of it
    connection: sqlite3.Connection, jobs: list[tuple[Work, Future[None], str]]
) -> None:
    """One transaction for all; a job that fails takes back its own writes only."""
    passed: list[tuple[Future[None], str]] = []
    failed: list[tuple[Future[None], Exception]] = []
    try:
        connection.execute("BEGIN IMMEDIATE")
        for work, done, log_id in jobs:
            connection.execute("SAVEPOINT job")
            try:
                work(connection)
                passed.append((done, log_id))
            except Exception as error:
                # Whatever it is, it is told to who asked, and ends nobody else's writing.
                if not connection.in_transaction:
                    raise
                connection.execute("ROLLBACK TO job")
                known = isinstance(error, (LogError, sqlite3.Error))
                told = _as_log_error(error, log_id, committing=False) if known else error
                failed.append((done, told))
            connection.execute("RELEASE job")
        connection.execute("COMMIT")
    except Exception as error:  # noqa: BLE001 - as above
        committing = connection.in_transaction
        if committing:
            connection.execute("ROLLBACK")
        answered = {id(done) for done, _ in failed}
        for _, done, log_id in jobs:
            if id(done) not in answered:
                done.set_exception(_as_log_error(error, log_id, committing=committing))
    else:
        for done, _ in passed:
            done.set_result(None)
    for done, reason in failed:
        done.set_exception(reason)


def _as_log_error(error: Exception, log_id: str, *, committing: bool) -> LogError:
    if isinstance(error, LogError):
        return error
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return LogFull(log_id, str(error))
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and not committing:
        return LogFull(log_id, f"another process holds the file: {error}")
    return LogInDoubt(log_id, str(error))


def records_of(log_id: str, rows: Iterable[tuple[bytes, bytes]]) -> list[Record]:
    """Open records as they stand in the file, each beside its hash.

    The chain shows an altered record by the one after it, and the last one not at all. The hash
    beside it names it at once, unless whoever altered it wrote that anew, too.

    Raises:
        Altered: naming the record.
        UndecodableEnvelope: naming the field that cannot be so.
    """
    found: list[Record] = []
    for raw, hash_ in rows:
        record = open_record(raw)
        if record.hash != hash_:
            raise Altered(log_id=log_id, seq=record.seq, before=found)
        found.append(record)
    return found


class SqliteLog:
    def __init__(self, file: SqliteFile, log_id: str) -> None:
        self._file = file
        self._log_id = log_id

    @property
    def log_id(self) -> str:
        return self._log_id

    async def append(self, records: Sequence[Record]) -> None:
        if records:
            await self._file.transact(lambda it: _append(it, self._log_id, records), self._log_id)

    async def read(self, *, after_seq: int, records_max: int) -> Sequence[Record]:
        rows = self._file.query(RECORDS_AFTER, (self._log_id, after_seq, records_max))
        return records_of(self._log_id, rows)

    async def tip_seq(self) -> int:
        return _tip_seq(self._file.query, self._log_id)

    async def find(self, signal_id: str) -> int | None:
        rows = self._file.query(
            "SELECT seq FROM records WHERE log_id = ? AND signal_id = ?",
            (self._log_id, signal_id),
        )
        return rows[0][0] if rows else None


def _tip_seq(query: Callable[[str, Sequence[Any]], Any], log_id: str) -> int:
    rows = query("SELECT coalesce(max(seq), -1) FROM records WHERE log_id = ?", (log_id,))
    return int(next(iter(rows))[0])


def _append(connection: sqlite3.Connection, log_id: str, records: Sequence[Record]) -> None:
    tip = _tip_seq(connection.execute, log_id)
    if records[0].seq != tip + 1:
        raise StaleTip(log_id=log_id, expected_seq=records[0].seq - 1, actual_seq=tip)
    try:
        connection.executemany(
            "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)",
            [(log_id, it.seq, it.at, it.signal_id or None, it.hash, it.raw) for it in records],
        )
    except sqlite3.IntegrityError:
        for record in records:
            found = connection.execute(
                "SELECT 1 FROM records WHERE log_id = ? AND signal_id = ? AND seq <= ?",
                (log_id, record.signal_id, tip),
            ).fetchone()
            if found:
                raise DuplicateSignal(log_id=log_id, signal_id=record.signal_id) from None
        raise


class SqliteSnapshots:
    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def save(self, snapshot: Snapshot) -> None:
        await self._file.transact(
            lambda it: it.execute(
                "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?, ?, ?)", snapshot[:8]
            ).close()
        )

    async def latest(
        self, log_id: str, *, seq_max: int | None = None, at_max: int | None = None
    ) -> Snapshot | None:
        rows = self._file.query(
            _NEWEST if at_max is None else _NEWEST_BY_TIME,
            (
                log_id,
                _LARGEST if seq_max is None else seq_max,
                _LARGEST if at_max is None else at_max,
            ),
        )
        return Snapshot(*rows[0]) if rows else None


class SqlitePositions:
    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def load(self, follower: str, log_id: str) -> FollowerPosition | None:
        rows = self._file.query(
            "SELECT seq, hash FROM positions WHERE follower = ? AND log_id = ?", (follower, log_id)
        )
        return FollowerPosition(*rows[0]) if rows else None

    async def save(self, follower: str, log_id: str, position: FollowerPosition) -> None:
        await self._file.transact(lambda it: save_position(it, follower, log_id, position))


def save_position(
    connection: sqlite3.Connection, follower: str, log_id: str, position: FollowerPosition
) -> None:
    """Keep a follower's position in the transaction at hand, beside what it wrote."""
    connection.execute(
        "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)",
        (follower, log_id, position.seq, position.hash),
    )


class SqliteDeadLetters:
    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def put(self, letter: DeadLetter) -> None:
        kept = letter.spelled_out()._replace(original=letter.original[:_ORIGINAL_BYTES_MAX])
        self._file.transact_now(
            lambda it: it.execute(
                "INSERT INTO dead_letters (at, source, reason, field, value, original)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                kept,
            ).close()
        )

    def newest(self, limit: int) -> list[DeadLetter]:
        rows = self._file.query(
            "SELECT at, source, reason, field, value, original FROM dead_letters"
            " ORDER BY id DESC LIMIT ?",
            (limit,),
        )
        return [DeadLetter(*row) for row in rows]

    def count(self) -> int:
        return int(self._file.query("SELECT count(*) FROM dead_letters")[0][0])
