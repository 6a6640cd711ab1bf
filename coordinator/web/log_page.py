"""Records of a log as documents, for those who read it over HTTP."""

import base64
from collections.abc import Sequence

import msgspec

from coordinator.log.envelope import Record
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
