"""An input that keeps its signals is read on from where the log says, whoever reads it."""

from collections.abc import Mapping, Sequence

import pytest

from coordinator.clock import SetClock
from coordinator.engine.intake import Arrival, Intake
from coordinator.engine.owner import Owner
from coordinator.engine.speculation import Place
from coordinator.errors import NotDeciding
from coordinator.log.memory import MemoryLog
from schemas.events.notice import SignalRefused
from schemas.signals.envelope import Signal
from tests.engine.county import away, decided_ids, outage, owned, roster
from tests.story import HERE, START

SOURCE = "signals-0"


class Topic:
    """Signals with offsets; ends the reading when it is empty."""

    def __init__(self, *signals: Signal) -> None:
        self.signals = list(signals)
        self.began: list[int] = []
        self.reader: Intake | None = None
        self.strays: list[tuple[int, SignalRefused]] = []
        self._offset = 0

    def begin(self, cursor: Mapping[str, int]) -> None:
        self._offset = cursor.get(SOURCE, 0)
        self.began.append(self._offset)

    async def fetch(self, *, signals_max: int, until: int | None) -> Sequence[Arrival]:
        found = [
            Arrival(SOURCE, at, signal)
            for at, signal in enumerate(self.signals)
            if self._offset <= at < self._offset + signals_max
        ]
        self._offset += len(found)
        if not found and self.reader is not None:
            self.reader.close()
        return found

    async def turned_away(self, arrival: Arrival, refused: SignalRefused) -> None:
        self.strays.append((arrival.offset, refused))


class Forgetful(Topic):
    """Gives everything from its beginning again, as an input whose position was reset."""

    def begin(self, cursor: Mapping[str, int]) -> None:
        super().begin({})


async def read(owner: Owner, topic: Topic, *, batch_max: int = 2) -> None:
    topic.reader = Intake(owner, topic, SetClock(START), batch_max=batch_max)
    await topic.reader.run()


async def test_signals_are_decided_in_order_and_the_log_says_how_far() -> None:
    log = MemoryLog(HERE)
    owner, topic = await owned(log), Topic(roster(), outage("a"), away(1, "b"))

    await read(owner, topic)

    assert await decided_ids(log) == [it.signal_id for it in topic.signals]
    assert owner.next_offset("signals-0") == 3


async def test_another_process_reads_on_where_the_log_says() -> None:
    log, topic = MemoryLog(HERE), Topic(roster(), outage("a"))
    await read(await owned(log), topic)
    topic.signals.append(away(1, "b"))

    await read(await owned(log), topic)

    assert topic.began == [0, 2]
    assert len(await decided_ids(log)) == 3


async def test_a_producers_repeat_at_another_offset_is_decided_once() -> None:
    log = MemoryLog(HERE)
    owner, topic = await owned(log), Topic(roster(), outage("a"), outage("a"), away(1, "b"))

    await read(owner, topic, batch_max=1)

    assert len(await decided_ids(log)) == 3
    assert owner.next_offset("signals-0") == 4


async def test_an_input_that_begins_again_decides_nothing_again() -> None:
    log, topic = MemoryLog(HERE), Forgetful(roster(), outage("a"))
    await read(await owned(log), topic)
    topic.signals.append(away(1, "b"))

    await read(await owned(log), topic)

    assert await decided_ids(log) == [it.signal_id for it in topic.signals]


async def test_an_input_that_is_read_again_stops_the_owner_before_it_writes() -> None:
    log = MemoryLog(HERE)
    owner = await owned(log)
    await owner.turn([roster(), outage("a")], places=[Place("signals-0", 1), Place("signals-0", 2)])
    before = await log.tip_seq()

    with pytest.raises(NotDeciding, match="cursor"):
        await owner.turn([away(1, "b")], places=[Place("signals-0", 1)])

    assert await log.tip_seq() == before
