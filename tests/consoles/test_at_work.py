"""Supply is said to be back while people are on the line: phones alarm, the desk shows it."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from schemas.vocabulary import Role
from tests.consoles.at_work import at_work, done, over
from tests.consoles.browser import control_room

BACK = {
    "en-GB": ("SUPPLY IS REPORTED BACK", "keep clear", "tell the commander", "once the work has"),
    "zh-CN": ("报已送电", "立即远离线路", "报告现场指挥长和指挥值班员", "作业结束后方可"),
}


@pytest.mark.parametrize("locale", BACK)
async def test_a_phone_alarms_those_on_the_line_until_the_work_has_ended(
    tmp_path: Path, locale: str
) -> None:
    title, to_do, leads, no_finish = BACK[locale]
    async with control_room(tmp_path) as room:
        work = await at_work(room)
        phones = {it: await room.phone(it, locale=locale) for it in (work.led_by, work.hand)}
        for page in phones.values():
            await expect(page.locator("[data-test=no-finish]")).to_contain_text(no_finish)
            await expect(page.locator("[data-say=finish_assignment]")).to_have_count(0)
            await expect(page.locator("[data-alarm]")).to_have_count(0)

        await done(room, Role.DISPATCHER, "restore_incident", incident_id=work.incident)
        for who, page in phones.items():
            alarm = page.locator("[data-alarm=supply-back]")
            await expect(alarm).to_contain_text(title)
            await expect(alarm).to_contain_text(to_do)
            await expect(alarm).to_have_attribute("role", "alert")
            await expect(alarm).to_be_in_viewport()
            first = await page.locator("main > *").first.get_attribute("data-alarm")
            assert first == "supply-back"
            await page.evaluate("scrollTo(0, document.body.scrollHeight)")
            await expect(alarm).to_be_in_viewport()
            assert (leads in await alarm.inner_text()) is (who == work.led_by)
            await expect(page.locator(".call li strong.alarm")).to_have_count(1)

        await over(room, work)
        for page in phones.values():
            await expect(page.locator("[data-alarm]")).to_have_count(0)


@pytest.mark.parametrize(
    ("locale", "on_the_line", "first"),
    [("en-GB", "people on the line", "the work ends first"), ("zh-CN", "仍有人", "须先结束作业")],
)
async def test_a_restored_incident_stays_in_the_queue_until_nobody_is_on_the_line(
    tmp_path: Path, locale: str, on_the_line: str, first: str
) -> None:
    async with control_room(tmp_path) as room:
        work = await at_work(room)
        await done(room, Role.DISPATCHER, "restore_incident", incident_id=work.incident)
        page = await room.desk(locale=locale)

        await expect(page.locator(".queue [role=option]")).to_contain_text(on_the_line)
        await expect(page.locator("[data-count=count_open] b")).to_have_text("1")
        await expect(page.locator("[data-count=count_customers] b")).to_have_text("0")
        await page.locator(".queue [role=option]").click()
        close = page.locator("[data-signal=close_incident]")
        stand_down = page.locator("[data-signal=stand_down_unit]")
        await expect(stand_down).to_be_disabled()
        await expect(close).to_be_disabled()
        await expect(page.locator("[data-test=on-the-line]")).to_be_visible()
        await expect(page.locator("[data-unit] > .toolbar")).to_contain_text(first)
        await page.locator(f"[data-unit='{work.unit}'] .more").first.click()
        for type_ in ("finish_assignment", "release_member", "abort_assignment"):
            await expect(page.locator(f".say-for [data-signal={type_}]")).to_be_disabled()

        await over(room, work)
        await expect(close).to_be_enabled()
        await expect(stand_down).to_have_count(0)
        # The line is ready only now: it waits for word that supply is back after that.
        await expect(page.locator(".queue [data-test=ready]")).to_be_visible()
        await done(room, Role.DISPATCHER, "restore_incident", incident_id=work.incident)
        await expect(page.locator(".queue [role=option]")).to_have_count(0)
