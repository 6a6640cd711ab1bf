"""The dispatch console in headless Chromium before a province in a storm: is it still at hand?

5,000 open incidents, 6,414 members, 200 signals a second. First view: from going to the page with
a session and an empty cache until its first rows are painted, the processor time that the page's
main thread and the server (with its load) took for it, and again with what the cache keeps.
Input: keys in the queue, clicks on its rows and back to the map, letters into the search, each from
the press until the next paint, by the browser's own event timing in steps of 8 ms. Long tasks: what
held the page up for over 50 ms while it worked; of these, those that also took 50 ms of processor
time, by the browser's trace: the others waited for a core. Server, load and browser share the
machine; how many cores each had, and the whole machine, is told. The yardstick is a bare page of
the same browser that reads the same rows and shows none.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from benchmarks.console_watch import WATCH, cores_busy, cores_of, slow_tasks
from benchmarks.printing import arguments, tell

_INCIDENTS, _RATE = 5_000, 200
_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_SETTLE_MS = 2_500
_BETWEEN_MS = 120
_ENDING_S = 6.0
_NOT_TOLD_MS = 16.0
"""The browser tells of an input that took at least this long."""
_ENTER = """(token) => fetch("/v1/session", { method: "POST", headers: {
  Authorization: `Bearer ${token}`, "X-Coordinator-Console": "1" } })"""
_BARE = """async () => {
  const began = performance.now();
  const answer = await fetch("/v1/boards/open_incidents", { cache: "no-store" });
  const { rows } = await answer.json();
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return [performance.now() - began, rows.length];
}"""


class Province(NamedTuple):
    """A province that goes on in a process of its own."""

    url: str
    token: str
    pid: int


@asynccontextmanager
async def busy_province() -> AsyncIterator[tuple[Province, dict[str, float]]]:
    """Give a province, and what it tells of its load once this is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.busy_province", str(_INCIDENTS), str(_RATE),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    if process.stdout is None or process.stdin is None:
        raise RuntimeError("the province has no pipes")
    url, token = (await process.stdout.readline()).decode().split()
    told: dict[str, float] = {}
    try:
        yield Province(url, token, process.pid), told
    finally:
        process.stdin.close()
        told["signals_per_s"] = float(await process.stdout.readline() or 0)
        await process.wait()


async def entered(browser: Browser, province: Province) -> Page:
    """Return a page with a session and nothing in its cache, not yet at the console."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = await context.new_page()
    await page.goto(f"{province.url}/health")
    await page.evaluate(_ENTER, province.token)
    return page


async def first_view(page: Page, url: str) -> float:
    await page.goto(url, wait_until="commit")
    return float(await page.evaluate("() => window.bench.first"))


async def first_views(browser: Browser, province: Province, ends: float) -> dict[str, list[float]]:
    """Return what the first view took with an empty cache, and then again, until it is time."""
    found: dict[str, list[float]] = {
        "first_view": [], "first_view_page": [], "first_view_server": [], "again_view": [],
    }  # fmt: skip
    while not found["first_view"] or time.monotonic() < ends:
        page = await entered(browser, province)
        await page.add_init_script(WATCH)
        told = await page.context.new_cdp_session(page)
        await told.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = await _thread_ms(told), cores_of(province.pid) * 1_000
        found["first_view"].append(await first_view(page, province.url))
        after = await _thread_ms(told), cores_of(province.pid) * 1_000
        found["first_view_page"].append(after[0] - before[0])
        found["first_view_server"].append(after[1] - before[1])
        await page.wait_for_timeout(500)
        found["again_view"].append(await first_view(page, province.url))
        await page.context.close()
    return found


async def _thread_ms(told: CDPSession) -> float:
    """Return the processor time of a page's main thread so far."""
    metrics = (await told.send("Performance.getMetrics"))["metrics"]
    return float(next(it["value"] for it in metrics if it["name"] == "TaskDuration")) * 1_000


class Hand:
    """Somebody at the desk: does one thing after the other, at once when the last one is done."""

    def __init__(self, page: Page, seconds: float) -> None:
        self._page = page
        self._seconds = seconds

    async def keys(self, turn: int) -> None:
        """Move down the queue."""
        if turn == 0:
            await self._page.locator(".queue .virtual").focus()
        await self._page.keyboard.press("ArrowDown")

    async def clicks(self, turn: int) -> None:
        """Open an incident of the queue; go back to the map."""
        if turn % 2:
            await self._page.locator(".views button").first.click()
            return
        box: Any = await self._page.locator(".queue .virtual").bounding_box()
        row = 58 * (turn // 2 % 8) + 29
        await self._page.mouse.click(box["x"] + 120, box["y"] + row)

    async def letters(self, turn: int) -> None:
        """Look for something in the queue and take it back."""
        if turn == 0:
            await self._page.locator("#search").focus()
        await self._page.keyboard.press(
            ("a", "n", "n", "Backspace", "Backspace", "Backspace")[turn % 6]
        )

    async def inputs(self, act: Callable[[int], Awaitable[None]]) -> list[float]:
        """Do it for a while; return what each input took until it was seen."""
        await self._page.evaluate("() => { bench.input = new Map(); }")
        ends, turn = time.monotonic() + self._seconds, 0
        while time.monotonic() < ends:
            await act(turn)
            turn += 1
            await self._page.wait_for_timeout(_BETWEEN_MS)
        await self._page.wait_for_timeout(300)
        told: list[float] = await self._page.evaluate("() => [...bench.input.values()]")
        return sorted([_NOT_TOLD_MS] * max(0, turn - len(told)) + told)


def spread(name: str, values: list[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": values[len(values) // 2],
        f"{name}_p95_ms": values[int(len(values) * 0.95)],
        f"{name}_max_ms": values[-1],
    }


async def steady(browser: Browser, province: Province, seconds: float) -> dict[str, float]:
    """Watch the page, alone at first and then with somebody at work, while news comes in."""
    page = await entered(browser, province)
    await page.add_init_script(WATCH)
    await first_view(page, province.url)
    await page.wait_for_timeout(_SETTLE_MS)
    hand = Hand(page, seconds / 4)
    await page.evaluate("() => { bench.long = []; }")
    before = time.monotonic(), cores_of(province.pid), cores_of(os.getpid()), cores_busy()
    await browser.start_tracing(page=page, categories=["-*", "toplevel"])
    await page.wait_for_timeout(seconds / 4 * 1_000)
    quiet: list[float] = await page.evaluate("() => bench.long")
    kinds = {it.__name__: await hand.inputs(it) for it in (hand.keys, hand.clicks, hand.letters)}
    trace = json.loads(await browser.stop_tracing())
    long: list[float] = await page.evaluate("() => bench.long")
    after = time.monotonic(), cores_of(province.pid), cores_of(os.getpid()), cores_busy()
    spent, server, ours, all_ = (b - a for a, b in zip(before, after, strict=True))
    return {
        **spread("input", sorted(value for values in kinds.values() for value in values)),
        **{f"{kind}_p95_ms": it[int(len(it) * 0.95)] for kind, it in kinds.items()},
        "inputs": sum(map(len, kinds.values())),
        "long_tasks_untouched": len(quiet),
        "long_tasks": len(long),
        "longest_task_ms": max(long, default=0.0),
        **slow_tasks(trace),
        "seconds_watched": spent,
        "cores_server": server / spent,
        "cores_browser": (ours - server) / spent,
        "cores_machine": all_ / spent,
    }


async def measured(lasts: float) -> tuple[dict[str, float], dict[str, float]]:
    """Return ratios and figures, after about so many seconds."""
    ends = time.monotonic() + lasts
    path = shutil.which("chromium")
    async with async_playwright() as playwright, busy_province() as (province, told):
        browser = await playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        page = await entered(browser, province)
        bare = [await page.evaluate(_BARE) for _ in range(5)]
        await page.context.close()
        views = await first_views(browser, province, ends - lasts * 0.35)
        found = await steady(browser, province, max(4.0, ends - time.monotonic() - _ENDING_S))
        await browser.close()
    bare_ms = statistics.median(it[0] for it in bare)
    medians = {f"{name}_ms": statistics.median(values) for name, values in views.items()}
    return {"first_view.bare_page": medians["first_view_ms"] / bare_ms}, {
        "open_incidents": bare[0][1],
        **told,
        "bare_page_ms": bare_ms,
        **medians,
        "first_view_max_ms": max(views["first_view"]),
        "views": len(views["first_view"]),
        **found,
    }


def main() -> None:
    options = arguments(__doc__ or "")
    ratios, figures = asyncio.run(measured(38.0 if options.quick else 120.0))
    tell("console", ratios=ratios, figures=figures, as_json=options.json)


if __name__ == "__main__":
    main()
