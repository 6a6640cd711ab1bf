"""Snapshots in Redis: the newest few of each log, so that a worker need not fold all of it.

Keys: `coordinator:{log_id}:snapshots`, a sorted set of seqs, and the bytes of each under
`coordinator:{log_id}:snapshot:<seq>`. Without Redis there are none, and the log is folded whole.
"""

from typing import Any, Final

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from coordinator.log.ports import Snapshot
from schemas.decoding import NOT_READ

log = structlog.get_logger()

_KEPT: Final = 3


class RedisSnapshots:
    def __init__(self, redis: Redis) -> None:
        # Its answers are typed as unions of what every option could give.
        self._redis: Any = redis

    async def save(self, snapshot: Snapshot) -> None:
        """Keep a snapshot and drop the oldest.

        Raises:
            RedisError: it was not kept.
        """
        index = _index(snapshot.log_id)
        raw = msgspec.msgpack.encode(snapshot)
        await self._redis.set(_key(snapshot.log_id, snapshot.seq), raw)
        await self._redis.zadd(index, {str(snapshot.seq): snapshot.seq})
        for seq in await self._redis.zrange(index, 0, -_KEPT - 1):
            await self._redis.delete(_key(snapshot.log_id, int(seq)))
            await self._redis.zrem(index, seq)

    async def latest(
        self, log_id: str, *, seq_max: int | None = None, at_max: int | None = None
    ) -> Snapshot | None:
        largest = "+inf" if seq_max is None else seq_max
        try:
            seqs = await self._redis.zrevrangebyscore(_index(log_id), largest, "-inf")
            for seq in seqs:
                raw = await self._redis.get(_key(log_id, int(seq)))
                kept = None if raw is None else msgspec.msgpack.decode(raw, type=Snapshot)
                if kept is not None and (at_max is None or kept.at <= at_max):
                    return kept
        except (RedisError, OSError, *NOT_READ) as error:
            log.warning("snapshot.not_read", log_id=log_id, reason=repr(error))
        return None


def _index(log_id: str) -> str:
    return f"coordinator:{{{log_id}}}:snapshots"


def _key(log_id: str, seq: int) -> str:
    return f"coordinator:{{{log_id}}}:snapshot:{seq}"
