"""What became of a signal, for a while, in Redis: its sender asks a gateway, which does not decide.

Keys: `coordinator:{j}:decided:<signal id>`, JSON, gone after fifteen minutes. The log has it for
ever; without Redis the answer is that it is not known yet.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import to_builtins
from redis.asyncio import Redis
from redis.exceptions import RedisError

from coordinator.domain.outcome import nothing_changed, refusal_in, warnings_in
from coordinator.domain.turned_away import ids_to_look_under
from coordinator.engine.receiving import Found, actor_of, told_first
from coordinator.engine.speculation import Receipt
from coordinator.log.follow import Step
from schemas.events.notice import SignalRefused
from schemas.said import Said

_KEPT_S: Final = 900
_WAITING_MAX: Final = 50_000
_AT_ONCE: Final = 500
_PAUSE_S: Final = 0.5
_GATHER_S: Final = 0.02


class RedisReceipts:
    """The follower that notes decisions, and where they are looked up."""

    name = "receipts"

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._line: deque[tuple[str, bytes]] = deque(maxlen=_WAITING_MAX)
        self._news = asyncio.Event()

    async def take(self, steps: Sequence[Step]) -> None:
        for step in steps:
            record = step.record
            if not record.signal_id:
                continue
            refused = refusal_in(step.events)
            document = {
                "seq": record.seq,
                "hash": record.hash.hex(),
                "at": record.at,
                "actor_id": actor_of(record),
                "refused": None if refused is None else to_builtins(refused),
                "nothing_changed": nothing_changed(step.events),
                "warnings": to_builtins(warnings_in(step.events)),
            }
            key = _key(step.after.jurisdiction, record.signal_id)
            self._line.append((key, msgspec.json.encode(document)))
        self._news.set()

    async def run(self) -> None:
        """Write what waits, for ever; while Redis takes nothing, too many push each other out."""
        while True:
            await self._news.wait()
            await asyncio.sleep(_GATHER_S)
            self._news.clear()
            while self._line:
                part = [self._line.popleft() for _ in range(min(_AT_ONCE, len(self._line)))]
                try:
                    async with self._redis.pipeline(transaction=False) as at_once:
                        for key, document in part:
                            at_once.set(key, document, ex=_KEPT_S)
                        await at_once.execute()
                except (RedisError, OSError):
                    self._line.extendleft(reversed(part))
                    await asyncio.sleep(_PAUSE_S)

    async def find(self, jurisdiction: str, signal_id: str, asked_by: str = "") -> Receipt | None:
        """Return what became of a signal; None if that is not known, or no more.

        What was decided of the actor who asks is told first, and beside it what was turned away.

        Raises:
            RedisError: nobody can say.
        """
        ids = ids_to_look_under(signal_id, asked_by)
        kept = await self._redis.mget([_key(jurisdiction, it) for it in ids])
        found = {
            look_under: _found(signal_id, it)
            for look_under, it in zip(ids, kept, strict=True)
            if it is not None
        }
        return told_first(found, ids, signal_id, asked_by)


def _found(signal_id: str, found: bytes) -> Found:
    """Read what was noted."""
    document = msgspec.json.decode(found)
    refused = document["refused"]
    if refused is not None:
        refused = msgspec.convert(refused, SignalRefused)
    hash_ = bytes.fromhex(document["hash"])
    receipt = Receipt(
        signal_id,
        document["seq"],
        hash_,
        document["at"],
        refused,
        # A worker of the version before noted nothing of it.
        nothing_changed=document.get("nothing_changed", False),
        warnings=msgspec.convert(document.get("warnings", ()), tuple[Said, ...]),
    )
    return Found(receipt, document["actor_id"])


def _key(jurisdiction: str, signal_id: str) -> str:
    return f"coordinator:{{{jurisdiction}}}:decided:{signal_id}"
