"""A copy of a data folder, taken while it is used or not, and putting one back.

A copy is whole or it is not there: it is made beside its place and renamed at the end. The logs are
copied first, so that the vault, copied after them, has all words and names that they mention. What
says how far each log went, and the SHA-256 of each file, stands in `backup.json`.
"""

import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from coordinator.errors import BadFile, BadInput
from coordinator.home.declaring import RESTORING_NAME, Lack, remember
from coordinator.log.naming import jurisdiction_of
from coordinator.log.tips import Tip, holds, reading, tips_of
from coordinator.private.file import make_private_folder, write_new_private
from coordinator.private.folder import DATABASE_NAME
from coordinator.private.member_ids import KEY_NAME
from coordinator.private.stamps import STAMPS_NAME
from schemas.decoding import NOT_READ

MANIFEST_NAME: Final = "backup.json"
_KEYS: Final = (KEY_NAME, "checkpoint.key")
STAY: Final = frozenset({"tokens.db", "phones.db", "deliveries.db"})
"""An old copy of these would let in again who was revoked, bring a replaced password back, and send
once more what has been sent.
"""
_NAMES: Final = re.compile(
    r"[a-z]+\.db|member-ids\.key|checkpoint\.key|[a-z]+\.geojson"
    r"|checkpoints/[A-Za-z0-9][A-Za-z0-9._-]*"
)
"""What a copy may hold: nothing else is ever written into a data folder."""
_CHUNK: Final = 1 << 20


class Manifest(msgspec.Struct, frozen=True, tag_field="kind", tag="coordinator_backup"):
    """What is in a copy: made when (UTC ms), the tip of each log, SHA-256 by file."""

    v: Literal[1]
    made_at: int
    logs: dict[str, Tip]
    files: dict[str, str]


class Loss(msgspec.Struct, frozen=True):
    """What putting a copy back takes away of one log.

    `records` after `since` (UTC ms) are here and not in the copy; None: the log here cannot be
    counted against it, since it is damaged or goes another way.
    """

    log_id: str
    records: int | None
    since: int
    why: Literal["newer", "other", "damaged", "not_in_copy", "signed"]


def back_up(folder: Path, into: Path, at: int, *, keys: bool = True) -> Manifest:
    """Copy a data folder, beside a server that uses it or without one.

    Args:
        folder: the data folder.
        into: where the copy is made; must not be there yet.
        at: now, UTC milliseconds.
        keys: copy the private keys, too.

    Raises:
        BadInput: there are no logs in the folder.
        BadFile: the copy's place is taken, cannot be written, or a database is damaged.
    """
    if not (folder / DATABASE_NAME).exists():
        raise BadInput(f"data-dir: no logs in {folder}")
    if into.exists():
        raise BadFile(into, "is there already; a copy is made in a folder of its own")
    if folder.resolve() in into.resolve().parents:
        raise BadFile(into, "is inside the data folder; what is lost with it is no copy")
    partial = into.with_name(f"{into.name}.partial-{os.getpid()}")
    try:
        make_private_folder(partial)
        for name in _databases(folder):
            _copy_database(folder / name, partial / name)
        for path in _plain_files(folder, keys=keys):
            _copy_file(path, partial / path.relative_to(folder))
        files = {str(it.relative_to(partial)): _sha256(it) for it in _all_files(partial)}
        manifest = Manifest(1, at, tips_of(partial / DATABASE_NAME), files)
        write_new_private(partial / MANIFEST_NAME, msgspec.json.encode(manifest))
        _sync(partial)
        partial.rename(into)
    except OSError as error:
        raise BadFile(error.filename or into, error.strerror or str(error)) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return manifest


def read_backup(backup: Path) -> Manifest:
    """Read a copy's manifest and hold every file against it.

    Raises:
        BadFile: it is no copy of ours, or not as it was made; the file is named.
    """
    path = backup / MANIFEST_NAME
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise BadFile(path, f"cannot be read: {error.strerror}") from None
    except NOT_READ as error:
        raise BadFile(path, f"not a backup of this program: {error}") from None
    for name, wanted in manifest.files.items():
        if _NAMES.fullmatch(name) is None:
            raise BadFile(path, f"names {name!r}, which is no file of a data folder")
        _as_it_was(backup, name, wanted)
    if DATABASE_NAME not in manifest.files:
        raise BadFile(path, f"has no {DATABASE_NAME}")
    return manifest


def _as_it_was(backup: Path, name: str, sha256: str) -> None:
    held = backup / name
    if held.resolve() != backup.resolve() / name:
        raise BadFile(held, "is a link, or lies behind one")
    if not held.is_file():
        raise BadFile(held, "is missing from the backup")
    if _sha256(held) != sha256:
        raise BadFile(held, "is not as it was when the backup was made")


def losses(backup: Path, manifest: Manifest, folder: Path, signed: Mapping[str, int]) -> list[Loss]:
    """Return what is known in a folder and is not in a copy; nothing is changed.

    Args:
        backup: the copy.
        manifest: what is in it.
        folder: the data folder; may be missing.
        signed: by log how many records were signed at the last checkpoint kept there.
    """
    found: dict[str, Loss] = {}
    path = folder / DATABASE_NAME
    if path.exists():
        try:
            here = tips_of(path)
        except BadFile:
            return [Loss(it, None, tip.at, "damaged") for it, tip in sorted(manifest.logs.items())]
        for log_id, tip in here.items():
            loss = _loss_of(path, log_id, tip, manifest.logs.get(log_id))
            if loss is not None:
                found[log_id] = loss
    for log_id, size in signed.items():
        kept = manifest.logs.get(log_id)
        if kept is not None and log_id not in found and size > kept.seq + 1:
            found[log_id] = Loss(log_id, size - kept.seq - 1, kept.at, "signed")
    return [found[it] for it in sorted(found)]


def _loss_of(path: Path, log_id: str, tip: Tip, kept: Tip | None) -> Loss | None:
    if kept is None:
        return Loss(log_id, tip.seq + 1, 0, "not_in_copy")
    if kept.seq > tip.seq or not holds(path, log_id, kept):
        return Loss(log_id, None, kept.at, "other")
    return Loss(log_id, tip.seq - kept.seq, kept.at, "newer") if tip.seq > kept.seq else None


def put_back(
    backup: Path, manifest: Manifest, folder: Path, at: int, lost: list[Loss]
) -> tuple[Path | None, tuple[str, ...]]:
    """Put a copy in the place of what is in a data folder, which the caller alone owns.

    What was there is moved aside, not deleted. Tokens, phones and deliveries that are there stay.

    Args:
        backup: the copy, as `read_backup` found it.
        manifest: what is in it.
        folder: the data folder, made if it is missing.
        at: now, UTC milliseconds.
        lost: what `losses` told; each log says so of itself at the next start.

    Returns:
        Where what was there lies now, None if nothing was; and the files that were put back.

    Raises:
        BadFile: it cannot be written.
    """
    try:
        make_private_folder(folder)
        (folder / RESTORING_NAME).touch(mode=0o600)
        back = tuple(
            sorted(it for it in manifest.files if it not in STAY or not (folder / it).exists())
        )
        aside = _moved_aside(folder, back, at)
        for name in back:
            _copy_file(backup / name, folder / name)
        (folder / STAMPS_NAME).unlink(missing_ok=True)
        counted = {it.log_id: it.records for it in lost}
        remember(
            folder,
            at,
            {
                jurisdiction_of(it): Lack(tip.at, counted.get(it, 0))
                for it, tip in manifest.logs.items()
            },
        )
        _sync(folder)
        (folder / RESTORING_NAME).unlink()
    except OSError as error:
        raise BadFile(error.filename or folder, error.strerror or str(error)) from None
    return aside, back


def moment(at: int) -> str:
    """Return a moment as the commands say it."""
    return f"{datetime.fromtimestamp(at / 1_000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _databases(folder: Path) -> list[str]:
    """Return the databases of a folder, the logs first."""
    names = sorted(it.name for it in folder.glob("*.db"))
    return [DATABASE_NAME, *(it for it in names if it != DATABASE_NAME)]


def _plain_files(folder: Path, *, keys: bool) -> Iterator[Path]:
    for name in _KEYS if keys else ():
        if (folder / name).exists():
            yield folder / name
    yield from sorted(folder.glob("*.geojson"))
    yield from sorted((folder / "checkpoints").glob("*"))


def _all_files(folder: Path) -> list[Path]:
    return sorted(it for it in folder.rglob("*") if it.is_file())


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database as of one moment, whoever writes to it meanwhile, and look it over."""
    write_new_private(target, b"")
    try:
        with closing(reading(source)) as there, closing(sqlite3.connect(target)) as here:
            there.backup(here)
            # A copy needs no `-wal` beside it, on whatever disk it is kept.
            here.execute("PRAGMA journal_mode = DELETE").close()
            found = here.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BadFile(source, f"cannot be copied: {error}") from None
    if found != "ok":
        raise BadFile(source, f"is damaged: {found}")


def _copy_file(source: Path, target: Path) -> None:
    make_private_folder(target.parent)
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    write_new_private(fresh, b"")
    shutil.copyfile(source, fresh)
    with fresh.open("rb+") as file:
        os.fsync(file.fileno())
    fresh.replace(target)


def _moved_aside(folder: Path, names: tuple[str, ...], at: int) -> Path | None:
    """Move what would be written over out of the way, with what SQLite keeps beside it."""
    there = [
        path
        for name in names
        for end in ("", "-wal", "-shm", "-journal")
        if (path := folder / f"{name}{end}").exists()
    ]
    if not there:
        return None
    name = f"before-restore-{datetime.fromtimestamp(at / 1_000, UTC):%Y%m%dT%H%M%SZ}"
    again = (f"{name}-{number}" for number in range(2, 1_000))
    aside = next(it for it in (folder / one for one in (name, *again)) if not it.exists())
    make_private_folder(aside)
    for path in there:
        target = aside / path.relative_to(folder)
        make_private_folder(target.parent)
        path.rename(target)
    return aside


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    for path in (folder, folder.parent):
        there = os.open(path, os.O_RDONLY)
        try:
            os.fsync(there)
        finally:
            os.close(there)
