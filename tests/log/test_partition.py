"""What a broker's partition may do to a log, and what a reader makes of it."""

import pytest

from coordinator.errors import DuplicateSignal, LogInDoubt, NotAccepted, StaleTip
from coordinator.log.envelope import Kind, Record, seal
from coordinator.log.memory import MemoryPartition
from coordinator.log.partition import PartitionLog
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


class Slow(MemoryPartition):
    """Takes everything and shows it later."""

    shown = 0

    async def end(self) -> int:
        return self.shown


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

    with pytest.raises(DuplicateSignal):
        await other.append(chain("a", after=records[1]))
