"""States that were kept on the way: where a reading can begin instead of at the first record.

A state is used where it is on the chain and was written in the shape this program reads. After an
upgrade that changed the shape there is none, and whoever decides would have to fold the whole log
first. So another process of the new version reads the log beside the one that still decides, and
keeps a state of its own (`keep_newest`): a start then reads on from there.
"""

import structlog

from coordinator.log.fold import Fold, empty, readable
from coordinator.log.ports import LogReader, SnapshotStore
from coordinator.log.refold import Refold

log = structlog.get_logger()

_AT_ONCE = 1_000


async def nearest(
    journal: LogReader,
    snapshots: SnapshotStore,
    *,
    at_max: int | None = None,
    seq_max: int | None = None,
) -> Fold:
    """Return the latest state kept within the bounds that is on the chain, or the empty one.

    One that is not, or cannot be read, is passed over.

    Args:
        journal: the log, to check what was kept against.
        snapshots: where states are kept.
        at_max: the latest moment, UTC milliseconds; None for any.
        seq_max: the last record; None for any.
    """
    while True:
        kept = await snapshots.latest(journal.log_id, seq_max=seq_max, at_max=at_max)
        if kept is None:
            return empty(journal.log_id)
        there = await journal.read(after_seq=kept.seq - 1, records_max=1)
        on_chain = bool(there) and there[0].hash == kept.hash
        if on_chain and (fold := readable(kept)) is not None:
            return fold
        log.info("snapshot.passed_over", log_id=journal.log_id, seq=kept.seq, on_chain=on_chain)
        seq_max = kept.seq - 1


async def read_on(journal: LogReader, snapshots: SnapshotStore) -> tuple[Fold, int]:
    """Read a log from the nearest kept state to its end.

    Args:
        journal: the log; another process may be deciding on it.
        snapshots: where states are kept.

    Returns the fold at the end, and how many records had to be read.

    Raises:
        BrokenLog: what had to be read cannot be trusted.
    """
    begin = await nearest(journal, snapshots)
    reading = Refold(begin)
    while records := await journal.read(after_seq=reading.tip.seq, records_max=_AT_ONCE):
        reading.read(records)
    fold = reading.fold()
    return fold, fold.tip.seq - begin.tip.seq


async def keep_newest(journal: LogReader, snapshots: SnapshotStore) -> tuple[Fold, bool]:
    """Read a log to its end as `read_on` does, and keep the state there.

    Returns the fold at the end, and whether there was anything to keep.

    Raises:
        BrokenLog: what had to be read cannot be trusted.
        Exception: whatever kept the store from keeping it.
    """
    fold, read = await read_on(journal, snapshots)
    if read:
        await snapshots.save(fold.snapshot())
        log.info("state.kept", log_id=journal.log_id, seq=fold.tip.seq)
    return fold, read > 0
