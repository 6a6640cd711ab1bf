"""Accessible: axe-core finds nothing on any surface of the consoles, in both themes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Locator, Page, expect

from schemas.vocabulary import Role
from tests.consoles.browser import PHONE, Room, control_room, slide
from tests.consoles.busy import Night, busy
from tests.patience import PATIENCE_MS
from tests.web.station import HERE

_SIZES = {"target-size": {"enabled": True}}
_ALL = {"resultTypes": ["violations"], "rules": _SIZES}
_AXE = AXE_FILE_PATH.read_text("utf-8")
_COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def night(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Room, Night]]:
    """One room, one browser and one busy night for all that is looked at here."""
    async with control_room(tmp_path_factory.mktemp("room")) as room:
        yield room, await busy(room)


class Looked:
    """What axe found on the surfaces it looked at."""

    def __init__(self) -> None:
        self.found: list[str] = []

    async def at(self, page: Page, surface: str, part: str = "html") -> None:
        """Run all rules in the light theme, and the one of contrast in the dark: the same page."""
        for scheme, options in (("light", _ALL), ("dark", _COLOURS)):
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            answer = await self._run(page, part, options)
            self.found += [
                f"{surface}, {scheme}: {rule['id']} {node['target']} {node['failureSummary']}"
                for rule in answer["violations"]
                for node in rule["nodes"]
            ]

    async def _run(self, page: Page, part: str, options: dict[str, Any]) -> dict[str, Any]:
        """Run axe on a part of a page; its script is read into the page once."""
        if not await page.evaluate("typeof axe === 'object'"):
            await page.evaluate(_AXE)
        answer: dict[str, Any] = await page.evaluate(
            "([part, options]) => axe.run(part, options)", [part, options]
        )
        return answer

    async def at_dialog(self, page: Page, surface: str) -> None:
        """Look at the dialog that is open, and close it."""
        await seen(page.get_by_role("dialog"))
        await self.at(page, surface, "dialog")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)

    async def in_chinese(self, page: Page) -> None:
        """Turn the page to Chinese and look at it again."""
        await page.get_by_role("button", name="中文").click()
        await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        await self.at(page, "in Chinese")


async def seen(locator: Locator) -> Locator:
    await expect(locator.first).to_be_visible(timeout=PATIENCE_MS)
    return locator.first


async def test_the_entry_form(night: tuple[Room, Night]) -> None:
    room, _ = night
    context = await room.browser.new_context(locale="en-GB")
    page, looked = await context.new_page(), Looked()
    for path in ("/", "/me", "/replay"):
        await page.goto(room.url + path)
        await seen(page.locator("input[name=secret]"))
        await looked.at(page, path)
    await page.fill("input[name=secret]", "pec_unknown")
    await page.press("input[name=secret]", "Enter")
    await expect(page.get_by_role("alert")).to_contain_text("▲")
    await looked.at(page, "a wrong token")
    await looked.in_chinese(page)
    await context.close()

    assert looked.found == []


async def test_every_view_of_the_dispatch_console(night: tuple[Room, Night]) -> None:
    room, told = night
    page, looked = await room.desk(role=Role.COMMANDER), Looked()
    incidents, views = page.locator(".queue [role=option]"), page.locator(".views button")
    await expect(incidents).to_have_count(told.open)
    await seen(page.locator("[data-alarm]"))
    await seen(page.locator(".field-map canvas"))
    await looked.at(page, "map")
    for part in ("aria-pressed", "aria-expanded"):
        for button in await page.locator(f".field-map-tools [{part}]").all():
            await button.click()
    await looked.at(page, "map with its list and its legend")

    for place in range(told.open):
        await incidents.nth(place).click()
        await seen(page.locator(".reports"))
        if await page.locator("[data-test=swap]").count():
            await page.locator("[data-test=swap]").first.click()
            await page.locator(".swap input").click()
            await seen(page.locator(".swap [role=option]"))
        else:
            await page.locator(".more").first.click()
            await page.locator(".unit summary").click()
        await looked.at(page, f"incident {place}")

    await views.nth(2).click()
    await (await seen(page.locator(".roster-list [role=option]"))).click()
    await seen(page.locator("[data-person]"))
    await looked.at(page, "roster")
    await page.set_viewport_size({"width": 700, "height": 900})
    await looked.at(page, "roster, narrow")
    await views.nth(1).click()
    await seen(page.locator(".incident"))
    await expect(incidents).to_have_count(told.open)
    await looked.at(page, "incident, narrow")
    await looked.in_chinese(page)

    assert looked.found == []


async def test_every_dialog_of_the_dispatch_console(night: tuple[Room, Night]) -> None:
    room, _ = night
    page, looked = await room.desk(role=Role.COMMANDER), Looked()
    publish = await seen(page.locator("[data-test=publish]"))

    await publish.click()
    await looked.at_dialog(page, "all forms")
    for type_ in ("outage_reported", "post_guard", "call_muster", "plan_work_on_supply"):
        await publish.click()
        await page.locator(f"[data-form-of={type_}]").click()
        await seen(page.locator(f"form[data-form={type_}]"))
        await page.locator(".form-foot button").first.click()
        await seen(page.locator("form .alarm.small"))
        await page.locator("form summary").first.click()
        await looked.at_dialog(page, f"form {type_}")
    await page.locator("[data-test=cap]").click()
    await page.locator("dialog textarea").fill("<alert>nonsense")
    await seen(page.locator("[data-test=cap-wrong]"))
    await looked.at_dialog(page, "CAP")
    await page.locator("[data-test=run-operation]").click()
    await seen(page.locator("[data-guarded]"))
    await looked.at_dialog(page, "operation")
    await page.locator("[data-branch] button").last.click()
    await looked.at_dialog(page, "branch")
    await page.keyboard.press("?")
    await looked.at_dialog(page, "keys")
    await page.keyboard.press("Control+k")
    await looked.at_dialog(page, "palette")
    await page.locator(".head-line > button").nth(1).click()
    await looked.at_dialog(page, "what I did")
    await page.locator(".views button").nth(2).click()
    await (await seen(page.locator(".roster-list [role=option]"))).click()
    await page.locator("[data-test=enrol]").click()
    await seen(page.locator(".qr"))
    await looked.at_dialog(page, "enrolment")
    await page.locator(".roster-bar button").last.click()
    await looked.at_dialog(page, "import")
    await page.locator("[data-test=open-reach]").click()
    await page.locator("[data-test=reach] .button-main").click()
    await seen(page.locator("[data-test=reach] table"))
    await looked.at_dialog(page, "reachability")
    await looked.in_chinese(page)
    await page.locator("[data-test=publish]").click()
    await page.locator("[data-form-of=open_operation]").click()
    await looked.at_dialog(page, "a form in Chinese")

    assert looked.found == []


async def test_the_on_call_page(night: tuple[Room, Night]) -> None:
    room, about = night
    looked = Looked()
    state = room.station.home.state_of(HERE)
    bound = {it for unit in state.units.by_id.values() for it in unit.people}
    # No tap of this test may reach the log: the night is everybody's.
    page = await room.phone(min(set(state.roster.members) - bound))
    await seen(page.locator(".calm-state"))
    await looked.at(page, "idle")
    await page.locator("button.help").tap()
    await looked.at_dialog(page, "help")
    await page.locator(".head button").last.click()
    await looked.at_dialog(page, "leaving")

    page = await room.phone(about.helps, service_workers="block")
    await seen(page.locator("[data-standing=none] [data-say=claim_whistle]"))
    there = await seen(page.locator("[data-standing=there]"))
    await seen(page.locator(".care .badge"))
    await looked.at(page, "communities that call")
    await page.locator("[data-say=needs_help]").first.click()
    await looked.at_dialog(page, "a ward needs help")
    for word in ("finish_whistle", "give_back_whistle"):
        await there.locator(f"[data-say={word}]").click()
        await looked.at_dialog(page, word)

    page = await room.phone(about.called, service_workers="block")
    await seen(page.locator("[data-link=live]"))
    await (await seen(page.locator("[data-say=decline_assignment]"))).click()
    await looked.at_dialog(page, "declining")
    await looked.at(page, "called")
    await page.locator("[data-say=accept_assignment]").tap()
    await looked.at_dialog(page, "slide or say yes")
    await looked.in_chinese(page)
    await page.context.set_offline(True)
    await slide(page.locator("[data-say=accept_assignment]"))
    await seen(page.locator("[data-link=stale]"))
    await seen(page.locator("[data-fate=kept]"))
    await looked.at(page, "in a dead spot")
    await page.locator("[data-say=abort_assignment]").click()
    await looked.at_dialog(page, "cannot go on")
    assert page.viewport_size == PHONE

    assert looked.found == []


async def test_the_replay_console(night: tuple[Room, Night]) -> None:
    room, about = night
    answer = await room.station.get(Role.AUDITOR, f"/v1/replay/{HERE}/changes", after=-1, limit=500)
    records = answer.json()["records"]
    seq = next(it["seq"] for it in records if it["signal_type"] == "decline_assignment")
    link = f"/replay#j={HERE}&seq={seq}&incident={about.closed}"
    page, looked = await room.desk(link, Role.COMMANDER), Looked()
    await expect(page.locator(f"[data-record='{seq}'] [data-proof]")).to_have_attribute(
        "data-proof", "proved", timeout=PATIENCE_MS
    )
    for summary in await page.locator(".detail summary").all():
        await summary.click()
    await looked.at(page, "a record and its proof")
    sides, boards = (page.locator(f".replay-{it} [role=tab]") for it in ("right", "left"))
    for side in range(await sides.count()):
        await sides.nth(side).click()
        await looked.at(page, f"side {side}", ".replay-right")
    await page.keyboard.press("End")
    for board in range(await boards.count()):
        await boards.nth(board).click()
        await looked.at(page, f"board {board}", ".replay-left")
    await page.locator(".subject-pick").click()
    await seen(page.locator(".picker-list [role=option]"))
    await looked.at_dialog(page, "picking")
    await page.locator(".conductor .row button").last.click()
    await page.locator("dialog .button-main").click()
    await expect(page.locator(".compare").first).to_be_visible(timeout=60_000)
    await looked.at_dialog(page, "what if")
    await looked.in_chinese(page)

    assert looked.found == []
