"""Reading a jurisdiction's signals from inputs that keep them: topics, not a waiting line.

Where to read on stands in the log, with the decisions; whatever position the inputs' own consumer
groups remember is a hint for people who watch lag.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import structlog

from coordinator.clock import Clock
from coordinator.domain.turned_away import is_turning_away
from coordinator.engine.owner import Owner
from coordinator.engine.speculation import Place
from coordinator.errors import LogFull, NotDeciding
from schemas.events.notice import SignalRefused
from schemas.signals.envelope import Signal

log = structlog.get_logger()

_PAUSE_MS = 1_000


class Arrival(NamedTuple):
    """A signal, the name its input has in the cursor, its offset there, and how it came."""

    source: str
    offset: int
    signal: Signal
    came_as: Any = None


class Inputs(Protocol):
    """Signals of one jurisdiction, each input in a kept order."""

    def begin(self, cursor: Mapping[str, int]) -> None:
        """Read every input from its offset in the cursor on, the others from their beginning."""
        ...

    async def fetch(self, *, signals_max: int, until: int | None) -> Sequence[Arrival]:
        """Return the next signals; waits for one, but not beyond `until` (UTC ms)."""
        ...

    async def turned_away(self, arrival: Arrival, refused: SignalRefused) -> None:
        """Keep a signal that was not decided where people look for such: nobody waits for an
        answer."""
        ...


class Intake:
    """Feeds an owner from its inputs, and lets deadlines pass when they are due."""

    def __init__(self, owner: Owner, inputs: Inputs, clock: Clock, *, batch_max: int) -> None:
        self._owner = owner
        self._inputs = inputs
        self._clock = clock
        self._batch_max = batch_max
        self._closing = False

    def close(self) -> None:
        """Take nothing more; `run` ends after the batch at hand."""
        self._closing = True

    async def run(self) -> None:
        """Serve until closed, or until the owner stops."""
        self._inputs.begin(self._owner.confirmed.tip.cursor)
        arrivals: Sequence[Arrival] = ()
        while not self._closing and self._owner.stopped_because is None:
            if not arrivals:
                arrivals = await self._inputs.fetch(
                    signals_max=self._batch_max, until=self._owner.wakes_at
                )
            try:
                await self._serve(arrivals)
            except LogFull:
                await self._clock.sleep_until(self._clock.now() + _PAUSE_MS)
                continue
            except NotDeciding:
                return
            arrivals = ()

    async def _serve(self, arrivals: Sequence[Arrival]) -> None:
        # What an input gives a second time was decided: the log says so.
        new = [it for it in arrivals if it.offset >= self._owner.next_offset(it.source)]
        receipts = await self._owner.turn(
            [it.signal for it in new],
            until=self._owner.now(),
            places=[Place(it.source, it.offset + 1) for it in new],
        )
        for it, receipt in zip(new, receipts, strict=True):
            if receipt.refused is not None and is_turning_away(receipt.refused):
                await self._inputs.turned_away(it, receipt.refused)
