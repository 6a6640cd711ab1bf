"""What the coordinator says is read in the language of the page; the log keeps its codes."""

import re
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from schemas.ids import ulid_of
from schemas.vocabulary import Role
from tests.consoles.browser import Room, control_room, slide
from tests.consoles.test_dispatch import by_hand, open_first, open_form, outage
from tests.consoles.test_on_call import called, seeing_is_said, worker_is_ready
from tests.story import START
from tests.web.station import HERE
from tests.web.test_my_whistles import blown, of, posted
from words.catalogue import current


async def in_chinese(page: Page) -> None:
    await page.get_by_role("button", name="中文").click()
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


async def last_record(room: Room) -> dict[str, Any]:
    answer = await room.station.get(Role.AUDITOR, f"/v1/log/{HERE}", after=-1, limit=1_000)
    record: dict[str, Any] = answer.json()["records"][-1]
    return record


async def test_what_a_form_would_lead_to_is_read_in_the_language_of_the_page(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        await in_chinese(page)
        told = page.locator("form[data-form] .card[role=status]")
        await open_form(page, "outage_reported")
        await page.select_option("form[data-form] select >> nth=0", HERE)
        await page.fill("#f-place-lon", "110.7")
        await page.fill("#f-place-lat", "30.0")
        await page.fill("#f-extent-customers_out", "1200")
        await page.get_by_role("button", name="检查", exact=True).click()
        await expect(told).to_contain_text(current().text("facts", "event_incident_opened", "zh"))
        await expect(told).not_to_contain_text(re.compile("[a-z]{3}"))


async def test_a_coordinator_that_is_gone_is_told_in_the_language_of_the_page(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        await in_chinese(page)
        await open_form(page, "call_help")
        await page.route("**/v1/signals:check", lambda route: route.abort("connectionrefused"))
        await page.get_by_role("button", name="检查", exact=True).click()
        told = page.locator("form[data-form] [role=alert]")
        await expect(told).to_contain_text(current().text("common", "coordinator_unreached", "zh"))
        await expect(told).not_to_contain_text("fetch")


async def test_a_refusal_is_read_in_chinese_and_recorded_by_its_code(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        await in_chinese(page)
        await open_form(page, "close_incident")
        await page.select_option("form[data-form] select >> nth=0", HERE)
        await page.fill("#f-incident_id", f"inc_{ulid_of(START, 'nowhere')}")
        await page.get_by_role("button", name="发送", exact=True).click()
        rule = page.locator("dialog [data-test=rule]")
        await expect(rule).to_contain_text("没有该事件")

        await page.get_by_role("button", name="仍然发送").click()
        await expect(rule).to_contain_text("未受理，已记入日志：")
        await expect(rule).to_contain_text("没有该事件")
        record = await last_record(room)
        assert record["payload"]["events"][0]["rule"] == {"code": "no_such_incident"}
        await page.keyboard.press("Escape")

        # The language is one of showing: turned back, the same refusal is read in English.
        await page.locator(".head-line > button").nth(1).click()
        told = page.get_by_role("dialog").locator("tr .small")
        await expect(told).to_contain_text("没有该事件")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="English").click()
        await page.locator(".head-line > button").nth(1).click()
        await expect(told).to_contain_text("no such incident")

        seq = record["seq"]
        replay = await room.desk(f"/replay#j={HERE}&seq={seq}", Role.COMMANDER)
        await in_chinese(replay)
        await expect(replay.locator("[data-test=rules]")).to_contain_text("没有该事件")


async def test_a_proposal_is_read_in_chinese_with_its_hard_rules(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await by_hand(room)
        incident_id = await outage(room)
        state = room.station.home.state_of(HERE)
        unit = state.units.by_id[state.units.by_incident[incident_id][0]]
        picked = {it.member_id for it in unit.proposal}
        names = room.station.home.names([it.member_id for it in room.station.places[0].people])
        off_duty = next(
            id_
            for id_, it in state.roster.members.items()
            if not it.on_shift and not it.on_standby and id_ not in picked
        )
        page = await room.desk()
        await open_first(page)
        await in_chinese(page)
        proposal = page.locator("[data-proposal]")
        await expect(proposal.locator("tbody tr").first).to_contain_text("值班")
        english = await proposal.evaluate("(it) => it.innerText.match(/[a-z]{4,}( [a-z]{2,})+/g)")
        assert english is None

        await page.locator("[data-test=swap]").first.click()
        await page.locator(".swap input").fill(names[off_duty])
        await page.locator(".swap [role=option]", has_text="不在班").first.click()
        rule = page.locator("[data-test=rule]")
        await expect(rule).to_contain_text(f"{names[off_duty]}：不在班")
        await page.locator("[data-test=confirm]").click()
        await expect(rule).to_contain_text("不在班")
        signal = (await last_record(room))["payload"]["signal"]
        assert signal["picks"][0]["reasons"] == [{"code": "chosen_by_dispatcher"}]


async def test_a_member_reads_why_their_answer_was_refused(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        page = await room.phone(member)
        await in_chinese(page)
        await page.locator("[data-say=accept_assignment]").wait_for()
        await worker_is_ready(page)
        await seeing_is_said(page)
        await page.context.set_offline(True)
        await slide(page.locator("[data-say=accept_assignment]"))
        await page.evaluate(
            """async () => {
              const [tap] = (await self.taps.all()).filter((it) => it.fate === "kept");
              const signal = { ...tap.signal, type: "finish_assignment" };
              await self.taps.keep({ ...tap, signal });
            }"""
        )
        await page.context.set_offline(False)

        await expect(page.locator("[data-fate=refused]")).to_contain_text("未接受的任务不能报完成")


async def test_a_member_reads_their_notices_in_chinese(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        here = room.station
        roster = here.home.state_of(HERE).roster.members
        one = next(it for it in of(here) if roster[it].on_shift)
        await posted(here, one)
        page = await room.phone(one)
        await expect(page.locator("[data-link=live]")).to_be_visible()
        await blown(here)
        notices = page.locator(".panel", has_text="carry water").locator(".lines")
        await expect(notices).to_contain_text("riverside calls for 2: carry water")
        await in_chinese(page)
        await expect(notices).to_contain_text("riverside需要2人：carry water")
        await expect(notices).to_contain_text("社区吹哨")
