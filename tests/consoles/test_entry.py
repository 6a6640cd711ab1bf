"""The entry to the consoles: a token is let in, kept out of reach, and a stale screen says so."""

from pathlib import Path

from playwright.async_api import expect

from coordinator.web.sessions import COOKIE
from schemas.vocabulary import Role
from tests.consoles.browser import control_room


async def test_a_token_opens_a_session_that_no_script_can_read(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk("/replay", Role.AUDITOR)

        kept = await page.evaluate(
            "[document.cookie, JSON.stringify([{...localStorage}, {...sessionStorage}])]"
        )
        assert room.station.tokens[Role.AUDITOR] not in "".join(kept)
        assert COOKIE not in kept[0]
        assert "pec_" not in page.url

        await page.get_by_role("button", name="Leave").click()
        await expect(page.locator("input[name=secret]")).to_be_visible()
        await page.reload()
        await expect(page.locator("input[name=secret]")).to_be_visible()


async def test_a_wrong_token_and_a_wrong_role_are_told_in_words(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        context = await room.browser.new_context(locale="zh-CN")
        page = await context.new_page()
        await page.goto(f"{room.url}/me")
        await page.fill("input[name=secret]", "pec_unknown")
        await page.press("input[name=secret]", "Enter")
        await expect(page.get_by_role("alert")).to_contain_text("未知")

        await page.fill("input[name=secret]", room.station.tokens[Role.AUDITOR])
        await page.press("input[name=secret]", "Enter")
        await expect(page.get_by_role("alert")).to_contain_text("auditor")
        await context.close()
