"""Commands that bring things in: a recorded storm, alerts, rosters."""

import asyncio
import sys
from pathlib import Path

from rich.table import Table

from coordinator.cli.data import print_json, realms_known, settings_for
from coordinator.cli.display import Display
from coordinator.cli.log_lines import set_up_logging
from coordinator.clock import WallClock
from coordinator.errors import BadFile, BadInput, CoordinatorError
from coordinator.feeds.areas import Areas
from coordinator.feeds.moments import zone_named
from coordinator.feeds.reading import Feeder, Untaken
from coordinator.home.folder_lock import Use
from coordinator.home.home import Home, database_of
from coordinator.home.storm_run import StormRun, StormSummary
from schemas.durations import HOUR, MINUTE

_STALE_MS = HOUR
"""A map that is looked at often shows some update of the last hour, unless its clock is off."""


async def storm(path: Path, data_dir: Path | None, *, seed: int, zone: str, as_json: bool) -> None:
    known = zone_named(zone, "--zone")
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
    console = Display(stderr=True)
    with console.status("") as status:

        def progress(read: int, at: int) -> None:
            status.update(f"{read:,} changes read")

        run = StormRun(path, settings, seed=seed, zone=known, progress=progress)
        summary = await run.run()
    if as_json:
        print_json(summary._asdict())
    else:
        _show(summary, settings.data_dir)
    stale_ms = summary.freshest_ms or 0
    if stale_ms > _STALE_MS:
        print(
            f"The freshest LAST_UPDATE was {stale_ms // MINUTE} min old when it was seen:"
            " are the map's times on a wall clock? Name its time zone with --zone.",
            file=sys.stderr,
        )
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
    console = Display()
    console.print(table)
    console.print(promises)
    verified = "every log verifies" if summary.verified else "a log does NOT verify"
    console.print(f"{summary.seconds} s; {verified}; the logs are in {folder}")


async def cap(
    files: list[Path], areas: Path, data_dir: Path | None, *, zone: str, as_json: bool
) -> None:
    settings = settings_for(data_dir)
    named = zone_named(zone, "--zone") or zone_named(settings.feed_zone, "COORDINATOR_FEED_ZONE")
    set_up_logging(settings, quiet=True)
    known = Areas.read(areas)
    if not realms_known(settings):
        raise BadInput(
            f"data-dir: no logs in {settings.data_dir}; `coordinator county found NAME` begins one"
        )
    untaken: list[Untaken] = []

    def tell(it: Untaken) -> None:
        untaken.append(it)
        print(it, file=sys.stderr)

    use = Use("coordinator feed cap", instead="hand it the alerts: POST /v1/cap")
    home = await Home.open(settings, WallClock(), {}, use=use)
    try:
        report = await Feeder(home.submit, home.letters, tell).cap(
            files, known, at=home.clock.now(), zone=named
        )
    finally:
        await home.close()
    counts = report._asdict()
    if as_json:
        print_json(counts | {"untaken": [it._asdict() for it in untaken]})
    else:
        for name, count in counts.items():
            print(f"{name}: {count}")
    if untaken:
        told = ", ".join(f"{counts[it]} {it}" for it in ("dead", "refused", "unread") if counts[it])
        raise CoordinatorError(f"not everything was taken: {told or 'refused before'}")
