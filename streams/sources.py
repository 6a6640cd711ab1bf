"""Which topic a signal goes to, and what a topic may bring: who writes there may say what."""

from typing import Final

from kafka.partitioner.default import murmur2

from schemas.roles import Capability, roles_with
from schemas.signals.aid import AidMessage
from schemas.signals.alert import AlertReceived, CancelAlert
from schemas.signals.clock import DeadlinePassed
from schemas.signals.envelope import Signal
from schemas.signals.unit import MusterProposed
from schemas.vocabulary import Role
from streams.topics import Topic

_OWN: Final = frozenset({Topic.PLANS, Topic.MUTUAL_AID, Topic.MEMBER_RESPONSES})
"""Topics that bring nothing but what is theirs: of the planner, of other owners, of members."""


def topic_for(kind: type[Signal], role: Role) -> Topic:
    """Return the topic of a kind of signal: by what it is, then by who sends it."""
    if issubclass(kind, AlertReceived | CancelAlert):
        return Topic.DISASTER_ALERTS
    if issubclass(kind, AidMessage):
        return Topic.MUTUAL_AID
    if issubclass(kind, MusterProposed):
        return Topic.PLANS
    if role is Role.FEED:
        return Topic.OUTAGE_REPORTS
    return Topic.MEMBER_RESPONSES if role is Role.MEMBER else Topic.COMMANDS


def topic_of(signal: Signal) -> Topic:
    """Return the topic of a signal."""
    return topic_for(type(signal), signal.actor_role)


def topics_of(kind: type[Signal]) -> frozenset[Topic]:
    """Return the topics by which whoever may send a kind of signal sends it; none for the clock."""
    if issubclass(kind, DeadlinePassed):
        return frozenset()
    return frozenset(topic_for(kind, role) for role in roles_with(kind.needs))


def brings(topic: str, signal: Signal) -> bool:
    """Say whether a signal may come by this topic."""
    if isinstance(signal, DeadlinePassed):
        return False
    own = topic_of(signal)
    if own == topic:
        return True
    return topic not in _OWN and signal.needs is not Capability.BE_COORDINATOR


def partition_of(jurisdiction: str, partitions: int) -> int:
    """Return the partition of a jurisdiction, the same in every topic.

    It is what Kafka's own clients choose for this key (murmur2), so that any of them may publish.
    """
    return int(murmur2(jurisdiction.encode()) & 0x7FFFFFFF) % partitions
