"""A process of the simulated world: it can be killed, stand still, and have a wrong clock."""

import asyncio
import random
from collections.abc import Awaitable
from typing import Any

from coordinator.simulation.history import START, History
from coordinator.simulation.loop import now, sleep


class Process:
    """Whoever acts through ports. Every port waits here, so here is where a process dies."""

    def __init__(self, name: str, seed: str, history: History) -> None:
        self.name = name
        self.chance = random.Random(f"{seed}/{name}")
        self.alive = True
        self.skew_ms = 0
        self._history = history
        self._still_until = 0.0
        self._tasks: list[asyncio.Task[Any]] = []

    def start(self, work: Any, what: str) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.create_task(work, name=f"{self.name} {what}")
        self._tasks.append(task)
        return task

    def kill(self) -> None:
        """Die: nothing of it runs on, and nothing it began is finished."""
        self.alive = False
        for task in self._tasks:
            task.cancel()

    @property
    def running(self) -> bool:
        """Whether what it was started for still goes on."""
        return self.alive and not (self._tasks and self._tasks[0].done())

    @property
    def work(self) -> asyncio.Task[Any]:
        """What it was started for."""
        return self._tasks[0]

    def stand_still(self, seconds: float) -> None:
        self._still_until = now() + seconds

    async def wait(self, seconds: float) -> None:
        """Let time pass, as every port does; the dead never come back from here."""
        await sleep(seconds)
        while self._still_until > now():
            await sleep(self._still_until - now())
        if not self.alive:
            raise asyncio.CancelledError

    def io(self, slowest: float = 0.02) -> Awaitable[None]:
        """Wait as long as an answer of a disk or a network takes; now and then much longer."""
        seconds = self.chance.random() * slowest
        if self.chance.random() < 0.01:
            seconds += self.chance.random() * 3
        return self.wait(seconds)

    def now(self) -> int:
        """Return what its clock shows, UTC milliseconds."""
        return START + int(now() * 1_000) + self.skew_ms

    async def sleep_until(self, at: int) -> None:
        await self.wait(max(0.001, (at - self.now()) / 1_000))

    def say(self, what: str) -> None:
        self._history.write(self.name, what)
