"""An asyncio event loop whose time is a number: no threads, no sockets, no sleeping.

Production coroutines run on it unchanged. When nothing is ready it jumps to the next timer, so
days pass in milliseconds, and the same program with the same seed takes the same steps for ever.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class Stuck(Exception):
    """Everything waits and nothing will ever come: a deadlock."""


class _Waiting:
    """Stands where a loop keeps its selector: waiting is moving the time."""

    def __init__(self, loop: "SimulatedLoop") -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Stuck("nothing is ready and no timer is set")
        self._loop.pass_seconds(timeout)
        return []

    def close(self) -> None:
        """Nothing is open."""


class SimulatedLoop(asyncio.BaseEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._seconds = 0.0
        self._clock_resolution = 1e-6
        self._selector = _Waiting(self)

    def time(self) -> float:
        return self._seconds

    def pass_seconds(self, seconds: float) -> None:
        self._seconds += seconds

    def _process_events(self, event_list: list[Any]) -> None:
        """There are no sockets, so there are no events of theirs."""

    def _write_to_self(self) -> None:
        """Nobody calls from another thread."""


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
