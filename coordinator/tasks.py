"""Tasks that run as long as their process does: one that ends by an error is shown, not lost."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import structlog

log = structlog.get_logger()

_ASK_AGAIN_S = 3.0


def lasting(
    work: Coroutine[Any, Any, None], name: str, fail: Callable[[str], None]
) -> "asyncio.Task[None]":
    """Begin work that never ends by itself.

    Args:
        work: what it does.
        name: what it is called where its end is told.
        fail: is told should it end by an error: without it the process looks well and is not.
    """

    def told(task: "asyncio.Task[None]") -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("task.failed", task=name, exc_info=error)
            fail(f"{name}: {error!r}")

    task = asyncio.create_task(work, name=name)
    task.add_done_callback(told)
    return task


async def end_all(tasks: Iterable["asyncio.Task[Any]"]) -> None:
    """Cancel tasks until they have ended; a library may swallow a cancellation.

    What a task still does at its end is cut short by being asked again: it takes less than three
    seconds, or is done before this is called.
    A task that ended by an error of its own has told it already, or is nobody's concern any more.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        ended, left = await asyncio.wait(left, timeout=_ASK_AGAIN_S)
        for task in ended:
            if not task.cancelled():
                task.exception()
