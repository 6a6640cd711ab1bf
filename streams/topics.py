"""The topics: what each holds, and the settings without which the log could be lost.

They are created and checked, never changed and never deleted. A difference that could lose records
or move a jurisdiction to another partition is refused.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, Final, NamedTuple

import structlog
from aiokafka.errors import KafkaError as AiokafkaError
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from coordinator.errors import BadInput, CoordinatorError
from coordinator.log.envelope import PAYLOAD_BYTES_MAX
from schemas.durations import DAY
from streams.brokers import Brokers, connecting

log = structlog.get_logger()

_ENVELOPE_BYTES = 100_000
_UNKNOWN_TOPIC = 3
_BOOTSTRAP_MS = 5_000
_SETTINGS_KNOWN_S = 10.0


class Topic(StrEnum):
    """Signals by source, the log, and what leaves the coordinator."""

    OUTAGE_REPORTS = "coordinator.signals.outage-reports"
    DISASTER_ALERTS = "coordinator.signals.disaster-alerts"
    COMMANDS = "coordinator.signals.commands"
    MEMBER_RESPONSES = "coordinator.signals.member-responses"
    PLANS = "coordinator.signals.plans"
    MUTUAL_AID = "coordinator.signals.mutual-aid"
    LOG = "coordinator.log"
    ASSIGNMENTS = "coordinator.assignments"
    NOTICES = "coordinator.notices"
    EXERCISE_ASSIGNMENTS = "coordinator.exercise.assignments"
    EXERCISE_NOTICES = "coordinator.exercise.notices"
    DEAD_LETTERS = "coordinator.dead-letters"
    JURISDICTIONS = "coordinator.jurisdictions"


INPUTS: Final = (
    Topic.OUTAGE_REPORTS,
    Topic.DISASTER_ALERTS,
    Topic.COMMANDS,
    Topic.MEMBER_RESPONSES,
    Topic.PLANS,
    Topic.MUTUAL_AID,
)
"""What the workers read."""


_FOR_EVER: Final = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
_A_MONTH: Final = {"cleanup.policy": "delete", "retention.ms": str(30 * DAY)}
_KEPT: Final[Mapping[Topic, Mapping[str, str]]] = {
    # The log is the truth, dead letters are nobody's copy; inputs are read again from the log's
    # cursor, so that they have to outlast the longest time a worker is down.
    topic: _FOR_EVER if topic in (Topic.LOG, Topic.DEAD_LETTERS) else _A_MONTH
    for topic in Topic
} | {
    # One entry for each jurisdiction, the newest.
    Topic.JURISDICTIONS: {"cleanup.policy": "compact"},
}


class Cluster(NamedTuple):
    """What the brokers are asked for.

    `partitions` is the same for every topic, so that a jurisdiction's signals and its log lie on
    the same number; it can never change afterwards.
    """

    partitions: int = 16
    replication: int = 3
    min_in_sync: int = 2

    def partitions_of(self, topic: Topic) -> int:
        return 1 if topic is Topic.JURISDICTIONS else self.partitions


class Applied(NamedTuple):
    """What was done: topics created, and topics found as they should be."""

    created: tuple[str, ...]
    found: tuple[str, ...]


class DangerousTopic(BadInput):
    """A topic exists and differs in a way that could lose records or reorder them."""

    code = "dangerous_topic"

    def __init__(self, differences: Iterable[str]) -> None:
        super().__init__("; ".join(differences) + "; nothing was changed")


class NoBroker(CoordinatorError):
    """The brokers cannot be reached or do not answer."""

    code = "no_broker"


@asynccontextmanager
async def connected_or_none(
    brokers: object, leave: Callable[[], Awaitable[None]]
) -> AsyncIterator[None]:
    """Hold a process that connects to the brokers; they may go while it does.

    Args:
        brokers: named in the error.
        leave: gives back what is connected already, also after an error of another kind.

    Raises:
        NoBroker: they went; whoever started the process starts it again.
    """
    try:
        yield
    except (KafkaError, AiokafkaError, TimeoutError, OSError) as error:
        try:
            await leave()
        except (KafkaError, AiokafkaError, TimeoutError, OSError) as another:
            log.warning("brokers.not_left", reason=repr(another))
        why = str(error) or type(error).__name__
        raise NoBroker(f"bootstrap: {brokers!r}: {why}") from None
    except BaseException:
        await leave()
        raise


def settings_of(topic: Topic, cluster: Cluster) -> dict[str, str]:
    """Return the settings a topic must have, as the broker spells them."""
    return {
        **_KEPT[topic],
        "min.insync.replicas": str(cluster.min_in_sync),
        "unclean.leader.election.enable": "false",
        "max.message.bytes": str(PAYLOAD_BYTES_MAX + _ENVELOPE_BYTES),
    }


def apply(bootstrap: Brokers | str, cluster: Cluster) -> Applied:
    """Create the topics that are missing, after every one that exists was found to be sound.

    Args:
        bootstrap: brokers, `host:port` with commas.
        cluster: what is asked of each topic.

    Raises:
        BadInput: the request contradicts itself.
        DangerousTopic: naming each topic, setting and value; nothing was created.
        NoBroker: the brokers do not answer.
    """
    if not 1 <= cluster.min_in_sync <= cluster.replication:
        raise BadInput(
            f"min_in_sync: {cluster.min_in_sync} is not between 1 and"
            f" the replication of {cluster.replication}"
        )
    try:
        admin = KafkaAdminClient(**connecting(bootstrap), bootstrap_timeout_ms=_BOOTSTRAP_MS)
    except KafkaError as error:
        raise NoBroker(f"bootstrap: {bootstrap!r}: {error}") from None
    try:
        return _apply(admin, cluster)
    except KafkaError as error:
        raise NoBroker(f"bootstrap: {bootstrap!r}: {error}") from None
    finally:
        admin.close()


def _apply(admin: Any, cluster: Cluster) -> Applied:
    described = {it["name"]: it for it in admin.describe_topics([str(it) for it in Topic])}
    there = [it for it in Topic if described[it]["error_code"] != _UNKNOWN_TOPIC]
    differences = [
        difference
        for topic in there
        for difference in _differences(admin, topic, described[topic], cluster)
    ]
    if differences:
        raise DangerousTopic(differences)
    missing = [it for it in Topic if it not in there]
    new = [
        NewTopic(
            str(topic),
            cluster.partitions_of(topic),
            cluster.replication,
            None,
            settings_of(topic, cluster),
        )
        for topic in missing
    ]
    if new:
        try:
            admin.create_topics(new)
        except TopicAlreadyExistsError:
            # Somebody else applies them at the same time: look at what they made.
            return _apply(admin, cluster)
    return Applied(tuple(map(str, missing)), tuple(map(str, there)))


def _differences(
    admin: Any, topic: Topic, described: Mapping[str, Any], cluster: Cluster
) -> Iterable[str]:
    partitions = described["partitions"]
    wanted_partitions = cluster.partitions_of(topic)
    if len(partitions) != wanted_partitions:
        yield f"{topic}: it has {len(partitions)} partitions, not {wanted_partitions}"
    replication = min(len(it["replica_nodes"]) for it in partitions)
    if replication < cluster.replication:
        yield f"{topic}: replication is {replication}, not {cluster.replication}"
    found = settings_there(admin, topic)
    for name, wanted in settings_of(topic, cluster).items():
        value = found[name]
        if value != wanted and not _safer(name, value, wanted):
            yield f"{topic}: {name} is {value!r}, not {wanted!r}"


def settings_there(admin: Any, topic: Topic) -> dict[str, str]:
    """Return the settings that a topic has.

    A broker that has just made one may name its partitions and know none of its settings yet.

    Raises:
        NoBroker: it does not come to know them.
    """
    resource = ConfigResource(ConfigResourceType.TOPIC, str(topic))
    until = time.monotonic() + _SETTINGS_KNOWN_S
    while time.monotonic() < until:
        found = admin.describe_configs([resource], config_filter="all")["topic"].get(str(topic))
        if found:
            return {name: str(it["value"]) for name, it in found.items()}
        time.sleep(0.1)
    raise NoBroker(f"{topic}: the brokers do not say how it is set")


def _safer(name: str, value: str, wanted: str) -> bool:
    """Whether a setting that differs keeps more, or keeps it more surely, than is asked for."""
    if name in ("retention.ms", "retention.bytes"):
        return value == "-1" or (wanted != "-1" and int(value) >= int(wanted))
    if name in ("min.insync.replicas", "max.message.bytes"):
        return int(value) >= int(wanted)
    return False
