"""The waiting line: bounded, in order, answered after confirmation, and woken by deadlines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from coordinator.clock import SetClock
from coordinator.engine.inbox import Inbox
from coordinator.engine.owner import Owner
from coordinator.errors import Busy, LogFull, NotDeciding
from coordinator.log.memory import MemoryLog, MemorySnapshots
from tests.engine.county import (
    FailingLog,
    Watching,
    away,
    decided_ids,
    outage,
    owned,
    records_of,
    roster,
)
from tests.patience import PATIENCE_S
from tests.story import HERE, START


def line_of(owner: Owner, clock: SetClock, *, waiting_max: int = 100, batch_max: int = 10) -> Inbox:
    return Inbox(HERE, owner, clock, waiting_max=waiting_max, batch_max=batch_max)


@asynccontextmanager
async def serving(inbox: Inbox) -> AsyncIterator[None]:
    task = asyncio.create_task(inbox.run())
    try:
        yield
    finally:
        inbox.close()
        await asyncio.wait_for(task, PATIENCE_S)


async def settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_senders_are_answered_in_the_order_they_came() -> None:
    log, clock = MemoryLog(HERE), SetClock(START)
    inbox = line_of(await owned(log), clock, batch_max=3)

    async with serving(inbox):
        signals = [roster(), *(away(number, number) for number in range(9))]
        receipts = await asyncio.gather(*(inbox.submit(it) for it in signals))

    assert [it.signal_id for it in receipts] == [it.signal_id for it in signals]
    assert await decided_ids(log) == [it.signal_id for it in signals]


async def test_a_full_line_says_so_and_takes_nothing() -> None:
    log, clock = MemoryLog(HERE), SetClock(START)
    inbox = line_of(await owned(log), clock, waiting_max=2)
    first, second = inbox.submit(roster()), inbox.submit(away(1, "a", actor_id="desk-2"))

    with pytest.raises(Busy):
        inbox.submit(away(2, "b", actor_id="desk-3"))

    async with serving(inbox):
        await asyncio.gather(first, second)
    assert await decided_ids(log) == [roster().signal_id, away(1, "a").signal_id]


async def test_closing_answers_what_waits_and_takes_nothing_more() -> None:
    log, clock = MemoryLog(HERE), SetClock(START)
    inbox = line_of(await owned(log), clock, batch_max=1)
    waiting = [inbox.submit(it) for it in (roster(), away(1, "a"), away(2, "b"))]

    inbox.close()
    with pytest.raises(NotDeciding):
        inbox.submit(away(3, "c"))
    await asyncio.wait_for(inbox.run(), PATIENCE_S)

    assert [it.result().refused for it in waiting] == [None, None, None]


async def test_a_deadline_passes_though_nobody_says_anything() -> None:
    log, clock = MemoryLog(HERE), SetClock(START)
    owner = await owned(log, clock=clock)
    inbox = line_of(owner, clock)
    async with serving(inbox):
        await asyncio.gather(inbox.submit(roster()), inbox.submit(outage("o")))
        due = owner.next_deadline
        assert due is not None
        before = await log.tip_seq()

        clock.set(due)
        await settled()

        assert await log.tip_seq() == before + 1
        assert (await records_of(log))[-1].at == due


async def test_a_full_log_is_told_to_the_sender_and_the_line_goes_on() -> None:
    log, clock = FailingLog(HERE), SetClock(START)
    inbox = line_of(await owned(log), clock)
    log.failures = ["full"]

    async with serving(inbox):
        with pytest.raises(LogFull):
            await inbox.submit(roster())
        receipt = await inbox.submit(roster())

    assert not receipt.duplicate


async def test_a_deadline_that_meets_a_full_log_is_tried_again_after_a_while() -> None:
    log, clock = FailingLog(HERE), SetClock(START)
    owner = await owned(log, clock=clock)
    inbox = line_of(owner, clock)
    async with serving(inbox):
        await asyncio.gather(inbox.submit(roster()), inbox.submit(outage("o")))
        due = owner.next_deadline
        assert due is not None
        before, log.failures = log.appends, ["full"] * 1_000

        clock.set(due)
        await settled()
        assert log.appends == before + 1

        log.failures = []
        clock.set(due + 1_000)
        await settled()

    assert log.appends > before + 1
    assert owner.next_deadline is None or owner.next_deadline > due


async def test_an_owner_that_stops_turns_away_who_waits() -> None:
    log, clock = MemoryLog(HERE), SetClock(START)
    inbox = line_of(await owned(log), clock, batch_max=1)

    async with serving(inbox):
        await inbox.submit(roster())
        await owned(log)
        answers = [inbox.submit(it) for it in (away(1, "a"), away(2, "b"))]
        others = await asyncio.gather(*answers, return_exceptions=True)

    assert [type(it) for it in others] == [NotDeciding, NotDeciding]
    assert await decided_ids(log) == [roster().signal_id]


async def test_a_sender_who_left_spoils_nothing() -> None:
    log, clock = MemoryLog(HERE), SetClock(START)
    inbox = line_of(await owned(log), clock)
    gone, stays = inbox.submit(roster()), inbox.submit(away(1, "a"))
    gone.cancel()

    async with serving(inbox):
        receipt = await stays

    assert receipt.refused is None
    assert await decided_ids(log) == [roster().signal_id, away(1, "a").signal_id]


class SlowSnapshots(MemorySnapshots):
    """Keeps nothing before it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()

    async def save(self, snapshot: object) -> None:
        await self.let.wait()


async def test_no_answer_waits_for_a_snapshot() -> None:
    log, clock, snapshots = MemoryLog(HERE), SetClock(START), SlowSnapshots()
    owner = await owned(log, snapshots=snapshots, snapshot_every=1)
    inbox = line_of(owner, clock)

    async with serving(inbox):
        first = await asyncio.wait_for(inbox.submit(roster()), PATIENCE_S)
        second = await asyncio.wait_for(inbox.submit(away(1, "a")), PATIENCE_S)
        snapshots.let.set()

    assert (first.refused, second.refused) == (None, None)


async def test_closing_waits_for_the_snapshot_that_is_being_kept() -> None:
    log, clock, snapshots = MemoryLog(HERE), SetClock(START), SlowSnapshots()
    owner = await owned(log, snapshots=snapshots, snapshot_every=1)
    inbox = line_of(owner, clock)
    running = asyncio.create_task(inbox.run())
    await inbox.submit(roster())
    inbox.close()
    await settled()
    assert not running.done()

    snapshots.let.set()
    await asyncio.wait_for(running, PATIENCE_S)


async def test_followers_hear_of_a_signal_before_its_sender() -> None:
    log, clock = MemoryLog(HERE), SetClock(START)
    watching = Watching(log)
    inbox = line_of(await owned(log, watching), clock)

    async with serving(inbox):
        receipt = await inbox.submit(roster())

        assert watching.seqs[-1] == receipt.seq
