"""Reading the logs a planner plans for: each folded from its nearest kept state to its end."""

from collections.abc import Mapping
from typing import Final

from coordinator.log.fold import Fold
from coordinator.log.follow import Step
from coordinator.log.ports import DecisionLog, SnapshotStore
from coordinator.planning.planner import Planner
from coordinator.replay.moment import as_known_at

_END: Final = 2**62
_AT_ONCE: Final = 2_000


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
            fold = await as_known_at(journal, snapshots, _END)
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
