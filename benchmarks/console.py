"""The dispatch console in headless Chromium before a province in a storm: is it still at hand?

5,000 open incidents, 6,414 members, 200 signals a second. First view: from going to the page, with
a session, until the first incidents are painted. Input: from a key until the next paint, by the
browser's own event timing (in steps of 8 ms). Long tasks: what held the page up for over 50 ms.
The yardstick is a bare page of the same browser that reads the same rows and shows none.
"""

import asyncio
import shutil
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.printing import arguments, tell

_INCIDENTS, _RATE = 5_000, 200
_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_WATCH = """
window.bench = { first: null, long: [], input: [], frames: [] };
const seen = new MutationObserver(() => {
  if (bench.first === null && document.querySelectorAll(".virtual-row").length > 10) {
    bench.first = -1;
    requestAnimationFrame(() => requestAnimationFrame((at) => { bench.first = at; }));
    seen.disconnect();
  }
});
seen.observe(document, { childList: true, subtree: true });
new PerformanceObserver((list) => list.getEntries().forEach((it) => bench.long.push(it.duration)))
  .observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((it) => {
  if (it.name === "keydown") bench.input.push(it.duration);
})).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
_BARE = """async () => {
  const began = performance.now();
  const answer = await fetch("/v1/boards/open_incidents");
  const { rows } = await answer.json();
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return [performance.now() - began, rows.length];
}"""


@asynccontextmanager
async def busy_province() -> AsyncIterator[tuple[str, str]]:
    """Give the address and token of a province that goes on as long as this is open."""
    command = [sys.executable, "-m", "benchmarks.busy_province", str(_INCIDENTS), str(_RATE)]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    line = (await process.stdout.readline()).decode().split()
    try:
        yield line[0], line[1]
    finally:
        process.stdin.close()
        await process.wait()


async def entered(browser: Browser, url: str, token: str) -> Page:
    """Return a page with a session, not yet at the console."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    await page.goto(f"{url}/health")
    await page.evaluate(
        """(token) => fetch("/v1/session", { method: "POST", headers: {
             Authorization: `Bearer ${token}`, "X-Coordinator-Console": "1" } })""",
        token,
    )
    return page


async def first_view(page: Page, url: str) -> float:
    await page.goto(url)
    await page.wait_for_function("window.bench.first > 0", timeout=60_000)
    return float(await page.evaluate("window.bench.first"))


async def steady(page: Page, seconds: float) -> dict[str, Any]:
    """Work through the queue by keyboard while news comes in."""
    await page.wait_for_timeout(3_000)
    await page.evaluate("bench.long = []; bench.input = []")
    await page.locator(".virtual").first.focus()
    began = asyncio.get_running_loop().time()
    presses = 0
    while asyncio.get_running_loop().time() - began < seconds:
        await page.keyboard.press("ArrowDown")
        presses += 1
        await page.wait_for_timeout(150)
    found: dict[str, Any] = await page.evaluate("({ long: bench.long, input: bench.input })")
    # What took less than 16 ms is not told one by one.
    found["input"] += [16.0] * max(0, presses - len(found["input"]))
    return found


async def measured(rounds: int, seconds: float) -> tuple[dict[str, float], dict[str, float]]:
    """Return ratios and figures."""
    path = shutil.which("chromium")
    async with async_playwright() as playwright, busy_province() as (url, token):
        browser = await playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        page = await entered(browser, url, token)
        bare = [await page.evaluate(_BARE) for _ in range(rounds)]
        await page.add_init_script(_WATCH)
        views = [await first_view(page, url) for _ in range(rounds)]
        found = await steady(page, seconds)
        await browser.close()
    inputs = sorted(found["input"])
    view_ms, bare_ms = statistics.median(views), statistics.median(it[0] for it in bare)
    return {"first_view.bare_page": view_ms / bare_ms}, {
        "open_incidents": bare[0][1],
        "first_view_ms": view_ms,
        "bare_page_ms": bare_ms,
        "input_p50_ms": inputs[len(inputs) // 2],
        "input_p99_ms": inputs[int(len(inputs) * 0.99)],
        "inputs": len(inputs),
        "long_tasks": len(found["long"]),
        "longest_task_ms": max(found["long"], default=0.0),
        "seconds_watched": seconds,
    }


def main() -> None:
    options = arguments(__doc__ or "")
    rounds, seconds = (3, 8.0) if options.quick else (7, 60.0)
    ratios, figures = asyncio.run(measured(rounds, seconds))
    tell("console", ratios=ratios, figures=figures, as_json=options.json)


if __name__ == "__main__":
    main()
