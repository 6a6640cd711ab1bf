"""What is wrong with the coordinator itself stands over the desk and replay, in both languages."""

from pathlib import Path

from playwright.async_api import expect

from schemas.vocabulary import Role
from tests.consoles.browser import control_room
from tests.web.station import HERE


async def test_a_coordinator_that_is_not_well_says_so_on_every_desk(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        well = await room.desk()
        await expect(well.locator("[data-link=live]")).to_be_visible()
        await expect(well.locator(".troubles")).to_have_count(0)

        room.station.home.failed = "notices out: KeyError"
        for address, locale, words in (
            ("/", "en-GB", "A part of the coordinator has failed"),
            (f"/replay#j={HERE}", "zh-CN", "系统部分功能已停"),
        ):
            page = await room.desk(address, Role.COMMANDER, locale=locale)
            told = page.locator("[data-trouble=part_failed]")
            await expect(told).to_contain_text(words)
            await expect(told).to_have_class("trouble-grave")

        room.station.home.failed = None
        await well.reload()
        await expect(well.locator("[data-link=live]")).to_be_visible()
        await expect(well.locator(".troubles")).to_have_count(0)
