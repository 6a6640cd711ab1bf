"""Bringing rosters in from the command line: a file of one jurisdiction, or a folder of many.

A folder is read by one process: to start a program for each of sixteen counties takes longer than
all that is in their files.
"""

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Final

from coordinator.cli.data import END, known_realm, print_json, settings_for
from coordinator.cli.log_lines import set_up_logging
from coordinator.clock import WallClock
from coordinator.errors import BadFile, BadInput
from coordinator.home.folder_lock import Use
from coordinator.home.home import Home, database_of
from coordinator.home.rosters import importer, would_import
from coordinator.log.naming import log_id_of
from coordinator.log.sqlite import SqliteFile, SqliteSnapshots
from coordinator.private.folder import VAULT_NAME
from coordinator.private.member_ids import MemberIds
from coordinator.private.vault import Vault
from coordinator.replay.moment import as_known_at
from coordinator.settings import Settings
from coordinator.web.ports import BadRow, Importing, RosterReport
from schemas.vocabulary import Role
from words.catalogue import HOLE, Language, current

_TABLES: Final = (".csv", ".xlsx")
_KINDS: Final = (*_TABLES, ".json")


async def import_roster(
    path: Path,
    jurisdiction: str | None,
    data_dir: Path | None,
    *,
    language: Language,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import a file, or each file of a folder, and tell what came of it.

    Args:
        path: the file; or a folder whose files are named by their jurisdiction.
        jurisdiction: whose roster the file is; None for a folder.
        data_dir: folder of the log; None as the settings say.
        language: of what is told.
        dry_run: whether to say only what would happen.
        as_json: for a program to read.

    Raises:
        BadInput: rows are bad, all else was imported; or it is not known whose a file is.
        BadFile: one cannot be read; nothing was imported.
        UnknownJurisdiction: there is no such log here; nothing was imported.
    """
    settings = settings_for(data_dir)
    set_up_logging(settings, quiet=True)
    files = await asyncio.to_thread(_files, path, jurisdiction)
    for where in files:
        known_realm(settings, where)
    bodies = await asyncio.to_thread(lambda: {it: _read(file) for it, file in files.items()})
    reports: dict[str, RosterReport] = {}
    if dry_run:
        for where, body in bodies.items():
            reports[where] = await _dry_run(settings, where, body, _media_type(files[where]))
    else:
        reports = await _import_all(settings, files, bodies)
    if jurisdiction is not None:
        _tell_roster(reports[jurisdiction], language, as_json=as_json)
    else:
        _tell_rosters(reports, language, as_json=as_json)
    bad = sum(len(it.bad_rows) for it in reports.values())
    if bad:
        raise BadInput(_in(language, "import_bad", count=bad))


def _files(path: Path, jurisdiction: str | None) -> dict[str, Path]:
    """Return the files to import by whose roster each is."""
    if not path.is_dir():
        if jurisdiction is None:
            raise BadInput("--jurisdiction: a file does not say whose roster it is (got nothing)")
        return {jurisdiction: path}
    if jurisdiction is not None:
        raise BadInput(
            f"--jurisdiction: the files of a folder are named by theirs (got {jurisdiction!r})"
        )
    found: dict[str, Path] = {}
    for file in sorted(it for it in path.iterdir() if not it.name.startswith(".")):
        plain = file.name.lower().removesuffix(".gz")
        kind = next((it for it in _KINDS if plain.endswith(it)), None)
        if kind is None or not file.is_file():
            raise BadFile(file, f"no roster: one is named JURISDICTION and {', '.join(_KINDS)}")
        where = plain.removesuffix(kind)
        if where in found:
            raise BadFile(file, f"{found[where].name} is a roster of {where}, too")
        found[where] = file
    if not found:
        raise BadFile(path, "no roster in it")
    return found


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadFile(file, str(error)) from None


def _media_type(file: Path) -> str:
    kind = file.name.lower().removesuffix(".gz")
    return "text/csv" if kind.endswith(_TABLES) else "application/json"


async def _import_all(
    settings: Settings, files: dict[str, Path], bodies: dict[str, bytes]
) -> dict[str, RosterReport]:
    where = next(iter(files)) if len(files) == 1 else "COUNTY"
    use = Use(
        "coordinator roster import", instead=f"hand it the file: POST /v1/roster/{where}/import"
    )
    home = await Home.open(settings, WallClock(), {}, use=use)
    by = Importing("command-line", Role.DISPATCHER)
    try:
        return {
            it: await importer(home)(it, body, _media_type(files[it]), False, by)
            for it, body in bodies.items()
        }
    finally:
        await home.close()


def _tell_rosters(reports: dict[str, RosterReport], language: Language, *, as_json: bool) -> None:
    if as_json:
        print_json({it: _document(report, language) for it, report in reports.items()})
        return
    for where, report in reports.items():
        print(f"# {where}")
        _tell_roster(report, language, as_json=False)


def _document(report: RosterReport, language: Language) -> dict[str, object]:
    return report._asdict() | {"bad_rows": report.bad_documents(language)}


async def _dry_run(
    settings: Settings, jurisdiction: str, body: bytes, media_type: str
) -> RosterReport:
    """Say what an import would do; the folder stays as it is, and a server may be using it."""
    realm = known_realm(settings, jurisdiction)
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
        print_json(_document(report, language))
    else:
        if not report.imported:
            print(_in(language, "would_import"))
        for name, count in report.accepted.items():
            what = name if language == "en" else _in(language, f"list_{name}")
            print(f"{what}: {count}")
        for bad in report.bad_rows:
            print(_of_row(bad, language))
        print(_in(language, "import_done" if report.imported else "import_nothing"))


def _in(language: Language, key: str, **given: object) -> str:
    """Return a text of an import as the desk has it."""
    template = current().text("dispatch", key, language)
    return HOLE.sub(lambda it: str(given[it[1]]), template)


def _of_row(bad: BadRow, language: Language) -> str:
    where = "" if bad.line is None else _in(language, "import_row", line=bad.line)
    return where + bad.fault.told(language)
