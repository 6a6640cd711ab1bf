"""Making a backup and putting one back, as the commands say it."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from msgspec import to_builtins

from coordinator.cli.data import print_json, settings_for
from coordinator.clock import WallClock
from coordinator.errors import BadInput, BrokenLog
from coordinator.home.backups import (
    STAY,
    Loss,
    Manifest,
    back_up,
    losses,
    moment,
    put_back,
    read_backup,
)
from coordinator.home.folder_lock import FolderLock, Use
from coordinator.log.parallel_verify import Verifiers
from coordinator.log.sqlite import SqliteFile, SqliteSnapshots
from coordinator.private.folder import DATABASE_NAME
from coordinator.private.member_ids import KEY_NAME

_WHY: Final = {
    "newer": "{records} records after {since} are here and not in the backup",
    "signed": "{records} records more than the backup has were signed at the last checkpoint here",
    "other": "what is here goes another way than the backup, which ends at {since}",
    "damaged": "what is here cannot be read; the backup ends at {since}",
    "not_in_copy": "its {records} records are not in the backup at all",
}


def make_backup(into: Path, data_dir: Path | None, *, keys: bool, as_json: bool) -> None:
    """Copy the data folder and print how far each log goes in the copy.

    Raises:
        BadInput: no logs, a place that is taken, a damaged database.
    """
    settings = settings_for(data_dir)
    manifest = back_up(settings.data_dir, into, WallClock().now(), keys=keys)
    if as_json:
        print_json(to_builtins(manifest))
        return
    for log_id, tip in manifest.logs.items():
        print(f"{log_id}: {tip.seq + 1} records until {moment(tip.at)}, head {tip.seq}:{tip.hash}")
    kept = KEY_NAME in manifest.files
    print(
        f"{into}: {len(manifest.files)} files, "
        + ("the private keys among them" if kept else "no private keys; keep them elsewhere")
    )


async def restore_backup(
    backup: Path, data_dir: Path | None, *, accept_loss: bool, as_json: bool
) -> None:
    """Check a backup, tell what would be lost, and put it back.

    Raises:
        BadInput: it is not whole, its log is not sound, or what is here goes further and nobody
            said that this is meant.
        FolderHeld: somebody uses the folder.
    """
    settings = settings_for(data_dir)
    manifest = read_backup(backup)
    await _sound(backup, manifest)
    lock = FolderLock.take(settings.data_dir, Use("coordinator restore"))
    try:
        signed = _signed(settings.data_dir, manifest)
        lost = losses(backup, manifest, settings.data_dir, signed)
        if lost and not accept_loss:
            told = "; ".join(f"{it.log_id}: {_told(it)}" for it in lost)
            raise BadInput(f"{told}; --accept-loss puts it back all the same")
        aside, back = put_back(backup, manifest, settings.data_dir, WallClock().now(), lost)
    finally:
        lock.release()
    if as_json:
        print_json({"lost": to_builtins(lost), "aside": aside and str(aside), "files": back})
        return
    _print(manifest, lost, aside, back)


def _print(
    manifest: Manifest, lost: Sequence[Loss], aside: Path | None, back: tuple[str, ...]
) -> None:
    for log_id, tip in manifest.logs.items():
        print(f"{log_id}: put back, {tip.seq + 1} records until {moment(tip.at)}")
    for it in lost:
        print(f"{it.log_id}: {_told(it)}")
    if aside is not None:
        print(f"what was here: {aside}")
    for name in sorted(STAY - {*back}):
        print(f"{name}: what was here stays; what was revoked or replaced since stays so")
    if "people.db" in back:
        print("people.db: who was erased since the backup is back; erase them again")
    print("each log tells its desk and commander at the next start that it was put back")


async def _sound(backup: Path, manifest: Manifest) -> None:
    """Verify the chains of a backup, which stays as it is.

    Raises:
        BrokenLog: one is not sound, or does not end where it should.
    """
    path = backup / DATABASE_NAME
    with closing(SqliteFile(path, untouched=True)) as file:
        logs = [file.log(it) for it in manifest.logs]
        with Verifiers(path, SqliteSnapshots(file), processes=None) as verifiers:
            findings = await verifiers.verify(logs)
    for it in findings:
        tip = manifest.logs[it.log_id]
        if it.fault is not None or (it.head.seq, it.head.hash.hex()) != (tip.seq, tip.hash):
            raise BrokenLog(f"{it.log_id}: {it.fault or 'does not end where the backup says'}")


def _signed(folder: Path, manifest: Manifest) -> dict[str, int]:
    """Return how many records of each log the last checkpoint kept here was signed over."""
    found = {}
    for log_id in manifest.logs:
        path = folder / "checkpoints" / f"{log_id}.checkpoint"
        lines = path.read_text("utf-8", "replace").split("\n") if path.exists() else []
        # The second line of a checkpoint is its size: C2SP tlog-checkpoint.
        if len(lines) > 1 and lines[1].isascii() and lines[1].isdigit():
            found[log_id] = int(lines[1])
    return found


def _told(loss: Loss) -> str:
    return _WHY[loss.why].format(records=loss.records, since=moment(loss.since))
