"""Seeing that a database was put back by hand, and that what lies beside it is another one's.

SQLite keeps the latest writes in a `-wal` beside the file and cannot tell whose it is: beside a
copy that was put back, it would write pages of the one into the other. So each database carries a
stamp, renewed every hour, which stands in a small file beside them, too. A database whose stamp is
an older one was put back.
"""

import asyncio
import json
import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import structlog

from coordinator.errors import BadFile
from coordinator.private.file import replace_private

log = structlog.get_logger()

STAMPS_NAME: Final = "stamps.json"
RENEWED_S: Final = 3_600.0
_TABLE: Final = "CREATE TABLE IF NOT EXISTS stamp (one INTEGER PRIMARY KEY, value TEXT) STRICT"
_PATIENCE_S: Final = 10.0


def put_back(folder: Path) -> tuple[str, ...]:
    """Return the databases of a folder that are not the ones which were last used there.

    Asked before any of them is opened, and by who alone uses the folder.

    Raises:
        BadFile: beside one that was put back lies the `-wal` of the one before.
    """
    found = []
    for name, known in sorted(_read(folder).items()):
        path = folder / name
        if not path.exists() or _is_one_of(path, known):
            continue
        beside = path.with_name(f"{name}-wal")
        if beside.exists() and beside.stat().st_size:
            raise BadFile(
                beside,
                f"belongs to another {name} than the one beside it, which was put back; move it"
                f" and {name}-shm out of the folder (or, if all of them were put back together from"
                f" one folder, remove {STAMPS_NAME})",
            )
        found.append(name)
    return tuple(found)


def _is_one_of(path: Path, known: Sequence[str]) -> bool:
    try:
        return stamp_of(path) in known
    except sqlite3.DatabaseError:
        # Who opens it will say what is wrong with it, if anything is.
        return True


def renew(folder: Path) -> None:
    """Give each database of a folder a new stamp; a full disk leaves the old ones."""
    for path in sorted(folder.glob("*.db")):
        known = _read(folder)
        fresh = secrets.token_hex(8)
        try:
            # All are good until the new one is where only the file itself is looked at: who reads
            # for long may keep it in the `-wal` for hours.
            good = known.get(path.name) or [stamp_of(path)]
            _write(folder, known | {path.name: [*good, fresh]})
            with closing(sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE_S)) as file:
                file.execute(_TABLE)
                file.execute("INSERT OR REPLACE INTO stamp VALUES (1, ?)", (fresh,))
                file.execute("PRAGMA wal_checkpoint(PASSIVE)").close()
            if stamp_of(path) == fresh:
                _write(folder, _read(folder) | {path.name: [fresh]})
        except (OSError, sqlite3.Error) as error:
            log.warning("stamps.not_renewed", database=path.name, reason=str(error))


async def keep_renewing(folder: Path) -> None:
    """Renew the stamps of a folder every hour, for ever."""
    while True:
        await asyncio.sleep(RENEWED_S)
        await asyncio.to_thread(renew, folder)


def stamp_of(path: Path) -> str:
    """Return the stamp in the file of a database itself, whatever lies beside it; empty: none.

    Raises:
        DatabaseError: it cannot be read so; after a checkpoint that was cut short, perhaps.
    """
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as file:
        there = file.execute("SELECT 1 FROM sqlite_master WHERE name = 'stamp'").fetchone()
        row = there and file.execute("SELECT value FROM stamp").fetchone()
    return row[0] if row else ""


def _read(folder: Path) -> dict[str, list[str]]:
    try:
        found = json.loads((folder / STAMPS_NAME).read_bytes())
        return {str(name): [str(it) for it in known] for name, known in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(folder: Path, stamps: dict[str, list[str]]) -> None:
    replace_private(folder / STAMPS_NAME, json.dumps(stamps).encode())
