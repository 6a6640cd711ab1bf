"""The stream over a real socket: changes arrive, and a lost connection goes on where it ended."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx

from coordinator.cli.serving import free_socket, server_of, web_of
from coordinator.settings import Settings
from schemas.vocabulary import Role
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


async def test_a_lost_connection_goes_on_where_it_ended(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        listening = free_socket(Settings(port_or_next=True, port=18_600))
        server = server_of(web_of(here.home))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        token = here.tokens[Role.DISPATCHER]
        try:
            await _tell_story(here, url, token)
        finally:
            server.should_exit = True
            await serving


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
