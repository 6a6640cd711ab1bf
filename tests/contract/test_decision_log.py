"""What every decision log must do. A new adapter joins `logs` and passes unchanged."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from coordinator.errors import DuplicateSignal, StaleTip
from coordinator.log.envelope import ZERO_HASH, Kind, Record, seal
from coordinator.log.memory import MemoryLog, MemoryPartition
from coordinator.log.partition import PartitionLog
from coordinator.log.ports import DecisionLog
from coordinator.log.sqlite import SqliteFile
from tests.broker.partitions import on_kafka


@pytest.fixture(params=["memory", "partition", "sqlite", "kafka"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DecisionLog]:
    if request.param == "memory":
        yield MemoryLog("county")
        return
    if request.param == "partition":
        yield PartitionLog("county", MemoryPartition())
        return
    if request.param == "kafka":
        found = request.getfixturevalue("broker_found")
        async with on_kafka(found.address, real=found.not_real is None) as partition:
            yield PartitionLog("county", partition)
        return
    file = SqliteFile(tmp_path / "log.db")
    yield file.log("county")
    file.close()


def chain(*signal_ids: str, after: Record | None = None, log_id: str = "county") -> list[Record]:
    """Make records that follow each other; the first of a log is its genesis."""
    records: list[Record] = []
    for signal_id in signal_ids:
        last = records[-1] if records else after
        records.append(
            seal(
                seq=0 if last is None else last.seq + 1,
                prev=ZERO_HASH if last is None else last.hash,
                epoch=0,
                at=1_000,
                kind=Kind.GENESIS if last is None else Kind.DECISION,
                log_id=log_id,
                signal_id=signal_id,
                cursor={"inbox": 0 if last is None else last.seq + 1},
                payload=b'{"signal":null,"events":[]}',
            )
        )
    return records


async def all_of(log: DecisionLog) -> Sequence[Record]:
    return await log.read(after_seq=-1, records_max=1_000)


async def test_an_empty_log_has_no_tip(log: DecisionLog) -> None:
    assert await log.tip_seq() == -1
    assert await all_of(log) == []


async def test_what_was_appended_is_read_back_to_the_byte(log: DecisionLog) -> None:
    records = chain("", "a", "b")

    await log.append(records[:1])
    await log.append(records[1:])

    assert list(await all_of(log)) == records
    assert await log.tip_seq() == 2


async def test_reading_goes_on_after_a_seq_and_stops_at_a_limit(log: DecisionLog) -> None:
    records = chain("", *"abcdef")
    await log.append(records)

    assert list(await log.read(after_seq=1, records_max=3)) == records[2:5]


async def test_the_slower_of_two_writers_is_told(log: DecisionLog) -> None:
    first = chain("")
    await log.append(first)
    await log.append(chain("fast", after=first[0]))

    with pytest.raises(StaleTip) as caught:
        await log.append(chain("slow", after=first[0]))

    assert caught.value.actual_seq == 1
    assert [it.signal_id for it in await all_of(log)] == ["", "fast"]


async def test_a_signal_is_decided_once_for_ever(log: DecisionLog) -> None:
    records = chain("", "a")
    await log.append(records)

    with pytest.raises(DuplicateSignal) as caught:
        await log.append(chain("b", "a", after=records[-1]))

    assert caught.value.signal_id == "a"
    assert len(await all_of(log)) == 2


async def test_records_come_in_together_or_not_at_all(log: DecisionLog) -> None:
    records = chain("", "a")
    await log.append(records)

    with pytest.raises(DuplicateSignal):
        await log.append(chain("fresh", "a", after=records[-1]))

    assert await log.find("fresh") is None


async def test_it_is_told_which_record_decided_a_signal(log: DecisionLog) -> None:
    await log.append(chain("", "a", "b"))

    assert await log.find("b") == 2
    assert await log.find("c") is None


async def test_records_without_a_signal_are_no_duplicates_of_each_other(log: DecisionLog) -> None:
    await log.append(chain("", "", ""))

    assert await log.tip_seq() == 2
