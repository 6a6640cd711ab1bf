"""The icons of the on-call page, drawn from the mark by a real browser.

Run with `python -m tools.icons`; the pictures are kept in the repository.
"""

import asyncio
import shutil
from pathlib import Path

from playwright.async_api import async_playwright

_STATIC = Path(__file__).resolve().parent.parent / "coordinator" / "web" / "static"
_GREEN = "#14532d"
# Name, size, and how much of it the mark fills: launchers cut a maskable icon to their own shape.
_ICONS = (("icon-192", 192, 1.0), ("icon-512", 512, 1.0), ("icon-maskable-512", 512, 0.7))


async def draw() -> None:
    """Write the pictures."""
    mark = (_STATIC / "mark.svg").read_text(encoding="utf-8")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-headless-shell"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        for name, size, share in _ICONS:
            page = await browser.new_page(viewport={"width": size, "height": size})
            ground = "transparent" if share == 1.0 else _GREEN
            await page.set_content(
                f"<body style='margin:0;background:{ground};display:grid;place-items:center;"
                f"height:100vh'><div style='width:{share:.0%}'>{mark}</div></body>"
            )
            await page.screenshot(
                path=_STATIC / "oncall" / f"{name}.png", omit_background=share == 1.0
            )
            await page.close()
        await browser.close()


if __name__ == "__main__":
    asyncio.run(draw())
