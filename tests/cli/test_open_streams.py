"""Pages keep streams open: a server that ends closes them whole, and tells of no error."""

import asyncio
import logging
import os
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from coordinator.cli.serving import Server, free_socket, server_of
from coordinator.settings import Settings
from tests.cli.test_commands import COMMAND
from tests.patience import PATIENCE_S

_PATIENCE_OF_THE_SERVER_S = 2
_HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8")]


async def _waits_for_its_reader(_: Scope, receive: Receive, send: Send) -> None:
    """Stream until the reader goes, as the boards do."""
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": b": here\n\n", "more_body": True})
    while (await receive())["type"] != "http.disconnect":
        pass


async def _never_answers(_: Scope, __: Receive, ___: Send) -> None:
    await asyncio.Event().wait()


async def _begun(app: ASGIApp, tmp_path: Path) -> "tuple[Server, asyncio.Task[None], str]":
    listening = free_socket(Settings(port_or_next=True, port=18_810, data_dir=tmp_path))
    server = server_of(app)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    return server, asyncio.create_task(server.serve(sockets=[listening])), url


async def test_a_stream_ends_whole_and_at_once_with_its_server(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server, serving, url = await _begun(_waits_for_its_reader, tmp_path)
    async with httpx.AsyncClient() as client, client.stream("GET", url) as answer:
        parts = answer.aiter_bytes()
        first = await anext(parts)
        server.should_exit = True
        asked = time.monotonic()
        rest = [it async for it in parts]  # Raises where the answer is cut off.
    async with asyncio.timeout(PATIENCE_S):
        await serving

    assert (first, b"".join(rest)) == (b": here\n\n", b"")
    assert time.monotonic() - asked < _PATIENCE_OF_THE_SERVER_S
    assert [it for it in caplog.records if it.levelno >= logging.WARNING] == []


async def test_a_request_cut_off_at_the_end_leaves_no_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server, serving, url = await _begun(_never_answers, tmp_path)
    async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
        asking = asyncio.create_task(client.get(url))
        while not server.server_state.tasks:  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.01)
        server.should_exit = True
        async with asyncio.timeout(PATIENCE_S):
            answer = await asking
            await serving

    assert answer.status_code == 500
    assert caplog.records
    assert all(it.exc_info is None for it in caplog.records)


def test_a_drill_goes_on_after_its_storm_and_ends_without_a_traceback(tmp_path: Path) -> None:
    environment = os.environ | {
        "COORDINATOR_DATA_DIR": str(tmp_path), "COORDINATOR_PORT": "18820", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    errors = tmp_path / "errors"
    arguments = ["run", "--speed", "10000", "--minutes", "10"]
    with (
        errors.open("w") as kept,
        subprocess.Popen(
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=kept, text=True, env=environment
        ) as process,
    ):
        assert process.stdout is not None
        told: dict[str, str] = {}
        for line in process.stdout:
            told.setdefault(line.split()[0] if line.strip() else "", line)
            if line.startswith("The storm is over"):
                break
        url = next(it for it in told if it.startswith("http://"))
        token = told["dispatcher"].split()[1]
        enter = {"Authorization": f"Bearer {token}"}
        with httpx.stream("GET", f"{url}v1/stream", headers=enter, timeout=PATIENCE_S) as answer:
            parts = answer.iter_bytes()
            next(parts)
            clock = [next(it for it in process.stdout if "records" in it)[:11] for _ in range(2)]
            process.send_signal(signal.SIGINT)
            for _ in parts:  # To its end, which is whole.
                pass
        rest, _ = process.communicate(timeout=PATIENCE_S)

    assert answer.status_code == 200
    assert clock[0] < clock[1]
    assert process.returncode == 0
    assert "Ended." in rest
    assert "The logs are in" in rest
    assert "Traceback" not in errors.read_text()
    assert "graceful" not in errors.read_text()
