"""An input that keeps its signals is read on from where the log says, whoever reads it."""

from collections.abc import Sequence

import pytest

from coordinator.clock import SetClock
from coordinator.engine.intake import Arrival, Intake
from coordinator.engine.owner import Owner
from coordinator.errors import NotDeciding
from coordinator.log.memory import MemoryLog
from schemas.signals.envelope import Signal
from tests.engine.county import away, decided_ids, outage, owned, roster
from tests.story import HERE, START


class Topic:
    """Signals with offsets; ends the reading when it is empty."""

    source = "signals-0"

    def __init__(self, *signals: Signal) -> None:
        self.signals = list(signals)
        self.asked: list[int] = []
        self.reader: Intake | None = None

    async def fetch(self, *, offset: int, signals_max: int, until: int | None) -> Sequence[Arrival]:
        self.asked.append(offset)
        found = [
            Arrival(at, signal)
            for at, signal in enumerate(self.signals)
            if offset <= at < offset + signals_max
        ]
        if not found and self.reader is not None:
            self.reader.close()
        return found


async def read(owner: Owner, topic: Topic, *, batch_max: int = 2) -> None:
    topic.reader = Intake(owner, topic, SetClock(START), batch_max=batch_max)
    await topic.reader.run()


async def test_signals_are_decided_in_order_and_the_log_says_how_far() -> None:
    log = MemoryLog(HERE)
    owner, topic = await owned(log), Topic(roster(), outage("a"), away(1, "b"))

    await read(owner, topic)

    assert await decided_ids(log) == [it.signal_id for it in topic.signals]
    assert owner.next_offset("signals-0") == 3
    assert topic.asked == [0, 2, 3]


async def test_another_process_reads_on_where_the_log_says() -> None:
    log, topic = MemoryLog(HERE), Topic(roster(), outage("a"))
    await read(await owned(log), topic)
    topic.signals.append(away(1, "b"))
    topic.asked.clear()

    await read(await owned(log), topic)

    assert topic.asked[0] == 2
    assert len(await decided_ids(log)) == 3


async def test_a_producers_repeat_at_another_offset_is_decided_once() -> None:
    log = MemoryLog(HERE)
    owner, topic = await owned(log), Topic(roster(), outage("a"), outage("a"), away(1, "b"))

    await read(owner, topic, batch_max=1)

    assert len(await decided_ids(log)) == 3
    assert owner.next_offset("signals-0") == 4


async def test_an_input_that_is_read_again_stops_the_owner_before_it_writes() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster(), outage("a")], source="signals-0", next_offsets=[1, 2])
    before = await log.tip_seq()

    with pytest.raises(NotDeciding, match="cursor"):
        await owner.turn([away(1, "b")], source="signals-0", next_offsets=[1])

    assert await log.tip_seq() == before
