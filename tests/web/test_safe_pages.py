"""Safe pages: nothing inline, nothing drawn from markup, no door open to another site's page."""

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from coordinator.web.sessions import CONSOLE_HEADER
from schemas.vocabulary import Role
from tests.web.station import Station, bearer, station

STATIC = Path(__file__).resolve().parents[2] / "coordinator" / "web" / "static"
_SAFE = {"get", "head", "options"}
# What turns text into markup or code; a page of ours has no use for any of it.
_MARKUP = re.compile(
    r"\binnerHTML|\bouterHTML|insertAdjacentHTML|dangerouslySetInnerHTML|createContextualFragment"
    r"|document\.write|\beval\(|new Function\("
)


class Inline(HTMLParser):
    """Collects what a strict policy would not run: scripts and styles without an address."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.found.append(tag)
        self.found += [f"{tag} {it}" for it in given if it == "style" or it.startswith("on")]
        for name in ("src", "href"):
            if (given.get(name) or "/").startswith(("http:", "https:", "//", "javascript:")):
                self.found.append(f"{tag} {given[name]}")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


@pytest.mark.parametrize(
    "path",
    ["/", "/me", "/replay", "/me/worker.js", "/static/shared/ui.js", "/v1/boards/alarms", "/no"],
)
async def test_every_answer_bears_the_strict_policy(here: Station, path: str) -> None:
    answer = await here.client.get(path)

    policy = answer.headers["content-security-policy"]
    parts = dict(it.strip().split(" ", 1) for it in policy.split(";"))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == parts["style-src"] == parts["connect-src"] == "'self'"
    assert parts["base-uri"] == parts["form-action"] == parts["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/me", "/replay"])
async def test_a_page_has_nothing_inline_and_nothing_from_elsewhere(
    here: Station, path: str
) -> None:
    page = Inline()
    page.feed((await here.client.get(path)).text)

    assert page.found == []


@pytest.mark.parametrize(
    "script",
    sorted(
        it.relative_to(STATIC).as_posix() for it in STATIC.rglob("*.js") if "vendor" not in it.parts
    ),
)
def test_no_script_turns_text_into_markup_or_code(script: str) -> None:
    assert _MARKUP.findall((STATIC / script).read_text(encoding="utf-8")) == []


async def test_no_route_takes_a_cookie_without_the_console_header(here: Station) -> None:
    token = bearer(here.tokens[Role.COMMANDER]) | {CONSOLE_HEADER: "1"}
    assert (await here.client.post("/v1/session", headers=token)).is_success
    paths = (await here.client.get("/openapi.json")).json()["paths"]
    asked = sorted((it, path) for path, ways in paths.items() for it in set(ways) - _SAFE)
    assert len(asked) > 15

    open_doors = []
    for method, path in asked:
        answer = await here.client.request(method, re.sub(r"\{[^}]+\}", "x", path))
        if (answer.status_code, answer.json().get("title")) != (403, "not from a console"):
            open_doors.append((method, path, answer.status_code, answer.text[:200]))

    assert open_doors == []


@pytest.mark.parametrize("name", ["token", "access_token", "code"])
async def test_a_token_in_an_address_opens_nothing(here: Station, name: str) -> None:
    secret = here.tokens[Role.COMMANDER]

    for path in ("/v1/session", "/v1/boards/alarms", "/v1/stream", "/v1/me/stream"):
        assert (await here.client.get(path, params={name: secret})).status_code == 401
