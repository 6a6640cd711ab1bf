"""Which records count: the acceptance rule that every reader runs, on the envelope alone.

Everything that is not accepted is ignored, counted and alarmed on; nothing is ever repaired.
"""

from enum import StrEnum

import msgspec
from immutables import Map

from coordinator.log.envelope import ZERO_HASH, Kind, Record, read_cursor


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    WRONG_LOG = "a record of another log"
    NOT_NEXT = "seq is not the next one"
    BROKEN_CHAIN = "prev is not the hash of the record before"
    STALE_EPOCH = "the epoch is not the current one"
    CLAIM_NOT_HIGHER = "a claim does not raise the epoch"
    STALE_CURSOR = "the cursor does not move forward"


class Tip(msgspec.Struct, frozen=True):
    """Where a reader stands. Before the first record seq is -1 and the hash is zero."""

    log_id: str
    seq: int = -1
    hash: bytes = ZERO_HASH
    epoch: int = 0
    cursor: Map[str, int] = Map()


def judge(tip: Tip, record: Record) -> Verdict:
    """Say whether a record counts after this tip."""
    if record.log_id != tip.log_id:
        return Verdict.WRONG_LOG
    if record.seq != tip.seq + 1 or (record.seq == 0) is not (record.kind is Kind.GENESIS):
        return Verdict.NOT_NEXT
    if record.prev != tip.hash:
        return Verdict.BROKEN_CHAIN
    if record.kind is Kind.CLAIM:
        return Verdict.ACCEPTED if record.epoch > tip.epoch else Verdict.CLAIM_NOT_HIGHER
    if record.epoch != tip.epoch:
        return Verdict.STALE_EPOCH
    if record.kind is Kind.DECISION and not _moves_forward(tip, record):
        return Verdict.STALE_CURSOR
    return Verdict.ACCEPTED


def advance(tip: Tip, record: Record) -> Tip:
    """Return the tip after an accepted record."""
    cursor = tip.cursor
    for source, offset in read_cursor(record).items():
        if cursor.get(source) != offset:
            cursor = cursor.set(source, offset)
    return Tip(record.log_id, record.seq, record.hash, record.epoch, cursor)


def _moves_forward(tip: Tip, record: Record) -> bool:
    """A decision names its source's next offset; no source ever goes back, one goes forward."""
    named = read_cursor(record)
    return (
        bool(named)
        and all(offset >= tip.cursor.get(source, 0) for source, offset in named.items())
        and any(offset > tip.cursor.get(source, 0) for source, offset in named.items())
    )
