"""The past of every jurisdiction as the replay console asks for it: extents, moments, changes.

Boards are drawn by the very code that draws them live. Reading and folding happen in threads, a few
at a time; nothing here is written anywhere.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec

from coordinator.boards.drawing import BOARDS, changed_rows, every_row
from coordinator.boards.ports import Change
from coordinator.errors import BrokenLog
from coordinator.log.envelope import Record
from coordinator.log.fold import Fold
from coordinator.log.follow import Step
from coordinator.replay.moment import seq_at
from coordinator.replay.proof import Unreadable, prove
from coordinator.replay.subjects import Subject
from coordinator.replay.timeline import Timeline
from coordinator.replay.travelling import TooFar, Traveller
from coordinator.web.ports import LookingBack, Past
from coordinator.web.problems import Problem
from schemas.decoding import NOT_READ
from schemas.sentences import answers

SHOWN: Final = tuple(name for name in BOARDS if not name.startswith("my_"))
"""What is shown unless others are asked for: the boards of a room, not the page of one person."""
_INDEX_AT_ONCE: Final = 1_000
_INDEX_S: Final = 0.7
"""How long one request reads on; who asks again reads further, and nobody else does."""
_AT_ONCE: Final = 2
_WAITING_MAX: Final = 16


class Replay:
    """One jurisdiction's past."""

    def __init__(self, past: Past) -> None:
        self.journal = past.journal
        self.timeline = Timeline(past.journal.log_id)
        self.traveller = Traveller(past.journal, past.snapshots)
        self._reading = asyncio.Lock()

    async def read_on(self) -> int:
        """Read on in the index for a moment; return the seq of the log's last record."""
        tip = await self.journal.tip_seq()
        ends = asyncio.get_running_loop().time() + _INDEX_S
        async with self._reading:
            while (
                self.timeline.tip.seq < tip
                and self.timeline.fault is None
                and asyncio.get_running_loop().time() < ends
            ):
                await self._read_some()
        return tip

    async def _read_some(self) -> None:
        seq = self.timeline.tip.seq
        try:
            records = await self.journal.read(after_seq=seq, records_max=_INDEX_AT_ONCE)
        except BrokenLog as error:
            # What can be read before the record that cannot is read one by one.
            records = await self.journal.read(after_seq=seq, records_max=1) if seq < 0 else []
            self.timeline.fault = f"after seq {seq}: {error}"
        await asyncio.to_thread(self.timeline.take, records)

    async def seq_at(self, at: int) -> int:
        """Return the seq of the last record made at or before a moment."""
        if self.timeline.fault is None and self.timeline.tip.seq >= 0:
            found = self.timeline.seq_at(at)
            if found < self.timeline.tip.seq:
                return found
        return await seq_at(self.journal, at)

    def subject(self, id_: str | None) -> Subject | None:
        """Return an incident or an operation, None where none is asked for.

        Raises:
            Problem: 404 for one that is not (yet) in the index.
        """
        if id_ is None:
            return None
        found = self.timeline.subjects.get(id_)
        if found is None:
            said = answers.no_subject_up_to(id_, self.timeline.tip.seq)
            raise Problem(404, "not_found", said, field="subject")
        return found


class Replays:
    """All of them, and how many may work at once."""

    def __init__(self, station: LookingBack) -> None:
        self._station = station
        self._all: dict[str, Replay] = {}
        self._working = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self.running_what_if = False

    async def of(self, jurisdiction: str) -> Replay:
        past = await self._station.past_of(jurisdiction)
        held = self._all.get(jurisdiction)
        if held is None or held.journal.log_id != past.journal.log_id:
            held = self._all[jurisdiction] = Replay(past)
        return held

    @asynccontextmanager
    async def work(self) -> AsyncIterator[None]:
        """Hold a place among the few that fold at once.

        Raises:
            Problem: 503 when too many wait; 500 when the log cannot be trusted where it was read.
        """
        if self._waiting >= _WAITING_MAX:
            raise Problem(503, "busy", answers.TOO_MANY_LOOK_BACK, headers={"Retry-After": "1"})
        self._waiting += 1
        try:
            async with self._working:
                yield
        except BrokenLog as error:
            raise Problem(500, "log_broken", answers.server_says(str(error))) from None
        except TooFar as error:
            raise Problem(422, error.code, answers.server_says(str(error))) from None
        finally:
            self._waiting -= 1


async def keyframe(replay: Replay, seq: int, boards: Sequence[str]) -> bytes:
    """Return every row as it was after a record, as JSON."""
    fold = await replay.traveller.reach(seq)
    return await asyncio.to_thread(_keyframe, fold, boards)


def _keyframe(fold: Fold, boards: Sequence[str]) -> bytes:
    rows = every_row(fold.state, fold.tip.seq, boards) if fold.tip.seq >= 0 else []
    return msgspec.json.encode(
        {
            "seq": fold.tip.seq,
            "at": fold.state.now,
            "hash": fold.tip.hash.hex(),
            "realm": fold.state.realm.value,
            "rows": [_row(it) for it in rows if it.row is not None],
        }
    )


async def changes(replay: Replay, after: int, limit: int, boards: Sequence[str]) -> bytes:
    """Return what each record after one said and did to the boards, as JSON."""
    steps = await replay.traveller.steps(after, limit)
    return await asyncio.to_thread(_changes, steps, frozenset(boards))


def _changes(steps: Sequence[Step], boards: frozenset[str]) -> bytes:
    records = []
    for step in steps:
        drawn = [_row(it) for it in changed_rows([step]) if it.board in boards]
        records.append({**told(step.record), "changes": drawn})
    return msgspec.json.encode({"records": records})


def _row(change: Change) -> dict[str, Any]:
    return {"board": change.board, "key": change.key, "row": change.row}


def told(record: Record) -> dict[str, Any]:
    """Return who caused a record, when it happened and when it was recorded, and its facts."""
    payload = msgspec.json.decode(record.payload)
    signal = payload.get("signal") or {}
    return {
        "seq": record.seq,
        "at": record.at,
        "kind": record.kind.name.lower(),
        "hash": record.hash.hex(),
        "signal_type": signal.get("type"),
        "actor_id": signal.get("actor_id"),
        "actor_role": signal.get("actor_role"),
        "on_behalf_of": signal.get("on_behalf_of"),
        "happened_at": signal.get("occurred_at"),
        "events": payload.get("events", []),
    }


async def record_with_proof(replay: Replay, seq: int) -> dict[str, Any] | None:
    """Return a record whole, what it did to the boards and what is proved of it."""
    record, proof = await prove(replay.journal, replay.timeline, seq)
    if record is None:
        return None
    if isinstance(record, Unreadable):
        return {"seq": seq, "unreadable": record.reason, "proof": proof.document()}
    found: dict[str, Any] = {
        "epoch": record.epoch,
        "log_id": record.log_id,
        "signal_id": record.signal_id or None,
        "prev": record.prev.hex(),
        "bytes": len(record.raw),
        "proof": proof.document(),
    }
    try:
        found |= told(record)
        found["cause"] = msgspec.json.decode(record.payload).get("signal")
        found["cursor"] = msgspec.json.decode(record.cursor)
    except NOT_READ as error:
        return found | {"seq": seq, "unreadable": f"payload: {error}"}
    return found | {"changes": await _changes_of(replay, seq)}


async def _changes_of(replay: Replay, seq: int) -> list[dict[str, Any]] | None:
    """Return the rows a record changed, before and after; None where the chain does not reach."""
    try:
        steps = await replay.traveller.steps(seq - 1, 1)
    except (BrokenLog, TooFar):
        return None
    return [
        _row(it)
        | {
            "before": BOARDS[it.board].row(step.before, it.key)
            if step.before.jurisdiction
            else None
        }
        for step in steps
        for it in changed_rows([step])
        if it.board in SHOWN
    ]


def no_such_record(seq: int) -> Problem:
    return Problem(404, "not_found", answers.no_record(seq), field="seq")
