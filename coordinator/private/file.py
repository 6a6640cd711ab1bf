"""Files that only their owner can read."""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from coordinator.errors import BadFile


def write_new_private(path: Path, content: bytes) -> None:
    """Write a file only its owner can read, never over another.

    Raises:
        FileExistsError: there is one.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def open_private(
    path: Path, schema: str, *, holds: str, pragmas: Sequence[str] = ()
) -> sqlite3.Connection:
    """Open or create a file only its owner can read.

    Args:
        path: where it is or will be.
        schema: statements that make its tables where they are not there yet.
        holds: what is in it, for the error.
        pragmas: how it is kept, each as `name = value`.

    Raises:
        BadFile: it is not such a file.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    path.chmod(0o600)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        connection.executescript(schema)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise BadFile(path, f"not a file of {holds}: {error}") from None
    return connection
