"""Reading records that were written before optional fields existed, against records of today.

Records of the life cycle are read as `read_events` reads them: once as they are, and once without
every field that has a default, as a program would have written them that knew none of those fields.
Both are read in turn, and the best pass of each counts, because other work on the machine only ever
makes a pass slower.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.life_cycle import LifeCycle
from benchmarks.printing import arguments, tell
from schemas import catalogue
from schemas.catalogue import read_events

_OPTIONAL = {
    type_: frozenset(it.name for it in msgspec.structs.fields(model) if not it.required) - {"v"}
    for type_, model in catalogue.EVENTS.items()
}


async def payloads(folder: Path, signals: int) -> list[bytes]:
    """Return what stands in the records of so many signals."""
    life = LifeCycle(folder, at_once=20)
    await life.open()
    began_at = life.owner.confirmed.tip.seq
    await life.lives(signals)
    records = await life.log.read(after_seq=began_at, records_max=10**9)
    life.close()
    return [it.payload for it in records]


def older(payload: bytes) -> bytes:
    """Return a record as a program wrote it that knew no optional field."""
    document = msgspec.json.decode(payload)
    document["events"] = [_without(it) for it in document["events"]]
    return msgspec.json.encode(document)


def _without(event: dict[str, Any]) -> dict[str, Any]:
    return {name: it for name, it in event.items() if name not in _OPTIONAL[event["type"]]}


def seconds(read: Sequence[bytes]) -> float:
    began = time.perf_counter()
    for payload in read:
        read_events(payload)
    return time.perf_counter() - began


def main() -> None:
    options = arguments(__doc__ or "")
    with tempfile.TemporaryDirectory() as folder:
        now = asyncio.run(payloads(Path(folder), 3_000 if options.quick else 20_000))
    before = [older(it) for it in now]
    passes = [(seconds(now), seconds(before)) for _ in range(7)]
    best_now, best_before = (min(it) for it in zip(*passes, strict=True))
    tell(
        "older_records",
        ratios={"older_to_new": best_before / best_now},
        figures={
            "records": len(now),
            "new_us": best_now / len(now) * 1e6,
            "older_us": best_before / len(now) * 1e6,
            "new_bytes": sum(map(len, now)) / len(now),
            "older_bytes": sum(map(len, before)) / len(now),
        },
        as_json=options.json,
    )


if __name__ == "__main__":
    main()
