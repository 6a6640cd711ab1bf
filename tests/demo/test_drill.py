"""A drill faster than its machine: the time waits until the work of before is done."""

import asyncio
import time
from typing import NamedTuple

import pytest

from coordinator.clock import FastClock
from coordinator.demo.agenda import Agenda
from coordinator.demo.drill import Drill
from coordinator.tasks import end_all
from schemas.ids import ulid_of
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm, Role

START = 1_780_000_000_000
SPEED = 900
STRIDE_MS = 100 * SPEED
LINES = 5


class Accepted(NamedTuple):
    refused: None = None


def agenda_of(lines: int) -> Agenda:
    agenda = Agenda(Realm.EXERCISE)
    for each in range(lines):
        asked = f"asg_{ulid_of(START, str(each))}"
        fields = {"type": "acknowledge_assignment", "assignment_id": asked}
        agenda.write(START + 1 + each, "yunhe", "mem_1", Role.MEMBER, **fields)
    return agenda


@pytest.mark.parametrize("blocking", [False, True], ids=["waiting", "computing"])
async def test_the_clock_of_a_drill_waits_for_the_answers(blocking: bool) -> None:
    clock = FastClock(start=START, speed=SPEED)
    took: list[int] = []

    async def submit(_: Signal) -> Accepted:
        asked = clock.now()
        if blocking:
            time.sleep(0.3)  # noqa: ASYNC251 - as a machine that has too much to compute
        else:
            await asyncio.sleep(0.3)
        took.append(clock.now() - asked)
        return Accepted()

    drill = Drill(agenda_of(LINES), clock, submit)
    following = asyncio.create_task(clock.keep_going(lambda: drill.unanswered == 0))
    await drill.run(until=START + 4 * STRIDE_MS)
    await end_all([following])

    assert drill.outcomes == {"accepted": LINES}
    # 0.3 s are 270 s of this drill; as far as the clock runs on by itself are 90.
    assert max(took) <= STRIDE_MS


async def test_a_clock_that_is_held_stands_and_says_so() -> None:
    clock = FastClock(start=START, speed=SPEED)
    held = asyncio.create_task(clock.keep_going(lambda: False))
    sleeping = asyncio.create_task(clock.sleep_until(START + STRIDE_MS + 1))

    await asyncio.sleep(0.5)

    assert clock.now() == START + STRIDE_MS
    assert not sleeping.done()
    assert clock.speed < SPEED / 2
    await end_all([held])
    clock.go_on()
    await sleeping
    assert START + STRIDE_MS < clock.now() <= START + 2 * STRIDE_MS


async def test_a_clock_turned_slower_runs_on_from_where_it_was() -> None:
    clock = FastClock(start=START, speed=SPEED)
    await clock.sleep_until(START + 1_000)
    before = clock.now()

    clock.turn(1)

    assert clock.speed == 1
    turned = clock.now()
    assert turned >= before
    await asyncio.sleep(0.3)
    assert turned <= clock.now() <= turned + 100
