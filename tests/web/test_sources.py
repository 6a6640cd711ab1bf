"""Who speaks for a source: no feed takes back, or takes the place of, what another reports."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schemas.vocabulary import Role
from tests.web.station import HERE, Station, bearer, station
from tests.web.test_cap import warning


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


def feed(here: Station, name: str, *sources: str) -> str:
    return here.home.tokens.mint(name, Role.FEED, sources=sources)


async def test_a_feed_reports_under_its_own_name_and_no_other(here: Station) -> None:
    scada = feed(here, "scada")

    assert (await here.say(scada, **here.outage(source="scada"))).status_code == 200
    answer = await here.say(scada, **here.outage("2", source="95598"))

    assert answer.status_code == 403
    assert "95598" in answer.text
    assert "scada" in answer.text
    assert len(here.home.state_of(HERE).incidents.by_id) == 1


async def test_a_feed_takes_back_only_its_own(here: Station) -> None:
    await here.say(feed(here, "95598"), **here.outage(source="95598"))
    gone = {"type": "outage_gone", "source": "95598", "dedup_key": "1", "reason": "restored"}

    answer = await here.say(feed(here, "map"), **gone)

    assert answer.status_code == 403
    (incident,) = here.home.state_of(HERE).incidents.by_id.values()
    assert incident.reports
    assert (await here.say(Role.DISPATCHER, **gone)).status_code == 200


async def test_it_speaks_for_those_its_token_names(here: Station) -> None:
    gateway = feed(here, "gateway", "95598", "scada")
    every = feed(here, "bridge", "*")

    for token, source, status in (
        (gateway, "95598", 200),
        (gateway, "scada", 200),
        (gateway, "gateway", 403),
        (every, "anything", 200),
    ):
        answer = await here.say(token, **here.outage(source, source=source))
        assert answer.status_code == status, source


async def test_a_new_token_of_a_feed_speaks_for_the_same(here: Station) -> None:
    feed(here, "gateway", "95598")

    fresh, _ = here.home.tokens.rotate("gateway", overlap_ms=0)

    assert (await here.say(fresh, **here.outage(source="95598"))).status_code == 200


async def test_a_member_does_not_take_the_next_report_of_a_feed(here: Station) -> None:
    member = next(iter(here.home.state_of(HERE).roster.members))
    phone = here.member_token(member)

    squat = await here.say(phone, **here.outage(source="scada"))
    own = await here.say(phone, **here.outage(source=member))

    assert (squat.status_code, own.status_code) == (403, 200)


async def test_a_warning_is_of_who_speaks_for_its_sender(here: Station) -> None:
    async def sent(token: str) -> int:
        answer = await here.client.post("/v1/cap", content=warning(here), headers=bearer(token))
        return answer.status_code

    assert await sent(feed(here, "other")) == 403
    assert not here.home.state_of(HERE).alerts.by_id
    assert await sent(feed(here, "met", "met@example.org")) == 200


async def test_the_check_before_sending_says_so_too(here: Station) -> None:
    answer = await here.client.post(
        "/v1/signals:check",
        json={"jurisdiction": HERE} | here.outage(source="95598"),
        headers=bearer(feed(here, "map")),
    )

    assert answer.status_code == 403
