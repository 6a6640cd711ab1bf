"""Topics are created once, checked for ever, and never changed behind anybody's back."""

from collections.abc import Iterator
from typing import Any

import pytest
from kafka.admin import KafkaAdminClient, NewTopic

from coordinator.errors import BadInput
from streams import topics
from streams.topics import (
    Cluster,
    DangerousTopic,
    NoBroker,
    Topic,
    apply,
    settings_of,
    settings_there,
)
from tests.broker.topics import ours

ONE = Cluster(partitions=4, replication=1, min_in_sync=1)


@pytest.fixture
def admin(bare_kafka: str) -> Iterator[Any]:
    client = KafkaAdminClient(bootstrap_servers=bare_kafka)
    yield client
    client.close()


def _made(admin: Any, topic: Topic, partitions: int, settings: dict[str, str]) -> None:
    """Make a topic; a broker knows of it when it knows its settings."""
    admin.create_topics([NewTopic(str(topic), partitions, 1, None, settings)])
    settings_there(admin, topic)


def test_missing_topics_are_created_as_the_log_demands(kafka: str, admin: Any) -> None:
    applied = apply(kafka, ONE)

    assert set(applied.created) == set(map(str, Topic))
    found = settings_there(admin, Topic.LOG)
    assert found["cleanup.policy"] == "delete"
    assert found["retention.ms"] == "-1"
    assert found["unclean.leader.election.enable"] == "false"
    counts = {
        it["name"]: len(it["partitions"]) for it in admin.describe_topics(list(map(str, Topic)))
    }
    assert counts.pop(str(Topic.JURISDICTIONS)) == 1
    assert set(counts.values()) == {4}


class _JustMade:
    """A broker that knows of a topic, and of its settings only when asked often enough."""

    def __init__(self, unknowing: int) -> None:
        self.unknowing = unknowing

    def describe_configs(self, _: object, config_filter: str) -> dict[str, Any]:
        assert config_filter == "all"
        self.unknowing -= 1
        known = {} if self.unknowing >= 0 else {"retention.ms": {"value": "-1"}}
        return {"topic": {str(Topic.LOG): known}}


def test_settings_that_a_broker_does_not_know_yet_are_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings_there(_JustMade(3), Topic.LOG) == {"retention.ms": "-1"}

    monkeypatch.setattr(topics, "_SETTINGS_KNOWN_S", 0.3)
    with pytest.raises(NoBroker, match=str(Topic.LOG)):
        settings_there(_JustMade(1_000), Topic.LOG)


def test_applying_again_changes_nothing(kafka: str, admin: Any) -> None:
    apply(kafka, ONE)

    applied = apply(kafka, ONE)

    assert applied.created == ()
    assert set(applied.found) == set(map(str, Topic))


@pytest.mark.parametrize(
    ("partitions", "setting", "value"),
    [
        (3, "retention.ms", "-1"),
        (4, "retention.ms", "604800000"),
        (4, "cleanup.policy", "compact"),
        (4, "unclean.leader.election.enable", "true"),
        (4, "max.message.bytes", "1000"),
    ],
)
def test_a_dangerous_difference_is_refused_and_nothing_is_created(
    kafka: str, admin: Any, partitions: int, setting: str, value: str
) -> None:
    changed = settings_of(Topic.LOG, ONE) | {setting: value}
    _made(admin, Topic.LOG, partitions, changed)

    with pytest.raises(DangerousTopic) as caught:
        apply(kafka, ONE)

    assert str(Topic.LOG) in str(caught.value)
    assert ("3 partitions" if partitions == 3 else setting) in str(caught.value)
    assert ours(admin) == [str(Topic.LOG)]


def test_fewer_copies_than_are_asked_for_are_refused(kafka: str, admin: Any) -> None:
    _made(admin, Topic.LOG, 4, settings_of(Topic.LOG, ONE))

    with pytest.raises(DangerousTopic) as caught:
        apply(kafka, Cluster(partitions=4, replication=3, min_in_sync=2))

    assert f"{Topic.LOG}: replication is 1, not 3" in str(caught.value)
    assert f"{Topic.LOG}: min.insync.replicas is '1', not '2'" in str(caught.value)
    assert ours(admin) == [str(Topic.LOG)]


def test_a_topic_that_keeps_more_than_is_asked_is_no_danger(kafka: str, admin: Any) -> None:
    kept = settings_of(Topic.COMMANDS, ONE) | {"retention.ms": "-1"}
    _made(admin, Topic.COMMANDS, 4, kept)

    assert str(Topic.COMMANDS) in apply(kafka, ONE).found


def test_a_broker_that_is_not_there_is_one_clear_error() -> None:
    with pytest.raises(NoBroker, match=r"127\.0\.0\.1:9"):
        apply("127.0.0.1:9", ONE)


def test_more_in_sync_than_there_are_is_refused() -> None:
    with pytest.raises(BadInput, match="min_in_sync"):
        apply("127.0.0.1:9", Cluster(replication=1, min_in_sync=2))
