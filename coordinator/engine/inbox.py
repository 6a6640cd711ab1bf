"""The waiting line of one jurisdiction: bounded, batched, answered after confirmation.

Help and safety go first, then people, then machines: see `lanes`.
"""

import asyncio
from typing import Any, NamedTuple

from coordinator.clock import Clock
from coordinator.engine.lanes import Lanes
from coordinator.engine.owner import Owner
from coordinator.engine.speculation import Receipt
from coordinator.errors import LogFull, NotDeciding
from schemas.signals.envelope import Signal

_PAUSE_MS = 1_000


class _Waiting(NamedTuple):
    signal: Signal
    answer: "asyncio.Future[Receipt]"


class Inbox:
    """Feeds an owner: takes what waits, in batches, and lets deadlines pass when they are due."""

    def __init__(
        self, jurisdiction: str, owner: Owner, clock: Clock, *, waiting_max: int, batch_max: int
    ) -> None:
        self._jurisdiction = jurisdiction
        self._owner = owner
        self._clock = clock
        self._batch_max = batch_max
        self._line: Lanes[_Waiting] = Lanes(
            jurisdiction, each_max=waiting_max, of_one_max=max(1, waiting_max // 2)
        )
        self._news = asyncio.Event()
        self._closing = False
        self._keeping: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        return len(self._line)

    def submit(self, signal: Signal) -> "asyncio.Future[Receipt]":
        """Queue a signal; the future is done once it is on the log.

        Raises:
            Busy: its lane is full, or too much of its sender waits; nothing was taken.
            NotDeciding: the owner stopped or is stopping.
        """
        if self._closing or self._owner.stopped_because is not None:
            reason = self._owner.stopped_because or "stopping"
            raise NotDeciding(self._jurisdiction, reason)
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._line.put(signal, _Waiting(signal, answer))
        self._news.set()
        return answer

    def close(self) -> None:
        """Take nothing more; `run` ends when all that waits is answered."""
        self._closing = True
        self._news.set()

    async def run(self) -> None:
        """Serve until closed, or until the owner stops.

        A defect of the line itself stops the owner, too: nobody is let wait for what never comes.
        """
        try:
            await self._serve_all()
        except Exception as error:
            self._owner.stopped_by = error
            self._turn_away()
            raise
        if self._keeping is not None:
            await self._keeping

    async def _serve_all(self) -> None:
        while not (self._closing and not self._line):
            await self._wait()
            batch = self._line.take(self._batch_max)
            try:
                await self._serve(batch)
            except NotDeciding:
                self._turn_away()
                return
            except LogFull:
                # A deadline stays due while the log is full: asking again at once would only spin.
                await self._pause()

    async def _serve(self, batch: list[_Waiting]) -> None:
        signals = [it.signal for it in batch]
        try:
            receipts = await self._owner.confirm(signals, until=self._until())
        except (LogFull, NotDeciding) as error:
            for it in batch:
                if not it.answer.done():
                    it.answer.set_exception(error)
                    # The sender may have gone; an error nobody reads is no second error.
                    it.answer.exception()
            raise
        for it, receipt in zip(batch, receipts, strict=True):
            if not it.answer.done():
                it.answer.set_result(receipt)
        if self._owner.snapshot_due and (self._keeping is None or self._keeping.done()):
            self._keeping = asyncio.create_task(self._owner.keep_snapshot())

    def _until(self) -> int:
        """Return up to when deadlines pass: an answer that waits here in time is not late."""
        now, since = self._owner.now(), self._line.people_since
        return now if since is None else min(now, since)

    async def _wait(self) -> None:
        """Wait for a signal or for the next deadline, whichever comes first."""
        if self._line or self._closing:
            return
        await self._news_or(self._owner.wakes_at)

    async def _pause(self) -> None:
        """Wait a little, or for a signal, whose sender then learns that the log is full."""
        if not self._line and not self._closing:
            await self._news_or(self._clock.now() + _PAUSE_MS)

    async def _news_or(self, due: int | None) -> None:
        self._news.clear()
        things: set[asyncio.Task[Any]] = {asyncio.create_task(self._news.wait())}
        if due is not None:
            things.add(asyncio.create_task(self._clock.sleep_until(due)))
        try:
            await asyncio.wait(things, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in things:
                task.cancel()

    def _turn_away(self) -> None:
        for it in self._line.take_all():
            if not it.answer.done():
                reason = self._owner.stopped_because or "stopped"
                it.answer.set_exception(NotDeciding(self._jurisdiction, reason))
                it.answer.exception()
