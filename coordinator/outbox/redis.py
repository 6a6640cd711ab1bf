"""Inboxes in Redis: what a member or a desk was told, each message once, whatever order it came in.

Keys, for each target `t`:

    coordinator:{t}:inbox        list of messages as JSON, newest first
    coordinator:{t}:told         sorted set: effect ids already kept, by time
    coordinator:{t}:assignment   hash; `log_id`, `seq`, `at`, `message`: the newest about an
                                 assignment; of one log by seq, of two logs by time
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec
from redis.asyncio import Redis

from schemas.durations import DAY

_MESSAGES_KEPT: Final = 200
_TOLD_MS: Final = 30 * DAY
_KEEP: Final = """
local id, at, log_id, seq, binding = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), ARGV[5]
if redis.call('ZSCORE', KEYS[2], id) then return 'again' end
redis.call('ZADD', KEYS[2], at, id)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', at - tonumber(ARGV[8]))
redis.call('LPUSH', KEYS[1], ARGV[6])
redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[7]) - 1)
if binding == '0' then return 'kept' end
local held_log, held_seq, held_at = unpack(redis.call('HMGET', KEYS[3], 'log_id', 'seq', 'at'))
if held_log == log_id then
  if tonumber(held_seq) > seq then return 'older' end
elseif held_at and tonumber(held_at) > at then return 'older' end
redis.call('HSET', KEYS[3], 'log_id', log_id, 'seq', seq, 'at', at, 'message', ARGV[6])
return 'kept'
"""
_ASSIGNMENT: Final = "assignment_"


class Kept(StrEnum):
    """What became of a message."""

    KEPT = "kept"
    AGAIN = "again"
    OLDER = "older"


class RedisInboxes:
    """Keeps messages from the assignment and notice topics; they may come twice, and late."""

    def __init__(self, redis: Redis) -> None:
        # Its answers are typed as unions of what every option could give.
        self._redis: Any = redis
        self._keep = self._redis.register_script(_KEEP)

    async def keep(self, messages: Sequence[Mapping[str, Any]]) -> list[Kept]:
        """Keep messages in one go.

        Args:
            messages: effects as they are on the topic.

        Returns:
            For each what became of it. `OLDER` for an assignment message behind the one that
            binds the member now: it is in the inbox, and changes nothing else.

        Raises:
            RedisError: not all were kept; give them again.
        """
        async with self._redis.pipeline(transaction=False) as at_once:
            for message in messages:
                await self._keep_one(message, at_once)
            answers = await at_once.execute()
        return [Kept(it.decode() if isinstance(it, bytes) else it) for it in answers]

    async def _keep_one(self, message: Mapping[str, Any], at_once: Any) -> None:
        target = message["target"]
        await self._keep(
            client=at_once,
            keys=[inbox_key(target), f"coordinator:{{{target}}}:told", assignment_key(target)],
            args=[
                message["effect_id"],
                message["at"],
                message["log_id"],
                message["seq"],
                int(str(message["kind"]).startswith(_ASSIGNMENT)),
                msgspec.json.encode(message),
                _MESSAGES_KEPT,
                _TOLD_MS,
            ],
        )

    async def newest(self, target: str, limit: int) -> list[dict[str, Any]]:
        """Return the newest messages of a target, newest first."""
        found = await self._redis.lrange(inbox_key(target), 0, limit - 1)
        return [msgspec.json.decode(it) for it in found]

    async def assignment(self, target: str) -> dict[str, Any] | None:
        """Return the newest message about an assignment of a member."""
        found = await self._redis.hget(assignment_key(target), "message")
        return None if found is None else msgspec.json.decode(found)


def inbox_key(target: str) -> str:
    return f"coordinator:{{{target}}}:inbox"


def assignment_key(target: str) -> str:
    return f"coordinator:{{{target}}}:assignment"
