"""Reading the logs a planner plans for: each folded from its nearest kept state to its end."""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from coordinator.log.fold import Fold
from coordinator.log.follow import Step
from coordinator.log.kept_states import read_on
from coordinator.log.ports import DecisionLog, SnapshotStore
from coordinator.planning.planner import Planner

_WORTH_KEEPING: Final = 50_000
"""Records. A planner of a new version reads all of a log beside the old one that still decides; the
state it came to is kept, so that whoever decides next begins there."""
_AT_ONCE: Final = 2_000


log = structlog.get_logger()


class Following:
    """Shows a planner what is new on some logs."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._folds: dict[str, Fold] = {}

    @property
    def folds(self) -> Mapping[str, Fold]:
        return self._folds

    async def catch_up(self, journal: DecisionLog, snapshots: SnapshotStore) -> None:
        """Read what was written since.

        Args:
            journal: the log.
            snapshots: kept states of it, from which the first reading may begin.

        Raises:
            BrokenLog: it cannot be trusted.
        """
        fold = self._folds.get(journal.log_id)
        if fold is None:
            fold, read = await read_on(journal, snapshots)
            if read >= _WORTH_KEEPING:
                await _keep(fold, snapshots)
            self._folds[journal.log_id] = fold
            if fold.tip.seq >= 0:
                self._planner.show(fold.state)
            return
        steps: list[Step] = []
        while True:
            records = await journal.read(after_seq=fold.tip.seq, records_max=_AT_ONCE)
            for record in records:
                fold, step = fold.step(record)
                steps.append(step)
            if len(records) < _AT_ONCE:
                break
        if steps:
            self._folds[journal.log_id] = fold
            self._planner.show(fold.state, steps)


async def _keep(fold: Fold, snapshots: SnapshotStore) -> None:
    """Keep a state for whoever decides next; who cannot, plans all the same."""
    try:
        await snapshots.save(await asyncio.to_thread(fold.snapshot))
    except Exception as error:  # noqa: BLE001 - a start is slower without; nothing else is lost
        log.warning("state.not_kept", log_id=fold.tip.log_id, reason=repr(error))
    else:
        log.info("state.kept", log_id=fold.tip.log_id, seq=fold.tip.seq)
