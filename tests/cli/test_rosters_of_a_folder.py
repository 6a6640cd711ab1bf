"""A folder of rosters comes in by one command; what is wrong with a file is told before any is."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import said
from tests.cli.test_folder import ROSTER

HERE, THERE = "my-county", "next-county"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for it in (HERE, THERE):
        assert said("county", "found", it, folder=folder).returncode == 0
    return folder


@pytest.fixture
def rosters(tmp_path: Path) -> Path:
    folder = tmp_path / "rosters"
    folder.mkdir()
    (folder / f"{HERE}.json").write_text(json.dumps(ROSTER), encoding="utf-8")
    there = json.loads(json.dumps(ROSTER).replace("AA", "BB").replace("S001", "S002"))
    packed = gzip.compress(json.dumps(there).encode())
    (folder / f"{THERE}.JSON.gz").write_bytes(packed)
    return folder


def people(data: Path) -> dict[str, int]:
    """Return how many are on each roster."""
    found: dict[str, Any] = {}
    for it in (HERE, THERE):
        found[it] = json.loads(said("replay", "--json", "-j", it, folder=data).stdout)
    return {it: len(shown["state"]["roster"]["members"]) for it, shown in found.items()}


def test_each_file_of_a_folder_is_the_roster_of_its_name(data: Path, rosters: Path) -> None:
    dry = said("roster", "import", str(rosters), "--dry-run", folder=data)
    assert dry.returncode == 0, dry.stderr
    assert dry.stdout.count("people: 1") == 2
    assert people(data) == {HERE: 0, THERE: 0}

    done = said("roster", "import", str(rosters), "--json", folder=data)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {it: report["imported"] for it, report in told.items()} == {HERE: True, THERE: True}
    assert people(data) == {HERE: 1, THERE: 1}


def test_bad_rows_are_told_under_their_county_and_the_rest_comes_in(
    data: Path, rosters: Path
) -> None:
    (rosters / f"{HERE}.json").unlink()
    (rosters / f"{HERE}.csv").write_text(
        "staff_number,name,team_number,lon,lat\nS9,x,T9,110.5,30.5\n"
    )

    done = said("roster", "import", str(rosters), folder=data)

    assert done.returncode == 2
    before, _, after = done.stdout.partition(f"# {THERE}")
    assert f"# {HERE}" in before
    assert "T9" in before
    assert "people: 1" in after
    assert people(data) == {HERE: 0, THERE: 1}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("no-county.json", "no-county"),
        ("notes.txt", "notes.txt"),
        (f"{HERE}.csv", f"{HERE}.csv is a roster of {HERE}, too"),
    ],
)
def test_a_file_that_is_nobodys_roster_is_told_and_nothing_comes_in(
    data: Path, rosters: Path, name: str, told: str
) -> None:
    (rosters / name).write_text(json.dumps(ROSTER), encoding="utf-8")

    done = said("roster", "import", str(rosters), folder=data)

    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert people(data) == {HERE: 0, THERE: 0}


def test_whose_a_roster_is_is_said_once(data: Path, rosters: Path) -> None:
    file = said("roster", "import", str(rosters / f"{HERE}.json"), folder=data)
    folder = said("roster", "import", str(rosters), "-j", HERE, folder=data)
    (rosters / "empty").mkdir()
    empty = said("roster", "import", str(rosters / "empty"), folder=data)

    assert [it.returncode for it in (file, folder, empty)] == [2, 2, 2]
    assert "--jurisdiction: a file does not say whose" in file.stderr
    assert "--jurisdiction: the files of a folder are named by theirs" in folder.stderr
    assert "no roster in it" in empty.stderr
