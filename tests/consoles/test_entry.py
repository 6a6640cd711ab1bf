"""The entry to the consoles: a token is let in, kept out of reach, and a stale screen says so."""

from pathlib import Path

from playwright.async_api import expect

from coordinator.web.sessions import COOKIE
from schemas.vocabulary import Role
from tests.consoles.browser import control_room
from tests.story import HOUR, START
from tests.web.station import HERE, bearer


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
        await expect(page.get_by_role("alert")).to_contain_text("审计员")
        await context.close()


async def test_each_page_is_for_its_own_roles(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        member = room.station.member_token(min(room.station.home.state_of(HERE).roster.members))
        tokens = room.station.tokens | {Role.MEMBER: member}
        context = await room.browser.new_context(locale="en-GB")
        page = await context.new_page()

        for path, role in (
            ("/", Role.MEMBER),
            ("/", Role.FEED),
            ("/replay", Role.MEMBER),
            ("/replay", Role.DISPATCHER),
            ("/me", Role.COMMANDER),
        ):
            await page.goto(room.url + path)
            await page.fill("input[name=secret]", tokens[role])
            await page.press("input[name=secret]", "Enter")
            await expect(page.get_by_role("alert")).to_contain_text(f"for the role {role.value}")
            assert await page.locator(".head").count() == 0
        await context.close()


async def test_a_session_that_has_ended_is_told_and_a_reload_asks_for_a_token(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        await expect(page.locator("[data-link=live]")).to_be_visible()

        room.station.home.clock.set(START + 13 * HOUR)  # type: ignore[attr-defined]

        await expect(page.locator("[data-link=left]")).to_contain_text("session", timeout=30_000)
        await page.reload()
        await expect(page.locator("input[name=secret]")).to_be_visible()


async def test_no_token_and_no_code_is_in_an_address_that_is_asked_for(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        here = room.station
        member = min(here.home.state_of(HERE).roster.members)
        made = await here.client.post(
            "/v1/enrolments",
            json={"member_id": member, "jurisdiction": HERE},
            headers=bearer(here.tokens[Role.DISPATCHER]),
        )
        context = await room.browser.new_context(locale="en-GB")
        asked: list[str] = []
        context.on("request", lambda it: asked.append(f"{it.url.split('#')[0]} {it.headers}"))
        page = await context.new_page()
        for path, role in (("/", Role.DISPATCHER), ("/replay", Role.AUDITOR)):
            await page.goto(room.url + path)
            await page.fill("input[name=secret]", here.tokens[role])
            await page.press("input[name=secret]", "Enter")
            await expect(page.locator(".head")).to_be_visible()
            await page.get_by_role("button", name="Leave").click()
            await expect(page.locator("input[name=secret]")).to_be_visible()
        await page.goto(room.url + made.json()["path"])
        await expect(page.locator(".calm-state")).to_be_visible()

        addresses = [it.split(" ")[0] for it in asked]
        assert len(addresses) > 50
        assert not [it for it in addresses if "pec_" in it or "pes_" in it]
        assert not [it for it in asked if made.json()["code"] in it]
        assert made.json()["code"] not in page.url
        await context.close()
