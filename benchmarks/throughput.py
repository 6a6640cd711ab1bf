"""Signals per second, from a validated signal to confirmed, folded and on the boards.

Against the same life cycle with the `eventsourcing` library (commands per second; written plainly,
and in its fastest way), and against bare SQLite appends of the very same record bytes at the same
commit size, in the same run. Then how the cost of a signal grows with the events on the log.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks import yardstick
from benchmarks.life_cycle import LifeCycle
from benchmarks.printing import arguments, tell

_AT_ONCE = 20
_ROUNDS = 3


async def ours(folder: Path, signals: int) -> tuple[float, list[tuple[int, bytes]]]:
    """Return signals per second and the (seq, bytes) of every record."""
    life = LifeCycle(folder, at_once=_AT_ONCE)
    await life.open()
    began_at = life.owner.confirmed.tip.seq
    await life.lives(signals)
    rate = life.signals / life.seconds
    records = await life.log.read(after_seq=began_at, records_max=10**9)
    life.close()
    return rate, [(it.seq, it.raw) for it in records]


def bare_sqlite(folder: Path, records: list[tuple[int, bytes]], commit_size: int) -> float:
    """Return records per second of plain appends with the same durability."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE records (seq INTEGER PRIMARY KEY, raw BLOB NOT NULL) STRICT")
    began = time.perf_counter()
    for start in range(0, len(records), commit_size):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO records VALUES (?, ?)", records[start : start + commit_size]
        )
        connection.execute("COMMIT")
    rate = len(records) / (time.perf_counter() - began)
    connection.close()
    return rate


def theirs(folder: Path, seconds: float, *, together: bool) -> float:
    """Return commands per second of the library, the plain way or its fastest."""
    app, commands, number = yardstick.coordinator(folder), 0, 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        if together:
            done, _ = yardstick.live_together(app, number, _AT_ONCE)
        else:
            done, _one = yardstick.live(app, number)
        commands, number = commands + done, number + 1
    rate = commands / (time.perf_counter() - began)
    app.close()
    return rate


async def growth(folder: Path, up_to: int) -> dict[str, float]:
    """Return microseconds per signal, measured over the last fifth before so many events."""
    life, found, wanted = LifeCycle(folder, at_once=_AT_ONCE), {}, 1_000
    await life.open()
    while wanted <= up_to:
        await life.lives_to(wanted - wanted // 5)
        signals, seconds = life.signals, life.seconds
        await life.lives_to(wanted)
        found[f"us_per_signal_at_{wanted}_events"] = (
            (life.seconds - seconds) / (life.signals - signals) * 1e6
        )
        wanted *= 10
    life.close()
    return found


def main() -> None:
    options = arguments(__doc__ or "")
    signals, seconds = (6_000, 1.2) if options.quick else (40_000, 10.0)
    counts: Counter[str] = Counter()
    best: dict[str, list[float]] = {
        "ours": [],
        "sqlite": [],
        "eventsourcing": [],
        "eventsourcing_batched": [],
    }
    for _ in range(_ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            rate, records = asyncio.run(ours(folder, signals))
            counts["records"] = len(records)
            best["ours"].append(rate)
            best["sqlite"].append(bare_sqlite(folder, records, 2 * _AT_ONCE))
            for name_of, together in (("eventsourcing", False), ("eventsourcing_batched", True)):
                with tempfile.TemporaryDirectory() as other:
                    best[name_of].append(theirs(Path(other), seconds, together=together))
    middle = {name: sorted(rates)[_ROUNDS // 2] for name, rates in best.items()}
    pairs = {
        name: sorted(a / b for a, b in zip(best["ours"], best[name], strict=True))[_ROUNDS // 2]
        for name in best
        if name != "ours"
    }
    with tempfile.TemporaryDirectory() as name:
        cost = asyncio.run(growth(Path(name), 100_000 if options.quick else 1_000_000))
    first, last = next(iter(cost.values())), list(cost.values())[-1]
    tell(
        "throughput",
        ratios={**pairs, "cost_growth": last / first},
        figures={
            **{f"{name}_per_s": rate for name, rate in middle.items()},
            **cost,
            "records": counts["records"],
        },
        as_json=options.json,
    )


if __name__ == "__main__":
    main()
