"""How far the outbox of a partition got, kept by the brokers beside a consumer group's offset.

Nothing of it can be lost with Redis. A commit is one small request, so several positions travel
together, a moment later: after a crash a little is delivered twice, which the receivers drop.
"""

import asyncio
import base64
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError
from aiokafka.structs import OffsetAndMetadata

from coordinator.log.ports import FollowerPosition
from coordinator.tasks import end_all
from streams.brokers import Brokers, connecting
from streams.clients import Client, administering, connect, disconnect
from streams.topics import NoBroker, Topic

log = structlog.get_logger()

OUTBOX_GROUP = "coordinator.outbox"
_FLUSH_S = 0.5
_ANEW_S = 3_600.0
"""Brokers forget what nobody committed for a week, and a quiet county has nothing to commit."""
_TRIES = 60
_METADATA_MAX = 4_000
"""Bytes; brokers take 4,096 unless told otherwise."""


class PartitionPositions:
    """`Positions` of the log for all logs on one partition of the log topic."""

    def __init__(self, bootstrap: Brokers | str, group: str, partition: int) -> None:
        """Prepare; `start` reads what was kept.

        Args:
            bootstrap: brokers, `host:port` with commas.
            group: the consumer group the positions are kept under.
            partition: of the log topic.
        """
        self._bootstrap = bootstrap
        self._group = group
        self._place = TopicPartition(str(Topic.LOG), partition)
        self._kept: dict[str, tuple[int, str]] = {}
        self._dirty = False
        self._flushed = time.monotonic()
        self._consumer: AIOKafkaConsumer
        self._connected: tuple[Client, ...] = ()
        self._flushing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect and ask how far was kept; may be tried again."""
        async with administering(self._bootstrap) as admin:
            found = await self._found(admin)
        metadata = found[self._place].metadata
        if metadata:
            self._kept = msgspec.json.decode(metadata, type=dict[str, tuple[int, str]])
        self._consumer = AIOKafkaConsumer(
            **connecting(self._bootstrap), group_id=self._group, enable_auto_commit=False
        )
        await connect(self._consumer)
        self._connected = (self._consumer,)
        self._consumer.assign([self._place])
        self._consumer.pause(self._place)
        self._flushing = asyncio.create_task(self._flush_now_and_then())

    async def _found(self, admin: AIOKafkaAdminClient) -> Mapping[TopicPartition, Any]:
        """Ask what was kept; brokers that never kept anything have to begin with it first."""
        for _ in range(_TRIES):
            with suppress(GroupCoordinatorNotAvailableError):
                found: Mapping[TopicPartition, Any] = await admin.list_consumer_group_offsets(
                    self._group, partitions=[self._place]
                )
                # Where nothing was kept they answer so. No answer: they are loading it, or it has
                # moved, which the library does not tell. Taken for nothing, all would be sent anew.
                if self._place in found:
                    return found
            await asyncio.sleep(_FLUSH_S)
        raise NoBroker(f"{self._place}: no coordinator for the group {self._group}")

    async def stop(self) -> None:
        """Keep what is not kept yet, and disconnect."""
        try:
            if self._flushing is not None:
                await end_all([self._flushing])
            await self._flush()
        finally:
            connected, self._connected = self._connected, ()
            await disconnect(*connected)

    async def load(self, follower: str, log_id: str) -> FollowerPosition | None:
        kept = self._kept.get(f"{follower}/{log_id}")
        if kept is None:
            return None
        return FollowerPosition(kept[0], base64.b85decode(kept[1]))

    async def save(self, follower: str, log_id: str, position: FollowerPosition) -> None:
        self._kept[f"{follower}/{log_id}"] = (
            position.seq,
            base64.b85encode(position.hash).decode(),
        )
        self._dirty = True

    async def _flush_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_S)
            if self._kept and time.monotonic() - self._flushed > _ANEW_S:
                self._dirty = True
            await self._flush()

    async def _flush(self) -> None:
        if not self._dirty:
            return
        self._dirty = False
        metadata = msgspec.json.encode(self._kept).decode()
        if len(metadata) > _METADATA_MAX:
            # Kept in memory all the same; after a restart what was sent since is sent again.
            log.error("positions.too_many", partition=self._place.partition, logs=len(self._kept))
            return
        try:
            # The offset itself means nothing here: the positions are in the text beside it.
            await self._consumer.commit({self._place: OffsetAndMetadata(0, metadata)})
        except (KafkaError, TimeoutError) as error:
            self._dirty = True
            log.warning("positions.not_kept", partition=self._place.partition, reason=repr(error))
        else:
            self._flushed = time.monotonic()
