"""A topic that was made anew, or grew: nothing acknowledged is passed over in silence."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import KafkaAdminClient, NewPartitions, NewTopic
from kafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError

from coordinator.clock import WallClock
from coordinator.errors import BadInput, UnknownJurisdiction
from coordinator.settings import Settings
from schemas.signals.envelope import Signal
from schemas.vocabulary import Role
from streams.publisher import Publisher, partition_of
from streams.registry import read_entries, renew_input
from streams.topics import Topic
from streams.worker import Worker
from tests.broker.redis_server import RedisServer
from tests.engine.county import away, outage, roster
from tests.scenario.county_under_load import COUNTIES
from tests.streams.counties import PARTITIONS, prepare

COUNTY = COUNTIES[0]
COMMANDS = str(Topic.COMMANDS)


def now() -> int:
    return WallClock().now()


def here(make: Callable[..., Signal], *given: Any, **more: Any) -> Signal:
    return make(*given, jurisdiction=COUNTY, at=now(), **more)


def publish(bootstrap: str, *signals: Signal) -> None:
    with Publisher(bootstrap) as publisher:
        for it in signals:
            publisher.publish(it)


def make_anew(bootstrap: str, topic: str, partitions: int = PARTITIONS) -> None:
    client = KafkaAdminClient(bootstrap_servers=bootstrap)
    client.delete_topics([topic])
    for _ in range(200):
        try:
            client.create_topics([NewTopic(topic, partitions, 1)])
            break
        except (TopicAlreadyExistsError, UnknownTopicOrPartitionError):
            time.sleep(0.1)
    else:
        raise AssertionError(f"{topic} is not forgotten")
    client.close()


@pytest.fixture
async def worker(bare_kafka: str, redis: RedisServer, tmp_path: Path) -> AsyncIterator[Worker]:
    await asyncio.to_thread(prepare, bare_kafka)
    made = Worker(
        Settings(bootstrap=bare_kafka, redis_url=redis.url, data_dir=tmp_path), WallClock()
    )
    await made.start()
    made.assign([partition_of(COUNTY, PARTITIONS)])
    yield made
    await made.stop()


def county(worker: Worker) -> dict[str, Any]:
    found: dict[str, Any] = worker.health()["jurisdictions"].get(COUNTY, {})
    return found


async def until(true: Callable[[], bool], what: str) -> None:
    for _ in range(1_200):
        if true():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"never: {what}")


async def decided(worker: Worker, signal: Signal) -> bool:
    receipt = await worker._receipts.find(COUNTY, signal.signal_id)
    return receipt is not None and receipt.refused is None


async def until_decided(worker: Worker, signal: Signal) -> None:
    for _ in range(1_200):
        if await decided(worker, signal):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"never decided: {signal}")


async def test_an_input_whose_offsets_went_back_is_halted_told_and_read_anew_when_told(
    worker: Worker, bare_kafka: str
) -> None:
    before = [here(roster, role) for role in ("r1", "r2", "r3")]
    await asyncio.to_thread(publish, bare_kafka, *before)
    await until_decided(worker, before[-1])

    await asyncio.to_thread(make_anew, bare_kafka, COMMANDS)
    lost = here(outage, "after")
    await asyncio.to_thread(publish, bare_kafka, lost)

    await until(lambda: COMMANDS in county(worker)["inputs_halted"], "the input is halted")
    assert not worker.health()["ok"]
    assert "offset" in county(worker)["inputs_halted"][COMMANDS]
    assert not await decided(worker, lost)
    await until(
        lambda: (
            worker.metrics.get_sample_value(
                "coordinator_input_halted",
                {
                    "input": f"{COMMANDS}-{partition_of(COUNTY, PARTITIONS)}",
                    "log": COUNTY,
                },
            )
            == 1
        ),
        "the metric says so",
    )
    # What comes by other topics goes on.
    other = here(outage, "feeds", actor_role=Role.FEED)
    await asyncio.to_thread(publish, bare_kafka, other)
    await until_decided(worker, other)

    await renew_input(bare_kafka, COMMANDS, [COUNTY])

    await until_decided(worker, lost)
    await until(lambda: worker.health()["ok"], "all is well")
    assert county(worker)["inputs_halted"] == {}


async def test_a_new_owner_finds_that_the_offsets_went_back_while_nobody_looked(
    worker: Worker, bare_kafka: str
) -> None:
    before = [here(roster, role) for role in ("r1", "r2", "r3")]
    await asyncio.to_thread(publish, bare_kafka, *before)
    await until_decided(worker, before[-1])
    number = partition_of(COUNTY, PARTITIONS)
    await worker.revoke([number])
    await asyncio.to_thread(make_anew, bare_kafka, COMMANDS)

    worker.assign([number])

    await until(lambda: bool(county(worker).get("inputs_halted")), "the input is halted")
    assert not worker.health()["ok"]


async def test_only_what_is_there_is_read_anew(worker: Worker, bare_kafka: str) -> None:
    with pytest.raises(BadInput, match="no input topic"):
        await renew_input(bare_kafka, str(Topic.LOG), [COUNTY])
    with pytest.raises(UnknownJurisdiction):
        await renew_input(bare_kafka, COMMANDS, [COUNTY, "nowhere"])
    assert (await read_entries(bare_kafka))[COUNTY].renewed == {}


async def test_signals_go_where_the_county_is_read_though_the_topic_has_grown(
    worker: Worker, bare_kafka: str
) -> None:
    grown = next(it for it in range(PARTITIONS + 1, 64) if partition_of(COUNTY, it) >= PARTITIONS)
    client = KafkaAdminClient(bootstrap_servers=bare_kafka)
    client.create_partitions({COMMANDS: NewPartitions(total_count=grown)})
    client.close()
    signal = here(roster, "r")

    with Publisher(bare_kafka) as publisher:
        delivery = await asyncio.to_thread(publisher.publish, signal)
        differing = dict(publisher.differing)

    assert delivery.partition == partition_of(COUNTY, PARTITIONS)
    assert differing == {Topic.COMMANDS: f"{grown} partitions, the registry says {PARTITIONS}"}
    await until_decided(worker, signal)
    await until(lambda: COMMANDS in worker.health()["topics_differ"], "the worker says so")


async def test_what_is_ahead_or_under_a_taken_id_is_a_dead_letter_and_told(
    worker: Worker, bare_kafka: str
) -> None:
    taken, other = here(roster, "x"), here(away, 1, "x", actor_id="desk-2")
    far = here(roster, "far").model_copy(update={"at": now() + 365 * 86_400_000})
    last = here(roster, "last")

    await asyncio.to_thread(publish, bare_kafka, taken, other, far, last)

    await until_decided(worker, last)
    told = await worker._receipts.find(COUNTY, other.signal_id, "desk-2")
    assert told is not None
    assert told.refused is not None
    assert told.refused.field == "signal_id"
    assert await decided(worker, taken)
    await until(
        lambda: (
            worker.metrics.get_sample_value("coordinator_dead_letters_total", {"topic": COMMANDS})
            == 2
        ),
        "both are set aside",
    )
    owner = worker.partitions[partition_of(COUNTY, PARTITIONS)].owned[COUNTY].owner
    assert owner is not None
    assert owner.state.now <= now()
