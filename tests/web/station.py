"""A small county behind the real API: a home in a temporary folder, spoken to without a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from coordinator.clock import SetClock
from coordinator.demo.province import Place, province
from coordinator.demo.seed_rosters import personal_data, roster_signals
from coordinator.home.alerts import cap_reader_of
from coordinator.home.home import Home
from coordinator.home.rosters import importer
from coordinator.settings import Settings
from coordinator.web.app import application
from schemas.default_policy import DEFAULT_POLICY
from schemas.policy import Policy
from schemas.vocabulary import Realm, Role
from tests.story import START

HERE, THERE = "yunhe", "qingshan"


class Station:
    """What a test holds: the home, a client, and a token for each role."""

    def __init__(self, home: Home, client: httpx.AsyncClient, places: list[Place]) -> None:
        self.home = home
        self.client = client
        self.places = places
        self.tokens = {
            role: home.tokens.mint(f"the-{role.value}", role, sources=("*",))
            for role in (Role.DISPATCHER, Role.COMMANDER, Role.AUDITOR, Role.FEED)
        }

    def member_token(self, member_id: str) -> str:
        return self.home.tokens.mint(member_id, Role.MEMBER, member_id=member_id)

    async def say(self, role: Role | str, **document: Any) -> httpx.Response:
        token = role if role not in self.tokens else self.tokens[Role(role)]
        return await self.client.post(
            "/v1/signals", json={"jurisdiction": HERE} | document, headers=bearer(token)
        )

    async def get(self, role: Role | str, path: str, **parameters: Any) -> httpx.Response:
        token = role if role not in self.tokens else self.tokens[Role(role)]
        return await self.client.get(path, params=parameters, headers=bearer(token))

    def outage(self, key: str = "1", **more: Any) -> dict[str, Any]:
        base = self.places[0].teams[0].base
        return {
            "type": "outage_reported",
            "source": "test",
            "dedup_key": key,
            "place": {"lon": base.lon, "lat": base.lat},
            "extent": {"customers_out": 30},
        } | more


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@cache
def _places() -> list[Place]:
    return province(1, START, days=1)[:2]


@asynccontextmanager
async def station(
    folder: Path,
    policy: Policy = DEFAULT_POLICY,
    *,
    exercises: tuple[str, ...] = (),
    **settings: Any,
) -> AsyncIterator[Station]:
    places = _places()
    realms = {it.code: Realm.EXERCISE if it.code in exercises else Realm.ACTUAL for it in places}
    clock = SetClock(START + 1_000)
    home = await Home.open(
        Settings(data_dir=folder, **settings),
        clock,
        {place.code: (realms[place.code], policy) for place in places},
    )
    home.tokens.clock = clock
    home.vault.put(personal_data(places))
    for place in places:
        coming = roster_signals(place, realms[place.code], clock.now())
        for receipt in await asyncio.gather(*map(home.submit, coming)):
            assert receipt.refused is None
    app = application(
        home, registry=home.registry, import_roster=importer(home), read_cap=cap_reader_of(home)
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        here = Station(home, client, places)
        yield here
    await here.home.close()
