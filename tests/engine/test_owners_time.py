"""Time on a log is its owner's: no sender moves it, and no wrong clock spoils a deadline."""

import pytest

from coordinator.clock import SetClock
from coordinator.domain.turned_away import AHEAD, NOT_FROM_OUTSIDE
from coordinator.engine.log_time import LogTime
from coordinator.engine.speculation import Place
from coordinator.log.memory import MemoryLog
from schemas.signals.clock import DeadlinePassed
from schemas.signals.incident import RestoreIncident
from schemas.vocabulary import Role
from tests.engine.county import (
    away,
    decided_ids,
    outage,
    owned,
    records_of,
    roster,
    say,
)
from tests.engine.test_intake import Topic, read
from tests.story import DAY, HERE, HOUR, MINUTE, START

YEAR = 365 * DAY


class Jumping(SetClock):
    """A wall clock: it can be set back, too."""

    def jump(self, at: int) -> None:
        self._at = at


async def test_a_signal_of_next_year_does_not_run_a_year_of_deadlines() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster(), outage("o")])
    before, due = await log.tip_seq(), owner.next_deadline

    (receipt,) = await owner.turn([away(1, "far", at=START + YEAR)])

    assert receipt.refused is not None
    assert (receipt.refused.rule.code, receipt.refused.field) == (AHEAD, "at")
    assert str(START + YEAR) in (receipt.refused.value or "")
    assert receipt.refused.rule.moments == {"now": START}
    assert await log.tip_seq() == before + 1
    assert owner.state.now == START
    assert owner.next_deadline == due


async def test_what_was_turned_away_for_its_time_is_decided_when_it_is_said_again() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster(), away(1, "a", at=START + YEAR)])

    (receipt,) = await owner.turn([away(1, "a")])

    assert (receipt.refused, receipt.duplicate) == (None, False)
    assert away(1, "a").signal_id in await decided_ids(log)


@pytest.mark.parametrize(("ahead", "refused"), [(60_000, False), (60_001, True)])
async def test_a_little_ahead_is_decided_now(ahead: int, refused: bool) -> None:
    owner = await owned(MemoryLog(HERE))

    _, receipt = await owner.turn([roster(), outage("o", at=START + ahead)])

    assert (receipt.refused is not None) is refused
    assert receipt.at == owner.state.now == START


async def test_nobody_outside_says_that_a_deadline_has_passed() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster(), outage("o")])
    due = owner.next_deadline
    false = say(DeadlinePassed, "false", at=START, actor_id="clock", actor_role=Role.SYSTEM)

    (receipt,) = await owner.turn([false])

    assert receipt.refused is not None
    assert receipt.refused.rule.code == NOT_FROM_OUTSIDE
    assert owner.next_deadline == due


async def test_an_input_goes_on_after_a_signal_of_next_year_and_keeps_it_aside() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    topic = Topic(roster(), away(1, "far", at=START + YEAR))

    await read(owner, topic)

    assert [(offset, it.rule.code) for offset, it in topic.strays] == [(1, AHEAD)]
    assert owner.next_offset("signals-0") == 2
    topic.signals.append(outage("o"))
    await read(await owned(log), topic)
    assert outage("o").signal_id in await decided_ids(log)


async def test_a_log_that_is_ahead_says_so_and_keeps_its_deadlines_lengths() -> None:
    log, clock = MemoryLog(HERE), SetClock(START)
    fast = await owned(log, clock=SetClock(START + DAY))
    await fast.turn([roster(at=START + DAY, days=9)])
    owner = await owned(log, clock=clock)
    assert owner.ahead_ms == DAY
    assert not owner.in_time

    (receipt,) = await owner.turn([outage("o", at=START)])
    assert receipt.at == START + DAY
    due, wakes_at = owner.next_deadline, owner.wakes_at
    assert due is not None
    assert wakes_at is not None
    assert due - owner.state.now <= wakes_at - START < (due - owner.state.now) * 1.2

    clock.set(wakes_at)
    await owner.turn([], until=owner.now())
    assert (await records_of(log))[-1].at == due


async def test_a_log_that_is_ahead_is_caught_up_by_the_clock() -> None:
    clock = Jumping(START)
    time = LogTime(clock)
    time.not_before(START + HOUR)
    shown = time.now()

    for hour in range(1, 12):
        clock.jump(START + hour * HOUR)
        assert time.now() > shown
        shown = time.now()

    assert time.ahead_ms == 0
    assert time.now() == clock.now()


async def test_a_clock_that_is_set_back_under_a_running_owner_delays_no_deadline_for_long() -> None:
    clock = Jumping(START)
    log = MemoryLog(HERE)
    owner = await owned(log, clock=clock)
    await owner.turn([roster(), outage("o")])
    due = owner.next_deadline
    assert due is not None
    clock.jump(START - HOUR)

    wakes_at = owner.wakes_at

    assert wakes_at is not None
    assert wakes_at < START - HOUR + (due - START) * 1.2
    clock.jump(wakes_at)
    await owner.turn([away(1, "b", at=wakes_at)], until=owner.now())
    assert owner.state.now >= due


async def test_when_a_thing_happened_moves_along_with_a_log_that_is_ahead() -> None:
    log, clock = MemoryLog(HERE), SetClock(START)
    fast = await owned(log, clock=SetClock(START + HOUR))
    await fast.turn([roster(at=START + HOUR), outage("o", at=START + HOUR)])
    (incident_id,) = fast.state.incidents.by_id
    clock.set(START + 20 * MINUTE)
    owner = await owned(log, clock=clock)
    clock.set(clock.now() + 20 * MINUTE)
    then = clock.now() - 5 * MINUTE
    told = say(RestoreIncident, "r", at=clock.now(), incident_id=incident_id, occurred_at=then)

    (receipt,) = await owner.turn([told])

    assert receipt.refused is None
    (restored,) = owner.state.incidents.by_id.values()
    assert restored.restored_at == receipt.at - 5 * MINUTE


async def test_places_are_kept_for_what_is_turned_away() -> None:
    owner = await owned(MemoryLog(HERE))

    await owner.turn([away(1, "far", at=START + YEAR)], places=[Place("signals-0", 7)])

    assert owner.next_offset("signals-0") == 7
