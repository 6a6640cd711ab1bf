"""A data folder with a server on it: what commands beside it may do, and what they leave alone."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.cli.test_commands import COMMAND, said

COUNTY = "my-county"
ROSTER = {
    "teams": [
        {
            "team_id": "tea_01KHG6QT0000000000000000AA", "number": "T1", "name": "x",
            "base": {"lon": 110.5, "lat": 30.5},
        }
    ],
    "people": [
        {
            "staff_number": "S001", "name": "李四", "team_number": "T1",
            "home": {"lon": 110.5, "lat": 30.5},
        }
    ],
}  # fmt: skip
ALERT = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>1</identifier>
<sender>s</sender><sent>2026-11-29T08:00:00+08:00</sent><status>Actual</status>
<msgType>Alert</msgType><scope>Public</scope><info><language>en</language><category>Met</category>
<event>Wind</event><urgency>Immediate</urgency><severity>Severe</severity>
<certainty>Observed</certainty><expires>2026-11-30T08:00:00+08:00</expires><area>
<areaDesc>a</areaDesc><polygon>30,110 31,110 31,111 30,111 30,110</polygon></area></info></alert>"""


class Served(NamedTuple):
    folder: Path
    url: str
    pid: int


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    file = tmp_path / "roster.json"
    file.write_text(json.dumps(ROSTER), encoding="utf-8")
    return file


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    """Areas of this county, and of one that no log is kept of."""
    ring = [[110, 30], [111, 30], [111, 31], [110, 31], [110, 30]]
    features = [
        {
            "type": "Feature",
            "properties": {"jurisdiction": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for name in ("aaa", COUNTY)
    ]
    file = tmp_path / "areas.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


@pytest.fixture
def founded(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert said("county", "found", COUNTY, folder=folder).returncode == 0
    return folder


@pytest.fixture
def served(founded: Path) -> Iterator[Served]:
    environment = os.environ | {"COORDINATOR_DATA_DIR": str(founded), "COORDINATOR_PORT": "18750"}
    with subprocess.Popen(
        [*COMMAND, "up"], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://")
        yield Served(founded, url, process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0


def looked_at(folder: Path) -> dict[str, bytes]:
    """Return every file but the index that readers of a `-wal` share."""
    return {it.name: it.read_bytes() for it in folder.iterdir() if not it.name.endswith("-shm")}


def health_of(served: Served) -> object:
    """Return where each county's log stands; all of them have to be decided on."""
    health = httpx.get(f"{served.url}health").json()
    assert health["ok"]
    return health["jurisdictions"]


def test_commands_that_own_a_folder_are_refused_beside_a_server(
    served: Served, roster: Path, areas: Path
) -> None:
    alert = roster.with_name("alert.xml")
    alert.write_text(ALERT)
    before = health_of(served)

    for arguments in (
        ("roster", "import", str(roster), "-j", COUNTY),
        ("feed", "cap", str(alert), "--areas", str(areas)),
        ("county", "found", "another"),
        ("up",),
    ):
        refused = said(*arguments, folder=served.folder)

        assert refused.returncode == 2, arguments
        assert refused.stderr.count("\n") == 1
        assert f"in use by `coordinator up` (process {served.pid}); stop it first" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert health_of(served) == before


def test_a_server_decides_on_while_others_read_dry_run_and_mint_beside_it(
    served: Served, roster: Path
) -> None:
    before, names = health_of(served), (served.folder / "people.db").read_bytes()
    for arguments in (
        ("roster", "import", str(roster), "-j", COUNTY, "--dry-run"),
        ("log", "verify"),
        ("log", "show"),
        ("replay", "--digest"),
        ("dead-letters",),
        ("county", "list"),
    ):
        done = said(*arguments, folder=served.folder)
        assert done.returncode == 0, (arguments, done.stderr)
    assert health_of(served) == before
    assert (served.folder / "people.db").read_bytes() == names

    token = said(
        "token", "mint", "li", "--role", "dispatcher", "--all-jurisdictions", folder=served.folder
    ).stdout.strip()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    imported = httpx.post(
        f"{served.url}v1/roster/{COUNTY}/import", content=roster.read_bytes(), headers=headers
    )
    assert imported.json()["imported"]
    (member,) = json.loads(said("replay", "--json", folder=served.folder).stdout)["state"][
        "roster"
    ]["members"]
    assert said("roster", "erase", "--yes", member, folder=served.folder).returncode == 0
    assert httpx.get(f"{served.url}health").json()["ok"]
    said("token", "revoke", "li", folder=served.folder)
    assert httpx.get(f"{served.url}v1/session", headers=headers).status_code == 401


def test_a_dry_run_leaves_no_trace(founded: Path, roster: Path) -> None:
    before = looked_at(founded)

    dry = said("roster", "import", str(roster), "-j", COUNTY, "--dry-run", folder=founded)

    assert dry.returncode == 0, dry.stderr
    assert "people: 1" in dry.stdout
    assert "nothing was imported" in dry.stdout
    assert looked_at(founded) == before
    # And then for good, with the same count.
    done = said("roster", "import", str(roster), "-j", COUNTY, folder=founded)
    assert done.returncode == 0, done.stderr
    assert "people: 1" in done.stdout


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_a_mistyped_county_founds_nothing(
    founded: Path, roster: Path, dry: tuple[str, ...]
) -> None:
    before = looked_at(founded)

    wrong = said("roster", "import", str(roster), "-j", "my-conty", *dry, folder=founded)

    assert wrong.returncode == 2
    assert wrong.stderr == (
        "coordinator: jurisdiction: no log of 'my-conty' here; here are: my-county;"
        " `coordinator county found my-conty` begins one\n"
    )
    assert looked_at(founded) == before


def test_a_mistyped_folder_is_not_made(tmp_path: Path, roster: Path, areas: Path) -> None:
    nowhere = tmp_path / "nowhere"
    for arguments in (
        ("roster", "import", str(roster), "-j", COUNTY),
        ("roster", "import", str(roster), "-j", COUNTY, "--dry-run"),
        ("feed", "cap", str(roster), "--areas", str(areas)),
        ("up",),
        ("drill",),
        ("token", "mint", "li", "--role", "dispatcher", "--all-jurisdictions"),
        ("token", "list"),
        ("token", "revoke", "li"),
        ("roster", "erase", "mem_x"),
    ):
        done = said(*arguments, folder=nowhere)

        assert done.returncode == 2, arguments
        assert done.stderr.count("\n") == 1
        assert not nowhere.exists(), arguments


def test_a_drill_leaves_real_logs_alone(founded: Path) -> None:
    before = looked_at(founded)

    for command in ("run", "drill"):
        refused = said(command, folder=founded)
        assert refused.returncode == 2
        assert f"{COUNTY} is no exercise" in refused.stderr

    assert looked_at(founded) == before


def test_counties_are_founded_once_and_listed(founded: Path) -> None:
    again = said("county", "found", COUNTY, "north", folder=founded)
    other = said("county", "found", COUNTY, "--exercise", folder=founded)
    wrong = said("county", "found", "../x", folder=founded)

    assert again.stdout == "my-county: is here already (actual)\nnorth: founded (actual)\n"
    assert other.returncode == wrong.returncode == 2
    assert "my-county is here already, as actual" in other.stderr
    assert "'../x'" in wrong.stderr
    listed = json.loads(said("county", "list", "--json", folder=founded).stdout)
    assert listed == [{"jurisdiction": it, "realm": "actual"} for it in (COUNTY, "north")]
    assert said("log", "verify", folder=founded).returncode == 0


def test_an_alert_for_a_county_without_a_log_is_told_and_the_others_hear_it(
    founded: Path, areas: Path
) -> None:
    alert = areas.with_name("alert.xml")
    alert.write_text(ALERT)

    fed = said("feed", "cap", str(alert), "--areas", str(areas), "--json", folder=founded)

    assert fed.returncode == 1
    assert fed.stderr.startswith(
        "cap:alert.xml: jurisdiction: no log of that name here (got 'aaa')\n"
    )
    counts = json.loads(fed.stdout)
    assert (counts["accepted"], counts["dead"]) == (1, 1)
    (letter,) = json.loads(said("dead-letters", "--json", folder=founded).stdout)
    assert (letter["field"], letter["value"]) == ("jurisdiction", "aaa")


def test_a_file_whose_name_is_not_utf_8_is_a_dead_letter_with_its_name_spelled_out(
    founded: Path, areas: Path
) -> None:
    name = os.fsencode(areas.parent) + b"/" + "警报".encode("gbk") + b".xml"
    with open(name, "wb") as file:
        file.write(b"no XML")

    fed = said("feed", "cap", os.fsdecode(name), "--areas", str(areas), folder=founded)

    assert fed.returncode == 1
    assert "Traceback" not in fed.stderr
    listed = said("dead-letters", folder=founded)
    assert r"cap:\xbe\xaf\xb1\xa8.xml" in listed.stdout
    missing = said("roster", "import", os.fsdecode(name) + "x", "-j", COUNTY, folder=founded)
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr
