"""How the replay console feels on a long record: input to paint while scrubbing, stepping, playing.

A log of a hundred thousand decisions (twenty thousand with --quick) is made, served by a process of
its own, and looked at with headless Chromium through its real inputs.
"""

import asyncio
import re
import shutil
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from benchmarks.life_cycle import LifeCycle
from benchmarks.printing import arguments, tell
from coordinator.clock import WallClock
from coordinator.web.tokens import TOKENS_NAME, Tokens
from schemas.vocabulary import Role

_AT_ONCE = 20
_SNAPSHOT_EVERY = 2_000
_EVERY_MS = 120_000
_PORT = "18900"
_WATCH = """
() => {
  window.moves = []; window.keys = []; window.long = [];
  const into = (name) => (event) => {
    const began = event.timeStamp;
    // After the frame that shows it: a message is handled once the frame was handed over.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window[name].push(performance.now() - began);
      port2.postMessage(null);
    });
  };
  addEventListener("pointermove", into("moves"), true);
  addEventListener("keydown", into("keys"), true);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.long.push(entry.duration);
  }).observe({ type: "longtask" });
}
"""
_AT_REST = "() => document.querySelector('.telling-at')?.dataset.busy === 'false'"


async def make_log(folder: Path, signals: int) -> tuple[int, int]:
    """Return how many records the log has and when it ends; each signal is a decision."""
    days = int(signals / _AT_ONCE / 15 * _EVERY_MS / 86_400_000) + 3
    life = LifeCycle(
        folder, at_once=_AT_ONCE, snapshot_every=_SNAPSHOT_EVERY, every_ms=_EVERY_MS, days=days
    )
    await life.open()
    await life.lives(signals)
    records = await life.log.tip_seq() + 1
    life.close()
    return records, life.clock.now()


async def serve(folder: Path, moment: int) -> tuple[Process, str]:
    """Start a server on the log; return it and its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.standing_home", str(folder), _PORT, str(moment),
        stdout=PIPE,
    )  # fmt: skip
    if process.stdout is None:
        raise RuntimeError("the server says nothing")
    async for line in process.stdout:
        found = re.search(rb"http://[\w.:]+", line)
        if found:
            return process, found[0].decode()
    raise RuntimeError(f"the server ended with {await process.wait()}")


async def look(page: Page, address: str, token: str) -> dict[str, float]:
    await page.goto(f"{address}/replay")
    await page.fill("input[name=secret]", token)
    began = time.perf_counter()
    await page.press("input[name=secret]", "Enter")
    await page.wait_for_function(_AT_REST)
    first_view = time.perf_counter() - began
    # The bar fills while the record is read and checked from its first record on.
    await page.wait_for_function("() => !document.querySelector('.conductor > p.soon')")
    await page.wait_for_timeout(1_500)
    whole_bar = time.perf_counter() - began
    await page.evaluate(_WATCH)
    return {
        "first_view_ms": first_view * 1_000,
        "bar_whole_s": whole_bar,
        **await scrub(page),
        **await step(page),
        **await play(page),
    }


async def _taken(page: Page, name: str) -> list[float]:
    found: list[float] = await page.evaluate(
        "(name) => { const found = window[name]; window[name] = []; return found; }", name
    )
    return sorted(found)


def _of(name: str, values: list[float]) -> dict[str, float]:
    return {
        f"{name}_p50": values[len(values) // 2],
        f"{name}_p95": values[int(len(values) * 0.95)],
        f"{name}_max": values[-1],
    }


async def scrub(page: Page) -> dict[str, float]:
    """Drag across the whole bar and back, now and then resting until the boards are there."""
    box: Any = await page.locator(".bar-box").bounding_box()
    settled, middle = [], box["y"] + box["height"] / 2
    await _taken(page, "long")
    await page.mouse.move(box["x"] + 5, middle)
    await page.mouse.down()
    await _taken(page, "moves")
    for share in (0.9, 0.1, 0.6, 0.3, 0.75, 0.5, 0.95, 0.2):
        await page.mouse.move(box["x"] + box["width"] * share, middle, steps=60)
        began = time.perf_counter()
        await page.wait_for_function(_AT_REST)
        settled.append((time.perf_counter() - began) * 1_000)
    await page.mouse.up()
    long = await _taken(page, "long")
    return {
        **_of("scrub_input_to_paint_ms", await _taken(page, "moves")),
        **_of("rest_to_boards_ms", sorted(settled)),
        "scrub_long_tasks": len(long),
        "scrub_long_task_ms_max": max(long, default=0.0),
    }


async def step(page: Page) -> dict[str, float]:
    await page.focus(".bar-box")
    await _taken(page, "keys")
    await _taken(page, "long")
    for _ in range(40):
        await page.keyboard.press("ArrowRight")
        await page.wait_for_timeout(60)
    long = await _taken(page, "long")
    return {
        **_of("step_input_to_paint_ms", await _taken(page, "keys")),
        "step_long_task_ms_max": max(long, default=0.0),
    }


async def play(page: Page) -> dict[str, float]:
    at = "() => Number(document.querySelector('.telling-at').dataset.seq)"
    await page.get_by_role("button", name="600×").click()
    await page.get_by_role("button", name="Play").click()
    await page.wait_for_timeout(1_000)
    await _taken(page, "long")
    first, began = await page.evaluate(at), time.perf_counter()
    await page.wait_for_timeout(5_000)
    records = await page.evaluate(at) - first
    seconds = time.perf_counter() - began
    long = await _taken(page, "long")
    return {
        "play_600x_records_per_s": records / seconds,
        "play_long_tasks_per_s": len(long) / seconds,
        "play_long_task_ms_max": max(long, default=0.0),
    }


async def measure(folder: Path, signals: int) -> dict[str, float]:
    records, ends = await make_log(folder, signals)
    token = Tokens(folder / TOKENS_NAME, WallClock()).mint("auditor", Role.AUDITOR)
    process, address = await serve(folder, ends)
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=["--no-sandbox", "--disable-gpu", "--no-first-run"],
            )
            page = await browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
            page.set_default_timeout(120_000)
            found = await look(page, address, token)
            await browser.close()
    finally:
        process.terminate()
        await process.wait()
    return {"records": records, **found}


def main() -> None:
    options = arguments(__doc__ or "")
    signals = 20_000 if options.quick else 100_000
    with tempfile.TemporaryDirectory() as name:
        figures = asyncio.run(measure(Path(name), signals))
    tell("replay_console", ratios={}, figures=figures, as_json=options.json)


if __name__ == "__main__":
    main()
