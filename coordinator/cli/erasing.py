"""Showing and forgetting a person: what the files beside the log hold of them."""

import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from coordinator.cli.data import print_json, settings_for
from coordinator.clock import WallClock
from coordinator.errors import BadFile, BadInput, FolderHeld
from coordinator.home.folder_lock import FolderLock, Use, held_by
from coordinator.outbox import deliveries
from coordinator.outbox.notification_setup import NotificationSetup
from coordinator.private import phones
from coordinator.private.folder import VAULT_NAME
from coordinator.private.vault import Vault
from coordinator.settings import Settings


def show_person(member_id: str, data_dir: Path | None, *, as_json: bool) -> None:
    """Print what is kept of a person, or was typed about something; nothing is changed.

    Raises:
        BadInput: there is no vault, or nothing of that id.
    """
    folder = settings_for(data_dir).data_dir
    path = folder / VAULT_NAME
    if not path.exists():
        raise BadInput(f"data-dir: no {VAULT_NAME} in {folder}")
    with closing(Vault(path, untouched=True)) as vault:
        person, texts = vault.person(member_id), vault.texts.about(member_id)
        wards = vault.texts.wards_of(member_id)
    reached: dict[str, list[dict[str, Any]]] = {
        **phones.kept_of(folder / "phones.db", member_id),
        "messages": deliveries.kept_of(folder / "deliveries.db", member_id),
    }
    if person is None and not texts and not wards and not any(reached.values()):
        raise BadInput(f"member: nothing of {member_id!r} is kept in {folder}")
    kept = {} if person is None else person._asdict()
    if as_json:
        said = [dict(zip(("signal_id", "field", "text"), it, strict=True)) for it in texts]
        print_json(kept | {"texts": said, "wards": wards} | reached)
        return
    for field, value in kept.items():
        print(f"{field}: {value}")
    for signal_id, field, text in texts:
        print(f"{signal_id} {field}: {text}")
    for ward_id in wards:
        print(f"ward: {ward_id}, whose home is kept")
    _tell(reached)
    print(
        "On the log, by this id and without the name: calls, answers, shifts and what was done;"
        " `coordinator report` tells it. Who holds a token: `coordinator token list`.",
        file=sys.stderr,
    )


def _tell(reached: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Print what there is of phones and messages, a line each."""
    for what, rows in reached.items():
        for row in rows:
            print(f"{what}: " + ", ".join(f"{name} {value}" for name, value in row.items()))


def erase_person(member_id: str, data_dir: Path | None, *, sure: bool, as_json: bool) -> None:
    """Erase a person from a data folder a server may be using, and say what there was.

    Args:
        member_id: of a member, or of a thing that something was typed about.
        data_dir: the folder, if another than the settings say.
        sure: nobody is asked.
        as_json: say it as JSON.

    Raises:
        BadInput: there is no vault, or nothing of that member; a command has the folder; nobody
            said yes.
        BadFile: a file could not be written; what was erased is erased, and it may be tried again.
    """
    folder = settings_for(data_dir).data_dir
    path = folder / VAULT_NAME
    if not path.exists():
        raise BadInput(f"data-dir: no {VAULT_NAME} in {folder}")
    if not sure:
        _ask(member_id, folder)
    # A server keeps names in transactions, as this does; whoever else has the folder is waited for.
    lock = _unless_served(folder)
    try:
        _erase(member_id, folder, as_json=as_json)
    finally:
        if lock is not None:
            lock.release()


def _ask(member_id: str, folder: Path) -> None:
    """Ask once whether this one is meant, by name.

    Raises:
        BadInput: nobody can answer, or the answer is another than yes.
    """
    if not sys.stdin.isatty():
        raise BadInput("--yes: nobody can be asked here, and what is erased does not come back")
    with closing(Vault(folder / VAULT_NAME, untouched=True)) as vault:
        person = vault.person(member_id)
    called = "" if person is None else f" ({person.name}, {person.jurisdiction})"
    print(f"Erase {member_id}{called} for good? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise BadInput(f"member: {member_id} was not erased")


def _unless_served(folder: Path) -> FolderLock | None:
    """Take the folder; None where a server has it, beside which a person may be forgotten.

    Raises:
        FolderHeld: a command has it that could bring the person back.
    """
    try:
        return FolderLock.take(folder, Use("coordinator roster erase"))
    except FolderHeld:
        holder = held_by(folder)
        if holder is not None and holder.serves:
            return None
        raise


def _erase(member_id: str, folder: Path, *, as_json: bool) -> None:
    path = folder / VAULT_NAME
    # Without any way out: none is needed to forget what went by one.
    without_ways = Settings(data_dir=folder)
    with (
        closing(Vault(path)) as vault,
        closing(NotificationSetup(without_ways, vault, WallClock(), CollectorRegistry())) as reach,
    ):
        try:
            name, reachable = vault.erase(member_id), reach.erase(member_id)
            texts, wards = vault.texts.erase(member_id), vault.texts.wards_of(member_id)
        except sqlite3.Error as error:
            raise BadFile(folder, f"not all could be erased: {error}") from None
    if not (name or reachable or texts or wards):
        raise BadInput(f"member: nothing of {member_id!r} is kept in {folder}")
    if as_json:
        erased = {"name": name, "phones": reachable, "texts": texts}
        print_json({"member_id": member_id, **erased, "wards": wards})
        return
    if name:
        print("erased: name, phone number, staff number, home")
    if reachable:
        print("erased: enrolled phones, calendar, rehearsals, messages on their way and sent")
    if texts:
        print(f"erased: {texts} texts that they typed, or that were typed about them")
    for ward_id in wards:
        print(f"kept: the home of {ward_id}, who is somebody else; erase it by that id")
