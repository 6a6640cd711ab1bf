"""What is kept of people beside the log: what cells of their homes cost, and all of one person."""

import json
from pathlib import Path

from coordinator.private.member_ids import MemberIds
from schemas.ids import ulid_of
from tests.cli.test_commands import said
from tests.story import START

TEAM = f"tea_{ulid_of(START, 'team')}"


def test_cells_cost_minutes_and_hide_people(tmp_path: Path) -> None:
    folder, roster = tmp_path / "var", tmp_path / "roster.json"
    base = {"lon": 110.5, "lat": 30.5}
    team = {"team_id": TEAM, "number": "T1", "name": "x", "base": base}
    people = [
        {"staff_number": str(it), "name": "李", "team_number": "T1"}
        | {"home": {"lon": 110.4 + it / 2_000, "lat": 30.4 + it / 3_000}}
        for it in range(40)
    ]
    roster.write_text(json.dumps({"teams": [team], "people": people}))
    assert said("county", "found", "yunhe", folder=folder).returncode == 0
    nobody = said("roster", "cells", "-j", "yunhe", folder=folder)
    imported = said("roster", "import", str(roster), "-j", "yunhe", folder=folder)
    assert imported.returncode == 0, imported.stderr

    done = said("roster", "cells", "-j", "yunhe", "--json", folder=folder)

    assert nobody.returncode == 2
    assert "no homes or no teams of 'yunhe' are known here" in nobody.stderr
    found = json.loads(done.stdout)
    assert found["in_force_m"] == 1_000
    by_size = {it["cell_m"]: it for it in found["cells"]}
    assert set(by_size) == {500, 1_000, 2_000, 5_000}
    assert by_size[500]["minutes_off_mean"] < by_size[5_000]["minutes_off_mean"]
    assert by_size[5_000]["minutes_off_max"] >= 1
    assert by_size[5_000]["alone_in_their_cell"] == 0
    shown = said("roster", "cells", "-j", "yunhe", folder=folder).stdout
    assert "in force: 1000 m (`privacy.home_cell_m` in the policy)" in shown


def test_a_person_may_see_all_that_is_kept_of_them(tmp_path: Path) -> None:
    folder, roster = tmp_path / "var", tmp_path / "people.csv"
    base = {"lon": 110.5, "lat": 30.5}
    team = {"team_id": TEAM, "number": "T1", "name": "x", "base": base}
    teams = tmp_path / "teams.json"
    teams.write_text(json.dumps({"teams": [team]}))
    roster.write_text(
        "staff_number,name,phone,team_number,lon,lat,certificates\n"
        "7,李小龙,13812345678,T1,110.512345,30.512345,live_line/T420106199001011234/2030-06-30\n"
    )
    assert said("county", "found", "yunhe", folder=folder).returncode == 0
    for file in (teams, roster):
        done = said("roster", "import", str(file), "-j", "yunhe", folder=folder)
        assert done.returncode == 0, done.stderr + done.stdout
    ids = MemberIds(folder)

    shown = said("roster", "show", ids.of("yunhe", "7"), "--json", folder=folder)
    nobody = said("roster", "show", ids.of("yunhe", "8"), folder=folder)

    kept = json.loads(shown.stdout)
    assert (kept["name"], kept["phone"], kept["staff_number"]) == ("李小龙", "13812345678", "7")
    assert (kept["lon"], kept["lat"]) == (110.512345, 30.512345)
    assert kept["papers"] == "live_line/T420106199001011234"
    assert kept["texts"] == []
    assert nobody.returncode == 2
    assert "is kept in" in nobody.stderr
    logs = b"".join(it.read_bytes() for it in folder.glob("coordinator.db*"))
    assert kept["member_id"].encode() in logs
    for private in (b"19900101", b"30.512345", "李小龙".encode(), b"13812345678"):
        assert private not in logs
