"""Connections of those who say nothing: they end, and keep nobody out."""

import asyncio
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from coordinator.cli.connections import connections_max
from schemas.vocabulary import Role
from tests.web.station import Station, station
from tests.web.test_bodies import served

_GIVES_UP_S = 120
_SOON_S, _NEVER_S = 0.3, 3_600.0
HEALTH = b"GET /health HTTP/1.1\r\nHost: here\r\n"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


async def answered(reader: asyncio.StreamReader) -> bytes:
    """Return all that is said until the other side closes."""
    async with asyncio.timeout(_GIVES_UP_S):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b"reset"


@pytest.mark.parametrize("said", [b"", b"GET /health HTTP/1.1\r\nHost: he"])
async def test_who_never_says_a_whole_head_is_told_so_and_closed(
    here: Station, tmp_path: Path, said: bytes
) -> None:
    async with served(here, tmp_path, head_s=_SOON_S) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)

        told = await answered(reader)

        writer.close()
    assert told.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in told.lower()


@pytest.mark.parametrize("first", [b"", HEALTH + b"\r\n"])
async def test_a_head_that_trickles_is_ended_on_a_used_connection_too(
    here: Station, tmp_path: Path, first: bytes
) -> None:
    async with served(here, tmp_path, head_s=_SOON_S) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(first)

        async def trickle() -> None:
            writer.write(HEALTH)
            while True:
                writer.write(b"x")
                await asyncio.sleep(_SOON_S / 10)

        trickling = asyncio.create_task(trickle())
        told = await answered(reader)
        trickling.cancel()
        writer.close()

    assert told == b"reset" or b"408" in told
    assert first == b"" or told == b"reset" or told.startswith(b"HTTP/1.1 200 ")


async def test_a_stream_that_is_being_answered_is_not_ended(here: Station, tmp_path: Path) -> None:
    async with served(here, tmp_path, head_s=_SOON_S) as port:
        token = here.tokens[Role.DISPATCHER]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"GET /v1/stream HTTP/1.1\r\nHost: here\r\n"
            + f"Authorization: Bearer {token}\r\n\r\n".encode()
        )
        async with asyncio.timeout(_GIVES_UP_S):
            await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(3 * _SOON_S)
        open_still = not reader.at_eof()
        writer.close()

    assert open_still


async def test_idle_connections_keep_nobody_out(here: Station, tmp_path: Path) -> None:
    most = 8
    async with served(here, tmp_path, head_s=_NEVER_S, most=most) as port:
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4 * most)]

        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEALTH + b"Connection: close\r\n\r\n")
        told = await answered(reader)

        writer.close()
        first = await answered(idle[0][0])
        for _, it in idle:
            it.close()
    assert told.startswith(b"HTTP/1.1 200 ")
    assert first in (b"", b"reset")


async def test_bodies_that_never_come_keep_nobody_out(here: Station, tmp_path: Path) -> None:
    most = 8
    async with served(here, tmp_path, head_s=_NEVER_S, most=most) as port:
        half = [await asyncio.open_connection("127.0.0.1", port) for _ in range(most)]
        for _, it in half:
            it.write(b"POST /v1/session HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\n{")

        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEALTH + b"Connection: close\r\n\r\n")
        told = await answered(reader)

        writer.close()
        for _, it in half:
            it.close()
    assert told.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("files", "most"),
    [(1_024, 512), (64, 32), (10, 16), (10**6, 10_000), (resource.RLIM_INFINITY, 10_000)],
)
def test_half_of_the_files_are_for_connections(
    monkeypatch: pytest.MonkeyPatch, files: int, most: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))

    assert connections_max() == most
