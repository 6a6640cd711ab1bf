"""Files that only their owner can read."""

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from coordinator.errors import BadFile

_PATIENCE_S = 10.0
_LOOK_AGAIN_S = 0.02


def write_new_private(path: Path, content: bytes) -> None:
    """Write a file only its owner can read, never over another.

    Raises:
        FileExistsError: there is one.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def open_private(
    path: Path | None, schema: str, *, holds: str, pragmas: Sequence[str] = ()
) -> sqlite3.Connection:
    """Open or create a file only its owner can read.

    Args:
        path: where it is or will be; None for one in memory.
        schema: statements that make its tables where they are not there yet.
        holds: what is in it, for the error.
        pragmas: how it is kept, each as `name = value`.

    Raises:
        BadFile: it is not such a file.
    """
    if path is not None:
        # Never opened where it is there: to close it would drop the locks of every connection to it
        # in this process, and another process would take its latest writes for nobody's.
        with suppress(FileExistsError):
            write_new_private(path, b"")
        path.chmod(0o600)
    connection = sqlite3.connect(
        path or ":memory:", isolation_level=None, check_same_thread=False, timeout=_PATIENCE_S
    )
    try:
        _made_ready(connection, [*(f"PRAGMA {it}" for it in pragmas), *_statements(schema)])
    except sqlite3.DatabaseError as error:
        connection.close()
        raise BadFile(path, f"not a file of {holds}: {error}") from None
    return connection


def look_at_private(path: Path, schema: str, *, holds: str) -> sqlite3.Connection:
    """Open a file for reading only; where there is none, one in memory with nothing in it.

    Raises:
        BadFile: it is not such a file.
    """
    if not path.exists():
        return open_private(None, schema, holds=holds)
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=_PATIENCE_S
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").close()
    except sqlite3.DatabaseError as error:
        connection.close()
        raise BadFile(path, f"not a file of {holds}: {error}") from None
    return connection


def _made_ready(connection: sqlite3.Connection, statements: Sequence[str]) -> None:
    """Set a file up, also while another process does the same.

    Whoever turns a file to WAL, or makes its tables, is not waited for by SQLite itself: the other
    is told at once that it is locked.
    """
    until = time.monotonic() + _PATIENCE_S
    for statement in statements:
        while True:
            try:
                connection.execute(statement)
                break
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                if not busy or time.monotonic() > until:
                    raise
            time.sleep(_LOOK_AGAIN_S)


def _statements(schema: str) -> list[str]:
    return [it for it in schema.split(";") if it.strip()]
