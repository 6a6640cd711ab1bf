"""Whether anybody else sends from a file of deliveries now: the operating system's lock says.

A sender holds it shared for as long as it lives, however it ends. Who gets it alone knows that
every claim in the file is of somebody dead.
"""

import fcntl
import os
from pathlib import Path

from coordinator.private.file import append_to_private


class SenderLock:
    """A lock on a small file beside the deliveries."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def join(self) -> bool:
        """Become a sender; True: there is no other, and none begins until `share`."""
        if self._file is None:
            with append_to_private(self._path) as file:
                self._file = os.dup(file.fileno())
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # The one that is alone this moment is soon one of many.
            self.share()
            return False
        return True

    def share(self) -> None:
        """Go on beside others."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_SH)

    def leave(self) -> None:
        """Send no more; a second time does nothing."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
