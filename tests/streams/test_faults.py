"""The promises on real processes: workers killed, paused and multiplied, brokers and Redis lost.

After each a checker that knows nothing of the engine reads the topics.
"""

import asyncio
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient
from kafka.structs import OffsetAndMetadata, TopicPartition

from coordinator.clock import WallClock
from coordinator.errors import TooLarge
from coordinator.log.envelope import Kind, Record, seal
from coordinator.log.partition import PartitionLog
from streams.app import GROUP
from streams.asyncapi import document
from streams.partition import KafkaPartition
from streams.publisher import Publisher, partition_of
from tests.broker.redis_server import RedisServer
from tests.conftest import OwnBrokers
from tests.engine.county import outage
from tests.scenario.county_under_load import COUNTIES
from tests.streams import checker
from tests.streams.counties import PARTITIONS, prepare, speaking
from tests.streams.folding import agree
from tests.streams.machines import Machine, Machines, machines, until
from tests.streams.test_gateway import client_of

_KILLS, _BURST = 100, 4
_CLAIM = 2


@pytest.fixture
def here(bare_kafka: str, redis: RedisServer, tmp_path: Path) -> Iterator[Machines]:
    prepare(bare_kafka)
    with machines(bare_kafka, redis.url, tmp_path) as made:
        yield made


def all_owned(here: Machines) -> bool:
    return here.owned().keys() >= set(COUNTIES)


def owner_of(here: Machines, county: str) -> Machine:
    return next(it for it in here.workers if it.stand(county).epoch > 0)


def given(machine: Machine) -> bool:
    """Say whether the group gave it partitions."""
    return bool(machine.health().get("partitions"))


def claims(finding: checker.Finding) -> int:
    return sum(it.kind == _CLAIM for log in finding.logs.values() for it in log)


def test_workers_killed_again_and_again_lose_nothing_and_decide_nothing_twice(
    here: Machines, redis: RedisServer
) -> None:
    chance = random.Random(1)
    alive = [here.worker() for _ in range(2)]
    until(lambda: all_owned(here), what="every county is owned")
    with speaking(here.bootstrap) as senders:
        for number in range(_KILLS):
            time.sleep(chance.uniform(0.05, 0.8))
            gone = alive.pop(chance.randrange(len(alive)))
            gone.kill()
            here.workers.remove(gone)
            alive.append(here.worker())
            if number % _BURST == _BURST - 1:
                # Between the bursts they come to decide; within one, hardly.
                until(lambda: all_owned(here), what="every county is owned")
        until(lambda: len(senders.acknowledged) > 20 * _KILLS, what="enough was said meanwhile")
    finding = checker.check(here.bootstrap, senders.acknowledged)

    assert claims(finding) >= len(COUNTIES) * _KILLS // _BURST
    assert agree(here.bootstrap, redis.url, finding, here) > 0


def test_a_worker_paused_past_its_session_does_no_harm_when_it_goes_on(
    here: Machines, redis: RedisServer
) -> None:
    here.worker()
    until(lambda: all_owned(here), what="every county is owned")
    with speaking(here.bootstrap) as senders:
        for _ in range(3):
            paused = owner_of(here, COUNTIES[0])
            epoch = here.owned()[COUNTIES[0]]
            paused.tell(signal.SIGSTOP)
            here.workers.remove(paused)
            other = here.worker()
            until(
                lambda: other.stand(COUNTIES[0]).epoch > epoch,  # noqa: B023 - called at once
                what="another worker claimed",
            )
            claimed = other.stand(COUNTIES[0])
            until(
                lambda: other.stand(COUNTIES[0]).seq > claimed.seq,  # noqa: B023 - called at once
                what="and decided",
            )
            paused.tell(signal.SIGCONT)
            here.workers.append(paused)
            until(
                lambda: paused.stand(COUNTIES[0]).epoch != epoch and paused.health(),  # noqa: B023 - called at once
                what="the one that was paused knows of it",
            )
            other.kill()
            here.workers.remove(other)
            until(lambda: all_owned(here), what="every county is owned again")
    finding = checker.check(here.bootstrap, senders.acknowledged)

    assert claims(finding) >= 3 * len(COUNTIES)
    assert agree(here.bootstrap, redis.url, finding, here) >= 0


def test_a_storm_of_rebalances_ends_with_every_county_owned(
    here: Machines, redis: RedisServer
) -> None:
    here.worker()
    until(lambda: all_owned(here), what="every county is owned")
    with speaking(here.bootstrap) as senders:
        for _ in range(6):
            come = [here.worker() for _ in range(2)]
            until(lambda: any(given(it) for it in come), what="one that came was given something")  # noqa: B023 - called at once
            for it in come:
                it.tell(signal.SIGTERM)
                here.workers.remove(it)
        until(lambda: all_owned(here), what="every county is owned")
    finding = checker.check(here.bootstrap, senders.acknowledged)

    assert agree(here.bootstrap, redis.url, finding, here) >= 0


def test_a_broker_that_comes_back_finds_everybody_where_they_were(
    redis: RedisServer, own_brokers: OwnBrokers, tmp_path: Path
) -> None:
    with own_brokers(1) as (broker,):
        prepare(broker.address)
        with machines(broker.address, redis.url, tmp_path) as here:
            here.worker()
            until(lambda: all_owned(here), what="every county is owned")
            with speaking(broker.address) as senders:
                senders.hear(20)
                broker.kill()
                # Gone for longer than a signal may be on its way: what a client remembers of
                # messages it had to give up must not keep it from being heard again.
                until(lambda: senders.refused == set(COUNTIES), what="every sender is refused")
                broker.start()
                broker.wait()
                senders.hear(20)
            finding = checker.check(broker.address, senders.acknowledged)
            assert agree(broker.address, redis.url, finding, here) >= 0


def test_of_three_brokers_the_one_that_leads_is_lost(
    redis: RedisServer, own_brokers: OwnBrokers, tmp_path: Path
) -> None:
    with own_brokers(3) as cluster:
        bootstrap = ",".join(it.address for it in cluster)
        prepare(bootstrap, copies=3)
        (tmp_path / "gateway").mkdir()
        with machines(bootstrap, redis.url, tmp_path) as here:
            # What the production profile of docker-compose.yml starts, as plain processes.
            for _ in range(2):
                here.worker()
            here.planner()
            client = client_of(here)
            until(lambda: all_owned(here), what="every county is owned")
            with speaking(bootstrap) as senders:
                senders.hear(20)
                leader = _leader(bootstrap, partition_of(COUNTIES[0], PARTITIONS))
                next(it for it in cluster if it.number == leader).kill()
                senders.hear(40)
            alive = ",".join(it.address for it in cluster if it.number != leader)
            said = client.say(**client.outage("after"))
            assert said.status_code == 202
            signal_id = said.json()["signal_id"]
            finding = checker.check(alive, senders.acknowledged | {signal_id})
            assert agree(alive, redis.url, finding, here) >= 0


def _leader(bootstrap: str, number: int) -> int:
    admin: Any = KafkaAdminClient(bootstrap_servers=bootstrap)
    (topic,) = admin.describe_topics([checker.LOG])
    admin.close()
    found = next(it for it in topic["partitions"] if it["partition_index"] == number)
    return int(found["leader_id"])


def test_redis_is_flushed_then_gone_then_back_and_deciding_goes_on(
    here: Machines, redis: RedisServer
) -> None:
    here.worker()
    until(lambda: all_owned(here), what="every county is owned")
    with speaking(here.bootstrap) as senders:
        senders.hear(10)
        redis.stop()
        senders.hear(15)
        during = set(senders.acknowledged)
        until(
            lambda: len(during - checker.read_logs(here.bootstrap).decided.keys()) == 0,
            what="what came while Redis was gone is decided",
        )
        redis.start()
        until(lambda: _boards_are_there(redis), what="the boards are drawn again")
    finding = checker.check(here.bootstrap, senders.acknowledged)
    until(lambda: _boards_stand(redis, finding), what="the boards stand where the logs end")


def _boards_are_there(redis: RedisServer) -> bool:
    return all(_tip(redis, it) is not None for it in COUNTIES)


def _boards_stand(redis: RedisServer, finding: checker.Finding) -> bool:
    # A decision that touches no row moves no board: near the end is at the end.
    return all((_tip(redis, it) or 0) >= finding.head(it)[0] - 50 for it in COUNTIES)


def _tip(redis: RedisServer, county: str) -> int | None:
    from redis import Redis  # noqa: PLC0415 - the fixture has its name

    client: Any = Redis.from_url(redis.url)
    held = client.hget(f"coordinator:{{{county}}}:tip", "seq")
    client.close()
    return None if held is None else int(held)


def test_messages_nobody_can_read_are_set_aside_and_stop_nothing(here: Machines) -> None:
    worker = here.worker()
    until(lambda: all_owned(here), what="every county is owned")
    county = COUNTIES[0]
    poison = [
        (county, b"\xff\x00 not JSON"),
        (county, b"[1, 2]"),
        (county, b'{"type": "outage_reported", "v": 1}'),
        (county, b'{"type": "never_heard_of", "v": 1}'),
        (county, outage("x", jurisdiction="elsewhere").model_dump_json().encode()),
        ("nowhere", b"{}"),
    ]
    producer: Any = KafkaProducer(bootstrap_servers=here.bootstrap, acks="all")
    for key, value in poison:
        producer.send(
            checker.INPUTS[2],
            key=key.encode(),
            value=value,
            partition=partition_of(county, PARTITIONS),
        )
    producer.flush()
    producer.close()
    with speaking(here.bootstrap) as senders:
        senders.hear(40)
    checker.check(here.bootstrap, senders.acknowledged)
    wanted = 'coordinator_dead_letters_total{topic="coordinator.signals.commands"} 6.0'
    until(lambda: wanted in httpx.get(f"{worker.url}/metrics").text, what="six are set aside")

    letters = checker.messages(here.bootstrap, [checker.DEAD_LETTERS])
    values = {it.value for it in letters}
    assert values == {value for _, value in poison}
    headers = [dict(it.headers) for it in letters]
    assert {it["field"] for it in headers} >= {b"jurisdiction", b"key"}
    assert all(it["source"].startswith(b"coordinator.signals.commands-") for it in headers)
    described = document()["components"]["messages"]
    offers = checker.messages(here.bootstrap, checker.ASSIGNMENTS)
    assert offers
    for name, found in (("dead_letter", letters), ("effect", offers)):
        for it in found:
            shown = {header: value.decode() for header, value in it.headers}
            jsonschema.validate(shown, described[name]["headers"])


def test_group_offsets_set_back_to_the_beginning_decide_nothing_again(
    here: Machines, redis: RedisServer
) -> None:
    first = here.worker()
    until(lambda: all_owned(here), what="every county is owned")
    with speaking(here.bootstrap) as senders:
        senders.hear(40)
    checker.check(here.bootstrap, senders.acknowledged)
    before = checker.read_logs(here.bootstrap).decided
    first.kill()
    here.workers.remove(first)
    _set_back(here.bootstrap)

    here.worker()
    until(lambda: all_owned(here), what="every county is owned")
    with speaking(here.bootstrap, run=1) as more:
        more.hear(20)
    finding = checker.check(here.bootstrap, senders.acknowledged | more.acknowledged)

    assert finding.decided.keys() >= before.keys()
    assert agree(here.bootstrap, redis.url, finding, here) >= 0


def _set_back(bootstrap: str) -> None:
    admin: Any = KafkaAdminClient(bootstrap_servers=bootstrap)
    offsets = {
        TopicPartition(topic, number): OffsetAndMetadata(0, "", -1)
        for topic in checker.INPUTS
        for number in range(PARTITIONS)
    }

    def moved() -> bool:
        # Refused while the group still counts the worker that was killed.
        answer = admin.alter_group_offsets(GROUP, offsets)
        return all(not getattr(it, "errno", 0) for it in answer.values())

    until(moved, what="the offsets are set back")
    admin.close()


def test_a_signal_too_large_for_the_brokers_is_refused_and_the_rest_goes_on(
    here: Machines,
) -> None:
    here.worker()
    until(lambda: all_owned(here), what="every county is owned")
    at = WallClock().now()
    with Publisher(here.bootstrap) as publisher:
        too_large = outage("big", jurisdiction=COUNTIES[0], at=at)
        object.__setattr__(too_large, "dedup_key", "x" * 1_200_000)
        with pytest.raises(TooLarge, match=too_large.signal_id):
            publisher.publish(too_large)
        small = outage("small", jurisdiction=COUNTIES[0], at=at)
        publisher.publish(small)
    finding = checker.check(here.bootstrap, [small.signal_id])

    assert too_large.signal_id not in finding.decided


def test_a_worker_too_old_for_a_log_halts_there_and_goes_on_elsewhere(here: Machines) -> None:
    county, *others = COUNTIES
    worker = here.worker()
    until(lambda: all_owned(here), what="every county is owned")
    asyncio.run(_write_as_a_newer_program(here.bootstrap, county))

    with speaking(here.bootstrap) as senders:
        until(
            lambda: "FuturePayload" in str(worker.health()["jurisdictions"][county]),
            what="the old worker says why it stopped",
        )
        senders.hear(30)
    heard = set().union(*(senders.by_county[it] for it in others))
    finding = checker.check(here.bootstrap, heard)

    last = finding.logs[county][-1]
    assert b"of_the_future" in last.payload
    assert senders.by_county[county]
    assert not senders.by_county[county] & finding.decided.keys()


async def _write_as_a_newer_program(bootstrap: str, county: str) -> None:
    partition = KafkaPartition(bootstrap, checker.LOG, partition_of(county, PARTITIONS))
    await partition.start()
    log = PartitionLog(county, partition)
    tip = (await log.read(after_seq=await log.tip_seq() - 1, records_max=1))[0]
    records: list[Record] = []
    for kind, cursor, payload in (
        (Kind.CLAIM, {}, b"{}"),
        (
            Kind.DECISION,
            {"newer": 1},
            b'{"signal":null,"events":[{"type":"of_the_future","v":9,"field":1}]}',
        ),
    ):
        tip = seal(
            seq=tip.seq + 1, prev=tip.hash, epoch=tip.epoch + (kind is Kind.CLAIM), at=tip.at,
            kind=kind, log_id=county, signal_id="", cursor=cursor, payload=payload,
        )  # fmt: skip
        records.append(tip)
    await log.append(records)
    await partition.stop()
