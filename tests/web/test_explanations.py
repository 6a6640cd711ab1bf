"""Why these people, as a dispatch console reads it: all of it, in one answer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.planning.planner import Planner
from schemas.default_policy import DEFAULT_POLICY
from schemas.vocabulary import Role
from tests.web.station import HERE, Station, station

LARGE = {"extent": {"customers_out": 6_000}}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


@pytest.fixture
async def planned(tmp_path: Path) -> AsyncIterator[Station]:
    """A county whose policy waits for a planner."""
    muster = replace(DEFAULT_POLICY.muster, propose_within_s=600)
    policy = replace(DEFAULT_POLICY, muster=muster)
    async with station(tmp_path, policy) as running:
        yield running


async def explanation_of_the_unit(here: Station, role: Role = Role.DISPATCHER) -> dict[str, Any]:
    rows = (await here.get(Role.DISPATCHER, "/v1/boards/units_in_the_field")).json()["rows"]
    (unit_id,) = [it["unit_id"] for it in rows]
    answer = await here.get(role, f"/v1/units/{unit_id}/explanation")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


async def say_and_plan(there: Station, **outage: Any) -> None:
    """Report an outage, and hand in what a planner says to it."""
    await there.say(Role.FEED, **there.outage(**outage))
    planner = Planner()
    planner.show(there.home.state_of(HERE))
    for signal in planner.proposals(there.home.clock.now()):
        await there.home.submit(signal)


async def test_a_planned_unit_is_explained_whole(planned: Station) -> None:
    await say_and_plan(planned)

    told = await explanation_of_the_unit(planned)

    assert told["jurisdiction"] == HERE
    assert told["objective"] == told["bound"]
    assert told["gap_pct"] == 0.0
    assert told["proven"]
    assert "HiGHS" in told["solver"]
    assert told["elapsed_ms"] >= 0
    assert told["travel"]["code"] == "turning_out"
    members = len(planned.home.state_of(HERE).roster.members)
    assert told["considered"] + sum(told["removed"].values()) == members
    assert told["picks"]
    for pick in told["picks"]:
        assert pick["arrival_min"] <= told["ready_min"]
        assert pick["reasons"]
        assert pick["member_id"] in told["names"]
        assert pick["next_best"]["member_id"] in told["names"]
    assert not told["missing"]


async def test_alternatives_are_shown_with_their_people(planned: Station) -> None:
    await say_and_plan(planned, **LARGE)

    told = await explanation_of_the_unit(planned)

    assert told["alternatives"]
    for it in told["alternatives"]:
        assert {pick["member_id"] for pick in it["picks"]} <= set(told["names"])


async def test_a_unit_of_the_simple_rule_is_explained_as_far_as_that_knows(here: Station) -> None:
    await here.say(Role.FEED, **here.outage())

    told = await explanation_of_the_unit(here)

    assert told["method"]["code"] == "nearest_first"
    assert (told["bound"], told["gap_pct"], told["proven"]) == (None, None, False)
    assert told["removed"]
    assert all(pick["reasons"] for pick in told["picks"])


async def test_an_auditor_reads_no_names(here: Station) -> None:
    await here.say(Role.FEED, **here.outage())

    assert (await explanation_of_the_unit(here, Role.AUDITOR))["names"] == {}


async def test_a_unit_nobody_knows_and_a_reader_who_may_not(here: Station) -> None:
    path = "/v1/units/unt_nobody/explanation"

    assert (await here.get(Role.DISPATCHER, path)).status_code == 404
    assert (await here.get(Role.FEED, path)).status_code == 403
