"""Forms: made from the schemas, judged before sending in the words that publishing would use."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schemas import catalogue
from schemas.ids import ulid_of
from schemas.roles import can
from schemas.vocabulary import Role
from tests.story import START
from tests.web.station import HERE, Station, bearer, station


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


async def check(here: Station, role: Role, **document: Any) -> Any:
    return await here.client.post(
        "/v1/signals:check",
        json={"jurisdiction": HERE} | document,
        headers=bearer(here.tokens[role]),
    )


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.COMMANDER, Role.FEED, Role.AUDITOR])
async def test_a_role_is_given_the_forms_of_what_it_may_send(here: Station, role: Role) -> None:
    forms = (await here.get(role, "/v1/forms")).json()["forms"]

    assert {it["type"] for it in forms} == {
        it for it, model in catalogue.SIGNALS.items() if can(role, model.needs)
    }
    for form in forms:
        assert set(form["schema"]["required"]) <= set(form["schema"]["properties"])
        assert not {"signal_id", "at", "actor_id", "type"} & set(form["schema"]["properties"])


async def test_a_checked_signal_is_not_published(here: Station) -> None:
    before = here.home.state_of(HERE).incidents.opened

    answer = await check(here, Role.DISPATCHER, **here.outage())

    told = answer.json()
    assert answer.status_code == 200
    assert told["foreseen"]
    assert told["refused"] is None
    assert told["events"][0] == "incident_opened"
    assert here.home.state_of(HERE).incidents.opened == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "outage_reported", "source": "x", "dedup_key": "1", "place": {"lon": 999}},
        {"type": "close_incident", "incident_id": "inc_7"},
        {"type": "no_such_thing"},
        {"type": "adopt_policy"},
    ],
)
async def test_checking_and_publishing_use_the_same_words(
    here: Station, wrong: dict[str, Any]
) -> None:
    checked = await check(here, Role.DISPATCHER, **wrong)
    published = await here.say(Role.DISPATCHER, **wrong)

    assert checked.status_code == published.status_code
    assert checked.status_code in (403, 422)
    assert checked.json() == published.json()


async def test_a_rule_that_would_be_broken_is_told_before(here: Station) -> None:
    unknown = f"inc_{ulid_of(START, 'nowhere')}"

    checked = (
        await check(here, Role.DISPATCHER, type="close_incident", incident_id=unknown)
    ).json()
    refused = (await here.say(Role.DISPATCHER, type="close_incident", incident_id=unknown)).json()

    assert checked["refused"]["rule"] == refused["errors"][0]["said"]
    assert checked["refused"]["value"] == unknown


async def test_one_incident_comes_with_details_command_and_units(here: Station) -> None:
    receipt = (await here.say(Role.FEED, **here.outage())).json()
    incident_id = f"inc_{receipt['signal_id']}"
    await here.say(
        Role.DISPATCHER, type="establish_command", incident_id=incident_id, commander_id="chief"
    )

    whole = (await here.get(Role.AUDITOR, f"/v1/incidents/{incident_id}")).json()

    assert whole["details"]["reports"] == ["test|1"]
    assert whole["command"]["commander_id"] == "chief"
    assert whole["units"][0]["people"][0]["answer_by"] > START


async def test_how_to_get_in_stands_beside_the_incident_until_it_is_said_anew(
    here: Station,
) -> None:
    receipt = (await here.say(Role.FEED, **here.outage(access="north gate, key at No. 4"))).json()
    incident_id = f"inc_{receipt['signal_id']}"

    async def told() -> Any:
        whole = (await here.get(Role.DISPATCHER, f"/v1/incidents/{incident_id}")).json()
        return whole["details"]["access"]

    assert await told() == "north gate, key at No. 4"
    more = {"type": "outage_updated", "source": "test", "dedup_key": "1"}
    await here.say(Role.FEED, **more, cause="ice")
    assert await told() == "north gate, key at No. 4"
    await here.say(Role.FEED, **more, access="the gate is open now")
    assert await told() == "the gate is open now"


async def test_people_come_in_pages_with_names_for_the_desk_only(here: Station) -> None:
    path = "/v1/boards/people"
    desk = (await here.get(Role.DISPATCHER, path, jurisdiction=HERE, limit=5)).json()
    auditor = (await here.get(Role.AUDITOR, path, jurisdiction=HERE, limit=5)).json()

    assert len(desk["rows"]) == 5
    assert desk["next"]
    assert len(desk["names"]) == 5
    assert auditor["names"] == {}
