"""A person asks to be forgotten: nothing of them is left beside the log, and of others all."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from coordinator.cli.erasing import erase_person
from coordinator.clock import SetClock
from coordinator.errors import BadInput
from coordinator.home.folder_lock import FolderLock, Use
from coordinator.outbox.notification_setup import NotificationSetup
from coordinator.private.phones import Subscription
from coordinator.private.vault import PersonalData, Vault
from coordinator.settings import Settings
from schemas.bounds import ERASED
from schemas.ids import ulid_of
from schemas.signals.community import TakeWard, VisitWard
from schemas.vocabulary import Role
from tests.cli.test_commands import said
from tests.outbox.test_notices_out import effect
from tests.story import START, name

LI, WANG = (f"mem_{ulid_of(START, it)}" for it in ("li", "wang"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Keep the same of two people."""
    vault = Vault(tmp_path / "people.db")
    reach = NotificationSetup(
        Settings(data_dir=tmp_path), vault, SetClock(START), CollectorRegistry()
    )
    for who, it in (("李小龙", LI), ("王芳", WANG)):
        vault.put([PersonalData(it, "yunhe", who, who, f"138{who}")])
        reach.phones.subscribe(Subscription(f"https://p/{it}", it, "k", "a"), START)
        reach.out.deliveries.keep([(effect(it, target=it), "push")])
    reach.close()
    vault.close()
    return tmp_path


def test_who_is_erased_is_in_no_file_any_more(folder: Path) -> None:
    erased = said("roster", "erase", "--yes", LI, "--json", folder=folder)

    assert erased.returncode == 0, erased.stderr
    told = {"member_id": LI, "name": True, "phones": True, "texts": 0, "wards": []}
    assert json.loads(erased.stdout) == told
    vault = Vault(folder / "people.db")
    assert vault.names([LI, WANG]) == {WANG: "王芳"}
    reach = NotificationSetup(
        Settings(data_dir=folder), vault, SetClock(START), CollectorRegistry()
    )
    assert reach.phones.subscribed() == {WANG}
    due = reach.out.deliveries.turn(START, outcomes=[], room={"push": 9}, lease_ms=1)
    assert [it.effect.target for some in due for it in some] == [WANG]
    reach.close()
    vault.close()
    for file in ("people.db", "phones.db"):
        held = (folder / file).read_bytes()
        assert "李小龙".encode() not in held
        assert LI.encode() not in held


def test_who_is_not_known_is_told_of(folder: Path) -> None:
    said("roster", "erase", "--yes", LI, folder=folder)

    again = said("roster", "erase", "--yes", LI, folder=folder)

    assert again.returncode == 2
    assert again.stderr.strip() == f"coordinator: member: nothing of '{LI}' is kept in {folder}"


def test_nobody_is_erased_while_a_command_could_bring_them_back(folder: Path) -> None:
    held = FolderLock.take(folder, Use("coordinator roster import"))

    refused = said("roster", "erase", "--yes", LI, folder=folder)

    assert refused.returncode == 2
    assert "in use by `coordinator roster import`" in refused.stderr
    assert "try again when it has ended" in refused.stderr
    held.release()
    assert said("roster", "erase", "--yes", LI, folder=folder).returncode == 0


def test_beside_a_server_a_person_is_erased(folder: Path) -> None:
    held = FolderLock.take(folder, Use("coordinator up", serves=True))

    assert said("roster", "erase", "--yes", LI, folder=folder).returncode == 0
    held.release()


def test_a_folder_without_people_stays_empty(tmp_path: Path) -> None:
    nowhere = said("roster", "erase", "--yes", LI, folder=tmp_path)

    assert nowhere.returncode == 2
    assert nowhere.stderr.startswith("coordinator: data-dir: no people.db in")
    assert list(tmp_path.iterdir()) == []


def test_what_they_typed_is_erased_with_them_and_a_ward_by_its_own_id(folder: Path) -> None:
    vault = Vault(folder / "people.db")
    envelope: Any = {"jurisdiction": "yunhe", "at": START, "actor_role": Role.MEMBER}
    ward = name("wrd", 1)
    kept = [
        vault.texts.take_out(
            VisitWard(
                signal_id=ulid_of(START, it), actor_id=it, ward_id=ward, text=words, **envelope
            )
        ).text
        for it, words in ((LI, "氧气机"), (WANG, "轮椅"))
    ]
    vault.close()

    person = said("roster", "erase", "--yes", LI, folder=folder)
    home = said("roster", "erase", "--yes", ward, "--json", folder=folder)

    assert person.returncode == home.returncode == 0, person.stderr + home.stderr
    assert "erased: 1 texts that they typed, or that were typed about them" in person.stdout
    told = {"member_id": ward, "name": False, "phones": False, "texts": 1, "wards": []}
    assert json.loads(home.stdout) == told
    held = (folder / "people.db").read_bytes()
    assert "氧气机".encode() not in held
    assert "轮椅".encode() not in held
    vault = Vault(folder / "people.db")
    assert [vault.texts.put_back(it) for it in kept] == [ERASED, ERASED]
    assert vault.names([WANG]) == {WANG: "王芳"}
    vault.close()


def test_the_home_of_a_ward_is_named_until_it_is_erased_by_its_own_id(folder: Path) -> None:
    key = ulid_of(START, "take")
    ward = f"wrd_{key}"
    vault = Vault(folder / "people.db")
    taken: Any = {"jurisdiction": "yunhe", "at": START, "actor_role": Role.MEMBER}
    vault.texts.take_out(
        TakeWard(
            signal_id=key, actor_id=WANG, member_id=LI, community="c1", subject="b7-301-home",
            subject_kind="household", **taken,
        )
    )  # fmt: skip
    vault.close()

    erased = said("roster", "erase", "--yes", LI, folder=folder)
    left = said("roster", "show", LI, folder=folder)
    again = said("roster", "erase", "--yes", LI, "--json", folder=folder)

    assert f"kept: the home of {ward}" in erased.stdout
    assert (left.returncode, left.stdout) == (0, f"ward: {ward}, whose home is kept\n")
    assert json.loads(again.stdout)["wards"] == [ward]
    assert json.loads(said("roster", "show", WANG, "--json", folder=folder).stdout)["wards"] == [
        ward
    ]

    assert said("roster", "erase", "--yes", ward, folder=folder).returncode == 0

    assert said("roster", "show", LI, folder=folder).returncode == 2
    assert b"b7-301-home" not in (folder / "people.db").read_bytes()


def test_nobody_is_erased_where_nobody_can_be_asked(folder: Path) -> None:
    refused = said("roster", "erase", LI, folder=folder)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    assert "--yes" in refused.stderr
    vault = Vault(folder / "people.db")
    assert set(vault.names([LI, WANG])) == {LI, WANG}
    vault.close()


@pytest.mark.parametrize(
    ("answer", "gone"), [("y\n", True), ("yes\n", True), ("\n", False), ("n\n", False)]
)
def test_on_a_terminal_it_asks_once_by_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, answer: str, gone: bool
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(answer))

    if gone:
        erase_person(LI, folder, sure=False, as_json=False)
    else:
        with pytest.raises(BadInput, match="was not erased"):
            erase_person(LI, folder, sure=False, as_json=False)

    assert f"Erase {LI} (李小龙, yunhe) for good?" in capsys.readouterr().err
    vault = Vault(folder / "people.db")
    assert (LI in vault.names([LI])) is not gone
    vault.close()


def test_who_asks_sees_all_that_is_kept_beside_the_log(folder: Path) -> None:
    before = {it.name: it.read_bytes() for it in folder.iterdir()}

    shown = said("roster", "show", LI, "--json", folder=folder)
    told = said("roster", "show", LI, folder=folder)

    kept = json.loads(shown.stdout)
    assert (kept["name"], kept["browsers"]) == (
        "李小龙", [{"endpoint": f"https://p/{LI}", "made_at": START}]
    )  # fmt: skip
    assert [it["fate"] for it in kept["messages"]] == ["waiting"]
    assert (kept["calendars"], kept["rehearsals"]) == ([], [])
    assert f"browsers: endpoint https://p/{LI}" in told.stdout
    assert "On the log" in told.stderr
    assert WANG not in shown.stdout
    assert {name: (folder / name).read_bytes() for name in before} == before
