"""What belongs to people is nobody else's to read, whatever the umask of who began the folder."""

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from coordinator.clock import SetClock
from coordinator.errors import BadFile
from coordinator.home.folder_lock import FolderLock, Use
from coordinator.home.home import Home
from coordinator.private.file import append_to_private, open_private
from coordinator.private.vault import PersonalData, Vault
from coordinator.settings import Settings
from schemas.default_policy import DEFAULT_POLICY
from schemas.vocabulary import Realm, Role
from tests.cli.test_commands import said
from tests.story import START

LI = PersonalData("mem_li", "yunhe", "1", "李", "138")


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> dict[str, str]:
    found = {str(it.relative_to(folder.parent)): it.stat().st_mode for it in folder.rglob("*")}
    found[folder.name] = folder.stat().st_mode
    return {name: f"{stat.S_IMODE(it):o}" for name, it in found.items() if it & 0o077}


async def opened(folder: Path) -> Home:
    founding = {"yunhe": (Realm.ACTUAL, DEFAULT_POLICY)}
    settings = Settings(data_dir=folder, push_key=str(folder / "push.pem"))
    settings = settings.model_copy(update={"push_contact": "mailto:desk@grid.example"})
    return await Home.open(settings, SetClock(START), founding)


async def test_a_folder_at_work_and_at_rest_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    home = await opened(folder)
    home.vault.put([LI])
    home.tokens.mint("desk", Role.DISPATCHER)

    at_work = {it.name for it in folder.iterdir()}
    open_at_work = open_to_others(folder)
    await home.close()

    assert {"people.db", "tokens.db-wal", "coordinator.db-shm", "phones.db"} <= at_work
    assert {"member-ids.key", "push.pem", "deliveries.db"} <= at_work
    assert open_at_work == {}
    assert open_to_others(folder) == {}


async def test_a_backup_that_came_back_open_to_all_is_mended_and_told_of(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    await (await opened(folder)).close()
    (folder / "areas.geojson").write_text("{}")
    for path in (folder, *folder.iterdir()):
        path.chmod(0o777 if path.is_dir() else 0o666)

    with capture_logs() as lines:
        await (await opened(folder)).close()

    assert open_to_others(folder) == {"var/areas.geojson": "666"}
    told = {Path(it["path"]).name: (it["was"], it["now"]) for it in lines if "was" in it}
    assert told["var"] == ("777", "700")
    assert told["people.db"] == told["member-ids.key"] == told["coordinator.db"] == ("666", "600")
    assert {it["event"] for it in lines if "was" in it} == {"private.was_open_to_others"}


def test_a_file_that_is_written_on_is_made_private(tmp_path: Path) -> None:
    for word in (b"one", b"two"):
        with append_to_private(tmp_path / "planner.log") as file:
            file.write(word)

    assert (tmp_path / "planner.log").read_bytes() == b"onetwo"
    assert not open_to_others(tmp_path).keys() - {tmp_path.name}


def test_what_sqlite_keeps_beside_a_file_is_mended_with_it(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    with closing(open_private(path, "CREATE TABLE t (x)", holds="x", pragmas=["journal_mode=WAL"])):
        for it in tmp_path.iterdir():
            it.chmod(0o644)
        assert len(open_to_others(tmp_path)) == 3

        with closing(open_private(path, "", holds="x")):
            assert open_to_others(tmp_path) == {}


def test_the_command_that_mints_the_first_token_makes_a_private_folder(tmp_path: Path) -> None:
    folder = tmp_path / "var"

    done = said(
        "token",
        "mint",
        "desk",
        "--role",
        "dispatcher",
        "--all-jurisdictions",
        "--gateway",
        folder=folder,
    )

    assert done.returncode == 0, done.stderr
    assert open_to_others(folder) == {}


def test_whoever_takes_a_folder_mends_it(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "people.db")
    vault.close()
    (tmp_path / "people.db").chmod(0o640)
    tmp_path.chmod(0o750)

    FolderLock.take(tmp_path, Use("a test")).release()

    assert open_to_others(tmp_path) == {}


def test_a_folder_that_cannot_be_made_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(BadFile, match="cannot be locked"):
        FolderLock.take(tmp_path / "file" / "var", Use("a test"))


def test_a_command_that_only_reads_says_what_is_open_and_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    vault = Vault(folder / "people.db")
    vault.put([LI])
    vault.close()
    (folder / "basemap.geojson").write_text("{}")
    whole = said("roster", "show", LI.member_id, folder=folder)
    folder.chmod(0o755)
    (folder / "people.db").chmod(0o644)

    told = said("roster", "show", LI.member_id, folder=folder)

    assert (whole.returncode, "private:" in whole.stderr) == (0, False)
    assert told.returncode == 0
    assert told.stdout == whole.stdout
    lines = [it for it in told.stderr.splitlines() if it.startswith("private:")]
    assert [it.split(";")[0] for it in lines] == [
        f"private: others can read {folder} (mode 755)",
        f"private: others can read {folder / 'people.db'} (mode 644)",
    ]
    assert stat.S_IMODE((folder / "people.db").stat().st_mode) == 0o644


def test_a_folder_that_holds_nothing_of_ours_is_not_spoken_of(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    (tmp_path / "x.log").write_text("x")

    assert "private:" not in said("token", "list", folder=tmp_path).stderr
