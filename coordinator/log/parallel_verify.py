"""Verifying long logs on all cores, in stretches that begin at snapshots.

A snapshot proves nothing. So every stretch has to come to exactly what the next one began with: the
same place on the chain, and the same state to the byte. Where it does not, that snapshot is wrong,
and what follows it is read again from where the log itself came to.
"""

import asyncio
import os
import zlib
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, Self

from coordinator.domain.canonical import digest
from coordinator.errors import BrokenLog
from coordinator.gc_tuning import look_for_cycles_seldom
from coordinator.log.fold import CODE_VERSION, Fold, empty, from_snapshot
from coordinator.log.ports import FollowerPosition, LogReader, Snapshot, SnapshotStore
from coordinator.log.sqlite_reader import SqliteReader
from coordinator.log.verify import RECORDS_AT_ONCE, Finding, Verification, verify, without_head

_WORTH_A_PROCESS = 20_000
"""Records; to start a process, and to read a snapshot, takes as long as reading so many."""
_LONG = 150_000
"""Records; longer stretches are halved, so that a core that is slower has less to do at the end."""


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Stretch(NamedTuple):
    """From one snapshot to another; from the first record or to the last where there is none."""

    log_id: str
    begin: Snapshot | None
    end: Snapshot | None


class _Found(NamedTuple):
    """`joins`: it came to what its end says, or to the end of the log."""

    finding: Finding
    joins: bool
    head_seen: bool


class Verifiers:
    """Processes that verify the logs of one SQLite file; started when there is enough to do."""

    def __init__(
        self,
        path: Path,
        snapshots: SnapshotStore,
        *,
        processes: int | None = None,
        pool: Executor | None = None,
    ) -> None:
        """Prepare to verify.

        Args:
            path: the file of the logs.
            snapshots: their snapshots.
            processes: how many may read side by side, None for as many as there are cores; with
                one, no other is started.
            pool: where to read instead of in processes of its own.
        """
        self._path = path
        self._snapshots = snapshots
        self.processes = _cores() if processes is None else processes
        self._pool = pool
        self._started: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._started is not None:
            self._started.shutdown(cancel_futures=True)

    async def verify(
        self, logs: Sequence[LogReader], *, expected_head: FollowerPosition | None = None
    ) -> list[Finding]:
        """Verify logs as `log.verify.verify` does, and find the same.

        Args:
            logs: those to read, of this file.
            expected_head: a (seq, hash) they must contain, kept outside the file.
        """
        tips = [await log.tip_seq() for log in logs]
        if self.processes == 1 or sum(tips) < 2 * _WORTH_A_PROCESS:
            return [(await verify(log, expected_head=expected_head))[0] for log in logs]
        whole = -(-sum(tips) // self.processes)
        length = max(_WORTH_A_PROCESS, min(whole, max(whole // 2, _LONG)))
        stretches = [
            await self._stretches(log, tip, length) for log, tip in zip(logs, tips, strict=True)
        ]
        return await asyncio.gather(*(self._joined(it, expected_head) for it in stretches))

    async def _stretches(self, log: LogReader, tip_seq: int, length: int) -> list[_Stretch]:
        """Cut a log at its snapshots into stretches of about this many records."""
        cuts: list[Snapshot | None] = [None]
        count = round(tip_seq / length)
        for number in range(1, count):
            cut = await self._snapshots.latest(log.log_id, seq_max=number * tip_seq // count)
            before = cuts[-1]
            if cut is None or cut.code_version != CODE_VERSION:
                continue
            if before is None or cut.seq > before.seq:
                cuts.append(cut)
        return [_Stretch(log.log_id, begin, end) for begin, end in pairwise([*cuts, None])]

    async def _joined(
        self, stretches: Sequence[_Stretch], expected_head: FollowerPosition | None
    ) -> Finding:
        # One that began with what cannot be read failed; nothing leads to there, so it is not used.
        reading = (self._read(it, expected_head) for it in stretches)
        ahead = await asyncio.gather(*reading, return_exceptions=True)
        begin, proved, head_seen = stretches[0].begin, list[Finding](), expected_head is None
        for stretch, result in zip(stretches, ahead, strict=True):
            if begin is not stretch.begin:
                found = await self._read(stretch._replace(begin=begin), expected_head)
            elif isinstance(result, BaseException):
                raise result
            else:
                found = result
            if found.finding.fault is None and not found.joins:
                continue
            proved.append(found.finding)
            head_seen = head_seen or found.head_seen
            begin = stretch.end
            if found.finding.fault is not None:
                break
        finding = proved[-1]._replace(
            decisions=sum(it.decisions for it in proved), events=sum(it.events for it in proved)
        )
        return finding if head_seen else without_head(finding, expected_head)

    async def _read(self, stretch: _Stretch, expected_head: FollowerPosition | None) -> _Found:
        if self._pool is None:
            self._pool = self._started = ProcessPoolExecutor(
                self.processes, get_context("spawn"), look_for_cycles_seldom
            )
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, _read_stretch, self._path, stretch, expected_head
        )


def _read_stretch(path: Path, stretch: _Stretch, expected_head: FollowerPosition | None) -> _Found:
    log, end = SqliteReader(path, stretch.log_id, judging=True), stretch.end
    fold = empty(stretch.log_id) if stretch.begin is None else from_snapshot(stretch.begin)
    found = Verification(fold, expected_head)
    try:
        while wanted := _wanted(found.reading.tip.seq, end):
            records = log.read_now(found.reading.tip.seq, wanted)
            if not records:
                break
            found.take(records)
    except BrokenLog as error:
        found.broke(error)
    finally:
        log.close()
    fold = found.reading.fold()
    joins = end is None or _leads_to(fold, end)
    led_on = joins and end is not None
    finding = found.finding(fold, digest="" if led_on else digest(fold.state))
    return _Found(finding, joins, found.head_seen)


def _wanted(seq: int, end: Snapshot | None) -> int:
    return RECORDS_AT_ONCE if end is None else min(RECORDS_AT_ONCE, end.seq - seq)


def _leads_to(fold: Fold, end: Snapshot) -> bool:
    came_to = fold.snapshot(compressed=False)
    try:
        there = end._replace(state=zlib.decompress(end.state), place=came_to.place)
    except zlib.error:
        return False
    return there == came_to
