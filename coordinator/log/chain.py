"""Which records count: the acceptance rule that every reader runs, on the envelope alone.

Everything that is not accepted is ignored, counted and alarmed on; nothing is ever repaired.
"""

from enum import StrEnum
from typing import Final

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


# Looked up once, not with every record: a member of an enumeration costs as much as the comparison.
_ACCEPTED: Final = Verdict.ACCEPTED
_GENESIS: Final = Kind.GENESIS
_DECISION: Final = Kind.DECISION
_CLAIM: Final = Kind.CLAIM


class Tip(msgspec.Struct, frozen=True, gc=False):
    """Where a reader stands. Before the first record seq is -1 and the hash is zero."""

    log_id: str
    seq: int = -1
    hash: bytes = ZERO_HASH
    epoch: int = 0
    cursor: Map[str, int] = Map()


def accept(tip: Tip, record: Record) -> tuple[Verdict, Tip]:  # noqa: C901 - the rule of acceptance, in the order of docs/log-format.md
    """Say whether a record counts after this tip, and where a reader stands then.

    The tip is the same one where the record does not count.
    """
    seq, prev, epoch, _, kind, log_id, _, _, _, hash_, _ = record
    if log_id != tip.log_id:
        return Verdict.WRONG_LOG, tip
    if seq != tip.seq + 1 or (seq == 0) is not (kind is _GENESIS):
        return Verdict.NOT_NEXT, tip
    if prev != tip.hash:
        return Verdict.BROKEN_CHAIN, tip
    if kind is _CLAIM:
        if epoch <= tip.epoch:
            return Verdict.CLAIM_NOT_HIGHER, tip
    elif epoch != tip.epoch:
        return Verdict.STALE_EPOCH, tip
    cursor, forward, decides = tip.cursor, False, kind is _DECISION
    for source, offset in read_cursor(record).items():
        before = cursor.get(source, 0)
        if offset != before:
            # No source ever goes back; of a decision, one goes forward.
            if offset < before and decides:
                return Verdict.STALE_CURSOR, tip
            forward = True
            cursor = cursor.set(source, offset)
    if decides and not forward:
        return Verdict.STALE_CURSOR, tip
    return _ACCEPTED, Tip(log_id, seq, hash_, epoch, cursor)
