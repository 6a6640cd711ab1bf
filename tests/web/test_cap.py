"""CAP by hand: seen before it is published, published in one's own name, kept when unreadable."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.vocabulary import Role
from tests.story import START
from tests.web.station import HERE, THERE, Station, bearer, station


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


def warning(here: Station, *, place: int = 0, status: str = "Actual", area: str = "") -> bytes:
    base = here.places[place].teams[0].base
    sent = datetime.fromtimestamp(START / 1_000, UTC).isoformat(timespec="seconds")
    where = area or f"<circle>{base.lat},{base.lon} 5</circle>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>T-{place}{status}</identifier>
<sender>met@example.org</sender><sent>{sent}</sent><status>{status}</status>
<msgType>Alert</msgType><scope>Public</scope><info><language>zh-CN</language>
<category>Met</category><event>台风</event><urgency>Immediate</urgency>
<severity>Extreme</severity><certainty>Observed</certainty><headline>台风红色预警</headline>
<area><areaDesc>县域</areaDesc>{where}</area></info></alert>""".encode()


async def send(here: Station, body: bytes, role: Role = Role.DISPATCHER, **parameters: Any) -> Any:
    return await here.client.post(
        "/v1/cap", content=body, params=parameters, headers=bearer(here.tokens[role])
    )


async def test_a_dry_run_shows_what_it_would_publish(here: Station) -> None:
    (told,) = (await send(here, warning(here), dry_run=1)).json()["results"]

    assert told["jurisdiction"] == HERE
    assert told["signal"]["hazard"] == "typhoon"
    assert told["refused"] is None
    assert told["events"][0].startswith("alert")
    assert not here.home.state_of(HERE).alerts.by_id


async def test_it_is_published_in_the_name_of_who_pasted_it(here: Station) -> None:
    (told,) = (await send(here, warning(here))).json()["results"]
    (again,) = (await send(here, warning(here))).json()["results"]

    assert told["status"] == "accepted"
    assert again["duplicate"]
    page = await here.get(Role.AUDITOR, f"/v1/log/{HERE}", after=told["seq"] - 1, limit=1)
    assert page.json()["records"][0]["payload"]["signal"]["actor_id"] == "the-dispatcher"
    rows = (await here.get(Role.DISPATCHER, "/v1/boards/disaster_alerts")).json()["rows"]
    assert [(it["jurisdiction"], it["colour"]) for it in rows] == [(HERE, "red")]


async def test_an_exercise_reaches_no_real_log(here: Station) -> None:
    (dry,) = (await send(here, warning(here, status="Exercise"), dry_run=1)).json()["results"]
    (told,) = (await send(here, warning(here, status="Exercise"))).json()["results"]

    assert dry["refused"]["field"] == "realm"
    assert told["status"] == "refused"
    assert not here.home.state_of(HERE).alerts.by_id


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"hello", "document"),
        (b"<alert/>", "namespace"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><alert>&b;</alert>', "document"),
    ],
)
async def test_what_cannot_be_understood_is_kept_with_the_reason(
    here: Station, body: bytes, field: str
) -> None:
    dry = await send(here, body, dry_run=1)
    assert dry.status_code == 422
    assert (await here.get(Role.DISPATCHER, "/v1/dead-letters")).json()["dead_letters"] == []

    answer = await send(here, body)

    assert answer.json()["errors"][0]["field"] == field
    (letter,) = (await here.get(Role.DISPATCHER, "/v1/dead-letters")).json()["dead_letters"]
    assert letter["field"] == field
    assert letter["source"] == "cap:the-dispatcher"
    assert letter["original"] == body.decode()


async def test_one_that_touches_nothing_goes_where_it_is_sent(here: Station) -> None:
    nowhere = warning(here, area="<circle>0.0,0.0 5</circle>")

    lost = await send(here, nowhere)
    (told,) = (await send(here, nowhere, jurisdiction=THERE)).json()["results"]

    assert lost.json()["errors"][0]["field"] == "area"
    assert (told["jurisdiction"], told["status"]) == (THERE, "accepted")


async def test_only_who_may_publish_alerts_may_paste_one(here: Station) -> None:
    assert (await send(here, warning(here), Role.AUDITOR)).status_code == 403

    token = here.home.tokens.mint("only-there", Role.DISPATCHER, jurisdictions=(THERE,))
    answer = await here.client.post("/v1/cap", content=warning(here), headers=bearer(token))
    assert answer.status_code == 404
