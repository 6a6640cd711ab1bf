"""A county behind a real socket, and a real Chromium before it."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    Route,
    ViewportSize,
    async_playwright,
    expect,
)

from coordinator.cli.serving import free_socket, server_of, web_of
from coordinator.settings import Settings
from schemas.vocabulary import Role
from tests.patience import PATIENCE_MS
from tests.web.station import Station, station

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A machine that does much besides is slow, and not wrong.
expect.set_options(timeout=PATIENCE_MS)
DESK = {"width": 1440, "height": 900}
Prepare = Callable[[BrowserContext], Awaitable[None]]
PHONE: ViewportSize = {"width": 390, "height": 844}


class Room:
    """A control room: the station, where it is served, and a browser to look at it with."""

    def __init__(self, here: Station, folder: Path, browser: Browser) -> None:
        self.station = here
        self.browser = browser
        self.errors: list[str] = []
        self._folder = folder
        self._port = 18_700
        self._serving: asyncio.Task[None] | None = None
        self._server: Any = None
        self._contexts: list[BrowserContext] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def serve(self) -> None:
        """Listen; again on the same port after `stop`."""
        listening = free_socket(Settings(port_or_next=True, port=self._port, data_dir=self._folder))
        self._port = listening.getsockname()[1]
        self._server = server_of(web_of(self.station.home))
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))

    async def stop(self) -> None:
        """Stop listening, as a server that is restarted does."""
        if self._serving is not None:
            self._server.should_exit = True
            self._server.force_exit = True
            # A process that ends takes its connections along; this one goes on.
            for connection in list(self._server.server_state.connections):
                if connection.transport is not None:
                    connection.transport.abort()
            await self._serving
            self._serving = None

    async def page(
        self, path: str, token: str, *, prepare: Prepare | None = None, **context: Any
    ) -> Page:
        """Open a page and enter with a token; whatever it logs as an error is remembered.

        `prepare` is given the browser's context before anything is asked for: to hold an answer.
        """
        options = {"viewport": DESK, "locale": "en-GB", "reduced_motion": "reduce"} | context
        made = await self.browser.new_context(**options)
        self._contexts.append(made)
        made.set_default_timeout(PATIENCE_MS)
        if prepare is not None:
            await prepare(made)
        page = await made.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        await page.goto(self.url + path)
        await page.fill("input[name=secret]", token)
        await page.press("input[name=secret]", "Enter")
        await page.wait_for_selector(".head")
        # What is drawn listens to keys and drops a frame later.
        await page.evaluate("new Promise((go) => requestAnimationFrame(() => setTimeout(go)))")
        return page

    async def desk(self, path: str = "/", role: Role = Role.DISPATCHER, **context: Any) -> Page:
        """Open a console as one of the station's roles; a desk is ready once it knows the forms."""
        page = await self.page(path, self.station.tokens[role], **context)
        if path == "/" and role in {Role.DISPATCHER, Role.COMMANDER}:
            await page.wait_for_selector("[data-test=publish]")
        return page

    async def phone(self, member_id: str, **context: Any) -> Page:
        """Open the on-call page of a member on a small screen with touch."""
        options: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
        return await self.page("/me", self.station.member_token(member_id), **options | context)

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()
        await self.stop()


class Held:
    """Answers to some addresses, held back until they are let go."""

    def __init__(self, *patterns: str) -> None:
        self._patterns = [re.compile(it) for it in patterns]
        self._let_go = asyncio.Event()

    async def __call__(self, context: BrowserContext) -> None:
        for pattern in self._patterns:
            await context.route(pattern, self._hold)

    async def _hold(self, route: Route) -> None:
        await self._let_go.wait()
        await route.continue_()

    def let_go(self) -> None:
        self._let_go.set()


async def look(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture of the page in the folder LOOK_AT, where somebody wants to look at it."""
    folder = os.environ.get("LOOK_AT")
    if folder:
        await page.screenshot(path=f"{folder}/{name}.png", full_page=whole)


async def slide(track: Locator, *, share: float = 1.0) -> None:
    """Slide a track's thumb, to its end or so far, as soon as it may be."""
    await expect(track).to_be_visible()
    await expect(track).not_to_have_attribute("aria-disabled", "true")
    await track.scroll_into_view_if_needed()
    box = await track.bounding_box()
    assert box is not None
    mouse, y, thumb = track.page.mouse, box["y"] + box["height"] / 2, box["height"] / 2
    await mouse.move(box["x"] + thumb, y)
    await mouse.down()
    way = box["width"] - 2 * thumb
    for step in range(1, 6):
        await mouse.move(box["x"] + thumb + way * share * step / 5, y)
    await mouse.up()


class SharedChromium:
    """One browser for all tests of the consoles; a context of it is as good as a browser of one's
    own, and costs a tenth.
    """

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    async def browser(self) -> Browser:
        """Return the browser, started when it is asked for first, or anew if it crashed."""
        if self._browser is None or not self._browser.is_connected():
            await self.close()
            found = _found()
            self._playwright = await async_playwright().start()
            self._browser = await self._playwright.chromium.launch(
                executable_path=found, args=list(_FLAGS)
            )
        return self._browser

    async def close(self) -> None:
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
        self._browser = self._playwright = None


shared = SharedChromium()


def _found() -> str:
    """Return where a Chromium is; without one the test is skipped, or fails where CI asks for it.

    The one that is made for this comes first: it draws and runs pages as the other does, and has no
    tabs, no bar and no settings, which cost as much as the pages.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        if os.environ.get("REQUIRE_REAL_PARTS"):
            pytest.fail("the real thing is required here: no chromium")
        pytest.skip(f"needs the real thing: no chromium (apt-get install {names[0]})")
    return found


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Give the shared browser; at the end nothing of what was opened in it is left."""
    browser = await shared.browser()
    try:
        yield browser
    finally:
        for context in list(browser.contexts):
            await context.close()


@asynccontextmanager
async def control_room(folder: Path) -> AsyncIterator[Room]:
    """Give a control room; at the end no page may have thrown an error."""
    async with chromium() as browser, station(folder) as here:
        room = Room(here, folder, browser)
        await room.serve()
        try:
            yield room
        finally:
            await room.close()
        assert not room.errors, "\n".join(map(str, room.errors))
