"""The owner's protocol on a real broker: decide, be replaced, and find everything again."""

import pytest

from coordinator.errors import LogError, NotDeciding
from coordinator.log.partition import PartitionLog
from tests.broker.partitions import on_kafka
from tests.conftest import FoundBroker
from tests.engine.county import Watching, away, decided_ids, outage, owned, roster


async def test_what_one_process_decided_another_goes_on_with(broker_found: FoundBroker) -> None:
    async with on_kafka(broker_found.address, real=broker_found.not_real is None) as partition:
        first = await owned(PartitionLog("county", partition))
        receipts = await first.turn([roster(), outage("a"), away(3, "b")])

        second_log = PartitionLog("county", partition)
        watching = Watching(second_log)
        second = await owned(second_log, watching)
        again = await second.turn([outage("a"), outage("c")])

        assert [it.duplicate for it in receipts] == [False, False, False]
        assert [it.duplicate for it in again] == [True, False]
        assert again[0].hash == receipts[1].hash
        assert second.confirmed.tip.epoch == 2
        assert watching.seqs == list(range(second.confirmed.tip.seq + 1))


async def test_an_owner_that_was_replaced_steps_down_and_nothing_it_says_counts(
    broker_found: FoundBroker,
) -> None:
    async with on_kafka(broker_found.address, real=broker_found.not_real is None) as partition:
        old = await owned(PartitionLog("county", partition))
        await old.turn([roster()])
        new_log = PartitionLog("county", partition)
        new = await owned(new_log)

        with pytest.raises(NotDeciding):
            await old.turn([outage("late")])
        await new.turn([outage("on-time")])

        ids = await decided_ids(new_log)
        assert len(ids) == 2
        assert await new_log.find(outage("late").signal_id) is None


async def test_of_two_that_claim_at_once_one_decides(broker_found: FoundBroker) -> None:
    async with on_kafka(broker_found.address, real=broker_found.not_real is None) as partition:
        one, other = PartitionLog("county", partition), PartitionLog("county", partition)
        first = await owned(one)
        second = await owned(other)
        stopped = 0
        for owner, key in ((first, "x"), (second, "y")):
            try:
                await owner.turn([outage(key)])
            except (NotDeciding, LogError):
                stopped += 1

        assert stopped == 1
        assert await decided_ids(other) == [outage("y").signal_id]
