"""A recorded storm through the whole house: processor time of a change, beside bare appends.

The first changes of a file that was recorded from a public outage map are played as `coordinator
storm` plays them, as fast as they go: sixteen counties, simulated phones that answer, boards, an
outbox, all on one log. The yardstick appends the very same record bytes to a file of SQLite, as
many at a commit, and does nothing else. By the processor: others may use the machine, too.
"""

import argparse
import asyncio
import gzip
import sqlite3
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.printing import tell
from coordinator.cli.log_lines import set_up_logging
from coordinator.gc_tuning import look_for_cycles_seldom
from coordinator.home.storm_run import StormRun, StormSummary
from coordinator.private.folder import DATABASE_NAME
from coordinator.settings import Settings

_CHANGES: Final = 8_000
_QUICK: Final = 1_500
_COMMIT: Final = 20
_SNAPSHOT_EVERY: Final = 20_000
"""As `coordinator storm` has it: played fast, nearby moments matter less than time."""


def first_of(file: Path, changes: int, into: Path) -> None:
    """Write the first changes of a recorded file into another."""
    with gzip.open(file, "rb") as recorded, gzip.open(into, "wb") as some:
        some.writelines(islice(recorded, changes))


async def played(file: Path, folder: Path, zone: str) -> tuple[StormSummary, float]:
    """Play a file; return what became of it and the seconds of processor time it took."""
    settings = Settings(data_dir=folder, log_level="error", snapshot_every=_SNAPSHOT_EVERY)
    set_up_logging(settings, quiet=True)
    began = time.process_time()
    summary = await StormRun(file, settings, zone=ZoneInfo(zone)).run()
    return summary, time.process_time() - began


def bare(source: Path, target: Path) -> float:
    """Append the same records elsewhere; return the seconds of processor time it took."""
    read = sqlite3.connect(source)
    rows = read.execute("SELECT log_id, seq, raw FROM records ORDER BY rowid").fetchall()
    read.close()
    file = sqlite3.connect(target, isolation_level=None)
    file.execute("PRAGMA journal_mode = WAL")
    file.execute("PRAGMA synchronous = FULL")
    file.execute("CREATE TABLE records (log_id TEXT, seq INTEGER, raw BLOB)")
    began = time.process_time()
    for start in range(0, len(rows), _COMMIT):
        file.execute("BEGIN IMMEDIATE")
        file.executemany("INSERT INTO records VALUES (?, ?, ?)", rows[start : start + _COMMIT])
        file.execute("COMMIT")
    took = time.process_time() - began
    file.close()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="changes of an outage map, gzipped JSON lines")
    parser.add_argument("--changes", type=int, default=_CHANGES, help="as many are played")
    parser.add_argument("--zone", default="America/Los_Angeles", help="of the map's times")
    parser.add_argument("--json", action="store_true", help="last line is one JSON object")
    parser.add_argument("--quick", action="store_true", help=f"{_QUICK} changes")
    given = parser.parse_args()
    look_for_cycles_seldom()
    changes = _QUICK if given.quick else given.changes
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first_of(given.file, changes, folder / "some.jsonl.gz")
        summary, ours_s = asyncio.run(played(folder / "some.jsonl.gz", folder / "data", given.zone))
        bare_s = bare(folder / "data" / DATABASE_NAME, folder / "bare.db")
    figures = {
        "changes": float(summary.read),
        "signals": float(summary.signals),
        "records": float(summary.records),
        "processor_s": ours_s,
        "processor_ms_a_change": ours_s / max(1, summary.read) * 1_000,
        "processor_ms_a_record": ours_s / max(1, summary.records) * 1_000,
        "verified": float(summary.verified),
    }
    tell("recorded_storm", ratios={"bare": bare_s / ours_s}, figures=figures, as_json=given.json)


if __name__ == "__main__":
    main()
