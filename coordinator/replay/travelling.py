"""Reaching any record of a log quickly, again and again: near ones from where one was last.

States share what did not change between them, so that keeping some dozens of them costs little.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from coordinator.errors import BadInput
from coordinator.log.envelope import Record
from coordinator.log.fold import Fold
from coordinator.log.follow import Step
from coordinator.log.kept_states import nearest
from coordinator.log.ports import LogReader, SnapshotStore

_AT_ONCE = 250
_KEPT = 64
_NEAR = 500
_STEPS_MAX = 100_000
"""Records folded for one answer at most: without snapshots a long log is not folded whole."""


class TooFar(BadInput):
    code = "too_far"

    def __init__(self, seq: int, from_seq: int) -> None:
        super().__init__(
            f"seq: {seq} is {seq - from_seq} records after the nearest state kept (seq {from_seq});"
            f" at most {_STEPS_MAX} are folded for one answer"
        )


class Traveller:
    """Folds a log up to wherever somebody looks; the folding itself is done in threads."""

    def __init__(self, journal: LogReader, snapshots: SnapshotStore) -> None:
        self._journal = journal
        self._snapshots = snapshots
        self._kept: OrderedDict[int, Fold] = OrderedDict()

    async def reach(self, seq: int) -> Fold:
        """Return the fold of every record up to one.

        Raises:
            BrokenLog: the part that had to be read cannot be trusted.
            TooFar: too much of the log would have to be folded.
        """
        fold = await self._nearest(seq)
        if seq - fold.tip.seq > _STEPS_MAX:
            raise TooFar(seq, fold.tip.seq)
        while fold.tip.seq < seq:
            wanted = min(_AT_ONCE, seq - fold.tip.seq)
            records = await self._journal.read(after_seq=fold.tip.seq, records_max=wanted)
            if not records:
                break
            fold = await asyncio.to_thread(_folded, fold, records)
            # Without snapshots these are what the next one begins at.
            if fold.tip.seq // _NEAR != (fold.tip.seq - len(records)) // _NEAR:
                self._keep(fold)
        self._keep(fold)
        return fold

    async def steps(self, after_seq: int, limit: int) -> list[Step]:
        """Return the steps after a record, oldest first.

        Raises:
            BrokenLog: the part that had to be read cannot be trusted.
            TooFar: too much of the log would have to be folded.
        """
        fold = await self.reach(after_seq)
        records = await self._journal.read(after_seq=after_seq, records_max=limit)
        fold, steps = await asyncio.to_thread(_stepped, fold, records)
        self._keep(fold)
        return steps

    async def _nearest(self, seq: int) -> Fold:
        kept = max((it for it in self._kept if it <= seq), default=None)
        if kept is not None and seq - kept <= _NEAR:
            self._kept.move_to_end(kept)
            return self._kept[kept]
        found = await nearest(self._journal, self._snapshots, seq_max=seq)
        return found if kept is None or found.tip.seq > kept else self._kept[kept]

    def _keep(self, fold: Fold) -> None:
        self._kept[fold.tip.seq] = fold
        self._kept.move_to_end(fold.tip.seq)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


def _folded(fold: Fold, records: Sequence[Record]) -> Fold:
    for record in records:
        fold, _ = fold.step(record)
    return fold


def _stepped(fold: Fold, records: Sequence[Record]) -> tuple[Fold, list[Step]]:
    steps = []
    for record in records:
        fold, step = fold.step(record)
        steps.append(step)
    return fold, steps
