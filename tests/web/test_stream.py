"""The stream over a real socket: changes arrive, and a lost connection goes on where it ended."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from coordinator.cli.serving import free_socket, server_of, web_of
from coordinator.settings import Settings
from coordinator.web import open_streams
from schemas.ids import ulid
from schemas.signals.record import DeclarePutBack
from schemas.vocabulary import Realm, Role
from tests.patience import PATIENCE_S
from tests.web.station import HERE, Station, bearer, station


async def _read(
    url: str, token: str, wanted: int, *, last_id: str | None = None
) -> tuple[list[tuple[str, list[dict[str, Any]]]], str]:
    """Read so many messages of the stream; return (event, changes) of each and the last id."""
    headers = bearer(token) | ({} if last_id is None else {"Last-Event-ID": last_id})
    found: list[tuple[str, list[dict[str, Any]]]] = []
    event, id_ = "", ""
    async with (
        httpx.AsyncClient(timeout=PATIENCE_S) as client,
        client.stream("GET", f"{url}/v1/stream", headers=headers) as response,
    ):
        async for line in response.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                id_ = value
            elif name == "event":
                event = value
            elif name == "data":
                found.append((event, json.loads(value)))
                if len(found) == wanted:
                    break
    return found, id_


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Station, str]]:
    async with station(folder) as here:
        listening = free_socket(Settings(port_or_next=True, port=18_600))
        server = server_of(web_of(here.home))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield here, f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


async def test_a_lost_connection_goes_on_where_it_ended(tmp_path: Path) -> None:
    async with served(tmp_path) as (here, url):
        await _tell_story(here, url, here.tokens[Role.DISPATCHER])


async def _tell_story(here: Station, url: str, token: str) -> None:
    [(event, rows)], position = await _read(url, token, 1)
    assert event == "reset"
    assert any(it["board"] == "who_is_free" for it in rows)

    receipt = (await here.say(Role.FEED, **here.outage())).json()

    [(event, changes)], position = await _read(url, token, 1, last_id=position)
    assert event == "changes"
    opened = [it for it in changes if it["board"] == "open_incidents"]
    assert [it["key"] for it in opened] == [f"inc_{receipt['signal_id']}"]
    assert {it["jurisdiction"] for it in changes} == {HERE}

    again = await here.say(Role.FEED, **here.outage("2"))
    [(event, changes)], _ = await _read(url, token, 1, last_id=position)
    assert event == "changes"
    assert {it["seq"] for it in changes} == {again.json()["seq"]}


async def test_one_token_holds_so_many_streams_and_those_that_end_make_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_streams, "STREAMS_MAX", 2)
    async with served(tmp_path) as (here, url), httpx.AsyncClient(timeout=PATIENCE_S) as client:
        token = here.tokens[Role.DISPATCHER]

        def asked(token: str) -> Any:
            return client.stream("GET", f"{url}/v1/stream", headers=bearer(token))

        async with asked(token) as one, asked(token) as two:
            for it in (one, two):
                await anext(it.aiter_bytes())
            async with asked(token) as third, asked(here.tokens[Role.COMMANDER]) as other:
                assert (third.status_code, other.status_code) == (429, 200)
                assert "2" in json.loads(await third.aread())["detail"]
        await _until_free(client, url, token)


async def _until_free(client: httpx.AsyncClient, url: str, token: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            async with client.stream("GET", f"{url}/v1/stream", headers=bearer(token)) as again:
                if again.status_code == 200:
                    return
            await asyncio.sleep(0.05)


async def test_a_desk_of_before_the_copy_starts_over_however_far_the_log_has_come_since(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as (here, url):
        token = here.tokens[Role.DISPATCHER]
        _, position = await _read(url, token, 1)
        said = DeclarePutBack(
            signal_id=ulid(here.home.clock.now(), bytes(10)),
            jurisdiction=HERE,
            realm=Realm.ACTUAL,
            at=here.home.clock.now(),
            actor_id="home",
            actor_role=Role.SYSTEM,
            until=here.home.clock.now(),
        )
        await here.home.submit(said)

        [(event, rows)], after = await _read(url, token, 1, last_id=position)
        assert event == "reset"
        assert any(it["row"] and it["row"].get("kind") == "record_put_back" for it in rows)

        await here.say(Role.FEED, **here.outage())
        [(event, _)], _ = await _read(url, token, 1, last_id=after)
        assert event == "changes"
