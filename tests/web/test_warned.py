"""Whoever is warned of what was taken is told so: in the receipt, and before sending."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schemas.vocabulary import Role
from tests.story import HOUR, START
from tests.web.station import HERE, Station, bearer, station

YEAR = 365 * 24 * HOUR


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


def codes(told: dict[str, Any]) -> list[str]:
    return [it["code"] for it in told["warnings"]]


async def test_a_receipt_says_that_a_time_was_not_believed(here: Station) -> None:
    report = here.outage(started_at=START - YEAR)

    told = (await here.say(Role.FEED, **report)).json()

    assert codes(told) == ["begin_not_as_told"]
    assert told["refused"] is None
    asked = await here.get(Role.FEED, f"/v1/signals/{told['signal_id']}", jurisdiction=HERE)
    assert codes(asked.json()) == ["begin_not_as_told"]


async def test_said_twice_it_is_the_same_receipt(here: Station) -> None:
    report = here.outage(started_at=START - YEAR, signal_id="01KDVDNA00PYJPGWYDEWFJRH3D")
    await here.say(Role.FEED, **report)

    again = (await here.say(Role.FEED, **report)).json()

    assert again["duplicate"]
    assert codes(again) == ["begin_not_as_told"]


async def test_what_gives_no_cause_for_a_warning_warns_of_nothing(here: Station) -> None:
    assert codes((await here.say(Role.FEED, **here.outage())).json()) == []


async def test_it_is_said_before_sending_as_well(here: Station) -> None:
    answer = await here.client.post(
        "/v1/signals:check",
        json={"jurisdiction": HERE} | here.outage(started_at=START - YEAR),
        headers=bearer(here.tokens[Role.DISPATCHER]),
    )

    assert codes(answer.json()) == ["begin_not_as_told"]
