"""Reading a jurisdiction's signals from an input that keeps them: a topic, not a waiting line.

Where to read on stands in the log, with the decisions; whatever position the input's own consumer
groups remember is a hint for people who watch lag.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import structlog

from coordinator.clock import Clock
from coordinator.engine.owner import Owner
from coordinator.errors import LogFull, NotDeciding
from schemas.signals.envelope import Signal

log = structlog.get_logger()

_PAUSE_MS = 1_000


class Arrival(NamedTuple):
    """A signal and its offset in the input."""

    offset: int
    signal: Signal


class Input(Protocol):
    """Signals of one jurisdiction in a kept order."""

    @property
    def source(self) -> str:
        """The name its position has in the cursor."""
        ...

    async def fetch(self, *, offset: int, signals_max: int, until: int | None) -> Sequence[Arrival]:
        """Return signals from an offset on; waits for one, but not beyond `until` (UTC ms)."""
        ...


class Intake:
    """Feeds an owner from an input, and lets deadlines pass when they are due."""

    def __init__(self, owner: Owner, source: Input, clock: Clock, *, batch_max: int) -> None:
        self._owner = owner
        self._input = source
        self._clock = clock
        self._batch_max = batch_max
        self._closing = False

    def close(self) -> None:
        """Take nothing more; `run` ends after the batch at hand."""
        self._closing = True

    async def run(self) -> None:
        """Serve until closed, or until the owner stops."""
        offset = self._owner.next_offset(self._input.source)
        while not self._closing and self._owner.stopped_because is None:
            arrivals = await self._input.fetch(
                offset=offset, signals_max=self._batch_max, until=self._owner.next_deadline
            )
            try:
                await self._owner.turn(
                    [it.signal for it in arrivals],
                    until=self._clock.now(),
                    source=self._input.source,
                    next_offsets=[it.offset + 1 for it in arrivals],
                )
            except LogFull:
                await self._clock.sleep_until(self._clock.now() + _PAUSE_MS)
                continue
            except NotDeciding:
                return
            if arrivals:
                offset = arrivals[-1].offset + 1
