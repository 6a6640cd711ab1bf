"""The state as it was known at a moment: the fold of all records up to it.

Record time decides: a fact that an offline crew told later was not known then.
"""

from coordinator.log.fold import CODE_VERSION, Fold, empty, from_snapshot
from coordinator.log.ports import DecisionLog, SnapshotStore
from coordinator.log.refold import Refold

_AT_ONCE = 2_000


async def as_known_at(journal: DecisionLog, snapshots: SnapshotStore, at: int) -> Fold:
    """Return the fold of every record made at or before a moment.

    Args:
        journal: the log.
        snapshots: nearby states, so that not all of it need be read; each is checked against the
            chain and one that is not on it is passed over.
        at: UTC milliseconds.

    Raises:
        BrokenLog: the part that had to be read cannot be trusted.
    """
    reading = Refold(await _nearest(journal, snapshots, at))
    while True:
        records = await journal.read(after_seq=reading.tip.seq, records_max=_AT_ONCE)
        for record in records:
            if record.at > at:
                return reading.fold()
            reading.read(record)
        if len(records) < _AT_ONCE:
            return reading.fold()


async def _nearest(journal: DecisionLog, snapshots: SnapshotStore, at: int) -> Fold:
    seq_max: int | None = None
    while True:
        kept = await snapshots.latest(journal.log_id, seq_max=seq_max, at_max=at)
        if kept is None:
            return empty(journal.log_id)
        there = await journal.read(after_seq=kept.seq - 1, records_max=1)
        if there and there[0].hash == kept.hash and kept.code_version == CODE_VERSION:
            return from_snapshot(kept)
        seq_max = kept.seq - 1
