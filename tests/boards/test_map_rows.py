"""What the map draws of a unit and its vehicles: where from, where to, since when."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schemas.vocabulary import Role
from tests.web.station import HERE, Station, station


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


def units(here: Station) -> list[dict[str, Any]]:
    return [dict(row) for _, _, row in here.home.boards.rows("units_in_the_field", [HERE])]


async def called(here: Station) -> dict[str, Any]:
    """Report an outage and form its unit; return the unit's row."""
    answer = await here.say(Role.FEED, **here.outage())
    assert answer.status_code == 200
    # Without a planner the unit is formed from the nearest people when the planner's time is over.
    owner = here.home.owners[HERE]
    for _ in range(20):
        due = owner.next_deadline
        if due is None or any(it["people"] for it in units(here)):
            break
        await owner.turn([], until=due)
    (row,) = [it for it in units(here) if it["people"]]
    return row


async def test_a_unit_says_where_its_people_come_from_and_where_they_muster(here: Station) -> None:
    row = await called(here)

    base = here.places[0].teams[0].base
    assert row["muster_point"] == [base.lon, base.lat]
    known = {(it.base.lon, it.base.lat) for it in here.places[0].teams}
    for person in row["people"]:
        assert tuple(person["base"]) in known
        assert person["en_route_at"] is None
        assert person["on_scene_at"] is None
        assert person["expected_at"] >= row["called_at"]


async def test_a_member_who_leaves_is_expected_when_they_said(here: Station) -> None:
    row = await called(here)
    member = row["people"][0]["member_id"]
    held = here.home.boards.row("my_assignment", HERE, member)
    assert held is not None
    words = {"assignment_id": held["assignment_id"]}
    token = here.member_token(member)

    for said in ({"type": "accept_assignment"}, {"type": "depart", "arrival_min": 25}):
        answer = await here.say(token, **words, **said)
        assert answer.status_code == 200, answer.text

    (row,) = [it for it in units(here) if it["people"]]
    person = next(it for it in row["people"] if it["member_id"] == member)
    assert person["en_route_at"] is not None
    assert person["expected_at"] == person["en_route_at"] + 25 * 60_000


async def test_a_vehicle_is_shown_with_who_has_it(here: Station) -> None:
    row = await called(here)

    vehicles = {key: it for _, key, it in here.home.boards.rows("vehicles", [HERE])}

    assert len(vehicles) == len(here.places[0].resources)
    taken = {key for key, it in vehicles.items() if it["committed_to"] is not None}
    assert taken == set(row["resource_ids"])
    one = here.places[0].resources[0]
    assert vehicles[one.resource_id]["kind"] == one.kind.value
    assert vehicles[one.resource_id]["lon"] == one.base.lon
