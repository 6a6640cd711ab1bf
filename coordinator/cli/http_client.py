"""Commands that speak to a running coordinator over HTTP: publish, watch."""

import json
import sys
from pathlib import Path
from typing import Any

import httpx

from coordinator.errors import BadFile, BadInput, CoordinatorError

_LINES_AT_ONCE = 2_000


async def publish_lines(file: str, url: str, token: str, *, as_json: bool) -> None:
    """Send lines in batches and show what became of each."""
    lines = _read(file)
    failed = 0
    base, headers = _base(url), _bearer(token)
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
                    said = result.get("detail") or (result.get("refused") or {}).get("rule") or ""
                    print(f"{result['line']:>6} {result['status']:<9} {said}")
    if failed:
        raise BadInput(f"{failed} of {len(lines)} lines were not accepted")


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
    document = response.json()
    if response.status_code != httpx.codes.OK:
        raise BadInput(f"{response.status_code}: {document.get('detail')}")
    found: dict[str, list[dict[str, Any]]] = document
    return found


async def watch_boards(url: str, token: str, jurisdiction: str | None, *, as_json: bool) -> None:
    """Print every change of every board until interrupted."""
    parameters = {} if jurisdiction is None else {"jurisdiction": jurisdiction}
    timeout, base, headers = httpx.Timeout(10, read=None), _base(url), _bearer(token)
    try:
        async with (
            httpx.AsyncClient(base_url=base, headers=headers, timeout=timeout) as client,
            client.stream("GET", "/v1/stream", params=parameters) as response,
        ):
            if response.status_code != httpx.codes.OK:
                await response.aread()
                raise BadInput(f"{response.status_code}: {response.json().get('detail')}")
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    _print_changes(line.removeprefix("data: "), as_json=as_json)
    except httpx.HTTPError as error:
        raise CoordinatorError(f"{url}: {error}") from None


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
