"""Bodies: who sends is asked before a byte is read; too large, slow, deep is told at once."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from coordinator.cli.http_client import publish_lines, watch_boards
from coordinator.cli.serving import free_socket, server_of, web_of
from coordinator.errors import BadInput
from coordinator.settings import Settings
from schemas.signals.envelope import Signal
from schemas.vocabulary import Role
from tests.web.station import HERE, Station, bearer, station

FAR_TOO_MUCH = 300_000_000
_GIVES_UP_S = 120


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


@asynccontextmanager
async def served(here: Station, folder: Path, **bounds: Any) -> AsyncIterator[int]:
    """Serve the station on a real socket; give its port."""
    listening = free_socket(Settings(port_or_next=True, port=18_900, data_dir=folder))
    server = server_of(web_of(here.home), **bounds)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        await serving


async def first_words(port: int, head: str, *parts: bytes) -> str:
    """Send the head of a request and parts of a body, and no end; return what is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
    for part in parts:
        writer.write(part)
    async with asyncio.timeout(_GIVES_UP_S):
        answer = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    return answer.decode()


def head(path: str, token: str | None, said: str) -> str:
    who = "" if token is None else f"\nAuthorization: Bearer {token}"
    return f"POST {path} HTTP/1.1\nHost: here\nContent-Type: application/json{who}\n{said}"


CHUNKED = "Transfer-Encoding: chunked"
ROUTES = [
    "/v1/signals", "/v1/signals:check", "/v1/signals:batch", "/v1/cap", "/v1/names", "/v1/crew",
    "/v1/enrolments", f"/v1/roster/{HERE}/import", f"/v1/replay/{HERE}/what-if", "/v1/me/help",
    "/v1/me/push", "/v1/rehearsals",
]  # fmt: skip


@pytest.mark.parametrize("said", [f"Content-Length: {FAR_TOO_MUCH}", CHUNKED])
async def test_who_has_no_token_is_told_so_before_a_byte_is_read(
    here: Station, tmp_path: Path, said: str
) -> None:
    async with served(here, tmp_path) as port:
        for path in ROUTES:
            for token in (None, "pec_unknown"):
                answer = await first_words(port, head(path, token, said))
                assert answer.startswith("HTTP/1.1 401 "), (path, answer)
                assert "connection: close" in answer.lower()


async def test_a_body_that_says_it_is_too_large_is_not_read(here: Station, tmp_path: Path) -> None:
    token = here.tokens[Role.DISPATCHER]
    async with served(here, tmp_path) as port:
        for path in ROUTES:
            answer = await first_words(port, head(path, token, f"Content-Length: {FAR_TOO_MUCH}"))
            assert answer.startswith("HTTP/1.1 413 "), (path, answer)
        unknown = await first_words(port, head("/v1/session", None, "Content-Length: 5000"))
        assert unknown.startswith("HTTP/1.1 413 "), unknown


async def test_a_body_that_does_not_say_how_large_it_is_ends_at_the_limit(
    here: Station, tmp_path: Path
) -> None:
    piece = b"%x\r\n%s\r\n" % (60_000, b" " * 60_000)
    small = b"%x\r\n%s\r\n" % (5_000, b" " * 5_000)
    token = here.tokens[Role.COMMANDER]
    async with served(here, tmp_path) as port:
        for path, pieces in (("/v1/crew", 2), (f"/v1/replay/{HERE}/what-if", 6), ("/v1/names", 2)):
            answer = await first_words(port, head(path, token, CHUNKED), *[piece] * pieces)
            assert answer.startswith("HTTP/1.1 413 "), (path, answer)
        answer = await first_words(port, head("/v1/session", None, CHUNKED), small)
        assert answer.startswith("HTTP/1.1 413 "), answer


async def test_a_sender_in_full_flow_still_reads_why_it_was_refused(
    here: Station, tmp_path: Path
) -> None:
    async with (
        served(here, tmp_path) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=_GIVES_UP_S) as client,
    ):
        answer = await client.post("/v1/signals", content=b" " * 900_000)

    assert (answer.status_code, answer.json()["title"]) == (401, "token wanted")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_slow_sender_is_not_waited_for_for_ever(here: Station) -> None:
    from coordinator.web.bodies import Bodies  # noqa: PLC0415 - where it is not, this alone fails

    said: list[Any] = []

    async def app(*_: Any) -> None:
        raise AssertionError("half a body came to a route")

    async def silent() -> Any:
        await asyncio.Event().wait()

    async def dribbles() -> Any:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: Any) -> None:
        said.append(message)

    here_app: Any = type("App", (), {"state": type("State", (), {"station": here.home})})
    scope = {
        "type": "http", "method": "POST", "path": "/v1/session", "query_string": b"",
        "headers": [], "app": here_app,
    }  # fmt: skip
    for receive, gate in (
        (silent, Bodies(app, silent_s=0.05)),
        (dribbles, Bodies(app, begin_s=0.05)),
    ):
        said.clear()
        await gate(scope, receive, send)
        assert said[0]["status"] == 408


async def test_a_sender_that_goes_away_in_the_middle_says_nothing(
    here: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted: list[Signal] = []
    whole = json.dumps(here.outage() | {"jurisdiction": HERE}).encode()
    taken = here.home.submit

    async def submit(signal: Signal) -> Any:
        submitted.append(signal)
        return await taken(signal)

    monkeypatch.setattr(here.home, "submit", submit)
    async with served(here, tmp_path) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        said = head("/v1/signals", here.tokens[Role.FEED], f"Content-Length: {len(whole) + 1}")
        writer.write(said.replace("\n", "\r\n").encode() + b"\r\n\r\n" + whole)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/health")).is_success

    assert submitted == []


@pytest.mark.parametrize("depth", [65, 900, 5_000, 40_000])
@pytest.mark.parametrize("pair", [("[", "]"), ('{"a":', "}")])
async def test_no_route_is_hurt_by_a_document_nested_without_end(
    here: Station, depth: int, pair: tuple[str, str]
) -> None:
    deep = pair[0] * depth + "1" + pair[1] * depth
    body = f'{{"type":"outage_reported","jurisdiction":"{HERE}","x":{deep}}}'
    paths = (await here.client.get("/openapi.json")).json()["paths"]
    posts = [re.sub(r"\{[^}]+\}", "x", it) for it, ways in paths.items() if "post" in ways]
    assert len(posts) > 15
    member = sorted(here.home.state_of(HERE).roster.members)[0]
    who = {"/v1/me": here.member_token(member), "/v1": here.tokens[Role.COMMANDER]}

    for path in [*posts, f"/v1/replay/{HERE}/what-if", f"/v1/roster/{HERE}/import", "/v1/me/help"]:
        token = who["/v1/me" if path.startswith("/v1/me") else "/v1"]
        headers = bearer(token) | {"Content-Type": "application/json"}
        answer = await here.client.post(path, content=body, headers=headers)
        assert answer.status_code != 400, (path, answer.text)
        assert answer.status_code < 500 or answer.status_code == 501, (path, answer.text)
        if path in ROUTES and "batch" not in path and "import" not in path and path != "/v1/cap":
            assert answer.status_code in {413, 422, 501}, (path, answer.text)


async def test_a_what_if_is_asked_for_in_json_alone(here: Station) -> None:
    path, headers = f"/v1/replay/{HERE}/what-if", bearer(here.tokens[Role.COMMANDER])

    yaml = await here.client.post(path, content="promises:\n  accept_min: 2\n", headers=headers)
    bomb = await here.client.post(path, content="x: " + "[" * 280_000, headers=headers)

    assert (yaml.status_code, yaml.json()["errors"][0]["field"]) == (422, "-")
    assert "not JSON" in bomb.json()["detail"]


GOOD, BAD = "accepted", "failed"


async def test_each_line_of_a_batch_is_answered_for_itself(here: Station) -> None:
    def line(key: str, **more: Any) -> bytes:
        return json.dumps(here.outage(key, **more) | {"jurisdiction": HERE}).encode()

    gbk = line("K7", cause="@").replace(b"@", "你".encode("gbk"))
    deep = line("K9")[:-1] + b',"x":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    half = line("KA", cause="@").replace(b"@", b"\\ud83d")
    body = b"\r\n".join(
        [b"\xef\xbb\xbf" + line("K8"), gbk, b"", deep, b"[" + line("KB") + b"]", b"# x",
         half, b"\x00", line("KC")]
    )  # fmt: skip

    answer = await here.client.post(
        "/v1/signals:batch", content=body, headers=bearer(here.tokens[Role.FEED])
    )

    assert answer.status_code == 200
    told = {it["line"]: it["status"] for it in answer.json()["results"]}
    assert told == {1: GOOD, 2: BAD, 4: BAD, 5: BAD, 6: BAD, 7: BAD, 8: BAD, 9: GOOD}
    assert "not UTF-8" in answer.json()["results"][1]["detail"]


async def test_a_line_at_which_the_coordinator_fails_leaves_the_others_their_answer(
    here: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = here.home.submit

    async def submit(signal: Signal) -> Any:
        if getattr(signal, "dedup_key", "") == "2":
            raise RuntimeError("a defect")
        return await taken(signal)

    monkeypatch.setattr(here.home, "submit", submit)
    lines = [json.dumps(here.outage(key) | {"jurisdiction": HERE}) for key in "123"]

    answer = await here.client.post(
        "/v1/signals:batch", content="\n".join(lines), headers=bearer(here.tokens[Role.FEED])
    )

    assert [it["status"] for it in answer.json()["results"]] == [GOOD, BAD, GOOD]
    assert answer.json()["results"][1]["code"] == "defect"


async def test_the_schemas_are_made_once(here: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    from coordinator.web.routes import signals  # noqa: PLC0415

    first = await here.get(Role.FEED, "/v1/schemas")
    made: list[int] = []
    monkeypatch.setattr(signals, "json_schemas", lambda: made.append(1))
    again = await here.get(Role.FEED, "/v1/schemas")

    assert {"signals", "events", "policy"} <= again.json().keys()
    assert (again.content, made) == (first.content, [])


async def test_publish_names_the_lines_as_the_file_counts_them(
    here: Station, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = json.dumps(here.outage() | {"jurisdiction": HERE})
    file = tmp_path / "reports.ndjson"
    file.write_text(f"\n{good}\n\n{{\n", encoding="utf-8")

    async with served(here, tmp_path) as port:
        with pytest.raises(BadInput, match="1 of 2 lines"):
            await publish_lines(
                str(file), f"http://127.0.0.1:{port}", here.tokens[Role.FEED], as_json=False
            )

    told = [
        it.split()[:2] for it in capsys.readouterr().out.splitlines() if it[:6].strip().isdigit()
    ]
    assert told == [["2", GOOD], ["4", BAD]]


@pytest.mark.parametrize(
    "url", ["http://[", "http://a\\@b", "http://u:p@127.0.0.1", "ftp://x", "x"]
)
async def test_a_token_is_sent_to_no_address_that_is_none(tmp_path: Path, url: str) -> None:
    file = tmp_path / "reports.ndjson"
    file.write_text("{}", encoding="utf-8")

    with pytest.raises(BadInput, match="is no address"):
        await publish_lines(str(file), url, "a-token", as_json=False)
    with pytest.raises(BadInput, match="is no address"):
        await watch_boards(url, "a-token", None, as_json=False)
