"""Commands that speak to a running coordinator over HTTP: publish, watch."""

import json
import sys
from pathlib import Path
from typing import Any

import httpx
import msgspec

from coordinator.cli.data import settings_for
from coordinator.errors import BadFile, BadInput, CoordinatorError, NotWorking
from coordinator.home.folder_lock import server_of
from schemas.said import Said
from schemas.sentences import answers
from words.catalogue import Language, current
from words.faults import Fault

_LINES_AT_ONCE = 2_000


async def publish_lines(
    file: str,
    url: str | None,
    token: str,
    language: Language = "en",
    *,
    as_json: bool,
    data_dir: Path | None = None,
) -> None:
    """Send lines in batches and show what became of each, in the reader's language."""
    base, headers = _base(url or _found(data_dir)), _bearer(token) | {"Accept-Language": language}
    lines = _read(file)
    failed = 0
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as client:
        for start in range(0, len(lines), _LINES_AT_ONCE):
            part = lines[start : start + _LINES_AT_ONCE]
            body = b"\n".join(line for _, line in part)
            answer = await _ask(client, body)
            for result in answer["results"]:
                result["line"], _ = part[result["line"] - 1]
                failed += result["status"] != "accepted"
                if as_json:
                    print(json.dumps(result, ensure_ascii=False))
                else:
                    print(f"{result['line']:>6} {result['status']:<9} {_became(result, language)}")
    if failed:
        raise BadInput(f"{failed} of {len(lines)} lines were not accepted")


def _became(result: dict[str, Any], language: Language) -> str:
    """Return in words why a line was not accepted, or that it changed nothing; else nothing."""
    if result.get("detail"):
        return str(result["detail"])
    if result.get("nothing_changed"):
        return current().say(answers.NOTHING_CHANGED, language)
    if warnings := result.get("warnings"):
        said_all = msgspec.convert(warnings, tuple[Said, ...])
        return current().say_all(said_all, language)
    refused = result.get("refused")
    if not refused:
        return ""
    said = msgspec.convert(refused["rule"], Said)
    return Fault(refused.get("field") or "-", refused.get("value"), said, rule=True).told(language)


def _found(data_dir: Path | None) -> str:
    """Return where the server of the data folder answers, on whichever port it found free.

    Raises:
        BadInput: none has the folder.
    """
    folder = settings_for(data_dir).data_dir
    found = server_of(folder)
    if found is None:
        raise BadInput(f"data-dir: no server has {folder}; start one, or name another with --url")
    return found


async def show_health(url: str | None, data_dir: Path | None, *, as_json: bool) -> None:
    """Print what is wrong with a running coordinator.

    Raises:
        BadInput: no server has the folder.
        CoordinatorError: it does not answer.
        NotWorking: it answers, and does not do what it is there for.
    """
    base = _base(url or _found(data_dir))
    try:
        async with httpx.AsyncClient(base_url=base, timeout=10) as client:
            document = (await client.get("/health")).json()
            troubles, works = document["troubles"], document["ok"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise CoordinatorError(f"{base}: no health to be had there: {error!r}") from None
    if as_json:
        print(json.dumps(document, ensure_ascii=False))
    else:
        for it in troubles:
            amount = "" if it["amount"] is None else f" ({it['amount']:g})"
            grave = "GRAVE" if it["grave"] else "note "
            print(f"{grave} {it['kind']} {it['about']}{amount} {it['why']}".rstrip())
        if not troubles:
            print("well")
    if not works:
        raise NotWorking(f"{base}: does not do what it is there for")


def _base(url: str) -> httpx.URL:
    """Return where a token is sent: nowhere that two programs could read differently."""
    try:
        base = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise BadInput(f"url: {url!r} is no address: {error}") from None
    odd = base.userinfo or "\\" in url or "%" in base.host
    if base.scheme not in {"http", "https"} or not base.host or odd:
        raise BadInput(f"url: {url!r} is no address like http://127.0.0.1:8600")
    return base


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _read(file: str) -> list[tuple[int, bytes]]:
    """Return the lines that are not blank, each with its number in the file."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise BadFile(file, str(error)) from None
    return [it for it in enumerate(data.splitlines(), 1) if it[1].strip()]


async def _ask(client: httpx.AsyncClient, body: bytes) -> dict[str, list[dict[str, Any]]]:
    try:
        response = await client.post("/v1/signals:batch", content=body)
    except httpx.HTTPError as error:
        raise CoordinatorError(f"{client.base_url}: {error}") from None
    document = _document(response)
    if response.status_code != httpx.codes.OK:
        raise BadInput(f"{response.status_code}: {document['detail']}")
    found: dict[str, list[dict[str, Any]]] = document
    return found


def _document(response: httpx.Response) -> dict[str, Any]:
    """Return what a coordinator answered.

    Raises:
        CoordinatorError: it was none who answered.
    """
    wanted = "results" if response.status_code == httpx.codes.OK else "detail"
    try:
        document = response.json()
    except ValueError:
        document = None
    if not isinstance(document, dict) or wanted not in document:
        raise CoordinatorError(f"{response.url}: what answers there is no coordinator")
    return document


async def watch_boards(
    url: str | None,
    token: str,
    jurisdiction: str | None,
    *,
    as_json: bool,
    data_dir: Path | None = None,
) -> None:
    """Print every change of every board until interrupted."""
    parameters = {} if jurisdiction is None else {"jurisdiction": jurisdiction}
    timeout = httpx.Timeout(10, read=None)
    base, headers = _base(url or _found(data_dir)), _bearer(token)
    try:
        async with (
            httpx.AsyncClient(base_url=base, headers=headers, timeout=timeout) as client,
            client.stream("GET", "/v1/stream", params=parameters) as response,
        ):
            if response.status_code != httpx.codes.OK:
                await response.aread()
                raise BadInput(f"{response.status_code}: {_document(response)['detail']}")
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                raise CoordinatorError(f"{response.url}: what answers there is no coordinator")
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    _print_changes(line.removeprefix("data: "), as_json=as_json)
    except httpx.HTTPError as error:
        raise CoordinatorError(f"{base}: {error}") from None


def _print_changes(data: str, *, as_json: bool) -> None:
    for change in json.loads(data):
        if as_json:
            print(json.dumps(change, ensure_ascii=False), flush=True)
            continue
        row = change["row"]
        shown = "gone" if row is None else _short(row)
        print(f"{change['jurisdiction']:<10} {change['board']:<20} {change['key']} {shown}",
              flush=True)  # fmt: skip


def _short(row: dict[str, object]) -> str:
    names = ("grade", "phase", "status", "customers_out", "text", "supply", "free", "readiness")
    return " ".join(f"{name}={row[name]}" for name in names if row.get(name) is not None)
