"""How far the outbox got is asked for until it is told, and not forgotten while nothing happens."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import GroupCoordinatorNotAvailableError
from aiokafka.structs import OffsetAndMetadata

from coordinator.log.ports import FollowerPosition
from coordinator.tasks import end_all
from streams.positions import OUTBOX_GROUP, PartitionPositions
from streams.topics import NoBroker, Topic
from tests.patience import PATIENCE_S

PLACE = TopicPartition(str(Topic.LOG), 3)
KEPT = OffsetAndMetadata(0, '{"outbox/yunhe":[7,"00"]}')
NOTHING = OffsetAndMetadata(-1, "")


class Brokers:
    """What they answer when asked, one after the other; the last for ever."""

    def __init__(self, *answers: Mapping[TopicPartition, Any] | Exception) -> None:
        self._answers = list(answers)

    async def list_consumer_group_offsets(
        self, group: str, *, partitions: Sequence[TopicPartition]
    ) -> Mapping[TopicPartition, Any]:
        assert (group, partitions) == (OUTBOX_GROUP, [PLACE])
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Consumer:
    """Counts what is committed."""

    def __init__(self) -> None:
        self.commits = 0

    async def commit(self, offsets: object) -> None:
        self.commits += 1


@pytest.fixture
async def positions(monkeypatch: pytest.MonkeyPatch) -> PartitionPositions:
    monkeypatch.setattr("streams.positions._FLUSH_S", 0.001)
    return PartitionPositions("127.0.0.1:9", OUTBOX_GROUP, PLACE.partition)


@pytest.mark.parametrize("kept", [KEPT, NOTHING])
async def test_an_answer_that_says_nothing_is_no_answer(
    positions: PartitionPositions, kept: OffsetAndMetadata
) -> None:
    brokers = Brokers(GroupCoordinatorNotAvailableError(), {}, {}, {PLACE: kept})

    found = await positions._found(brokers)

    assert found[PLACE] == kept


async def test_brokers_that_never_say_are_told_of(positions: PartitionPositions) -> None:
    with pytest.raises(NoBroker, match=OUTBOX_GROUP):
        await positions._found(Brokers({}))


async def test_what_is_kept_is_kept_anew_though_nothing_happens(
    positions: PartitionPositions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.positions._ANEW_S", 0.02)
    consumer = positions._consumer = Consumer()
    flushing = asyncio.create_task(positions._flush_now_and_then())
    await asyncio.sleep(0.1)
    assert consumer.commits == 0

    await positions.save("outbox", "yunhe", FollowerPosition(7, b"hash"))
    async with asyncio.timeout(PATIENCE_S):
        while consumer.commits < 3:  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.01)
    await end_all([flushing])
