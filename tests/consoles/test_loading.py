"""What has not come is not «nothing»: each panel says that it loads, and claims no more."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from schemas.vocabulary import Role
from tests.consoles.browser import Held, control_room
from tests.consoles.busy import busy
from tests.consoles.test_dispatch import open_first, outage
from tests.web.station import HERE
from tests.web.storm import storm

THE_REST = r"/v1/stream\?.*alarms"
FIRST = r"/v1/stream\?boards=open_incidents%2Coverview$"
PANELS = {
    "needs_a_hand": "alarms", "critical_sites": "critical_sites",
    "guarded_operations": "guarded_operations", "temporary_branches": "temporary_branches",
    "mutual_aid": "aid", "disaster_alerts": "disaster_alerts",
    "community_whistles": "community_whistles",
}  # fmt: skip
LANGUAGES = [
    ("en-GB", "Loading", ["Nothing waits", "No site", "No operation", "No requests", "None calls"]),
    ("zh-CN", "加载中", ["没有等着处理的", "无重要用户", "无保电任务", "无支援事项", "无社区吹哨"]),
]


@pytest.mark.parametrize(("locale", "loading", "nothing"), LANGUAGES)
async def test_a_desk_whose_boards_are_held_back_says_so_panel_by_panel(
    tmp_path: Path, locale: str, loading: str, nothing: list[str]
) -> None:
    held = Held(THE_REST)
    async with control_room(tmp_path) as room:
        await outage(room)
        page = await room.desk(prepare=held, locale=locale)
        await expect(page.locator(".queue [role=option]")).to_have_count(1)

        for panel, board in PANELS.items():
            said = page.locator(f"[data-panel={panel}]").get_by_role("status")
            await expect(said).to_contain_text(loading)
            assert await said.get_attribute("data-loading") == board
        for word in ("count_units", "count_on_scene"):
            assert "0" not in await page.locator(f"[data-count={word}]").inner_text()
            await expect(page.locator(f"[data-count={word}]")).to_contain_text(loading)
        await expect(page.locator("[data-count=count_open] b")).to_have_text("1")
        text = await page.locator("body").inner_text()
        assert [it for it in nothing if it in text] == []
        assert "✓" not in await page.locator("aside.side").inner_text()

        held.let_go()
        await expect(page.locator("[data-loading]")).to_have_count(0)
        await expect(page.locator("[data-count=count_units] b")).to_have_text("1")
        operations = page.locator("[data-panel=guarded_operations]")
        await expect(operations).to_contain_text(nothing[2])


async def test_before_the_queue_has_come_nobody_says_that_it_is_empty(tmp_path: Path) -> None:
    held = Held(FIRST)
    async with control_room(tmp_path) as room:
        page = await room.desk(prepare=held)

        await expect(page.locator(".queue").get_by_role("status")).to_contain_text("Loading")
        await expect(page.locator("[data-test=queue-count]")).to_have_count(0)
        for word in ("count_open", "count_overdue", "count_customers", "count_units"):
            await expect(page.locator(f"[data-count={word}]")).to_contain_text("Loading")
        await expect(page.get_by_text("Nothing here.")).to_have_count(0)

        held.let_go()
        await expect(page.locator("[data-test=queue-count]")).to_have_text("0")
        await expect(page.get_by_text("Nothing here.")).to_be_visible()


async def test_an_incident_does_not_say_that_no_unit_comes_and_nobody_commands(
    tmp_path: Path,
) -> None:
    held = Held(THE_REST)
    async with control_room(tmp_path) as room:
        await outage(room)
        page = await room.desk(prepare=held)
        await open_first(page)

        incident = page.locator(".incident")
        await expect(incident.locator("[data-test=command]")).to_contain_text("Loading")
        for word in ("no unit", "Nobody commands here", "No open objectives", "on scene."):
            await expect(incident).not_to_contain_text(word)
        assert "no unit" not in await page.locator(".queue").inner_text()
        await expect(incident.locator("[data-signal=establish_command]")).to_have_count(0)

        held.let_go()
        await expect(incident.locator("[data-unit]")).to_have_count(1)
        await expect(incident).to_contain_text("Nobody commands here")


async def test_a_connection_that_cannot_be_made_is_told_from_one_that_is_slow(
    tmp_path: Path,
) -> None:
    async def cut(context: Any) -> None:
        await context.route("**/v1/stream?*alarms*", lambda route: route.abort())

    async with control_room(tmp_path) as room:
        page = await room.desk(prepare=cut)

        attention = page.locator("[data-panel=needs_a_hand]").get_by_role("status")
        await expect(attention).to_contain_text("Not known yet: no connection")
        await page.get_by_role("button", name="中文").click()
        await expect(attention).to_contain_text("尚未取得数据")


async def test_a_form_waits_for_the_things_that_may_be_chosen(tmp_path: Path) -> None:
    held = Held(THE_REST)
    async with control_room(tmp_path) as room:
        await outage(room)
        page = await room.desk(prepare=held)
        await open_first(page)
        await page.keyboard.press("p")
        await page.locator("[data-form-of=stand_down_unit]").click()
        await page.select_option("form[data-form] select >> nth=0", HERE)
        await page.locator("#f-unit_id").click()

        told = page.locator(".combo-told").first
        await expect(told).to_have_text("Loading …")
        held.let_go()
        await expect(page.locator(".combo-list [role=option]")).to_have_count(1)


async def test_a_person_whose_shifts_have_not_come_is_not_shown_without_any(
    tmp_path: Path,
) -> None:
    held = Held(r"/v1/boards/shifts")
    async with control_room(tmp_path) as room:
        page = await room.desk(prepare=held)
        await page.keyboard.press("o")
        await page.locator(".roster-list [role=option]").first.click()

        person = page.locator("[data-person]")
        await expect(person.get_by_role("status")).to_have_text("Loading …")
        held.let_go()
        await expect(person.get_by_role("status")).to_have_count(0)


@pytest.mark.parametrize(("locale", "words"), [("en-GB", "none so far"), ("zh-CN", "暂无")])
async def test_a_phone_whose_notices_have_not_come_does_not_say_that_there_are_none(
    tmp_path: Path, locale: str, words: str
) -> None:
    held = Held(r"/v1/me/notices")
    async with control_room(tmp_path) as room:
        member = min(room.station.home.state_of(HERE).roster.members)
        page = await room.phone(member, prepare=held, locale=locale, service_workers="block")

        waiting = page.locator("[data-loading=notices]")
        await expect(waiting).to_be_visible()
        assert words not in await page.locator("section", has=waiting).inner_text()
        held.let_go()
        await expect(waiting).to_have_count(0)


async def test_replay_does_not_say_that_nothing_stood_out_before_it_has_looked(
    tmp_path: Path,
) -> None:
    held = Held(r"/v1/replay/\w+/density", r"/v1/replay/\w+/incidents/.*/story")
    async with control_room(tmp_path) as room:
        incident = await storm(room.station)
        page = await _past(room, held, incident)

        await page.get_by_role("tab", name="Marks").click()
        side = page.locator(".side-body")
        await expect(side.get_by_role("status")).to_have_text("Reading the record …")
        await page.get_by_role("tab", name="Who knew").click()
        await expect(side.get_by_role("status")).to_have_text("Reading the record …")
        held.let_go()
        await expect(side.get_by_role("heading").first).to_be_visible()


async def _past(room: Any, held: Held, incident: str) -> Page:
    path = f"/replay#j={HERE}&incident={incident}"
    page: Page = await room.desk(path, Role.COMMANDER, prepare=held)
    return page


async def test_the_map_says_that_not_all_is_on_it_yet(tmp_path: Path) -> None:
    held = Held(THE_REST)
    async with control_room(tmp_path) as room:
        await busy(room)
        page = await room.desk(prepare=held)

        await expect(page.locator("[data-loading=map]")).to_be_visible()
        held.let_go()
        await expect(page.locator("[data-loading=map]")).to_have_count(0)


COUNTED = """addEventListener('DOMContentLoaded', () => { window.counted = new Set();
  new MutationObserver(() => { for (const it of document.querySelectorAll(
    '[data-count=count_open] b, [data-count=count_units] b')) counted.add(it.innerText);
  }).observe(document.documentElement, { subtree: true, childList: true, characterData: true });
})"""


async def test_the_head_never_counts_nothing_before_it_has_counted(tmp_path: Path) -> None:
    boards, forms = Held(r"/v1/stream\?.*"), Held(r"/v1/signals/schema", r"/v1/forms")

    async def prepare(context: Any) -> None:
        await context.add_init_script(COUNTED)
        await boards(context)
        await forms(context)

    async with control_room(tmp_path) as room:
        await outage(room)
        page = await room.page("/", room.station.tokens[Role.DISPATCHER], prepare=prepare)
        await expect(page.locator("[data-count=count_open]")).to_contain_text("Loading")
        boards.let_go()
        await expect(page.locator(".queue [role=option]")).to_have_count(1)
        # What draws the head anew before it is counted again.
        await page.get_by_role("button", name="中文").click()
        forms.let_go()
        await expect(page.locator("[data-count=count_units] b")).to_have_text("1")
        assert set(await page.evaluate("[...counted]")) <= {"…", "1"}


async def test_a_place_that_is_the_only_one_is_chosen(tmp_path: Path) -> None:
    async def one(context: Any) -> None:
        async def answer(route: Any) -> None:
            got = await route.fetch()
            session = await got.json()
            session["jurisdictions"] = session.get("jurisdictions", [])[:1]
            await route.fulfill(response=got, json=session)

        await context.route("**/v1/session", answer)

    async with control_room(tmp_path) as room:
        page = await room.desk(prepare=one)
        await expect(page.locator("#place option")).to_have_count(1)
        assert await page.locator("#place").input_value() != ""
