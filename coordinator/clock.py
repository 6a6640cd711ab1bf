"""The only reader of the wall clock; everything else is given the time."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

_TICK_S: Final = 0.01
_SLICE_S: Final = 1.0
"""A wait of the loop counts on another clock than the wall clock, which goes on while the machine
is suspended and may be set: so it is looked at again after this long at most."""
_STRIDE_S: Final = 0.1
_PACE_OVER_S: Final = 2.0
_AS_GOOD_AS: Final = 0.95


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
        while (left := at - self.now()) > 0:  # noqa: ASYNC110 - no event tells of a clock
            await asyncio.sleep(min(_SLICE_S, left / 1_000))


class FastClock:
    """Starts at a given moment and runs faster than the wall clock, as far as its work follows.

    It shows at most `_STRIDE_S` of wall time more than at the last `go_on`. Were it to run on while
    the work of a moment is still being done, a machine that is too slow would find ever more
    deadlines passed unanswered, each of which makes more work.
    """

    def __init__(self, *, start: int, speed: float) -> None:
        """Set it.

        Args:
            start: the first moment it shows, UTC milliseconds.
            speed: how many times as fast as the wall clock it runs where nothing holds it up.
        """
        self.speed_max = speed
        self._shown, self._seen = float(start), time.monotonic()
        self._shown_max = self._shown + self._stride
        self._paces: deque[tuple[float, float]] = deque([(self._seen, self._shown)])

    @property
    def _stride(self) -> float:
        return _STRIDE_S * 1_000 * self.speed_max

    @property
    def speed(self) -> float:
        """How many times as fast as the wall clock it went of late; `speed_max` if not held up."""
        (seen, shown), now = self._paces[0], self.now()
        if self._seen - seen < _STRIDE_S:
            return self.speed_max
        pace = (now - shown) / (self._seen - seen) / 1_000
        return self.speed_max if pace > self.speed_max * _AS_GOOD_AS else round(pace, 1)

    def turn(self, speed: float) -> None:
        """Run at another speed from now on."""
        self.now()
        self.speed_max = speed
        self._paces = deque([(self._seen, self._shown)])
        self.go_on()

    def now(self) -> int:
        seen = time.monotonic()
        run = self._shown + (seen - self._seen) * 1_000 * self.speed_max
        self._shown, self._seen = min(self._shown_max, run), seen
        return int(self._shown)

    def go_on(self) -> None:
        """Let it run on for another stride."""
        self.now()
        self._shown_max = self._shown + self._stride
        self._paces.append((self._seen, self._shown))
        while self._seen - self._paces[0][0] > _PACE_OVER_S:
            self._paces.popleft()

    async def keep_going(self, followed: Callable[[], bool] = lambda: True) -> None:
        """Let it run on again and again while `followed` says that the work of before is done."""
        while True:
            if followed():
                self.go_on()
            await asyncio.sleep(_TICK_S)

    async def sleep_until(self, at: int) -> None:
        # In short steps: how fast it runs is not known beforehand.
        while (left := at - self.now()) > 0:
            wait_s = left / 1_000 / self.speed_max
            await asyncio.sleep(min(_STRIDE_S, max(_TICK_S, wait_s)))


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
