"""An asyncio event loop whose time is a number: no threads, no sockets, no sleeping.

Production coroutines run on it unchanged. When nothing is ready it jumps to the next timer, so
days pass in milliseconds, and the same program with the same seed takes the same steps for ever.
It does nothing else, so that a run spends its time on the coordinator and not on waiting for it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, Final, TypeVar

_T = TypeVar("_T")
_RESOLUTION_S: Final = 1e-6
"""Timers that are as near to each other as this come due together."""

_LATER_MIN: Final = 500


class Stuck(Exception):
    """Everything waits and nothing will ever come: a deadlock."""


_Ready = tuple[Callable[..., object], Callable[..., object], tuple[Any, ...]]
"""What is called (with the other two), what that calls, and the arguments."""


class _Call:
    """Something to be called, now or at a time: what asyncio knows as a handle."""

    __slots__ = ("args", "callback", "context", "due_at", "is_cancelled")

    def __init__(
        self,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        context: Context | None,
        when: float = 0.0,
    ) -> None:
        self.callback = callback
        self.args = args
        self.context = context or copy_context()
        self.due_at = when
        self.is_cancelled = False

    def ready(self) -> _Ready:
        return self._run, self.callback, self.args

    def _run(self, callback: Callable[..., object], *args: Any) -> None:
        if not self.is_cancelled:
            self.context.run(callback, *args)

    def cancel(self) -> None:
        self.is_cancelled = True

    def cancelled(self) -> bool:
        return self.is_cancelled

    def when(self) -> float:
        return self.due_at


def _is_over(what: "_Call | asyncio.Future[None]") -> bool:
    return what.is_cancelled if isinstance(what, _Call) else what.done()


class SimulatedLoop(asyncio.BaseEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self._now: deque[_Ready] = deque()
        self._later: list[tuple[float, int, _Call | asyncio.Future[None]]] = []
        self._later_max = _LATER_MIN
        self._number = count()
        self._ending = False

    # Asked for each task and future; `bool` answers False without a step of Python.
    get_debug = staticmethod(bool)

    def time(self) -> float:
        return self.seconds

    def call_soon(  # type: ignore[override] # a handle, as far as anybody looks at it
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> _Call | None:
        if context is not None:
            # Steps of tasks and callbacks of futures: nobody ever calls them off.
            self._now.append((context.run, callback, args))
            return None
        call = _Call(callback, args, context)
        self._now.append(call.ready())
        return call

    def call_later(  # type: ignore[override] # likewise
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> _Call:
        return self.call_at(self.seconds + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override] # likewise
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> _Call:
        call = _Call(callback, args, context, when)
        self._put(when, call)
        return call

    def sleep(self, seconds: float) -> "asyncio.Future[None]":
        """Return what is done once so much time has passed: `asyncio.sleep` in one step."""
        sleep: asyncio.Future[None] = asyncio.Future(loop=self)
        self._put(self.seconds + seconds, sleep)
        return sleep

    def _put(self, when: float, what: "_Call | asyncio.Future[None]") -> None:
        later = self._later
        if len(later) > self._later_max:
            # Most of what was to come later was called off: a sender's time-out, say.
            later[:] = [it for it in later if not _is_over(it[2])]
            heapify(later)
            self._later_max = _LATER_MIN + 2 * len(later)
        heappush(later, (when, next(self._number), what))

    def stop(self) -> None:
        self._ending = True

    def run_forever(self) -> None:
        """Run until stopped.

        Raises:
            Stuck: nothing is ready and no timer is set.
        """
        asyncio._set_running_loop(self)
        _turning.append(self)
        ready, later = self._now, self._later
        try:
            while not self._ending:
                if not ready:
                    self._pass_time()
                if later and later[0][0] < self.seconds + _RESOLUTION_S:
                    self._wake()
                self._run_ready()
        finally:
            self._ending = False
            _turning.pop()
            asyncio._set_running_loop(None)

    def _pass_time(self) -> None:
        """Nothing is ready: it is the time of what comes next."""
        later = self._later
        while later and _is_over(later[0][2]):
            heappop(later)
        if not later:
            raise Stuck("nothing is ready and no timer is set")
        self.seconds += max(0.0, later[0][0] - self.seconds)

    def _wake(self) -> None:
        """Make ready what is due."""
        ready, later = self._now, self._later
        until = self.seconds + _RESOLUTION_S
        while later and later[0][0] < until:
            due = heappop(later)[2]
            if isinstance(due, _Call):
                ready.append(due.ready())
            elif not due.done():
                due.set_result(None)

    def _run_ready(self) -> None:
        ready = self._now
        for _ in range(len(ready)):
            run, callback, args = ready.popleft()
            try:
                run(callback, *args)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:  # noqa: BLE001 - as every asyncio loop does
                message = f"{callback!r} failed"
                self.call_exception_handler({"message": message, "exception": error})


_turning: Final[list[SimulatedLoop]] = []
"""The loop that runs is the last. asyncio, asked for it, asks the kernel each time who asks."""


def now() -> float:
    """Return the seconds since the world began."""
    return _turning[-1].seconds


def sleep(seconds: float) -> "asyncio.Future[None]":
    """Let time pass, in one step and not in the three of `asyncio.sleep`."""
    return _turning[-1].sleep(seconds)


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """Run to the end on a loop of its own.

    Raises:
        Stuck: everything waits for ever.
    """
    loop = SimulatedLoop()
    try:
        return loop.run_until_complete(main)
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left))
        loop.close()
