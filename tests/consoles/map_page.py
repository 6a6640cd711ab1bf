"""The map alone in a real browser: the page of the benchmark behind a real coordinator."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi.staticfiles import StaticFiles
from playwright.async_api import Browser, Page

from coordinator.cli.serving import free_socket, server_of
from coordinator.demo.landscape import write_landscape
from coordinator.demo.province import Place, province
from coordinator.settings import Settings
from coordinator.web.app import application
from coordinator.web.map_files import AREAS_NAME, BASEMAP_NAME, MapFiles
from schemas.vocabulary import Role
from tests.consoles.browser import DESK, chromium
from tests.patience import PATIENCE_MS
from tests.story import START
from tests.web.station import Station, bearer, station

_PAGE = Path(__file__).resolve().parent.parent.parent / "benchmarks" / "map_page"


@cache
def whole_province() -> list[Place]:
    return province(1, START, days=1)


class MapRoom:
    """Where maps are opened, and what they asked of whom."""

    def __init__(self, here: Station, browser: Browser, port: int) -> None:
        self.station = here
        self.errors: list[str] = []
        self.asked: list[str] = []
        self._browser = browser
        self.url = f"http://127.0.0.1:{port}"

    async def map(self, *, dark: bool = False, context: Any = None, **query: Any) -> Page:
        """Open a map with so many made-up incidents, units, sites and vehicles."""
        options: dict[str, Any] = {"viewport": DESK, "locale": "en-GB", "reduced_motion": "reduce"}
        options |= {"color_scheme": "dark" if dark else "light"} | (context or {})
        made = await self._browser.new_context(**options)
        made.set_default_timeout(PATIENCE_MS)
        token = self.station.tokens[Role.DISPATCHER]
        entered = await made.request.post(
            f"{self.url}/v1/session", headers=bearer(token) | {"X-Coordinator-Console": "1"}
        )
        assert entered.ok, await entered.text()
        page = await made.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda said: self.errors.append(said.text) if said.type == "error" else None,
        )
        page.on("request", lambda request: self.asked.append(request.url))
        await page.goto(f"{self.url}/bench/index.html?{urlencode(query)}")
        await until(page, "!!globalThis.page?.view && page.view.counts().incident >= 0")
        await until(page, "!!document.querySelector('.leaflet-land-pane canvas')")
        return page


async def until(page: Page, said: str) -> None:
    """Wait until an expression is true. (Playwright's own way needs the eval that we forbid.)"""
    for _ in range(200):
        if await page.evaluate(said):
            return
        await page.wait_for_timeout(50)
    raise AssertionError(f"never true: {said}")


@asynccontextmanager
async def map_room(folder: Path, *, basemap: Path | None = None) -> AsyncIterator[MapRoom]:
    """Serve the page of the map; at the end no page may have thrown an error."""
    async with chromium() as browser, station(folder) as here:
        areas, land = folder / AREAS_NAME, folder / BASEMAP_NAME
        write_landscape(whole_province(), seed=1, areas=areas, basemap=land)
        files = MapFiles.of(Settings(data_dir=folder, basemap=basemap))
        app = application(here.home, registry=here.home.registry, map_files=files)
        app.mount("/bench", StaticFiles(directory=_PAGE))
        listening = free_socket(Settings(port_or_next=True, port=18_800, data_dir=folder))
        server = server_of(app)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        room = MapRoom(here, browser, listening.getsockname()[1])
        try:
            yield room
        finally:
            for context in browser.contexts:
                await context.close()
            server.should_exit = True
            await serving
        assert room.errors == []
