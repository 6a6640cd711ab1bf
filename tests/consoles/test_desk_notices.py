"""The desk reads what it was told in a calm list, and says that it has."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from schemas.vocabulary import Role
from tests.consoles.browser import control_room
from tests.web.station import HERE

WORDS = {"en-GB": ("Notices of the desk", "noted by"), "zh-CN": ("值班席通知", "已知悉")}


@pytest.mark.parametrize("locale", WORDS)
async def test_a_notice_is_read_and_noted_at_one_desk_and_quiet_at_the_other(
    tmp_path: Path, locale: str
) -> None:
    async with control_room(tmp_path) as room:
        here = room.station
        await here.say(Role.DISPATCHER, **here.outage(
            fault_class="metering", customer_ref="c-1", extent={"customers_out": 1},
        ))  # fmt: skip
        assert here.home.state_of(HERE).notices.listed, "nothing was told to the desk"
        desk, other = await room.desk(locale=locale), await room.desk(role=Role.COMMANDER)
        panel = desk.locator("[data-panel=board_desk_notices]")
        await expect(panel).to_contain_text(WORDS[locale][0])
        await expect(panel.locator("[data-signal=note_notice]").first).to_be_visible()
        before = await panel.locator("[data-signal=note_notice]").count()
        await panel.locator("[data-signal=note_notice]").first.click()

        await expect(panel).to_contain_text(WORDS[locale][1])
        await expect(panel.locator("[data-signal=note_notice]")).to_have_count(before - 1)
        await expect(panel.locator("[data-notice].quiet")).to_have_count(1)
        read = other.locator("[data-panel=board_desk_notices] [data-notice].quiet")
        await expect(read).to_contain_text("the-dispatcher")
