"""Records of a log, and dead letters, as documents for those who read them over HTTP."""

import base64
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from coordinator.log.envelope import Record
from coordinator.log.ports import DeadLetter
from coordinator.web.ports import LogPage


def page_of(records: Sequence[Record], after: int) -> LogPage:
    """Return records as documents, each with its hash and its raw bytes (base64).

    Args:
        records: oldest first.
        after: the seq they follow; where to go on if there are none.
    """
    shown = [
        {
            "seq": it.seq,
            "kind": it.kind.name.lower(),
            "at": it.at,
            "epoch": it.epoch,
            "signal_id": it.signal_id or None,
            "cursor": msgspec.json.decode(it.cursor),
            "prev": it.prev.hex(),
            "hash": it.hash.hex(),
            "payload": msgspec.json.decode(it.payload),
            "raw": base64.b64encode(it.raw).decode(),
        }
        for it in records
    ]
    return LogPage(shown, records[-1].seq if records else after)


def letters_shown(letters: Iterable[DeadLetter]) -> list[dict[str, Any]]:
    """Return dead letters as documents, each with the beginning of what could not be understood."""
    return [
        {
            "at": it.at,
            "source": it.source,
            "reason": it.reason,
            "field": it.field,
            "value": it.value,
            "original": it.original[:2_000].decode("utf-8", "replace"),
        }
        for it in letters
    ]
