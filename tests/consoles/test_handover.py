"""A board without a script of its own: the handover note at the desk, and in replay."""

from pathlib import Path

from playwright.async_api import expect

from schemas.vocabulary import Role
from tests.consoles.browser import control_room
from tests.web.station import HERE

MARKUP = '<b onclick="x">line 3 earthed</b> & "north gate" locked'


async def test_a_note_left_at_one_desk_is_read_at_another_and_in_replay(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        desk, other = await room.desk(), await room.desk(role=Role.COMMANDER, locale="zh-CN")
        panel = desk.locator("[data-panel=board_desk_handover]")

        await panel.locator("[data-signal=hand_over_desk]").click()
        form = desk.locator("[data-form=hand_over_desk]")
        await form.locator("select").select_option(HERE)
        await form.locator("textarea").fill(MARKUP)
        await form.locator(".form-foot .button-main").click()

        await expect(panel.locator("[data-row] b")).to_have_text(MARKUP)
        await expect(panel.locator("[data-row] p")).to_contain_text("the-dispatcher")
        read = other.locator("[data-panel=board_desk_handover]")
        await expect(read.locator("[data-row] b")).to_have_text(MARKUP)
        await expect(read).to_contain_text("值班交接记录")
        auditor = (await room.desk(role=Role.AUDITOR)).locator("[data-panel=board_desk_handover]")
        await expect(auditor.locator("[data-row]")).to_have_count(1)
        await expect(auditor).not_to_contain_text("earthed")
        await expect(auditor.locator("[data-signal]")).to_have_count(0)
        past = await room.desk(f"/replay#j={HERE}", Role.COMMANDER)
        await past.get_by_role("tab", name="Handover note 1").click()
        await expect(past.locator(".then-title")).to_have_text(MARKUP)
        assert room.errors == []
