"""A SQLite log read beside its home: over connections of its own, in threads.

Who looks at the past reads a great deal at once; whoever decides must not wait for that.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from coordinator.log.envelope import Record, open_record
from coordinator.log.sqlite import RECORDS_AFTER, records_of


class SqliteReader:
    """Reads one log of a home's file; opened for reading only."""

    def __init__(self, path: Path, log_id: str, *, judging: bool = False) -> None:
        """Open nothing yet.

        Args:
            path: the home's file.
            log_id: whose log.
            judging: refuse an altered record; who only looks is shown it, and what it breaks.
        """
        self._uri = f"{path.absolute().as_uri()}?mode=ro"
        self._log_id = log_id
        self._judging = judging
        self._free: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    @property
    def log_id(self) -> str:
        return self._log_id

    async def read(self, *, after_seq: int, records_max: int) -> Sequence[Record]:
        return await asyncio.to_thread(self.read_now, after_seq, records_max)

    def read_now(self, after_seq: int, records_max: int) -> list[Record]:
        """Read as `read` does, in the thread that asks."""
        rows = self._query(RECORDS_AFTER, (self._log_id, after_seq, records_max))
        if self._judging:
            return records_of(self._log_id, rows)
        return [open_record(raw) for raw, _ in rows]

    async def tip_seq(self) -> int:
        return await asyncio.to_thread(self._tip_seq)

    def close(self) -> None:
        """Close what is open; a later reading opens anew."""
        with self._lock:
            while self._free:
                self._free.pop().close()

    def _tip_seq(self) -> int:
        sql = "SELECT coalesce(max(seq), -1) FROM records WHERE log_id = ?"
        return int(self._query(sql, (self._log_id,))[0][0])

    def _query(self, sql: str, parameters: tuple[str | int, ...]) -> list[Any]:
        with self._lock:
            connection = self._free.pop() if self._free else None
        if connection is None:
            connection = sqlite3.connect(
                self._uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10
            )
        try:
            with closing(connection.execute(sql, parameters)) as cursor:
                return cursor.fetchall()
        finally:
            with self._lock:
                self._free.append(connection)
