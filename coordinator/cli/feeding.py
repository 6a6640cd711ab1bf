"""Commands that bring things in: a recorded storm, alerts, rosters."""

import asyncio
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from coordinator.cli.data import print_json, settings_for
from coordinator.cli.log_lines import set_up_logging
from coordinator.clock import WallClock
from coordinator.errors import BadFile, BadInput
from coordinator.feeds.areas import Areas
from coordinator.feeds.reading import Feeder
from coordinator.home.home import Home, database_of
from coordinator.home.rosters import importer
from coordinator.home.storm_run import StormRun, StormSummary
from schemas.default_policy import PLANNED_POLICY
from schemas.vocabulary import Realm


async def storm(path: Path, data_dir: Path | None, *, seed: int, as_json: bool) -> None:
    settings = settings_for(data_dir)
    set_up_logging(settings, quiet=True)
    if not await asyncio.to_thread(path.exists):
        raise BadFile(path, "no such file or folder")
    if database_of(settings).exists():
        raise BadInput(
            f"data-dir: {settings.data_dir} holds logs; a recorded storm takes a fresh folder"
        )
    # Nearby moments matter less here than time: the storm is played as fast as it will go.
    settings = settings.model_copy(update={"snapshot_every": max(20_000, settings.snapshot_every)})
    console = Console(stderr=True)
    with console.status("") as status:

        def progress(read: int, at: int) -> None:
            status.update(f"{read:,} changes read")

        summary = await StormRun(path, settings, seed=seed, progress=progress).run()
    if as_json:
        print_json(summary._asdict())
    else:
        _show(summary, settings.data_dir)
    if not summary.verified:
        raise BadInput("the logs do not verify")


def _show(summary: StormSummary, folder: Path) -> None:
    events = summary.events
    table = Table("what", "count", title="The storm", title_justify="left")
    for name, count in (
        ("changes read", summary.read),
        ("dead letters", summary.dead_letters),
        ("signals decided", summary.signals),
        ("records on the logs", summary.records),
        ("incidents opened", events.get("incident_opened", 0)),
        ("reports joined to one", events.get("report_joined", 0)),
        ("incidents restored", events.get("incident_restored", 0)),
        ("incidents closed", events.get("incident_closed", 0)),
        *((f"grade {grade}", count) for grade, count in summary.grades.items()),
        ("units called", events.get("unit_called", 0)),
        ("units formed", events.get("unit_formed", 0)),
        ("times a unit was short", events.get("unit_short", 0)),
        *((f"assignments {name}", count) for name, count in summary.answers.items()),
    ):
        table.add_row(name, f"{count:,}")
    outcomes = ("kept", "broken", "lapsed", "running")
    promises = Table("promise", *outcomes, title="Promises", title_justify="left")
    for name, counts in summary.promises.items():
        cells = (f"{counts.get(state, 0):,}" for state in outcomes)
        promises.add_row(name, *cells)
    console = Console()
    console.print(table)
    console.print(promises)
    verified = "every log verifies" if summary.verified else "a log does NOT verify"
    console.print(f"{summary.seconds} s; {verified}; the logs are in {folder}")


async def cap(files: list[Path], areas: Path, data_dir: Path | None, *, as_json: bool) -> None:
    settings = settings_for(data_dir)
    set_up_logging(settings, quiet=True)
    known = Areas.read(areas)
    founding = {it: (Realm.ACTUAL, PLANNED_POLICY) for it in known.jurisdictions}
    if database_of(settings).exists():
        founding = {}
    home = await Home.open(settings, WallClock(), founding)
    try:
        report = await Feeder(home.submit, home.letters).cap(files, known, at=home.clock.now())
    finally:
        await home.close()
    _tell(report._asdict(), as_json=as_json)


async def import_roster(
    file: Path, jurisdiction: str, data_dir: Path | None, *, dry_run: bool, as_json: bool
) -> None:
    settings = settings_for(data_dir)
    set_up_logging(settings, quiet=True)
    try:
        body = await asyncio.to_thread(file.read_bytes)
    except OSError as error:
        raise BadFile(file, str(error)) from None
    founding: dict[str, Any] = {jurisdiction: (Realm.ACTUAL, PLANNED_POLICY)}
    home = await Home.open(settings, WallClock(), founding)
    try:
        media_type = "text/csv" if file.suffix == ".csv" else "application/json"
        report = await importer(home)(jurisdiction, body, media_type, dry_run, "command-line")
    finally:
        await home.close()
    if as_json:
        print_json(report._asdict())
    else:
        for name, count in report.accepted.items():
            print(f"{name}: {count}")
        for bad in report.bad_rows:
            print(f"row {bad['line']}: {bad['field']}: {bad['reason']} (got {bad['value']!r})")
        print("imported" if report.imported else "nothing was imported")
    if report.bad_rows:
        raise BadInput(f"{len(report.bad_rows)} bad rows")


def _tell(counts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(counts)
        return
    for name, count in counts.items():
        print(f"{name}: {count}")
