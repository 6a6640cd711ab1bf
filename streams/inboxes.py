"""From the assignment and notice topics into the inboxes: many messages a time, each kept once.

A consumer group of its own, so that a Redis that is slow, or away, holds up no signal.
"""

import asyncio
from typing import Any

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from redis.exceptions import RedisError

from coordinator.outbox.redis import RedisInboxes
from schemas.decoding import NOT_READ
from streams.brokers import Brokers, connecting
from streams.clients import connect
from streams.topics import Topic

log = structlog.get_logger()

GROUP = "coordinator.inboxes"
_TOPICS = (
    Topic.ASSIGNMENTS,
    Topic.NOTICES,
    Topic.EXERCISE_ASSIGNMENTS,
    Topic.EXERCISE_NOTICES,
)
_AT_ONCE = 500
_POLL_MS = 1_000
_PAUSE_S = 1.0
_REBALANCE_S = 5


class _Needed(msgspec.Struct):
    """What an inbox goes by in an effect; the rest is only passed on."""

    effect_id: str
    log_id: str
    seq: int
    at: int
    target: str
    kind: str


class InboxFeed:
    """Keeps messages, and commits what is kept: after a crash some come again."""

    def __init__(self, bootstrap: Brokers | str, inboxes: RedisInboxes, *, session_s: int) -> None:
        self._inboxes = inboxes
        self._consumer = AIOKafkaConsumer(
            *map(str, _TOPICS),
            **connecting(bootstrap),
            group_id=GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=session_s * 1_000,
            heartbeat_interval_ms=session_s * 1_000 // 6,
            rebalance_timeout_ms=max(session_s, _REBALANCE_S) * 1_000,
        )

    async def start(self) -> None:
        await connect(self._consumer)

    async def stop(self) -> None:
        await self._consumer.stop()

    async def run(self) -> None:
        """Keep what comes, for ever."""
        while True:
            try:
                found = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=_AT_ONCE)
                messages = [it.value or b"" for part in found.values() for it in part]
                if messages:
                    await self._keep(messages)
                    await self._consumer.commit()
            except (KafkaError, TimeoutError) as error:
                # Given to another worker meanwhile, say: they come again, and are known.
                log.warning("inboxes.not_committed", reason=repr(error))
                await asyncio.sleep(_PAUSE_S)

    async def _keep(self, raw: list[bytes]) -> None:
        messages: list[dict[str, Any]] = []
        for it in raw:
            try:
                message = msgspec.json.decode(it, type=dict[str, Any])
                # Redis would refuse one that is not so, again and again.
                msgspec.convert(message, _Needed)
                messages.append(message)
            except NOT_READ as error:
                log.warning("inbox.unreadable", reason=str(error))
        while True:
            try:
                await self._inboxes.keep(messages)
            except (RedisError, OSError) as error:
                log.warning("inbox.not_kept", reason=repr(error))
                await asyncio.sleep(_PAUSE_S)
                continue
            return
