"""A signal is published when the brokers have it, and the publisher says so, or says why not."""

import json
from collections.abc import Iterator

import pytest
from kafka import KafkaConsumer, TopicPartition

from coordinator.errors import Busy
from schemas import catalogue
from schemas.vocabulary import Role
from streams.publisher import NotPublished, Publisher, partition_of, topic_of
from streams.topics import Cluster, NoBroker, Topic, apply
from tests.engine.county import away, outage, roster

COUNT = 4


@pytest.fixture
def publisher(bare_kafka: str) -> Iterator[Publisher]:
    apply(bare_kafka, Cluster(partitions=COUNT, replication=1, min_in_sync=1))
    with Publisher(bare_kafka) as made:
        yield made


def test_a_published_signal_lies_where_its_county_is_read(kafka: str, publisher: Publisher) -> None:
    signal = outage("published", actor_role=Role.FEED)

    delivery = publisher.publish(signal)

    assert delivery.topic == str(Topic.OUTAGE_REPORTS)
    assert delivery.partition == partition_of(signal.jurisdiction, COUNT)
    consumer = KafkaConsumer(bootstrap_servers=kafka, group_id=None, consumer_timeout_ms=10_000)
    place = TopicPartition(delivery.topic, delivery.partition)
    consumer.assign([place])
    consumer.seek(place, delivery.offset)
    found = next(consumer)
    consumer.close()
    headers = {name: value.decode() for name, value in found.headers}
    assert found.key == signal.jurisdiction.encode()
    assert headers["ce_id"] == signal.signal_id
    assert headers["ce_type"] == "coordinator.signal.outage_reported.v1"
    assert headers["ce_specversion"] == "1.0"
    assert headers["ce_time"].startswith("2026-01-01T00:00:00.000")
    kind = catalogue.SIGNALS[json.loads(found.value)["type"]]
    assert kind.model_validate_json(found.value) == signal
    assert publisher.waiting == 0


def test_one_county_has_one_partition_in_every_topic(publisher: Publisher) -> None:
    signals = (
        outage("a", actor_role=Role.FEED),
        roster("b"),
        away(1, "c", actor_role=Role.MEMBER, actor_id="mem"),
    )

    deliveries = [publisher.publish(it) for it in signals]

    assert {it.topic for it in deliveries} == {
        str(Topic.OUTAGE_REPORTS),
        str(Topic.COMMANDS),
        str(Topic.MEMBER_RESPONSES),
    }
    assert len({it.partition for it in deliveries}) == 1


def test_a_full_buffer_says_so_and_takes_nothing(kafka: str, publisher: Publisher) -> None:
    with Publisher(kafka, waiting_max=2, linger_ms=7_000) as slow:
        first, second = slow.submit(outage("1")), slow.submit(outage("2"))

        with pytest.raises(Busy):
            slow.submit(outage("3"))
        assert slow.waiting == 2
        slow.flush()

        assert second.result(10).offset > first.result(10).offset
        third = slow.submit(outage("4"))
        slow.flush()
        assert third.result(10).offset > second.result(10).offset


def test_without_its_topic_nothing_is_published(
    kafka: str, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.publisher.topic_of", lambda signal: "no.such.topic")

    with pytest.raises(NotPublished, match=r"no\.such\.topic"):
        publisher.publish(outage("x"))
    assert publisher.waiting == 0


def test_a_broker_that_is_not_there_is_one_clear_error() -> None:
    with pytest.raises(NoBroker, match=r"127\.0\.0\.1:9"):
        Publisher("127.0.0.1:9")


def test_counties_spread_as_kafkas_own_clients_spread_them() -> None:
    # murmur2 of the key, as org.apache.kafka.common.utils.Utils has it in its own tests.
    assert partition_of("21", 2**31) == -973932308 & 0x7FFFFFFF
    assert partition_of("foobar", 2**31) == -790332482 & 0x7FFFFFFF


def test_every_signal_has_a_topic() -> None:
    assert topic_of(roster("r")) is Topic.COMMANDS
    assert topic_of(outage("o", actor_role=Role.FEED)) is Topic.OUTAGE_REPORTS
