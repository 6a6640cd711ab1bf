"""Finding the data folder and the logs in it."""

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.errors import BadInput, UnknownJurisdiction
from coordinator.home.home import database_of, realms_in
from coordinator.log.naming import jurisdiction_of, log_id_of
from coordinator.log.sqlite import SqliteFile, SqliteSnapshots
from coordinator.private.file import open_to_others
from coordinator.replay.moment import as_known_at
from coordinator.settings import Settings, read_settings
from schemas.vocabulary import Realm

END = 2**62
"""A moment after everything, UTC milliseconds."""


def settings_for(data_dir: Path | None) -> Settings:
    """Return the settings, with another data folder if one is given.

    Every command finds its folder here, so that each says what of it others can read. Those that
    write mend it; those that read change nothing.
    """
    settings = read_settings()
    if data_dir is not None:
        settings = settings.model_copy(update={"data_dir": data_dir})
    for path, mode in open_to_others(settings.data_dir):
        mended = "700" if path == settings.data_dir else "600"
        print(
            f"private: others can read {path} (mode {mode:o}); `chmod {mended}` or the next command"
            " that writes there mends it",
            file=sys.stderr,
        )
    return settings


def existing_file(settings: Settings) -> SqliteFile:
    """Open the logs of a data folder that must be there.

    Raises:
        BadInput: there are none.
    """
    path = database_of(settings)
    if not path.exists():
        raise no_logs_in(settings)
    return SqliteFile(path)


def no_logs_in(settings: Settings) -> BadInput:
    """Return the error of a folder without logs: how one's own are begun, and how a demo's."""
    return BadInput(
        f"data-dir: no logs in {settings.data_dir}; `coordinator county found NAME` begins one,"
        " `coordinator run` a demo"
    )


def realms_known(settings: Settings) -> dict[str, Realm]:
    """Return the realm of each jurisdiction of a data folder, which stays as it is; none, if there
    is no such folder.
    """
    path = database_of(settings)
    if not path.exists():
        return {}
    while True:
        with closing(SqliteFile(path, untouched=True)) as file:
            found = realms_in(file.log_ids())
            if file.still():
                return found


def known_realm(settings: Settings, jurisdiction: str) -> Realm:
    """Return the realm of a jurisdiction that must be there.

    Raises:
        UnknownJurisdiction: it is not; says which are, and how one is begun.
    """
    known = realms_known(settings)
    if jurisdiction not in known:
        raise UnknownJurisdiction(jurisdiction, sorted(known), found_by="coordinator county found")
    return known[jurisdiction]


async def first_roster_with(
    settings: Settings, member: str, jurisdictions: Iterable[str]
) -> str | None:
    """Return the first of the jurisdictions on whose roster a member is; the folder stays as it is.

    None: they are on none of them.
    """
    for jurisdiction in jurisdictions:
        if member in (await state_known(settings, jurisdiction)).roster.members:
            return jurisdiction
    return None


async def state_known(settings: Settings, jurisdiction: str) -> Jurisdiction:
    """Return where a jurisdiction stands now; the folder stays as it is."""
    log_id = log_id_of(jurisdiction, known_realm(settings, jurisdiction))
    while True:
        with closing(SqliteFile(database_of(settings), untouched=True)) as file:
            fold = await as_known_at(file.log(log_id), SqliteSnapshots(file), END)
            # Somebody who began to use the folder meanwhile may have changed what was read.
            if file.still():
                return fold.state


def chosen_logs(file: SqliteFile, jurisdiction: str | None) -> list[str]:
    """Return the ids of the logs of one jurisdiction, or of all.

    Raises:
        UnknownJurisdiction: there is none.
    """
    known = file.log_ids()
    if jurisdiction is None:
        return known
    chosen = [it for it in known if it == jurisdiction or jurisdiction_of(it) == jurisdiction]
    if not chosen:
        raise UnknownJurisdiction(jurisdiction, sorted(realms_in(known)))
    return chosen


def one_log(file: SqliteFile, jurisdiction: str | None) -> str:
    """Return the id of the one log that is meant.

    Raises:
        BadInput: there are several, and none was named.
    """
    return one_of(chosen_logs(file, jurisdiction))


def one_of(log_ids: Sequence[str]) -> str:
    """Return the only one.

    Raises:
        BadInput: there are several, or none.
    """
    if len(log_ids) != 1:
        raise BadInput(f"jurisdiction: name one of {', '.join(log_ids) or 'none'} with -j")
    return log_ids[0]


def print_json(document: Any) -> None:
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")
