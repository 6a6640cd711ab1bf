"""Commands that bring things in: a recorded storm, alerts, rosters."""

import asyncio
import sys
from contextlib import closing
from pathlib import Path

from rich.table import Table

from coordinator.cli.data import END, known_realm, print_json, realms_known, settings_for
from coordinator.cli.display import Display
from coordinator.cli.log_lines import set_up_logging
from coordinator.clock import WallClock
from coordinator.errors import BadFile, BadInput, CoordinatorError
from coordinator.feeds.areas import Areas
from coordinator.feeds.moments import zone_named
from coordinator.feeds.reading import Feeder, Untaken
from coordinator.home.folder_lock import Use
from coordinator.home.home import Home, database_of
from coordinator.home.rosters import importer, would_import
from coordinator.home.storm_run import StormRun, StormSummary
from coordinator.log.naming import log_id_of
from coordinator.log.sqlite import SqliteFile, SqliteSnapshots
from coordinator.private.folder import VAULT_NAME
from coordinator.private.member_ids import MemberIds
from coordinator.private.vault import Vault
from coordinator.replay.moment import as_known_at
from coordinator.settings import Settings
from coordinator.web.ports import BadRow, Importing, RosterReport
from schemas.durations import HOUR, MINUTE
from schemas.vocabulary import Realm, Role
from words.catalogue import HOLE, Language, current

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


async def import_roster(
    file: Path,
    jurisdiction: str,
    data_dir: Path | None,
    *,
    language: Language,
    dry_run: bool,
    as_json: bool,
) -> None:
    settings = settings_for(data_dir)
    set_up_logging(settings, quiet=True)
    try:
        body = await asyncio.to_thread(file.read_bytes)
    except OSError as error:
        raise BadFile(file, str(error)) from None
    realm = known_realm(settings, jurisdiction)
    kind = file.name.lower().removesuffix(".gz")
    media_type = "text/csv" if kind.endswith((".csv", ".xlsx")) else "application/json"
    if dry_run:
        report = await _dry_run(settings, jurisdiction, realm, body, media_type)
    else:
        where = f"POST /v1/roster/{jurisdiction}/import"
        use = Use("coordinator roster import", instead=f"hand it the file: {where}")
        home = await Home.open(settings, WallClock(), {}, use=use)
        try:
            by = Importing("command-line", Role.DISPATCHER)
            report = await importer(home)(jurisdiction, body, media_type, False, by)
        finally:
            await home.close()
    _tell_roster(report, language, as_json=as_json)


async def _dry_run(
    settings: Settings, jurisdiction: str, realm: Realm, body: bytes, media_type: str
) -> RosterReport:
    """Say what an import would do; the folder stays as it is, and a server may be using it."""
    while True:
        with (
            closing(SqliteFile(database_of(settings), untouched=True)) as file,
            closing(Vault(settings.data_dir / VAULT_NAME, untouched=True)) as vault,
        ):
            journal = file.log(log_id_of(jurisdiction, realm))
            fold = await as_known_at(journal, SqliteSnapshots(file), END)
            ids = MemberIds(settings.data_dir)
            report = would_import(jurisdiction, fold.state, vault, ids, body, media_type)
            # Somebody who began to use the folder meanwhile may have changed what was read.
            if file.still():
                return report


def _tell_roster(report: RosterReport, language: Language, *, as_json: bool) -> None:
    if as_json:
        print_json(report._asdict() | {"bad_rows": report.bad_documents(language)})
    else:
        if not report.imported:
            print(_in(language, "would_import"))
        for name, count in report.accepted.items():
            what = name if language == "en" else _in(language, f"list_{name}")
            print(f"{what}: {count}")
        for bad in report.bad_rows:
            print(_of_row(bad, language))
        print(_in(language, "import_done" if report.imported else "import_nothing"))
    if report.bad_rows:
        raise BadInput(_in(language, "import_bad", count=len(report.bad_rows)))


def _in(language: Language, key: str, **given: object) -> str:
    """Return a text of an import as the desk has it."""
    template = current().text("dispatch", key, language)
    return HOLE.sub(lambda it: str(given[it[1]]), template)


def _of_row(bad: BadRow, language: Language) -> str:
    where = "" if bad.line is None else _in(language, "import_row", line=bad.line)
    return where + bad.fault.told(language)
