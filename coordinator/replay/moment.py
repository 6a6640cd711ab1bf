"""The state as it was known at a moment: the fold of all records up to it.

Record time decides: a fact that an offline crew told later was not known then.
"""

from itertools import takewhile

from coordinator.log.fold import Fold
from coordinator.log.kept_states import nearest
from coordinator.log.ports import LogReader, SnapshotStore
from coordinator.log.refold import Refold

_AT_ONCE = 250


async def as_known_at(journal: LogReader, snapshots: SnapshotStore, at: int) -> Fold:
    """Return the fold of every record made at or before a moment.

    Args:
        journal: the log.
        snapshots: nearby states, so that not all of it need be read; each is checked against the
            chain and one that is not on it is passed over.
        at: UTC milliseconds.

    Raises:
        BrokenLog: the part that had to be read cannot be trusted.
    """
    reading = Refold(await nearest(journal, snapshots, at_max=at))
    while True:
        records = await journal.read(after_seq=reading.tip.seq, records_max=_AT_ONCE)
        reading.read(takewhile(lambda it: it.at <= at, records))
        if len(records) < _AT_ONCE or records[-1].at > at:
            return reading.fold()


async def seq_at(journal: LogReader, at: int) -> int:
    """Return the seq of the last record made at or before a moment, -1 for none.

    Owners never write a time before the record before, so the times can be searched.
    """
    first, last = 0, await journal.tip_seq()
    while first <= last:
        middle = (first + last) // 2
        (record,) = await journal.read(after_seq=middle - 1, records_max=1)
        if record.at <= at:
            first = middle + 1
        else:
            last = middle - 1
    return last
