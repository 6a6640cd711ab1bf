"""The map in headless Chromium without a GPU: does it hold the page up while a storm comes in?

5,000 incidents, 500 units on the move, 200 changed rows a second. Long tasks: what held the page's
thread for over 50 ms; by the processor time it took, so that whoever else works on this machine
does not count, and by the clock beside it. Browser: processor time of all its processes, for who
has no GPU draws on the processor. The yardstick is the same rows as Leaflet's own circle markers
on its canvas, ungrouped. With `--webgl FOLDER`, where `npm install maplibre-gl` was run, the same
incidents are also grouped and drawn by MapLibre.
"""

import argparse
import asyncio
import shutil
import socket
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from playwright.async_api import Browser, Page, async_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import coordinator.web
from benchmarks.printing import tell
from coordinator.demo.landscape import write_landscape
from coordinator.demo.province import province
from coordinator.web.page_words import modules
from words.catalogue import current

_STATIC = Path(coordinator.web.__path__[0]) / "static"
_PAGES = Path(__file__).parent / "map_page"
_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_RATE = 200
_LONG_MS = 50.0
_WATCH = """
window.bench = { paints: [] };
new PerformanceObserver((list) => list.getEntries().forEach((it) => bench.paints.push(it.duration)))
  .observe({ type: "measure" });
"""


@asynccontextmanager
async def served(webgl: Path | None) -> AsyncIterator[str]:
    """Serve the page, the map's own files and the ground of the demo; no coordinator behind it."""
    with tempfile.TemporaryDirectory() as name:
        areas, basemap = Path(name) / "areas.geojson", Path(name) / "basemap.geojson"
        write_landscape(
            province(1, 1_700_000_000_000, days=1), seed=1, areas=areas, basemap=basemap
        )
        about = {
            "areas": "/v1/map/areas",
            "basemap": {"kind": "geojson", "address": "/v1/map/basemap"},
        }
        routes = [
            Route("/v1/map", lambda _: JSONResponse(about)),
            Route("/v1/map/areas", lambda _: _geojson(areas)),
            Route("/v1/map/basemap", lambda _: _geojson(basemap)),
            Route("/static/words/{name}", _words),
            Mount("/static", StaticFiles(directory=_STATIC)),
            Mount("/bench", StaticFiles(directory=_PAGES)),
        ]
        if webgl is not None:
            routes.append(
                Mount("/webgl", StaticFiles(directory=webgl / "node_modules/maplibre-gl/dist"))
            )
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="warning"))
        # Listening already, so that nobody needs to wait for the start.
        listening = socket.create_server(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/bench"
        server.should_exit = True
        await serving


def _words(request: Request) -> Response:
    made = modules(current())[f"words/{request.path_params['name']}"]
    return Response(made, media_type="text/javascript")


def _geojson(path: Path) -> FileResponse:
    return FileResponse(path, media_type="application/geo+json")


async def stormy(browser: Browser, url: str, seconds: float) -> dict[str, float]:
    """Return what a page went through while the storm came in: at rest, then panned and zoomed."""
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    await page.add_init_script(_WATCH)
    await page.goto(url)
    await page.wait_for_function("globalThis.page?.ready", timeout=60_000)
    await page.evaluate(f"page.storm({_RATE})")
    await page.wait_for_timeout(2_000)
    rest = await _watched(page, page.wait_for_timeout(seconds * 1_000))
    moved = await _watched(page, _moved(page, seconds))
    await page.close()
    return {f"rest_{name}": it for name, it in rest.items()} | {
        f"moved_{name}": it for name, it in moved.items()
    }


async def _watched(page: Page, doing: Any) -> dict[str, float]:
    await page.evaluate("bench.paints = []; page.changes = 0")
    before = await _browser_ms(page)
    tasks = await _traced(page, doing)
    spent = await _browser_ms(page) - before
    seen = await page.evaluate("({ ...bench, changes: page.changes })")
    long_cpu = [it for it, _ in tasks if it > _LONG_MS]
    long_clock = [it for _, it in tasks if it > _LONG_MS]
    found = {
        "changes": float(seen["changes"]),
        "browser_cpu_ms": spent,
        "page_cpu_ms": sum(it for it, _ in tasks),
        "long_tasks_cpu": float(len(long_cpu)),
        "longest_task_cpu_ms": max((it for it, _ in tasks), default=0.0),
        "long_tasks_clock": float(len(long_clock)),
        "longest_task_clock_ms": max((it for _, it in tasks), default=0.0),
    }
    if seen["paints"]:
        found |= {
            "paints": float(len(seen["paints"])),
            "paint_p50_ms": statistics.median(seen["paints"]),
        }
    return found


async def _browser_ms(page: Page) -> float:
    """Return the processor time that all processes of the browser have taken so far."""
    assert page.context.browser is not None
    session = await page.context.browser.new_browser_cdp_session()
    told = await session.send("SystemInfo.getProcessInfo")
    await session.detach()
    return float(sum(it["cpuTime"] for it in told["processInfo"]) * 1_000)


async def _traced(page: Page, doing: Any) -> list[tuple[float, float]]:
    """Return processor time and length, in ms, of each task of the page's thread meanwhile."""
    assert page.context.browser is not None
    session = await page.context.browser.new_browser_cdp_session()
    events: list[dict[str, Any]] = []
    over = asyncio.Event()
    session.on("Tracing.dataCollected", lambda it: events.extend(it["value"]))
    session.on("Tracing.tracingComplete", lambda _: over.set())
    config = {"includedCategories": ["disabled-by-default-devtools.timeline", "__metadata"]}
    await session.send("Tracing.start", {"traceConfig": config, "transferMode": "ReportEvents"})
    await doing
    await session.send("Tracing.end")
    await over.wait()
    await session.detach()
    mains = {
        (it["pid"], it["tid"])
        for it in events
        if it["name"] == "thread_name" and it["args"]["name"] == "CrRendererMain"
    }
    tasks = [it for it in events if it["name"] == "RunTask" and (it["pid"], it["tid"]) in mains]
    return [(it.get("tdur", 0) / 1_000, it.get("dur", 0) / 1_000) for it in tasks]


async def _moved(page: Page, seconds: float) -> None:
    """Drag and zoom as somebody who looks around."""
    ends = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < ends:
        await page.mouse.move(900, 500)
        await page.mouse.down()
        await page.mouse.move(760, 430, steps=8)
        await page.mouse.up()
        await page.mouse.wheel(0, -240)
        await page.wait_for_timeout(500)
        await page.mouse.wheel(0, 240)
        await page.wait_for_timeout(500)


async def measured(seconds: float, webgl: Path | None) -> dict[str, dict[str, float]]:
    path = shutil.which("chromium")
    pages = {"map": "index.html?vehicles=120", "markers": "markers.html"}
    if webgl is not None:
        pages["webgl"] = "webgl.html"
    async with async_playwright() as playwright, served(webgl) as url:
        browser = await playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        found = {
            name: await stormy(browser, f"{url}/{page}", seconds) for name, page in pages.items()
        }
        await browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="last line is one JSON object")
    parser.add_argument("--quick", action="store_true", help="end within 45 s")
    parser.add_argument("--webgl", type=Path, help="folder with node_modules/maplibre-gl")
    options = parser.parse_args(sys.argv[1:])
    found = asyncio.run(measured(6.0 if options.quick else 30.0, options.webgl))
    ratios = {
        f"{name}.{which}_browser_cpu": other[f"{which}_browser_cpu_ms"]
        / found["map"][f"{which}_browser_cpu_ms"]
        for name, other in found.items()
        for which in ("rest", "moved")
        if name != "map"
    }
    figures = {f"{name}_{key}": it for name, one in found.items() for key, it in one.items()}
    tell("map", ratios=ratios, figures=figures, as_json=options.json)


if __name__ == "__main__":
    main()
