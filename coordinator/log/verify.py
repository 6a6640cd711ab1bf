"""Proving a log complete and unaltered: every record accepted, every fact understood.

A missing tail cannot be told from the chain alone; a head kept elsewhere can tell it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from coordinator.domain.canonical import digest
from coordinator.errors import Altered, BrokenLog
from coordinator.log.envelope import Record
from coordinator.log.fold import Fold, empty
from coordinator.log.ports import FollowerPosition, LogReader
from coordinator.log.refold import Refold

RECORDS_AT_ONCE = 250
"""Few enough to be read while they are still in the processor's cache."""


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


class Verification:
    """Reads on from a fold and keeps what there is to say."""

    def __init__(self, fold: Fold, expected_head: FollowerPosition | None = None) -> None:
        self.reading = Refold(fold)
        self.fault: str | None = None
        self.fault_seq: int | None = None
        self.head_seen = expected_head is None
        self._expected_head = expected_head

    def take(self, records: Sequence[Record]) -> None:
        """Read more records.

        Raises:
            BrokenLog: the one after `reading.tip` does not count or cannot be understood.
        """
        self.reading.read(records)
        expected = self._expected_head
        if expected is not None and records[0].seq <= expected.seq <= records[-1].seq:
            self.head_seen = records[expected.seq - records[0].seq].hash == expected.hash

    def broke(self, error: BrokenLog) -> None:
        """Note why no more can be read; what was read before it counts."""
        if isinstance(error, Altered) and error.before:
            try:
                self.take(error.before)
            except BrokenLog as earlier:
                error = earlier
        self.fault = str(error)
        self.fault_seq = getattr(error, "seq", self.reading.tip.seq + 1)

    def finding(self, fold: Fold, *, digest: str) -> Finding:
        """Return what was found; `fold` is what was read, `digest` that of its state."""
        return Finding(
            log_id=fold.tip.log_id,
            records=fold.tip.seq + 1,
            decisions=self.reading.decisions,
            events=self.reading.events,
            head=FollowerPosition(fold.tip.seq, fold.tip.hash),
            digest=digest,
            fault=self.fault,
            fault_seq=self.fault_seq,
        )


async def verify(
    log: LogReader, *, expected_head: FollowerPosition | None = None
) -> tuple[Finding, Fold]:
    """Read a whole log with chain and interpretation.

    Args:
        log: the log to read.
        expected_head: a (seq, hash) the log must contain, kept outside it.
    """
    found = Verification(empty(log.log_id), expected_head)
    try:
        while records := await log.read(
            after_seq=found.reading.tip.seq, records_max=RECORDS_AT_ONCE
        ):
            found.take(records)
    except BrokenLog as error:
        found.broke(error)
    fold = found.reading.fold()
    finding = found.finding(fold, digest=digest(fold.state))
    return finding if found.head_seen else without_head(finding, expected_head), fold


def without_head(finding: Finding, expected: FollowerPosition | None) -> Finding:
    """Return what is to be said of a log on which the head that was kept elsewhere is not."""
    if expected is None or finding.fault is not None:
        return finding
    fault = (
        f"the log ends at seq {finding.head.seq}: records up to {expected.seq} are missing"
        if finding.head.seq < expected.seq
        else f"seq {expected.seq} is not the record that was there"
    )
    return finding._replace(fault=fault, fault_seq=expected.seq)
