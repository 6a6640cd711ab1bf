"""From the topics of real people to the ways out: a gateway that has any set up sends from there.

A consumer group of its own; the topics of exercises are not among those it reads.
"""

import asyncio

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from coordinator.outbox.effects import ActualEffect
from coordinator.outbox.notices_out import FEED, NoticesOut
from schemas.decoding import NOT_READ
from schemas.vocabulary import Realm
from streams.brokers import Brokers, connecting
from streams.clients import connect
from streams.topics import Topic

log = structlog.get_logger()

GROUP = "coordinator.notices-out"
_AT_ONCE = 500
_POLL_MS = 1_000
_PAUSE_S = 1.0


class NoticeFeed:
    """Hands effects over, and commits what is written down: after a crash some come again."""

    def __init__(self, bootstrap: Brokers | str, out: NoticesOut, *, session_s: int) -> None:
        self._out = out
        self._consumer = AIOKafkaConsumer(
            str(Topic.ASSIGNMENTS),
            str(Topic.NOTICES),
            **connecting(bootstrap),
            group_id=GROUP,
            enable_auto_commit=False,
            # Set up for the first time it tells what comes, not what was.
            auto_offset_reset="latest",
            session_timeout_ms=session_s * 1_000,
            heartbeat_interval_ms=session_s * 1_000 // 6,
        )

    async def start(self) -> None:
        await connect(self._consumer)

    async def stop(self) -> None:
        await self._consumer.stop()

    async def run(self) -> None:
        """Hand over what comes, for ever."""
        while True:
            try:
                found = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=_AT_ONCE)
                raw = [it.value or b"" for part in found.values() for it in part]
                if raw:
                    await self._hand_over(readable(raw))
                    await self._consumer.commit()
            except (KafkaError, TimeoutError) as error:
                log.warning("notices_out.not_committed", reason=repr(error))
                await asyncio.sleep(_PAUSE_S)

    async def _hand_over(self, effects: list[ActualEffect]) -> None:
        """Hand effects over, however long the file takes: read on, the next commit would pass
        over them.
        """
        while True:
            try:
                await self._out.deliver(effects)
            except Exception as error:  # noqa: BLE001 - a full disk, say; shown, and tried again
                if FEED not in self._out.failing:
                    log.warning("notices_out.not_taken", reason=repr(error))
                self._out.failing[FEED] = f"{type(error).__name__}: {error}"
                await asyncio.sleep(_PAUSE_S)
                continue
            self._out.failing.pop(FEED, None)
            return


def readable(raw: list[bytes]) -> list[ActualEffect]:
    """Return the effects in messages; what is none, or of an exercise, is left out and logged."""
    effects = []
    for it in raw:
        try:
            effect = msgspec.json.decode(it, type=ActualEffect)
        except NOT_READ as error:
            log.warning("notice_out.unreadable", reason=str(error))
            continue
        if effect.realm == Realm.ACTUAL.value:
            effects.append(effect)
        else:
            log.error("notice_out.of_an_exercise", effect_id=effect.effect_id)
    return effects
