"""What changes nothing is never «accepted» in silence: its sender is told so."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schemas.ids import ulid_of
from schemas.vocabulary import Role
from tests.story import START
from tests.web.station import HERE, Station, bearer, station


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


async def said(here: Station, role: Role, **signal: Any) -> Any:
    answer = await here.say(role, **signal)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_same_report_under_another_id_says_that_nothing_changed(here: Station) -> None:
    first = await said(here, Role.FEED, **here.outage("1"))
    again = await said(here, Role.FEED, **here.outage("1"))
    more = await said(here, Role.FEED, **here.outage("1"), device="t-7")

    assert [it["nothing_changed"] for it in (first, again, more)] == [False, True, False]
    assert not again["duplicate"]


async def test_an_order_that_is_obeyed_already_says_so(here: Station) -> None:
    opened = await said(here, Role.FEED, **here.outage("1"))
    back = {"type": "restore_incident", "incident_id": f"inc_{opened['signal_id']}"}

    first, again = [await said(here, Role.DISPATCHER, **back) for _ in range(2)]

    assert (first["nothing_changed"], again["nothing_changed"]) == (False, True)


async def test_a_source_that_takes_back_what_nobody_knows_is_told(here: Station) -> None:
    gone = {"type": "outage_gone", "source": "map", "dedup_key": "never-said"}

    assert (await said(here, Role.FEED, **gone))["nothing_changed"]


async def test_who_asks_later_what_became_of_it_is_told_the_same(here: Station) -> None:
    await said(here, Role.FEED, **here.outage("1"))
    id_ = ulid_of(START, "again")
    again = here.outage("1", signal_id=id_)
    first, sent_again = [await said(here, Role.FEED, **again) for _ in range(2)]

    asked = await here.get(Role.FEED, f"/v1/signals/{id_}", jurisdiction=HERE)

    told = (first, sent_again, asked.json())
    assert [it["nothing_changed"] for it in told] == [True] * 3
    assert sent_again["duplicate"]


async def test_a_batch_counts_them_and_a_check_foretells_it(here: Station) -> None:
    line = json.dumps({"jurisdiction": HERE} | here.outage("1"))
    headers = bearer(here.tokens[Role.FEED])

    answer = await here.client.post(
        "/v1/signals:batch", content=f"{line}\n{line}\n{line}", headers=headers
    )
    foretold = await here.client.post("/v1/signals:check", content=line, headers=headers)

    told = answer.json()
    assert (told["accepted"], told["nothing_changed"]) == (3, 2)
    assert [it["nothing_changed"] for it in told["results"]] == [False, True, True]
    assert foretold.json()["nothing_changed"]


async def test_what_is_refused_says_that_and_nothing_else(here: Station) -> None:
    unknown = f"inc_{ulid_of(START, 'unknown')}"
    back = {"type": "restore_incident", "incident_id": unknown}

    answer = await here.say(Role.DISPATCHER, **back)
    headers = bearer(here.tokens[Role.DISPATCHER])
    line = json.dumps({"jurisdiction": HERE} | back)
    batch = await here.client.post("/v1/signals:batch", content=line, headers=headers)

    assert answer.status_code == 409
    (told,) = batch.json()["results"]
    assert (told["status"], told["nothing_changed"]) == ("refused", False)
