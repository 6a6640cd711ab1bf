"""How far each log in a SQLite file goes, read beside whoever uses it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from coordinator.errors import BadFile

PATIENCE_S: Final = 30.0


class Tip(msgspec.Struct, frozen=True):
    """How far a log went; `at` in UTC milliseconds."""

    seq: int
    hash: str
    at: int


def tips_of(path: Path) -> dict[str, Tip]:
    """Return how far each log in a database goes.

    Raises:
        BadFile: it cannot be read.
    """
    try:
        with closing(reading(path)) as file:
            rows = file.execute(
                "SELECT log_id, seq, hash, at FROM records AS here WHERE seq ="
                " (SELECT max(seq) FROM records WHERE log_id = here.log_id)"
            ).fetchall()
    except sqlite3.DatabaseError as error:
        raise BadFile(path, f"cannot be read: {error}") from None
    return {log_id: Tip(seq, hash_.hex(), at) for log_id, seq, hash_, at in sorted(rows)}


def holds(path: Path, log_id: str, tip: Tip) -> bool:
    """Say whether a log has the very record that another one ended with."""
    with closing(reading(path)) as file:
        row = file.execute(
            "SELECT hash FROM records WHERE log_id = ? AND seq = ?", (log_id, tip.seq)
        ).fetchone()
    return row is not None and row[0].hex() == tip.hash


def reading(path: Path) -> sqlite3.Connection:
    """Connect to a database for reading only."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE_S)
