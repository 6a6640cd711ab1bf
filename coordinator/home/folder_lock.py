"""Who owns a data folder: one process at a time, and for as long as it lives.

The operating system's lock on a small file, so that it ends with its process, however that ends.
The file says whom to ask. Who only reads takes no lock; nor do changes to tokens, which are
transactions of their own.
"""

import fcntl
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple, Self

from coordinator.errors import BadFile, FolderHeld
from coordinator.private.file import make_private_folder

LOCK_NAME: Final = "coordinator.lock"
_NAMED_BYTES_MAX: Final = 2_000


class Use(NamedTuple):
    """What a process does with a folder.

    Args:
        command: as its user knows it.
        serves: whether it answers over HTTP until it is ended.
        instead: how the same is done while a server has the folder; empty: not at all.
    """

    command: str
    serves: bool = False
    instead: str = ""


class Holder(NamedTuple):
    """Who has a folder, as far as its file says."""

    command: str
    pid: int
    serves: bool
    url: str | None = None


class FolderLock:
    def __init__(self, file: int, use: Use) -> None:
        self._file: int | None = file
        self._use = use
        self._name(None)

    @classmethod
    def take(cls, folder: Path, use: Use) -> Self:
        """Take a folder, which is made if it is not there.

        Raises:
            FolderHeld: another process has it.
            BadFile: it cannot be made or locked.
        """
        path = folder / LOCK_NAME
        try:
            make_private_folder(folder)
            file = _locked(path)
        except OSError as error:
            raise BadFile(path, f"cannot be locked: {error.strerror or error}") from None
        if file is None:
            holder = held_by(folder)
            raise FolderHeld(folder, holder and (holder.command, holder.pid), _advice(use, holder))
        return cls(file, use)

    def answers_at(self, url: str) -> None:
        """Let others know where the server of this folder answers."""
        self._name(url)

    def _name(self, url: str | None) -> None:
        if self._file is not None:
            it = {"command": self._use.command, "pid": os.getpid(), "serves": self._use.serves}
            _write(self._file, json.dumps(it | {"url": url}))

    def release(self) -> None:
        """Let others have it; a second time does nothing."""
        if self._file is not None:
            _write(self._file, "")
            # Said outright: a child that is just being started holds the file a moment longer.
            fcntl.flock(self._file, fcntl.LOCK_UN)
            os.close(self._file)
            self._file = None


def held_by(folder: Path) -> Holder | None:
    """Return whom the file of a folder names; None: nobody, or not yet."""
    try:
        with (folder / LOCK_NAME).open("rb") as file:
            found = json.loads(file.read(_NAMED_BYTES_MAX))
        url = found.get("url")
        return Holder(
            str(found["command"]), int(found["pid"]), found["serves"] is True, url and str(url)
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def server_of(folder: Path) -> str | None:
    """Return where the server that has a folder answers; None: none does."""
    holder = held_by(folder)
    if holder is None or not holder.serves or holder.url is None:
        return None
    try:
        # The file of a server that was killed still names it, and its port may be another's by now.
        os.kill(holder.pid, 0)
    except PermissionError:
        return holder.url
    except (OSError, OverflowError):
        return None
    return holder.url


def _locked(path: Path) -> int | None:
    """Return the file, locked; None if another has the lock."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Somebody may have removed the folder, and another made it anew, while we opened it.
            if os.path.samestat(os.fstat(file), path.stat()):
                return file
        except BlockingIOError:
            os.close(file)
            return None
        except FileNotFoundError:
            make_private_folder(path.parent)
        except OSError:
            os.close(file)
            raise
        os.close(file)


def _write(file: int, text: str) -> None:
    # The lock is what counts: a full disk only leaves it without a name.
    with suppress(OSError):
        os.ftruncate(file, 0)
        os.pwrite(file, text.encode("utf-8", "backslashreplace"), 0)


def _advice(use: Use, holder: Holder | None) -> str:
    if holder is not None and holder.serves:
        return f"stop it first{f', or {use.instead}' if use.instead else ''}"
    return "try again when it has ended"
