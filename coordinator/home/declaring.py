"""Saying on each log that it is a copy which was put back, once, by whoever opens it next."""

import json
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import structlog

from coordinator.clock import Clock
from coordinator.errors import BadFile, CoordinatorError
from coordinator.private.file import write_new_private
from coordinator.private.folder import DATABASE_NAME
from coordinator.private.stamps import put_back
from schemas.ids import ulid_of
from schemas.signals.envelope import Signal
from schemas.signals.record import DeclarePutBack
from schemas.vocabulary import Realm, Role

log = structlog.get_logger()

PUT_BACK_NAME: Final = "put-back.json"
RESTORING_NAME: Final = "restoring"
"""There while a copy is being put back; left behind where that was cut short."""


def remember(folder: Path, at: int, lost: Mapping[str, int | None]) -> None:
    """Keep what was put back until it is on the logs.

    Args:
        folder: the data folder.
        at: when it was put back, UTC milliseconds.
        lost: how many decisions each jurisdiction is known to lack; None: not known. `*` is any.
    """
    path = folder / PUT_BACK_NAME
    path.unlink(missing_ok=True)
    held = {"at": at, "once": secrets.token_hex(8), "lost": dict(lost)}
    write_new_private(path, json.dumps(held).encode())


def look_for_put_back(folder: Path, at: int) -> None:
    """See whether a copy was put back by hand, before its files are opened.

    Args:
        folder: the data folder.
        at: now, UTC milliseconds.

    Raises:
        BadFile: beside it lies what belongs to another, or putting a copy back was cut short.
    """
    restoring = folder / RESTORING_NAME
    if restoring.exists():
        raise BadFile(restoring, "a restore was cut short; do `coordinator restore` again")
    found = put_back(folder)
    if found:
        log.warning("home.put_back", databases=list(found))
    if DATABASE_NAME in found and not (folder / PUT_BACK_NAME).exists():
        remember(folder, at, {"*": None})


async def declare(
    folder: Path,
    realms: Iterable[tuple[str, Realm]],
    clock: Clock,
    submit: Callable[[Signal], Awaitable[object]],
) -> None:
    """Say on each log of a folder that it was put back, if it was; a log that is stopped hears it
    at the next start.
    """
    path = folder / PUT_BACK_NAME
    if not path.exists():
        return
    try:
        held = json.loads(path.read_bytes())
        at, once, lost = int(held["at"]), str(held["once"]), dict(held["lost"])
    except (ValueError, TypeError, KeyError) as error:
        log.warning("home.put_back_unreadable", path=str(path), reason=repr(error))
        at, once, lost = clock.now(), "unreadable", {"*": None}
    told = True
    for jurisdiction, realm in realms:
        if jurisdiction not in lost and "*" not in lost:
            continue
        signal = DeclarePutBack(
            signal_id=ulid_of(at, once, jurisdiction),
            jurisdiction=jurisdiction,
            realm=realm,
            at=clock.now(),
            actor_id="home",
            actor_role=Role.SYSTEM,
            lost=lost.get(jurisdiction, lost.get("*")),
        )
        try:
            await submit(signal)
        except CoordinatorError as error:
            told = False
            log.warning("home.put_back_not_told", jurisdiction=jurisdiction, reason=str(error))
    if told:
        path.unlink(missing_ok=True)
