"""Numbers in addresses: none is so large that a file or a browser breaks at it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schemas.vocabulary import Role
from tests.web.station import HERE, Station, station

FAR_BEYOND = 10**23


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


async def test_a_number_that_no_file_holds_is_named_and_not_looked_up(here: Station) -> None:
    answer = await here.get(Role.AUDITOR, f"/v1/log/{HERE}", after=FAR_BEYOND)

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["value"]) == ("after", str(FAR_BEYOND))


async def test_every_number_that_is_asked_with_has_a_least_and_a_most(here: Station) -> None:
    paths = (await here.client.get("/openapi.json")).json()["paths"]
    found, without = 0, []
    for path, methods in paths.items():
        for method, route in methods.items():
            for asked in route.get("parameters", ()):
                schema = asked["schema"]
                for kind in (schema, *schema.get("anyOf", ())):
                    if asked["in"] == "query" and kind.get("type") in ("integer", "number"):
                        found += 1
                        if not {"minimum", "maximum"} <= set(kind):
                            without.append((method, path, asked["name"]))

    assert found >= 12
    assert without == []
