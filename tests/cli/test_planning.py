"""`coordinator plan` and `repair-order`, as their users call them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from coordinator.cli.app import app
from coordinator.clock import SetClock
from coordinator.errors import BadInput
from coordinator.home.home import Home
from coordinator.settings import Settings
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.signals.incident import Extent
from schemas.vocabulary import Realm
from tests.engine.county import outage, roster
from tests.story import HERE, START


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county of twelve in which one unit is out, two wait for a proposal and lack people."""
    folder = tmp_path_factory.mktemp("planned")
    asyncio.run(_live(folder))
    return folder


async def _live(folder: Path) -> None:
    muster = replace(DEFAULT_POLICY.muster, propose_within_s=600)
    policy = replace(DEFAULT_POLICY, muster=muster)
    clock = SetClock(START)
    home = await Home.open(
        Settings(data_dir=folder), clock, {HERE: (Realm.ACTUAL, policy)}, in_memory_tokens=True
    )
    await home.submit(roster())
    await home.submit(outage("first"))
    clock.set(START + 700_000)
    while not any(it.people for it in home.state_of(HERE).units.by_id.values()):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    for key, lat, customers in (("large", 30.7, 4_000), ("small", 30.8, 3)):
        place, extent = Position(lat=lat, lon=114.3), Extent(customers_out=customers)
        await home.submit(outage(key, at=clock.now(), device=key, place=place, extent=extent))
    await home.close()


def said(*arguments: str, folder: Path, refused: bool = False) -> str:
    """Run the command here, in this process; return what it printed, or what it refused."""
    done = CliRunner().invoke(app, arguments, env={"COORDINATOR_DATA_DIR": str(folder)})
    if refused:
        assert isinstance(done.exception, BadInput), done.exception
        return str(done.exception)
    assert done.exception is None, done.exception
    return done.stdout


def plan(folder: Path) -> dict[str, Any]:
    found = json.loads(said("plan", "--json", folder=folder))
    county: dict[str, Any] = found[HERE]
    return county


def test_who_waits_is_planned_for_and_nobody_twice(folder: Path) -> None:
    found = plan(folder)

    people = [member_id for unit in found["units"] for member_id, _, _ in unit["people"]]
    assert len(found["units"]) == 2
    assert len(people) == len(set(people))
    assert any(unit["people"] for unit in found["units"])
    assert f"{HERE}: 2 units wait" in said("plan", folder=folder)


def test_an_incident_is_explained_before_and_after_its_unit_is_sent(folder: Path) -> None:
    waiting = next(it for it in plan(folder)["units"] if it["people"])
    (told,) = json.loads(said("plan", "--explain", waiting["incident_id"], "--json", folder=folder))
    assert told["stage"] == "called"
    assert told["explanation"]["bound"] == told["explanation"]["cost"]
    assert all(it["reasons"] for it in told["picks"])

    state = json.loads(said("replay", "-j", HERE, "--json", folder=folder))["state"]
    sent = next(it for it in state["units"]["by_id"].values() if it["people"])
    words = said("plan", "--explain", sent["incident_id"], folder=folder)
    assert "formed" in words
    assert "nearest first" in words


def test_another_policy_is_tried_on_the_units_that_were_called(
    folder: Path, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("muster: {turnout_min: 25}\n", "utf-8")

    rows = json.loads(said("plan", "--compare", str(policy), "--json", folder=folder))

    assert len(rows) == 3
    whole = [it for it in rows if it["now"]["teams"] and it["with"]["teams"]]
    assert whole
    assert all(it["with"]["ready_min"] == it["now"]["ready_min"] + 15 for it in whole)


@pytest.mark.parametrize(
    ("text", "words"),
    [("planning: {team_min: -1}", "planning.team_min"), ("- 1", "no mapping"),
     ("planning: {a: 1}", "planning.a"), ("{", "policy.yaml")],
)  # fmt: skip
def test_a_policy_that_cannot_be_is_refused_by_field(
    folder: Path, tmp_path: Path, text: str, words: str
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(text, "utf-8")

    assert words in said("plan", "--compare", str(policy), folder=folder, refused=True)


def test_the_standing_damage_is_ordered(folder: Path) -> None:
    (order,) = json.loads(said("repair-order", "--json", folder=folder)).values()

    assert len(order["repairs"]) == 2
    assert order["weighted_min"] <= order["biggest_first_min"]


def test_damage_in_a_file_is_ordered_and_bad_damage_refused(folder: Path, tmp_path: Path) -> None:
    path, place = tmp_path / "damage.json", {"lon": 110.0, "lat": 30.0}
    document: dict[str, Any] = {
        "damages": [{"id": "a", "place": place, "repair_min": 30, "customers": 10}],
        "crews": [{"id": "one", "place": place}],
    }
    path.write_text(json.dumps(document))
    assert "a  by one from minute 0 to 30" in said("repair-order", str(path), folder=folder)

    document["damages"][0]["after"] = "b"
    path.write_text(json.dumps(document))
    assert "'b' is no damage here" in said("repair-order", str(path), folder=folder, refused=True)


def test_an_incident_nobody_knows_is_told(folder: Path) -> None:
    assert "inc_none" in said("plan", "--explain", "inc_none", folder=folder, refused=True)
