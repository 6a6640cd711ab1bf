"""A limit for each step of a test: what hangs is ended, with all stacks, and the rest goes on.

Setting up, the test itself and taking down each have it. The limit is far beyond what a loaded
machine needs; TEST_LIMIT_S sets another. Asyncio's tasks are shown, too: a loop that waits for
ever tells nothing by its thread's stack.
"""

import asyncio
import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Generator
from types import FrameType
from typing import Any

import pytest

LIMIT_S = float(os.environ.get("TEST_LIMIT_S", "600"))
_AGAIN_S = 5.0
"""An event loop may swallow the end of a test as an error of a callback: it is ended again."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _limited(item, f"setting up {item.nodeid}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _limited(item, item.nodeid))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _limited(item, f"taking down {item.nodeid}"))


def _limited(item: pytest.Item, what: str) -> Generator[None, object, object]:
    told = False

    def end(_: int, frame: FrameType | None) -> None:
        nonlocal told
        if not told:
            told = True
            capturing = item.config.pluginmanager.getplugin("capturemanager")
            with capturing.global_and_fixture_disabled():
                print(f"\n{what}: not over after {LIMIT_S:g} s\n{stacks()}", file=sys.stderr)
        pytest.fail(f"{what}: not over after {LIMIT_S:g} s; the stacks are on standard error")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S, _AGAIN_S)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def stacks() -> str:
    """Return where each thread and each task that is not over stands now."""
    names = {it.ident: it.name for it in threading.enumerate()}
    parts = [
        f"thread {names.get(number, number)}:\n{''.join(traceback.format_stack(frame))}"
        for number, frame in sys._current_frames().items()
    ]
    tasks = [it for it in gc.get_objects() if isinstance(it, asyncio.Task) and not it.done()]
    parts += [f"{task!r}\n{_stack_of(task)}" for task in tasks]
    return "\n".join(parts)


def _stack_of(task: "asyncio.Task[object]") -> str:
    """Return the stack of a task through everything it awaits, outermost first."""
    lines: list[str] = []
    waited_for: Any = task.get_coro()
    while waited_for is not None:
        frame = getattr(waited_for, "cr_frame", None) or getattr(waited_for, "gi_frame", None)
        if frame is None:
            break
        lines += traceback.format_stack(frame, limit=1)
        waited_for = getattr(waited_for, "cr_await", None) or getattr(
            waited_for, "gi_yieldfrom", None
        )
    return "".join(lines)
