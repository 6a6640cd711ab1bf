"""Half a character, or NUL, over HTTP: refused with field and value, and nobody else is held up."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schemas.bounds import NOT_KEPT
from schemas.vocabulary import Role
from tests.web.station import HERE, Station, bearer, station

HALF = '"a\\ud83d"'
WHOLE = '"好\\ud83d\\ude00"'


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as it:
        yield it


def with_cause(here: Station, key: str, cause: str) -> bytes:
    """Return a report as JSON with its cause as it is spelled here."""
    text = json.dumps({"jurisdiction": HERE} | here.outage(key, cause="THE CAUSE"))
    return text.replace('"THE CAUSE"', cause).encode()


@pytest.mark.parametrize(
    ("cause", "shown"),
    [
        (HALF, r"a\ud83d"),
        ('"\\ude00b"', r"\ude00b"),
        ('"a\\u0000b"', r"a\x00b"),
    ],
)
async def test_a_report_is_refused_by_field_and_value(
    here: Station, cause: str, shown: str
) -> None:
    answer = await here.client.post(
        "/v1/signals",
        content=with_cause(here, "1", cause),
        headers=bearer(here.tokens[Role.FEED]),
    )

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["value"]) == ("cause", shown)
    assert "half a character" in error["reason"]


async def test_a_line_of_a_batch_stops_no_other(here: Station) -> None:
    lines = [
        with_cause(here, "1", WHOLE),
        with_cause(here, "2", HALF),
        with_cause(here, "3", WHOLE),
    ]

    answer = await here.client.post(
        "/v1/signals:batch", content=b"\n".join(lines), headers=bearer(here.tokens[Role.FEED])
    )

    assert [it["status"] for it in answer.json()["results"]] == ["accepted", "failed", "accepted"]
    assert answer.json()["results"][1]["errors"][0]["field"] == "cause"


@pytest.mark.parametrize(
    "body", ['{"member_id": "mem_\\ud83d", "jurisdiction": "yunhe"}', '{"half \\ud83d": 1}']
)
async def test_other_bodies_are_refused_in_the_same_shape(here: Station, body: str) -> None:
    headers = bearer(here.tokens[Role.DISPATCHER]) | {"Content-Type": "application/json"}

    answer = await here.client.post("/v1/enrolments", content=body, headers=headers)

    assert answer.status_code == 422
    assert r"\ud83d" in json.dumps(answer.json()["errors"])


async def test_of_a_roster_only_that_row_is_bad_and_log_and_vault_agree(here: Station) -> None:
    body = b"""{"teams": [{"team_id": "tea_01KHG6QT0000000000000000AA", "number": "T1", "name": "x",
      "base": {"lon": 110.5, "lat": 30.5}}],
     "people": [
      {"staff_number": "S001", "name": "\\u5f20\\ud83d", "team_number": "T1",
       "home": {"lon": 110.5, "lat": 30.5}},
      {"staff_number": "S002", "name": "\\u674e\\u56db", "team_number": "T1",
       "home": {"lon": 110.5, "lat": 30.5}}]}"""
    before = set(here.home.state_of(HERE).roster.members)

    answer = await _imported(here, body)

    assert answer["imported"]
    assert answer["bad_rows"] == [
        {
            "line": 1,
            "field": "name",
            "value": r"张\ud83d",
            "reason": NOT_KEPT,
            "code": "text_not_kept",
            "parameters": {},
        }
    ]
    (fresh,) = set(here.home.state_of(HERE).roster.members) - before
    assert here.home.names([fresh]) == {fresh: "李四"}
    assert "S001" not in here.home.vault.member_ids(HERE)
    # And the file is written to as before.
    assert (await here.say(Role.FEED, **here.outage())).status_code == 200


async def _imported(here: Station, body: bytes) -> dict[str, Any]:
    headers = bearer(here.tokens[Role.DISPATCHER]) | {"Content-Type": "application/json"}
    answer = await here.client.post(f"/v1/roster/{HERE}/import", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
