"""Sessions: a cookie no script reads and no other site uses; codes that work once; their end."""

import asyncio
from pathlib import Path

import httpx

from coordinator.clock import FastClock, SetClock
from coordinator.home.home import Home
from coordinator.settings import Settings
from coordinator.web.app import application
from coordinator.web.sessions import CONSOLE_HEADER, COOKIE, Sessions
from coordinator.web.tokens import Tokens
from schemas.default_policy import DEFAULT_POLICY
from schemas.vocabulary import Realm, Role
from tests.story import START
from tests.web.station import HERE, Station, bearer, station

_CONSOLE = {CONSOLE_HEADER: "1"}
_HOUR = 3_600_000


async def _enter(here: Station, role: Role) -> httpx.Response:
    return await here.client.post("/v1/session", headers=bearer(here.tokens[role]) | _CONSOLE)


async def test_a_token_becomes_a_cookie_that_speaks_for_its_holder(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        entered = await _enter(here, Role.DISPATCHER)

        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert here.tokens[Role.DISPATCHER] not in cookie
        who = (await here.client.get("/v1/session")).json()
        assert (who["actor_id"], who["role"]) == ("the-dispatcher", "dispatcher")
        said = await here.client.post(
            "/v1/signals", json={"jurisdiction": HERE} | here.outage(), headers=_CONSOLE
        )
        assert said.status_code == 200


async def test_another_sites_page_can_use_no_session(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        await _enter(here, Role.DISPATCHER)
        document = {"jurisdiction": HERE} | here.outage()

        without = await here.client.post("/v1/signals", json=document)
        across = await here.client.post(
            "/v1/signals", json=document, headers=_CONSOLE | {"Sec-Fetch-Site": "cross-site"}
        )
        logged_in = await here.client.post("/v1/session", headers=bearer(here.tokens[Role.AUDITOR]))

        assert [it.status_code for it in (without, across, logged_in)] == [403, 403, 403]
        assert without.json()["type"].endswith("not_from_a_console")
        assert here.home.state_of(HERE).incidents.opened == 0


async def test_a_session_ends_with_its_time_with_leaving_and_with_its_actor(
    tmp_path: Path,
) -> None:
    async with station(tmp_path) as here:
        await _enter(here, Role.DISPATCHER)
        here.home.clock.set(START + 13 * _HOUR)  # type: ignore[attr-defined]
        assert (await here.client.get("/v1/session")).status_code == 401

        await _enter(here, Role.DISPATCHER)
        here.home.tokens.revoke("the-dispatcher")
        assert (await here.client.get("/v1/session")).status_code == 401

        await _enter(here, Role.COMMANDER)
        secret = here.client.cookies[COOKIE]
        assert (await here.client.delete("/v1/session", headers=_CONSOLE)).json() == {"left": True}
        here.client.cookies.set(COOKIE, secret)
        assert (await here.client.get("/v1/session")).status_code == 401


async def test_a_code_enrols_one_phone_and_is_no_token(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        member_id = min(here.home.state_of(HERE).roster.members)
        sessions = Sessions(here.home.tokens, desk_h=12, phone_h=720)
        code = sessions.issue(member_id, HERE).code
        spelled = f"{code[:4]}-{code[4:8]} {code[8:]}".lower()

        as_token = await here.client.get("/v1/session", headers=bearer(code))
        first = await here.client.post("/v1/session", json={"code": spelled}, headers=_CONSOLE)
        second = await here.client.post("/v1/session", json={"code": code}, headers=_CONSOLE)

        assert as_token.status_code == 401
        assert first.json()["member_id"] == member_id
        assert first.json()["expires_at"] == here.home.clock.now() + 720 * _HOUR
        assert (second.status_code, second.json()["title"]) == (401, "code unknown")


def test_a_code_ends_within_minutes_and_is_forgotten_in_time() -> None:
    clock = SetClock(START)
    tokens = Tokens(None, clock)
    sessions = Sessions(tokens, desk_h=12, phone_h=720)
    code, ends = sessions.issue("mem_1", HERE)

    assert ends == START + 15 * 60_000
    clock.set(ends)
    assert sessions.redeem(code) is None
    clock.set(ends + 31 * 24 * _HOUR)
    sessions.issue("mem_2", HERE)
    assert [it.actor_id for it in tokens.all()] == ["mem_2"]
    tokens.close()


async def test_a_session_lasts_by_real_time_whatever_the_pace_of_the_drill(tmp_path: Path) -> None:
    clock, wall = FastClock(start=START, speed=900), SetClock(START)
    home = await Home.open(
        Settings(data_dir=tmp_path),
        clock,
        {HERE: (Realm.EXERCISE, DEFAULT_POLICY)},
    )
    home.tokens.clock = wall
    # As while the logs are folded: nobody has let it run on, and it shows a pace of nearly none.
    await asyncio.sleep(0.5)
    assert clock.speed < 900 / 2
    app = application(home, registry=home.registry)
    token = home.tokens.mint("desk", Role.DISPATCHER)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            entered = await client.post("/v1/session", headers=bearer(token) | _CONSOLE)
            assert (await client.get("/v1/session")).status_code == 200
            assert entered.json()["expires_at"] == START + 12 * _HOUR
            assert f"Max-Age={12 * 3_600};" in entered.headers["set-cookie"]

            # A day of the drill is a matter of minutes, and the desk is still at it.
            clock._shown += 24 * _HOUR
            assert (await client.get("/v1/session")).status_code == 200

            wall.set(START + 12 * _HOUR)
            assert (await client.get("/v1/session")).status_code == 401
    finally:
        await home.close()


async def test_names_are_for_those_who_work_with_the_people(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        ids = sorted(here.home.state_of(HERE).roster.members)[:2]

        async def asked(role: Role, document: object) -> httpx.Response:
            return await here.client.post(
                "/v1/names", json=document, headers=bearer(here.tokens[role])
            )

        told = (await asked(Role.DISPATCHER, {"ids": ids})).json()["names"]
        assert sorted(told) == ids
        assert (await asked(Role.AUDITOR, {"ids": ids})).json() == {"names": {}}
        assert (await asked(Role.FEED, {"ids": ids})).status_code == 403
        wrong = await asked(Role.DISPATCHER, {"ids": "mem_1"})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "ids")
