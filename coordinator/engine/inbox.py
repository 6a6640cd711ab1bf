"""The waiting line of one jurisdiction: bounded, batched, answered after confirmation."""

import asyncio
from collections import deque
from typing import Any, NamedTuple

from coordinator.clock import Clock
from coordinator.engine.owner import Owner
from coordinator.engine.speculation import Receipt
from coordinator.errors import Busy, LogFull, NotDeciding
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
        self._waiting_max = waiting_max
        self._batch_max = batch_max
        self._line: deque[_Waiting] = deque()
        self._news = asyncio.Event()
        self._closing = False
        self._keeping: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        return len(self._line)

    def submit(self, signal: Signal) -> "asyncio.Future[Receipt]":
        """Queue a signal; the future is done once it is on the log.

        Raises:
            Busy: the line is full; nothing was taken.
            NotDeciding: the owner stopped or is stopping.
        """
        if self._closing or self._owner.stopped_because is not None:
            reason = self._owner.stopped_because or "stopping"
            raise NotDeciding(self._jurisdiction, reason)
        if len(self._line) >= self._waiting_max:
            raise Busy(self._jurisdiction, len(self._line))
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._line.append(_Waiting(signal, answer))
        self._news.set()
        return answer

    def close(self) -> None:
        """Take nothing more; `run` ends when all that waits is answered."""
        self._closing = True
        self._news.set()

    async def run(self) -> None:
        """Serve until closed, or until the owner stops."""
        await self._serve_all()
        if self._keeping is not None:
            await self._keeping

    async def _serve_all(self) -> None:
        while not (self._closing and not self._line):
            await self._wait()
            batch = [self._line.popleft() for _ in range(min(len(self._line), self._batch_max))]
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
            receipts = await self._owner.confirm(signals, until=self._owner.now())
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
        while self._line:
            it = self._line.popleft()
            if not it.answer.done():
                reason = self._owner.stopped_because or "stopped"
                it.answer.set_exception(NotDeciding(self._jurisdiction, reason))
                it.answer.exception()
