"""Decisions folded per second with chain verification, and the time to reach any moment.

Against the `eventsourcing` library loading the aggregates of the same life cycle (events applied
per second), in the same run: once our decisions, each with some three events, against its events,
and once events against events.
"""

import asyncio
import random
import tempfile
import time
from pathlib import Path

from benchmarks import yardstick
from benchmarks.life_cycle import START, LifeCycle
from benchmarks.printing import arguments, tell
from coordinator.log.verify import verify
from coordinator.replay.moment import as_known_at

_AT_ONCE = 20
_EVERY_MS = 1_200_000
"""Sixty incidents an hour in one county, day and night."""
_SIGNALS_A_DAY = 20 * 15 * 72
_SNAPSHOT_EVERY = 1_000


async def ours(folder: Path, signals: int) -> dict[str, float]:
    life = LifeCycle(
        folder,
        at_once=_AT_ONCE,
        snapshot_every=_SNAPSHOT_EVERY,
        every_ms=_EVERY_MS,
        days=signals // _SIGNALS_A_DAY + 2,
    )
    await life.open()
    await life.lives(signals)
    began = time.perf_counter()
    finding, _ = await verify(life.log)
    seconds = time.perf_counter() - began
    chance, reached = random.Random(1), []
    for _ in range(50):
        at = chance.randint(START, life.clock.now())
        start = time.perf_counter()
        await as_known_at(life.log, life.snapshots, at)
        reached.append(time.perf_counter() - start)
    life.close()
    reached.sort()
    return {
        "decisions_per_s": finding.decisions / seconds,
        "events_per_s": finding.events / seconds,
        "records": finding.records,
        "reach_moment_ms_p50": reached[len(reached) // 2] * 1_000,
        "reach_moment_ms_max": reached[-1] * 1_000,
    }


def theirs(folder: Path, seconds: float) -> float:
    """Return events loaded per second."""
    app, ids, number = yardstick.coordinator(folder), [], 0
    while number < (25 if seconds < 5 else 100):
        ids.extend(yardstick.live_together(app, number, _AT_ONCE)[1])
        number += 1
    events, began = 0, time.perf_counter()
    for id_ in ids:
        loaded: yardstick.PlainIncident = app.repository.get(id_)
        events += loaded.version
        if time.perf_counter() - began > seconds:
            break
    rate = events / (time.perf_counter() - began)
    app.close()
    return rate


def main() -> None:
    options = arguments(__doc__ or "")
    signals, seconds = (20_000, 2.0) if options.quick else (1_000_000, 10.0)
    with tempfile.TemporaryDirectory() as name:
        figures = asyncio.run(ours(Path(name), signals))
        loaded = theirs(Path(name), seconds)
    tell(
        "replay",
        ratios={
            "eventsourcing": figures["decisions_per_s"] / loaded,
            "eventsourcing_by_events": figures["events_per_s"] / loaded,
        },
        figures={**figures, "eventsourcing_events_per_s": loaded},
        as_json=options.json,
    )


if __name__ == "__main__":
    main()
