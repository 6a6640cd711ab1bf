"""Hurt or ill on the phone: one tap with giving up, and «fit again» only when asked twice."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from schemas.vocabulary import Role, Unfit
from tests.consoles.at_work import done
from tests.consoles.browser import control_room, look
from tests.consoles.test_on_call import all_is_said, called
from tests.web.station import HERE

WORDS = {
    "en-GB": ("I am hurt", "Nobody calls you until you are fit again", "Fit again"),
    "zh-CN": ("我受伤了", "恢复之前不会呼叫您", "已恢复"),
}


@pytest.mark.parametrize("locale", WORDS)
async def test_who_is_hurt_says_so_with_one_tap_and_later_that_they_are_fit(
    tmp_path: Path, locale: str
) -> None:
    hurt, nobody_calls, fit = WORDS[locale]
    async with control_room(tmp_path) as room:
        _, member, assignment = await called(room)
        for word in ("accept_assignment", "depart", "arrive"):
            await done(room, room.station.member_token(member), word, assignment_id=assignment)
        page = await room.phone(member, locale=locale)
        await page.locator("[data-say=abort_assignment]").click()
        button = page.locator("dialog [data-unfit=hurt]")
        await expect(button).to_have_text(hurt)
        await look(page, f"hurt-{locale}")
        await button.click()
        await all_is_said(page)

        held = room.station.home.state_of(HERE).roster.members[member].unfit
        assert held is not None
        assert held.why is Unfit.HURT
        await expect(page.locator(".calm-state")).to_contain_text(nobody_calls)
        await look(page, f"hurt-said-{locale}", whole=True)
        again = page.locator("[data-test=fit]")
        await expect(again).to_contain_text(fit)
        await again.click()
        await page.locator("[data-test=fit-sure]").click()
        await all_is_said(page)

        assert room.station.home.state_of(HERE).roster.members[member].unfit is None
        await expect(page.locator("[data-test=unfit]")).to_be_visible()


async def test_the_desk_sees_who_is_hurt_and_says_for_them_that_they_are_fit(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        member = sorted(room.station.home.state_of(HERE).roster.members)[0]
        answer = await room.station.say(
            Role.DISPATCHER, type="report_unfit", member_id=member, why="ill"
        )
        assert answer.status_code == 200, answer.text
        desk = await room.desk()
        await desk.keyboard.press("o")
        await desk.select_option(".roster-bar select >> nth=0", HERE)
        await desk.select_option(".roster-bar select >> nth=1", "unfit")
        people = desk.locator(".roster-list [role=option]")
        await expect(people).to_have_count(1)
        await expect(people).to_contain_text("hurt or ill")
        await people.click()
        await expect(desk.locator("[data-test=unfit]")).to_contain_text("ill")
        await look(desk, "unfit-desk")
        await desk.locator("[data-person] [data-signal=report_fit]").click()
        await expect(desk.locator("[data-test=unfit]")).to_have_count(0)

        assert room.station.home.state_of(HERE).roster.members[member].unfit is None
