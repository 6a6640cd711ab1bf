"""The files of a page: what its first script leads to is fetched at once, not wave after wave."""

import gzip
import os
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from coordinator.web.page_files import PageFiles
from coordinator.web.page_words import modules
from schemas.roles import Capability
from words.catalogue import current

STATIC = Path(__file__).resolve().parent.parent.parent / "coordinator" / "web" / "static"
_IMPORT = re.compile(
    r"^\s*(?:import|export)\b[^;]*?from\s*\"(/static/[^\"]+)\"|^import\s*\"(/static/[^\"]+)\"", re.M
)
_PRELOADED = re.compile(r'<link rel="modulepreload" href="(/static/[^"]+)">')
_ENTRY = re.compile(r'<script type="module"[^>]* src="(/static/[^"]+)"></script>')
_ABLE = re.compile(r"\bcan\(\"(\w+)\"\)|<\$\{Gate\} needs=\"(\w+)\"")
_BY_ROLE = re.compile(r"session\(\)\.role\s*[!=]==|\broles\.includes\(")
SCRIPT_LINES_MAX = 400
FIRST_LOAD_BYTES_MAX = 400_000
MADE = modules(current())


def source_of(script: str) -> bytes:
    """Return a script as it is sent: one of the folder, or one made from the catalogues."""
    name = script.removeprefix("/static/")
    return MADE[name] if name in MADE else (STATIC / name).read_bytes()


def leads_to(script: str) -> set[str]:
    """Return all scripts that one imports, those of its imports with them."""
    found: set[str] = set()
    waiting = [script]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        text = source_of(one).decode()
        waiting.extend(first or second for first, second in _IMPORT.findall(text))
    return found


def test_the_desk_asks_for_all_its_scripts_at_once() -> None:
    page = (STATIC / "dispatch" / "index.html").read_text(encoding="utf-8")
    main = "/static/dispatch/main.js"

    assert sorted(_PRELOADED.findall(page)) == sorted(leads_to(main) - {main})


@pytest.mark.parametrize(
    "script",
    sorted(
        it.relative_to(STATIC).as_posix() for it in STATIC.rglob("*.js") if "vendor" not in it.parts
    ),
)
def test_a_script_says_what_it_is_for_and_can_be_read_in_one_sitting(script: str) -> None:
    lines = (STATIC / script).read_text(encoding="utf-8").splitlines()

    assert lines[0].startswith("//")
    assert len(lines) <= SCRIPT_LINES_MAX


def test_scripts_ask_what_a_session_may_do_and_never_who_it_is() -> None:
    asked: dict[str, set[str]] = {}
    for script in STATIC.rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        if "vendor" in script.parts:
            continue
        assert _BY_ROLE.findall(text) == [], script
        for first, second in _ABLE.findall(text):
            asked.setdefault(first or second, set()).add(script.name)

    assert asked.keys() >= {"watch", "look_back", "be_on_call"}
    assert asked.keys() <= set(Capability), asked


@pytest.mark.parametrize("page", ["dispatch", "oncall", "replay"])
def test_the_scripts_of_a_first_load_are_small(page: str) -> None:
    entries = _ENTRY.findall((STATIC / page / "index.html").read_text(encoding="utf-8"))
    scripts = set().union(*map(leads_to, entries))
    sizes = {
        it: len(gzip.compress(source_of(it), mtime=0)) for it in scripts if not is_of_the_map(it)
    }

    assert f"/static/{page}/main.js" in sizes
    assert sum(sizes.values()) < FIRST_LOAD_BYTES_MAX, sorted(sizes.items(), key=lambda it: -it[1])


def is_of_the_map(script: str) -> bool:
    """Say whether a script draws the map: Leaflet, the ground, and our own layers."""
    return script.startswith("/static/map/") or script.startswith(
        ("/static/vendor/leaflet", "/static/vendor/protomaps")
    )


async def ask(path: str, **headers: str) -> httpx.Response:
    app = FastAPI()
    app.add_route("/static/{path:path}", PageFiles(STATIC, {}).answer)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        return await client.get(path, headers=headers)


async def test_words_are_sent_as_modules_made_from_the_catalogues() -> None:
    app = FastAPI()
    app.add_route("/static/{path:path}", PageFiles(STATIC, MADE).answer)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        first = await client.get("/static/words/said.js")
        again = await client.get(
            "/static/words/said.js", headers={"If-None-Match": first.headers["etag"]}
        )

    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert '"no_such_incident": ["no such incident", "没有该事件"]' in first.text
    assert (again.status_code, again.content) == (304, b"")


async def test_a_file_is_sent_compressed_and_not_again_while_it_is_the_same() -> None:
    file = STATIC / "dispatch" / "main.js"

    first = await ask("/static/dispatch/main.js")
    again = await ask("/static/dispatch/main.js", **{"If-None-Match": first.headers["etag"]})
    plain = await ask("/static/dispatch/main.js", **{"Accept-Encoding": "identity"})

    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.content == file.read_bytes()
    assert (again.status_code, again.content) == (304, b"")
    assert "content-encoding" not in plain.headers
    assert plain.content == file.read_bytes()


async def test_what_is_no_file_of_the_pages_is_not_found() -> None:
    for path in ("/static/nowhere.js", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/"):
        assert (await ask(path)).status_code == 404, path


async def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "a.js"
    file.write_text("// one", encoding="utf-8")
    app = FastAPI()
    app.add_route("/static/{path:path}", PageFiles(tmp_path, {}).answer)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        first = await client.get("/static/a.js")
        file.write_text("// two", encoding="utf-8")
        os.utime(file, ns=(1, 1))
        second = await client.get("/static/a.js", headers={"If-None-Match": first.headers["etag"]})

    assert (first.text, second.text) == ("// one", "// two")
