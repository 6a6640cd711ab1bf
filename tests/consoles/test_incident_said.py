"""On the incident page: the planned outage it was reported in, and what a customer complained."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from schemas.vocabulary import Role
from tests.consoles.at_work import done
from tests.consoles.browser import control_room, look
from tests.consoles.test_on_call import NASTY
from tests.story import HOUR, START
from tests.web.station import HERE


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_the_page_says_to_ring_first_and_keeps_the_words_of_a_complaint(
    tmp_path: Path, locale: str
) -> None:
    async with control_room(tmp_path) as room:
        here = room.station
        await done(
            room, Role.DISPATCHER, "plan_work_on_supply", circuit="C-31", text="tap change",
            starts_at=START, ends_at=START + 4 * HOUR,
        )  # fmt: skip
        report = here.outage("1", circuit="C-31", customer_ref="H-12")
        incident = f"inc_{(await here.say(Role.DISPATCHER, **report)).json()['signal_id']}"
        page = await room.desk(locale=locale)
        page.set_default_timeout(20_000)
        await page.locator(".queue [role=option]").first.click()
        hint = page.locator("[data-test=in-planned-work]")
        await expect(hint).to_contain_text("C-31")
        await expect(hint).to_contain_text({"en-GB": "ring first", "zh-CN": "先电话联系"}[locale])
        await expect(page.locator(".incident")).not_to_contain_text(incident)
        # The notices of that work are late: one mark says so, and not two.
        late = await page.locator("[data-planned] .countdown.alarm").first.inner_text()
        line = await page.locator("[data-planned] p:has(.countdown.alarm)").first.inner_text()
        assert (late.count("▲"), line.count("▲")) == (1, 1)

        await done(room, Role.DISPATCHER, "restore_incident", incident_id=incident)
        await done(
            room, Role.DISPATCHER, "record_call_back", incident_id=incident, customer_ref="H-12",
            answer="dissatisfied", feedback=NASTY,
        )  # fmt: skip
        words = page.locator("[data-test=said-back]")
        await expect(words).to_contain_text(NASTY)
        await expect(words).to_contain_text({"en-GB": "not satisfied", "zh-CN": "不满意"}[locale])
        await look(page, f"incident-said-{locale}")
        assert here.home.state_of(HERE).incidents.by_id[incident].restored_at is None
