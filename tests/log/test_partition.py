"""What a broker's partition may do to a log, and what a reader makes of it."""

from collections.abc import Sequence

import pytest

from coordinator.errors import DuplicateSignal, LogInDoubt, NotAccepted, StaleTip
from coordinator.log.envelope import Kind, Record, seal
from coordinator.log.memory import MemoryPartition
from coordinator.log.partition import PartitionLog, SharedPartition
from tests.contract.test_decision_log import chain


def claim(after: Record, epoch: int) -> Record:
    return seal(
        seq=after.seq + 1,
        prev=after.hash,
        epoch=epoch,
        at=2_000,
        kind=Kind.CLAIM,
        log_id=after.log_id,
        signal_id="",
        cursor={},
        payload=b"{}",
    )


class Cut(MemoryPartition):
    """A partition that can lose its tail, as after an unclean election."""

    def lose(self, count: int) -> None:
        del self._values[-count:]

    def flip(self, offset: int) -> None:
        """Change the last byte of a value, as a disk may."""
        value = self._values[offset]
        self._values[offset] = value[:-1] + bytes([value[-1] ^ 1])


class Slow(MemoryPartition):
    """Takes everything and shows it later."""

    shown = 0

    async def end(self) -> int:
        return self.shown

    async def fetch(self, *, offset: int, values_max: int) -> Sequence[tuple[int, bytes]]:
        found = await super().fetch(offset=offset, values_max=values_max)
        return [it for it in found if it[0] < self.shown]


class Lagging(MemoryPartition):
    """Says for a while that it is shorter than it was."""

    behind = 0

    async def end(self) -> int:
        return await super().end() - self.behind


async def test_bytes_that_are_no_record_are_passed_over_and_counted() -> None:
    partition = MemoryPartition()
    log, records = PartitionLog("county", partition), chain("", "a")
    await log.append(records[:1])
    await partition.produce([b"", b"\x01 torn", records[1].raw[:60]])

    await log.append(records[1:])

    assert list(await log.read(after_seq=-1, records_max=9)) == records
    assert log.ignored == {"undecodable": 3}


async def test_a_record_that_lands_twice_counts_once() -> None:
    partition = MemoryPartition()
    log, records = PartitionLog("county", partition), chain("", "a")
    await log.append(records)

    await partition.produce([it.raw for it in records])

    assert await log.tip_seq() == 1
    assert log.ignored == {"not_next": 2}


async def test_logs_that_share_a_partition_do_not_see_each_other() -> None:
    partition = MemoryPartition()
    east, west = PartitionLog("east", partition), PartitionLog("west", partition)
    await east.append(chain("", "a", log_id="east"))
    await west.append(chain("", "b", "c", log_id="west"))

    assert [it.signal_id for it in await east.read(after_seq=-1, records_max=9)] == ["", "a"]
    assert await west.tip_seq() == 2
    assert await west.find("a") is None


async def test_a_late_write_of_an_old_owner_does_not_count() -> None:
    partition = MemoryPartition()
    old, new, first = (
        PartitionLog("county", partition),
        PartitionLog("county", partition),
        chain(""),
    )
    await old.append(first)
    assert await new.tip_seq() == 0
    late = chain("late", after=first[0])
    await new.append([claim(first[0], 1)])

    await partition.produce([it.raw for it in late])

    assert await new.find("late") is None
    with pytest.raises(StaleTip):
        await old.append(late)


async def test_of_writes_in_another_order_those_count_that_follow_each_other() -> None:
    partition = MemoryPartition()
    log, records = PartitionLog("county", partition), chain("", "a", "b")
    await log.append(records[:1])

    await partition.produce([records[2].raw, records[1].raw])

    assert await log.find("a") == 1
    assert await log.find("b") is None


async def test_what_is_acknowledged_and_cannot_be_read_is_in_doubt() -> None:
    partition = Slow()
    log, records = PartitionLog("county", partition), chain("")

    with pytest.raises(LogInDoubt):
        await log.append(records)
    partition.shown = 1

    assert await log.tip_seq() == 0


async def test_a_reader_whose_tail_was_cut_off_halts() -> None:
    partition = Cut()
    log, records = PartitionLog("county", partition), chain("", "a", "b")
    await log.append(records)

    partition.lose(1)

    with pytest.raises(NotAccepted, match="cut off"):
        await log.tip_seq()


async def test_a_reader_whose_tail_was_cut_off_and_written_anew_halts() -> None:
    partition = Cut()
    log, records = PartitionLog("county", partition), chain("", "a", "b")
    await log.append(records)

    partition.lose(1)
    other = PartitionLog("county", partition)
    assert await other.tip_seq() == 1
    await other.append(chain("x", "y", after=records[1]))

    with pytest.raises(NotAccepted, match="cut off"):
        await log.tip_seq()


async def test_a_signal_decided_by_another_process_is_known() -> None:
    partition = MemoryPartition()
    one, other, records = (
        PartitionLog("county", partition),
        PartitionLog("county", partition),
        chain("", "a"),
    )
    await one.append(records)
    assert await other.tip_seq() == 1

    with pytest.raises(DuplicateSignal):
        await other.append(chain("a", after=records[1]))


async def test_what_came_too_early_does_not_count_when_the_end_reads_shorter_for_a_while() -> None:
    partition = Lagging()
    log, records = PartitionLog("county", partition), chain("", "a", "b")
    await partition.produce([records[0].raw, records[2].raw, records[1].raw])
    assert await log.tip_seq() == 1

    partition.behind = 2
    assert await log.tip_seq() == 1
    partition.behind = 0

    assert await log.tip_seq() == 1
    assert await log.find("b") is None


@pytest.mark.parametrize("anew", [False, True])
async def test_what_is_shared_does_not_hide_that_a_tail_was_cut_off(anew: bool) -> None:
    partition = Cut()
    shared, records = SharedPartition(partition), chain("", "a", "b")
    log = PartitionLog("county", shared)
    await log.append(records)

    partition.lose(1)
    if anew:
        await partition.produce([it.raw for it in chain("x", "y", after=records[1])])

    with pytest.raises(NotAccepted, match="cut off"):
        await log.tip_seq()
    later = PartitionLog("county", shared)
    assert await later.tip_seq() == (3 if anew else 1)
    assert await later.find("b") is None


class Counting(MemoryPartition):
    """Knows which offsets were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    async def fetch(self, *, offset: int, values_max: int) -> Sequence[tuple[int, bytes]]:
        self.asked.append(offset)
        return await super().fetch(offset=offset, values_max=values_max)


async def test_a_log_is_read_on_from_a_place_and_knows_the_signals_since() -> None:
    partition = Counting()
    first = PartitionLog("county", partition, remembered=4)
    records = chain("", *(f"s{number}" for number in range(1, 40)))
    await first.append(records)
    later = PartitionLog("county", partition, remembered=4)

    await later.begin_at(first.place_before(30))
    partition.asked.clear()

    assert await later.find("s33") == 33
    assert await later.find("s20") is None
    assert min(partition.asked) == 27
    assert list(await later.read(after_seq=28, records_max=99)) == records[29:]


async def test_what_lies_before_the_place_can_still_be_read() -> None:
    partition = MemoryPartition()
    first = PartitionLog("county", partition, remembered=4)
    records = chain("", *(f"s{number}" for number in range(1, 40)))
    await first.append(records)
    later = PartitionLog("county", partition, remembered=4)
    await later.begin_at(first.place_before(30))

    assert list(await later.read(after_seq=-1, records_max=99)) == records


async def test_a_record_changed_before_the_place_is_told_and_not_taken_for_the_end() -> None:
    partition = Cut()
    first = PartitionLog("county", partition, remembered=4)
    await first.append(chain("", *(f"s{number}" for number in range(1, 40))))
    later = PartitionLog("county", partition, remembered=4)
    await later.begin_at(first.place_before(30))
    assert await later.tip_seq() == 39

    partition.flip(7)

    with pytest.raises(NotAccepted, match="does not lead to what was read"):
        await later.read(after_seq=-1, records_max=99)
    assert await later.tip_seq() == 39


async def test_a_place_where_another_record_stands_is_not_used() -> None:
    partition, other = MemoryPartition(), MemoryPartition()
    first = PartitionLog("county", partition, remembered=4)
    await first.append(chain("", *(f"s{number}" for number in range(1, 40))))
    strange = PartitionLog("county", other, remembered=4)
    await strange.append(chain("", *(f"x{number}" for number in range(1, 40))))
    later = PartitionLog("county", partition, remembered=4)

    await later.begin_at(strange.place_before(30))

    assert await later.tip_seq() == 39
    assert await later.find("s33") == 33


async def test_logs_that_share_a_connection_read_each_value_once() -> None:
    partition = Counting()
    await PartitionLog("east", partition).append(chain("", "a", log_id="east"))
    await PartitionLog("west", partition).append(chain("", "b", "c", log_id="west"))
    partition.asked.clear()
    shared = SharedPartition(partition)

    for log_id, last in (("east", 1), ("west", 2), ("north", -1)):
        assert await PartitionLog(log_id, shared).tip_seq() == last

    assert partition.asked == [0]
