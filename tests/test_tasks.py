"""Tasks that last: how one that failed is told, and that all of them end when they should."""

import asyncio

from coordinator.tasks import end_all, lasting
from tests.patience import PATIENCE_S


async def _fails() -> None:
    raise ValueError("no way on")


async def _hears_the_second_time() -> None:
    try:
        await asyncio.sleep(3_600)
    except asyncio.CancelledError:
        await asyncio.sleep(3_600)


async def test_an_error_is_told_with_the_name_and_an_end_is_not() -> None:
    told: list[str] = []
    failing = lasting(_fails(), "feed", told.append)
    cancelled = lasting(asyncio.sleep(3_600), "other", told.append)
    await asyncio.sleep(0.01)

    await end_all([failing, cancelled])

    assert told == ["feed: ValueError('no way on')"]


async def test_a_task_that_swallows_a_cancellation_ends_all_the_same() -> None:
    task = lasting(_hears_the_second_time(), "deaf", lambda _: None)
    await asyncio.sleep(0.01)

    async with asyncio.timeout(PATIENCE_S):
        await end_all([task])

    assert task.cancelled()
