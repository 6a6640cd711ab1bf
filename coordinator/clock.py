"""The only reader of the wall clock; everything else is given the time."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> int:
        """Return UTC milliseconds."""
        ...

    async def sleep_until(self, at: int) -> None:
        """Wait until this clock shows `at`, UTC milliseconds."""
        ...


class WallClock:
    speed = 1.0

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep_until(self, at: int) -> None:
        await asyncio.sleep(max(0, at - self.now()) / 1_000)


class FastClock:
    """Starts at a given moment and runs `speed` times as fast as the wall clock (drills)."""

    def __init__(self, *, start: int, speed: float) -> None:
        self._start = start
        self.speed = speed
        self._began = time.monotonic()

    def now(self) -> int:
        return self._start + int((time.monotonic() - self._began) * 1_000 * self.speed)

    async def sleep_until(self, at: int) -> None:
        await asyncio.sleep(max(0, at - self.now()) / 1_000 / self.speed)


class SetClock:
    """Shows what it is set to: feeds of recorded events, and tests, run in their own time."""

    def __init__(self, at: int) -> None:
        self._at = at
        self._moved = asyncio.Event()

    def now(self) -> int:
        return self._at

    def set(self, at: int) -> None:
        """Move forward; never back."""
        if at > self._at:
            self._at = at
            self._moved.set()
            self._moved = asyncio.Event()

    async def sleep_until(self, at: int) -> None:
        while self._at < at:
            await self._moved.wait()
