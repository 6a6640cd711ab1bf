"""Whoever decides is told which call-outs have left: some at a time, each once, and in the end."""

import asyncio
from collections.abc import Callable

import pytest

from coordinator.clock import SetClock
from coordinator.errors import Busy
from coordinator.outbox.call_outs_left import LeftCallOuts
from schemas.ids import ulid_of
from schemas.signals.assignment import CallOutsLeft
from schemas.signals.envelope import Signal
from tests.outbox.test_deliveries import effect
from tests.outbox.test_notices_out import until
from tests.story import START


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_GATHER_S", "_AGAIN_S"):
        monkeypatch.setattr(f"coordinator.outbox.call_outs_left.{name}", 0.02)


class Deciding:
    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.told: list[CallOutsLeft] = []

    async def submit(self, signal: Signal) -> None:
        if self.errors:
            raise self.errors.pop()
        assert isinstance(signal, CallOutsLeft)
        self.told.append(signal)

    def ids(self) -> list[str]:
        return [it for signal in self.told for it in signal.assignment_ids]


def asg(number: int) -> str:
    return f"asg_{ulid_of(START, str(number))}"


def noting(left: LeftCallOuts) -> Callable[..., None]:
    def note(number: int, log_id: str = "yunhe", kind: str = "assignment_offered") -> None:
        left.note(effect(number, about=asg(number), log_id=log_id, kind=kind))

    return note


async def test_what_left_together_is_told_together_by_county() -> None:
    deciding = Deciding()
    left = LeftCallOuts(deciding.submit, SetClock(START))
    note = noting(left)
    for number in (1, 2, 2, 1):
        note(number)
    note(3, "qingshan")
    note(4, kind="assignment_released")

    await until(lambda: len(deciding.told) == 2)
    note(5)
    await until(lambda: len(deciding.told) == 3)

    assert [(it.jurisdiction, it.assignment_ids) for it in deciding.told] == [
        ("qingshan", (asg(3),)),
        ("yunhe", (asg(1), asg(2))),
        ("yunhe", (asg(5),)),
    ]


async def test_a_flood_is_told_in_few_signals() -> None:
    deciding = Deciding()
    note = noting(LeftCallOuts(deciding.submit, SetClock(START)))
    for number in range(500):
        note(number)

    await until(lambda: len(deciding.ids()) == 500)

    assert len(deciding.told) == 3


async def test_whoever_is_busy_is_told_later() -> None:
    deciding = Deciding(Busy("yunhe", 9), Busy("yunhe", 9))
    noting(LeftCallOuts(deciding.submit, SetClock(START)))(1)

    await until(lambda: deciding.ids() == [asg(1)])


async def test_closed_it_tells_nothing_more() -> None:
    deciding = Deciding()
    left = LeftCallOuts(deciding.submit, SetClock(START))
    noting(left)(1)
    left.close()
    await asyncio.sleep(0.1)

    assert deciding.told == []
