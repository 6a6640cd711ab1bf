"""A field that is not there is named, without a value: it has none."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schemas.vocabulary import Role
from tests.web.station import HERE, Station, bearer, station


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


async def test_a_field_that_is_missing_has_no_value(here: Station) -> None:
    report = here.outage()
    del report["dedup_key"], report["place"]["lat"]

    answer = await here.say(Role.FEED, **report)

    assert answer.status_code == 422
    found = {it["field"]: (it["value"], it["code"]) for it in answer.json()["errors"]}
    assert found == {"dedup_key": ("-", "missing"), "place.lat": ("-", "missing")}
    assert "(" not in answer.json()["detail"]
    body = await here.client.post(
        "/v1/crew", json={"jurisdiction": HERE}, headers=bearer(here.tokens[Role.DISPATCHER])
    )
    (wrong,) = body.json()["errors"]
    assert (wrong["field"], wrong["value"]) == ("member_ids", "-")


async def test_a_signal_without_a_jurisdiction_misses_a_field(here: Station) -> None:
    said = {"type": "call_help", "signal_id": "x"}

    async def wrong(**more: object) -> object:
        answer = await here.client.post(
            "/v1/signals", json=said | more, headers=bearer(here.tokens[Role.DISPATCHER])
        )
        assert answer.status_code == 422, answer.text
        (it,) = answer.json()["errors"]
        return it["field"], it["value"], it["code"]

    assert await wrong() == ("jurisdiction", "-", "missing")
    assert await wrong(jurisdiction=None) == ("jurisdiction", "null", "string_type")
    assert await wrong(jurisdiction=[HERE]) == ("jurisdiction", f'["{HERE}"]', "string_type")
