"""The boards of many machines, in Redis: workers write them, gateways hold a mirror of them.

Keys, for each jurisdiction `j`:

    coordinator:{j}:tip            hash; `seq`: the boards are as of this record
    coordinator:{j}:board:<name>   hash; row key → JSON of the row
    coordinator:{j}:changes        stream; `seq`, `reset`, `rows`: [[board, key, row or null], …]

A write names the record it goes on from. One that is older than what is there is dropped, and one
that would leave a hole makes the writer draw everything anew: so a store that was flushed, or that
somebody slow writes to, comes right by itself. Nothing here is the truth.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from coordinator.boards.drawing import BOARDS
from coordinator.boards.memory import MemoryBoards, MemoryFeed
from coordinator.boards.ports import Change, Row

log = structlog.get_logger()

_CHANGES_KEPT: Final = 20_000
_PENDING_MAX: Final = 50_000
_LOOK_S: Final = 2.0
_PAUSE_S: Final = 0.5
_GATHER_S: Final = 0.02
_BLOCK_MS: Final = 1_000

_WRITE: Final = """
local seq, after, rebuilt = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local held = redis.call('HGET', KEYS[1], 'seq')
if rebuilt == '1' then
  if held and tonumber(held) > seq then return 'old' end
  for i = 3, #KEYS do redis.call('DEL', KEYS[i]) end
else
  if not held or tonumber(held) < after then return 'gap' end
  if tonumber(held) >= seq then return 'old' end
end
for i = 6, #ARGV, 3 do
  if ARGV[i + 2] == '' then redis.call('HDEL', KEYS[tonumber(ARGV[i])], ARGV[i + 1])
  else redis.call('HSET', KEYS[tonumber(ARGV[i])], ARGV[i + 1], ARGV[i + 2]) end
end
redis.call('HSET', KEYS[1], 'seq', seq)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*',
  'seq', seq, 'reset', rebuilt, 'rows', ARGV[5])
return 'ok'
"""
_NAMES: Final = tuple(BOARDS)
_encode = msgspec.json.encode


def tip_key(jurisdiction: str) -> str:
    return f"coordinator:{{{jurisdiction}}}:tip"


def board_key(jurisdiction: str, board: str) -> str:
    return f"coordinator:{{{jurisdiction}}}:board:{board}"


def changes_key(jurisdiction: str) -> str:
    return f"coordinator:{{{jurisdiction}}}:changes"


class _Pending:
    """Changes of one jurisdiction that Redis does not have yet; the newest of each row."""

    def __init__(self, after: int, *, rebuilt: bool) -> None:
        self.after = after
        self.seq = after
        self.rebuilt = rebuilt
        self.rows: dict[tuple[str, str], Row | None] = {}


class RedisBoards:
    """Where a worker draws. `apply` only queues; `run` writes, and goes on when Redis fails."""

    def __init__(self, redis: Redis, rebuild: Callable[[str], None]) -> None:
        """Prepare.

        Args:
            redis: the connection.
            rebuild: draws every row of a jurisdiction again.
        """
        # Its answers are typed as unions of what every option could give.
        self._redis: Any = redis
        self._rebuild = rebuild
        self._write = self._redis.register_script(_WRITE)
        self._drawn: dict[str, int] = {}
        self._pending: dict[str, _Pending] = {}
        self._news = asyncio.Event()
        self._looked = 0.0
        self.failing: str | None = None

    def kept_fresh_by(self, draw: Callable[[Collection[str]], None]) -> None:
        """Nobody reads here: whoever reads elsewhere is a moment behind in any case."""

    @property
    def waiting(self) -> int:
        """Rows that Redis does not have yet."""
        return sum(len(it.rows) for it in self._pending.values())

    def forget(self, jurisdiction: str) -> None:
        self._pending[jurisdiction] = _Pending(-1, rebuilt=True)

    def apply(self, changes: Iterable[Change]) -> None:
        for change in changes:
            where = change.jurisdiction
            pending = self._pending.get(where)
            if pending is None:
                pending = _Pending(self._drawn.get(where, -1), rebuilt=False)
                self._pending[where] = pending
            pending.rows[change.board, change.key] = change.row
            pending.seq = change.seq
            self._drawn[where] = change.seq
        self._news.set()

    def publish(self, changes: Sequence[Change]) -> None:
        """Whoever follows is told by the write itself."""

    def is_followed(self, jurisdiction: str) -> bool:
        """Gateways follow all, and read by themselves."""
        return True

    def leave(self, jurisdiction: str) -> None:
        """Write nothing more of a jurisdiction: another worker draws it now."""
        self._pending.pop(jurisdiction, None)
        self._drawn.pop(jurisdiction, None)

    async def run(self) -> None:
        """Write what is drawn, for ever."""
        while True:
            try:
                async with asyncio.timeout(_LOOK_S):
                    await self._news.wait()
            except TimeoutError:
                pass
            else:
                await asyncio.sleep(_GATHER_S)
            self._news.clear()
            try:
                await self._write_all()
                self.failing = None
            except (RedisError, OSError) as error:
                if self.failing is None:
                    log.warning("boards.not_written", reason=repr(error))
                self.failing = f"{type(error).__name__}: {error}"
                self._forget_what_is_too_much()
                await asyncio.sleep(_PAUSE_S)
                self._news.set()

    async def _write_all(self) -> None:
        for where in list(self._pending):
            pending = self._pending.pop(where, None)
            if pending is None:
                continue
            try:
                answer = await self._write_one(where, pending)
            except (RedisError, OSError):
                self._put_back(where, pending)
                raise
            if answer == "gap":
                self._rebuild(where)
        now = asyncio.get_running_loop().time()
        if not self._pending and now - self._looked > _LOOK_S / 2:
            self._looked = now
            await self._look()

    def _put_back(self, where: str, pending: _Pending) -> None:
        newer = self._pending.get(where)
        if newer is None:
            self._pending[where] = pending
        elif not newer.rebuilt:
            pending.rows |= newer.rows
            pending.seq = newer.seq
            self._pending[where] = pending

    async def _write_one(self, where: str, pending: _Pending) -> str:
        places = {name: number for number, name in enumerate(_NAMES, 3)}
        rows = [
            part
            for (board, key), row in pending.rows.items()
            for part in (places[board], key, b"" if row is None else _encode(row))
        ]
        told = [] if pending.rebuilt else [[*at, row] for at, row in pending.rows.items()]
        answer = await self._write(
            keys=[
                tip_key(where),
                changes_key(where),
                *(board_key(where, name) for name in _NAMES),
            ],
            args=[
                pending.seq,
                pending.after,
                int(pending.rebuilt),
                _CHANGES_KEPT,
                _encode(told),
                *rows,
            ],
        )
        return answer.decode() if isinstance(answer, bytes) else str(answer)

    async def _look(self) -> None:
        """Find out that Redis lost what it had, though nothing happens that would be written."""
        for where, drawn in list(self._drawn.items()):
            held = await self._redis.hget(tip_key(where), "seq")
            if where not in self._pending and (held is None or int(held) < drawn):
                self._rebuild(where)

    def _forget_what_is_too_much(self) -> None:
        if self.waiting > _PENDING_MAX:
            # It will be drawn anew from the state, whole, when Redis is back.
            self._pending.clear()


class RedisMirror:
    """The boards as a gateway holds them: read from memory, kept up by the streams of changes."""

    def __init__(self, redis: Redis) -> None:
        # Its answers are typed as unions of what every option could give.
        self._redis: Any = redis
        self.boards = MemoryBoards()
        self.feed = MemoryFeed(self.boards)
        self._read: dict[str, bytes | str] = {}
        self._seq: dict[str, int] = {}
        self.failing: str | None = None

    @property
    def seqs(self) -> Mapping[str, int]:
        """How far each jurisdiction's boards are."""
        return self._seq

    async def run(self, jurisdictions: Callable[[], Iterable[str]]) -> None:
        """Follow the boards of all jurisdictions there are, for ever."""
        looked = 0.0
        loop = asyncio.get_running_loop()
        while True:
            try:
                for where in jurisdictions():
                    if where not in self._read:
                        await self._load(where)
                if loop.time() - looked > _LOOK_S:
                    await self._look()
                    looked = loop.time()
                await self._follow()
                self.failing = None
            except (RedisError, OSError) as error:
                if self.failing is None:
                    log.warning("boards.not_read", reason=repr(error))
                self.failing = f"{type(error).__name__}: {error}"
                # Changes may have been trimmed away meanwhile: all is read anew, not read on.
                self._read.clear()
                await asyncio.sleep(_PAUSE_S)

    async def _load(self, where: str) -> None:
        """Read a jurisdiction's boards whole; who follows is told what differs."""
        async with self._redis.pipeline(transaction=True) as at_once:
            at_once.hget(tip_key(where), "seq")
            at_once.xrevrange(changes_key(where), count=1)
            for name in _NAMES:
                at_once.hgetall(board_key(where, name))
            seq, newest, *boards = await at_once.execute()
        self._read[where] = newest[0][0] if newest else "0-0"
        self._seq[where] = -1 if seq is None else int(seq)
        if seq is None:
            return
        held = {(it.board, it.key): it.row for it in self.boards.boards_of(where)}
        there = {
            (name, key.decode()): msgspec.json.decode(row)
            for name, rows in zip(_NAMES, boards, strict=True)
            for key, row in rows.items()
        }
        self.boards.forget(where)
        self.boards.apply(
            Change(where, int(seq), board, key, row) for (board, key), row in there.items()
        )
        differing = [at for at in held.keys() | there.keys() if held.get(at) != there.get(at)]
        if differing:
            self.feed.publish(
                [
                    Change(where, int(seq), board, key, there.get((board, key)))
                    for board, key in sorted(differing)
                ]
            )

    async def _look(self) -> None:
        """Load anew what is not as far as Redis is, or further than a Redis that lost it."""
        for where in list(self._read):
            held = await self._redis.hget(tip_key(where), "seq")
            newest = await self._redis.xrevrange(changes_key(where), count=1)
            cut = bool(newest) and _number(newest[0][0]) < _number(self._read[where])
            if held is not None and (cut or int(held) < self._seq[where]):
                await self._load(where)

    async def _follow(self) -> None:
        streams: dict[Any, Any] = {changes_key(it): at for it, at in self._read.items()}
        if not streams:
            await asyncio.sleep(_PAUSE_S)
            return
        by_key = {changes_key(it): it for it in self._read}
        answer: Any = await self._redis.xread(streams, count=500, block=_BLOCK_MS)
        for key, entries in answer.items() if isinstance(answer, dict) else answer:
            await self._take(by_key[key.decode()], _flat(entries))

    async def _take(
        self, where: str, entries: Sequence[tuple[bytes, Mapping[bytes, bytes]]]
    ) -> None:
        for at, fields in entries:
            self._read[where] = at
            if fields[b"reset"] == b"1":
                await self._load(where)
                return
            seq = int(fields[b"seq"])
            changes = [
                Change(where, seq, board, key, row)
                for board, key, row in msgspec.json.decode(fields[b"rows"])
            ]
            self.boards.apply(changes)
            self.feed.publish(changes)
            self._seq[where] = seq


def _flat(entries: Any) -> Any:
    """Entries as one list, whichever form of the protocol they came in."""
    return entries[0] if entries and isinstance(entries[0], list) else entries


def _number(entry_id: bytes | str) -> tuple[int, int]:
    text = entry_id.decode() if isinstance(entry_id, bytes) else entry_id
    ms, _, number = text.partition("-")
    return int(ms), int(number or 0)
