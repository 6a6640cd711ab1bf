"""Decisions folded per second with chain verification, and the time to reach any moment.

Against the `eventsourcing` library loading the aggregates of the same life cycle (events applied
per second), in the same run: once our decisions, each with some three events, against its
events, and once events against events. The log is read as `coordinator log verify` reads it, on all
cores, and beside that in one process, as the library reads. Both logs are written first; then both
are read in turn, and the best pass of each counts, because other work on the machine only ever
makes a pass slower. Only the first pass starts the processes.
"""

import asyncio
import random
import tempfile
import time
from pathlib import Path
from uuid import UUID

from benchmarks import yardstick
from benchmarks.life_cycle import START, LifeCycle
from benchmarks.printing import arguments, tell
from coordinator.gc_tuning import look_for_cycles_seldom
from coordinator.log.parallel_verify import Verifiers
from coordinator.log.verify import Finding, verify
from coordinator.replay.moment import as_known_at

_AT_ONCE = 20
_EVERY_MS = 1_200_000
"""Sixty incidents an hour in one county, day and night."""
_SIGNALS_A_DAY = 20 * 15 * 72
_SNAPSHOT_EVERY = 1_000


async def written(folder: Path, signals: int) -> LifeCycle:
    life = LifeCycle(
        folder,
        at_once=_AT_ONCE,
        snapshot_every=_SNAPSHOT_EVERY,
        every_ms=_EVERY_MS,
        days=signals // _SIGNALS_A_DAY + 2,
    )
    await life.open()
    await life.lives(signals)
    return life


async def ours(life: LifeCycle, verifiers: Verifiers) -> tuple[float, float, Finding]:
    """Return the seconds to verify the whole log, on all cores and in one process, and what was
    found, by both the same.
    """
    began = time.perf_counter()
    (finding,) = await verifiers.verify([life.log])
    between = time.perf_counter()
    alone, _ = await verify(life.log)
    if alone != finding or finding.fault is not None:
        raise AssertionError(f"{alone} in one process, {finding} in several")
    return between - began, time.perf_counter() - between, finding


async def moments(life: LifeCycle) -> list[float]:
    """Return the seconds it took to reach each of fifty moments, sorted."""
    chance, reached = random.Random(1), []
    for _ in range(50):
        at = chance.randint(START, life.clock.now())
        start = time.perf_counter()
        await as_known_at(life.log, life.snapshots, at)
        reached.append(time.perf_counter() - start)
    return sorted(reached)


def theirs(app: yardstick.PlainCoordinator, ids: list[UUID], seconds: float) -> float:
    """Return events loaded per second."""
    events, began = 0, time.perf_counter()
    for id_ in ids:
        loaded: yardstick.PlainIncident = app.repository.get(id_)
        events += loaded.version
        if time.perf_counter() - began > seconds:
            break
    return events / (time.perf_counter() - began)


async def measured(folder: Path, signals: int, groups: int, passes: int) -> dict[str, float]:
    """Write both logs, then read both in turn."""
    life, app = await written(folder, signals), yardstick.coordinator(folder)
    ids = [
        id_ for number in range(groups) for id_ in yardstick.live_together(app, number, _AT_ONCE)[1]
    ]
    # What writing left behind is not looked through again while reading is measured.
    look_for_cycles_seldom()
    took, alone, loaded = [], [], []
    with Verifiers(life.file.path, life.snapshots) as verifiers:
        for _ in range(passes):
            on_all_cores, in_one, finding = await ours(life, verifiers)
            took.append(on_all_cores)
            alone.append(in_one)
            loaded.append(theirs(app, ids, 3.0))
    reached = await moments(life)
    app.close()
    life.close()
    return {
        "decisions_per_s": finding.decisions / min(took),
        "decisions_per_s_one_process": finding.decisions / min(alone),
        "events_per_s_one_process": finding.events / min(alone),
        "processes": verifiers.processes,
        "records": finding.records,
        "reach_moment_ms_p50": reached[len(reached) // 2] * 1_000,
        "reach_moment_ms_max": reached[-1] * 1_000,
        "eventsourcing_events_per_s": max(loaded),
    }


def main() -> None:
    options = arguments(__doc__ or "")
    signals, groups, passes = (80_000, 25, 3) if options.quick else (1_000_000, 100, 3)
    with tempfile.TemporaryDirectory() as name:
        figures = asyncio.run(measured(Path(name), signals, groups, passes))
    loaded = figures["eventsourcing_events_per_s"]
    tell(
        "replay",
        ratios={
            "eventsourcing": figures["decisions_per_s"] / loaded,
            "eventsourcing_one_process": figures["decisions_per_s_one_process"] / loaded,
            "eventsourcing_by_events_one_process": figures["events_per_s_one_process"] / loaded,
        },
        figures=figures,
        as_json=options.json,
    )


if __name__ == "__main__":
    main()
