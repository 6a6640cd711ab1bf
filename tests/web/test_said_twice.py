"""A field that a document names twice: refused over HTTP, whichever of the two a reader takes."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schemas.vocabulary import Role
from tests.web.station import HERE, Station, bearer, station


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as it:
        yield it


def twice(here: Station, key: str) -> bytes:
    """Return a report that names its circuit twice."""
    text = json.dumps({"jurisdiction": HERE} | here.outage(key))
    return (text[:-1] + ', "circuit": "10kV-A", "circuit": "10kV-B"}').encode()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "stands there twice"), ("zh", "该字段重复出现")]
)
async def test_a_signal_is_refused_by_the_name_of_the_field(
    here: Station, language: str, words: str
) -> None:
    answer = await here.client.post(
        "/v1/signals",
        content=twice(here, "1"),
        headers=bearer(here.tokens[Role.FEED]) | {"Accept-Language": language},
    )

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("circuit", "field_repeated")
    assert words in error["reason"]


async def test_a_line_of_a_batch_stops_no_other(here: Station) -> None:
    whole = json.dumps({"jurisdiction": HERE} | here.outage("3")).encode()

    answer = await here.client.post(
        "/v1/signals:batch",
        content=b"\n".join([twice(here, "1"), whole]),
        headers=bearer(here.tokens[Role.FEED]),
    )

    assert [it["status"] for it in answer.json()["results"]] == ["failed", "accepted"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("enrolments", '{"member_id": "a", "jurisdiction": "b", "member_id": "c"}', "member_id"),
        (f"roster/{HERE}/import", '{"teams": [{"number": "1", "number": "2"}]}', "teams.0.number"),
    ],
)
async def test_other_bodies_are_refused_by_the_name_of_the_field(
    here: Station, path: str, body: str, field: str
) -> None:
    headers = bearer(here.tokens[Role.DISPATCHER]) | {"Content-Type": "application/json"}

    answer = (await here.client.post(f"/v1/{path}", content=body, headers=headers)).json()

    (error,) = answer.get("errors") or answer["bad_rows"]
    assert (error["field"], error["code"]) == (field, "field_repeated")


async def test_a_column_that_a_spreadsheet_names_twice_is_refused(here: Station) -> None:
    headers = bearer(here.tokens[Role.DISPATCHER]) | {"Content-Type": "text/csv"}
    body = "staff_number,name,team_number,lon,lat,name\nS1,a,T1,110.5,30.5,b\n"

    answer = await here.client.post(f"/v1/roster/{HERE}/import", content=body, headers=headers)

    (bad,) = answer.json()["bad_rows"]
    assert (bad["line"], bad["field"], bad["code"]) == (1, "name", "field_repeated")
