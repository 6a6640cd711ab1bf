"""Saying on each log that it is a copy which was put back, once, by whoever opens it next."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
import structlog

from coordinator.clock import Clock
from coordinator.engine.owner import Owner
from coordinator.errors import BadFile, CoordinatorError
from coordinator.log.naming import jurisdiction_of
from coordinator.log.tips import tips_of
from coordinator.private.file import replace_private
from coordinator.private.folder import DATABASE_NAME
from coordinator.private.stamps import put_back
from schemas.decoding import NOT_READ
from schemas.ids import ulid_of
from schemas.signals.record import DeclarePutBack
from schemas.vocabulary import Realm, Role

log = structlog.get_logger()

PUT_BACK_NAME: Final = "put-back.json"
RESTORING_NAME: Final = "restoring"
"""There while a copy is being put back; left behind where that was cut short."""


class Lack(msgspec.Struct, frozen=True):
    """What a log that was put back lacks: it went `until` (UTC ms), `lost` decisions after that are
    known to be missing, None: how many is not known.
    """

    until: int | None = None
    lost: int | None = None


class _Memory(msgspec.Struct, frozen=True):
    """When it was put back (UTC ms), a token of that one time, what each jurisdiction lacks."""

    at: int
    once: str
    lacks: dict[str, Lack]


def remember(folder: Path, at: int, lacks: Mapping[str, Lack]) -> None:
    """Keep what was put back until it is on the logs.

    Args:
        folder: the data folder.
        at: when it was put back, UTC milliseconds.
        lacks: what each jurisdiction lacks.
    """
    memory = _Memory(at, secrets.token_hex(8), dict(lacks))
    replace_private(folder / PUT_BACK_NAME, msgspec.json.encode(memory))


def look_for_put_back(folder: Path, at: int) -> None:
    """See whether a copy was put back by hand, before its files are opened.

    Args:
        folder: the data folder.
        at: now, UTC milliseconds.

    Raises:
        BadFile: beside it lies what belongs to another, putting a copy back was cut short, or the
            copy cannot be read.
    """
    restoring = folder / RESTORING_NAME
    if restoring.exists():
        raise BadFile(restoring, "a restore was cut short; do `coordinator restore` again")
    found = put_back(folder)
    if found:
        log.warning("home.put_back", databases=list(found))
    if DATABASE_NAME in found and not (folder / PUT_BACK_NAME).exists():
        tips = tips_of(folder / DATABASE_NAME)
        remember(folder, at, {jurisdiction_of(it): Lack(tip.at) for it, tip in tips.items()})


async def declare(
    folder: Path,
    realms: Mapping[str, Realm],
    clock: Clock,
    owners: Mapping[str, Owner],
) -> None:
    """Say on each log of a folder that it was put back, if it was; a log that is stopped hears it
    at the next start.

    Args:
        folder: the data folder.
        realms: of each jurisdiction whose log is in it.
        clock: tells when it is said.
        owners: of these logs, who have decided nothing yet.
    """
    path = folder / PUT_BACK_NAME
    if not path.exists():
        return
    try:
        memory = msgspec.json.decode(path.read_bytes(), type=_Memory)
    except (OSError, *NOT_READ) as error:
        log.warning("home.put_back_unreadable", path=str(path), reason=repr(error))
        memory = _Memory(clock.now(), "unreadable", {it: Lack() for it in realms})
    told = True
    for jurisdiction, realm in realms.items():
        lack = memory.lacks.get(jurisdiction)
        if lack is None:
            continue
        signal = DeclarePutBack(
            signal_id=ulid_of(memory.at, memory.once, jurisdiction),
            jurisdiction=jurisdiction,
            realm=realm,
            at=clock.now(),
            actor_id="home",
            actor_role=Role.SYSTEM,
            until=lack.until,
            lost=lack.lost,
        )
        try:
            await owners[jurisdiction].confirm([signal])
        except CoordinatorError as error:
            told = False
            log.warning("home.put_back_not_told", jurisdiction=jurisdiction, reason=str(error))
    if told:
        path.unlink(missing_ok=True)
