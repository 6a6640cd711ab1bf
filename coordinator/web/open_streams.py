"""Live streams of one holder: so many and no more, so that nobody holds them all."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Final

from coordinator.web.problems import Problem
from coordinator.web.tokens import Holder
from schemas.sentences import answers

STREAMS_MAX: Final = 50
"""Pages that one token has open at once: a wall of screens, and a phone in each pocket."""


class OpenStreams:
    """Counts the streams that are being read, by who reads them."""

    def __init__(self) -> None:
        self._of: Counter[str] = Counter()

    def of(self, asking: Holder, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Return a stream that counts while it is read.

        Raises:
            Problem: 429 when its reader has as many open as one may.
        """
        if self._of[asking.digest] >= STREAMS_MAX:
            said = answers.streams_more_than(STREAMS_MAX)
            raise Problem(429, "too_many_streams", said, headers={"Retry-After": "10"})
        return self._counted(asking.digest, stream)

    async def _counted(self, reader: str, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        self._of[reader] += 1
        try:
            async for part in stream:
                yield part
        finally:
            self._of[reader] -= 1
            if not self._of[reader]:
                del self._of[reader]
