"""Who waits for a moment is woken at that moment, whatever the wall clock did meanwhile."""

import asyncio
import time

import pytest

from coordinator.clock import WallClock

HOUR_NS = 3_600 * 10**9


async def test_after_a_suspend_or_a_jump_forward_the_wait_is_over_within_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, real, ahead = WallClock(), time.time_ns, [0]
    monkeypatch.setattr(time, "time_ns", lambda: real() + ahead[0])
    waiting = asyncio.create_task(clock.sleep_until(clock.now() + 3_600_000))
    await asyncio.sleep(0.05)
    assert not waiting.done()

    # The machine slept for an hour: the wall clock went on, the monotonic clock did not.
    ahead[0] = HOUR_NS
    await asyncio.wait_for(waiting, 30)

    assert waiting.done()


async def test_after_a_jump_back_the_wait_goes_on_until_the_clock_shows_the_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, real, ahead = WallClock(), time.time_ns, [0]
    monkeypatch.setattr(time, "time_ns", lambda: real() + ahead[0])
    due = clock.now() + 300
    waiting = asyncio.create_task(clock.sleep_until(due))
    await asyncio.sleep(0.05)

    ahead[0] = -HOUR_NS
    await asyncio.sleep(0.5)
    assert not waiting.done()

    ahead[0] = 0
    await asyncio.wait_for(waiting, 30)
    assert clock.now() >= due
