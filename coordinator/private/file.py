"""Files and folders that only their owner can read, whatever the umask says.

One that is found readable by others (copied back from a backup, made by hand) is mended, and the
log of the program says so: whoever read it until then has read it.
"""

import os
import sqlite3
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

import structlog

from coordinator.errors import BadFile

log = structlog.get_logger()

_PATIENCE_S = 10.0
_LOOK_AGAIN_S = 0.02
_FILE_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700
_BESIDE: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file; the same rows stand in them."""
_PRIVATE_SUFFIXES: Final = (
    ".db", *(f".db{it}" for it in _BESIDE), ".key", ".pem", ".log", ".lock",
)  # fmt: skip


def append_to_private(path: Path) -> BinaryIO:
    """Open a file to write on at its end; one that is made now only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _FILE_MODE), "ab")


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, or mend one, with the private files in it.

    Files of other kinds (maps, say) are left as they are: nobody else can enter the folder.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    keep_private(folder)
    for path in sorted(folder.iterdir()):
        if path.name.endswith(_PRIVATE_SUFFIXES) and path.is_file():
            keep_private(path)


def open_to_others(folder: Path) -> list[tuple[Path, int]]:
    """Return what is private in a data folder, itself with it, and others can read; with its mode.

    Nothing is mended: who only reads changes nothing. A folder that holds nothing of ours, named by
    mistake perhaps, is not looked at.
    """
    try:
        held = [it for it in sorted(folder.iterdir()) if it.name.endswith(_PRIVATE_SUFFIXES)]
    except OSError:
        return []
    found = []
    for path in (folder, *held) if any(it.name.endswith(".db") for it in held) else ():
        with suppress(OSError):  # A `-wal` comes and goes with who uses the file.
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                found.append((path, mode))
    return found


def keep_private(path: Path) -> None:
    """Take a file or folder from everybody but its owner, and say so if anybody else had it.

    One that belongs to another user cannot be mended; the log says that it stays open.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:  # A `-wal` comes and goes with who uses the file.
        return
    ours = mode & (_FOLDER_MODE if path.is_dir() else _FILE_MODE)
    if mode == ours:
        return
    try:
        path.chmod(ours)
    except FileNotFoundError:
        return
    except OSError as error:
        log.warning("private.open_to_others", path=str(path), mode=f"{mode:o}", reason=str(error))
        return
    log.warning("private.was_open_to_others", path=str(path), was=f"{mode:o}", now=f"{ours:o}")


def keep_database_private(path: Path) -> None:
    """Make the file of a database if there is none, and keep it and what is beside it private.

    SQLite gives what it makes beside a file the mode of that file.
    """
    # Never opened where it is there: to close it would drop the locks of every connection to it
    # in this process, and another process would take its latest writes for nobody's.
    with suppress(FileExistsError):
        write_new_private(path, b"")
    for it in (path, *(path.with_name(path.name + beside) for beside in _BESIDE)):
        keep_private(it)


def write_new_private(path: Path, content: bytes) -> None:
    """Write a file only its owner can read, never over another.

    Raises:
        FileExistsError: there is one.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "wb") as file:
        file.write(content)


def replace_private(path: Path, content: bytes) -> None:
    """Write a file only its owner can read, in the place of one that may be there: whole and on the
    disk, or not at all.

    Raises:
        OSError: it cannot be written; what was there is there still.
    """
    # A name of its own: two processes may write the same file at once.
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        fresh.unlink(missing_ok=True)
        write_new_private(fresh, content)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


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
        keep_database_private(path)
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
