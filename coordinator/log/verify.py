"""Proving a log complete and unaltered: every record accepted, every fact understood.

A missing tail cannot be told from the chain alone; a head kept elsewhere can tell it.
"""

from typing import NamedTuple

from coordinator.domain.canonical import digest
from coordinator.errors import BrokenLog
from coordinator.log.fold import Fold, empty
from coordinator.log.ports import FollowerPosition, LogReader

_AT_ONCE = 2_000


class Finding(NamedTuple):
    """What verification found; `fault` is None for a sound log."""

    log_id: str
    records: int
    decisions: int
    events: int
    head: FollowerPosition
    digest: str
    fault: str | None
    fault_seq: int | None


async def verify(
    log: LogReader, *, expected_head: FollowerPosition | None = None
) -> tuple[Finding, Fold]:
    """Read a whole log with chain and interpretation.

    Args:
        log: the log to read.
        expected_head: a (seq, hash) the log must contain, kept outside it.
    """
    fold, decisions, events = empty(log.log_id), 0, 0
    fault, fault_seq = None, None
    head_seen = expected_head is None
    try:
        while records := await log.read(after_seq=fold.tip.seq, records_max=_AT_ONCE):
            for record in records:
                fold, step = fold.step(record)
                decisions += bool(step.events)
                events += len(step.events)
                if expected_head is not None and record.seq == expected_head.seq:
                    head_seen = record.hash == expected_head.hash
    except BrokenLog as error:
        fault, fault_seq = str(error), getattr(error, "seq", fold.tip.seq + 1)
    if fault is None and not head_seen and expected_head is not None:
        fault_seq = expected_head.seq
        fault = (
            f"the log ends at seq {fold.tip.seq}: records up to {expected_head.seq} are missing"
            if fold.tip.seq < expected_head.seq
            else f"seq {expected_head.seq} is not the record that was there"
        )
    finding = Finding(
        log_id=log.log_id,
        records=fold.tip.seq + 1,
        decisions=decisions,
        events=events,
        head=FollowerPosition(fold.tip.seq, fold.tip.hash),
        digest=digest(fold.state),
        fault=fault,
        fault_seq=fault_seq,
    )
    return finding, fold
