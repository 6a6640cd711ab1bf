"""Without a pointer: the main flows by Tab, arrows and Enter, and the focus where it was before."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from coordinator.domain.state.units import Stage
from schemas.vocabulary import Role
from tests.consoles.browser import control_room
from tests.consoles.test_dispatch import by_hand, outage
from tests.web.station import HERE
from tests.web.storm import storm

_TABS_MAX = 60
expect.set_options(timeout=20_000)


async def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the wanted thing has the focus."""
    await expect(wanted).to_be_visible()
    for _ in range(_TABS_MAX):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("it => it === document.activeElement"):
            return
    raise AssertionError(f"not reached by {_TABS_MAX} tabs: {wanted}")


async def test_an_incident_is_chosen_and_its_unit_confirmed(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await by_hand(room)
        base = room.station.places[0].teams[3].base
        await outage(room, "1", cause="first")
        wanted = await outage(
            room, "2", cause="second", place={"lon": base.lon + 0.2, "lat": base.lat}
        )
        page = await room.desk()
        rows = page.locator(".queue [role=option]")
        await expect(rows).to_have_count(2)
        second = 1 + [("second" in it) for it in await rows.all_inner_texts()].index(True)

        await tab_to(page, page.get_by_role("listbox", name="Incidents"))
        for _ in range(second):
            await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.locator(f"[data-incident={wanted}]")).to_be_visible()
        await tab_to(page, page.locator("[data-test=confirm]"))
        await page.keyboard.press("Enter")

        await expect(page.locator("[data-proposal]")).to_have_count(0)
        units = room.station.home.state_of(HERE).units
        assert units.by_id[units.by_incident[wanted][0]].stage is Stage.FORMED


async def test_a_form_is_found_filled_in_and_sent_and_the_focus_returns(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        incident = await outage(room)
        page = await room.desk()
        publish = page.locator("[data-test=publish]")
        await tab_to(page, publish)

        await page.keyboard.press("Enter")
        await expect(page.locator(".publish-search")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(publish).to_be_focused()

        await page.keyboard.press("Enter")
        await page.keyboard.type("control_incident")
        await tab_to(page, page.locator("[data-form-of=control_incident]"))
        await page.keyboard.press("Enter")
        await tab_to(page, page.locator("form[data-form=control_incident] select"))
        await page.keyboard.type(HERE)
        await page.keyboard.press("Tab")
        await expect(page.locator("#f-incident_id")).to_be_focused()
        await expect(page.locator(".combo-options:visible [role=option]")).to_have_count(1)
        await page.keyboard.press("Enter")
        await tab_to(page, page.get_by_role("button", name="Send", exact=True))
        await page.keyboard.press("Enter")

        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(publish).to_be_focused()
        await expect(page.locator("[data-deed=done]")).to_be_visible()
        state = room.station.home.state_of(HERE)
        assert state.incidents.by_id[incident].phase.value == "controlled"


async def test_a_call_is_declined_and_accepted_on_a_phone_with_keys(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await outage(room)
        (unit,) = room.station.home.state_of(HERE).units.by_id.values()
        page = await room.phone(min(unit.people))
        decline = page.locator("[data-say=decline_assignment]")
        await tab_to(page, decline)

        await page.keyboard.press("Enter")
        await tab_to(page, page.get_by_role("button", name="No transport"))
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(decline).to_be_focused()

        await page.keyboard.press("Shift+Tab")
        await _said_with_keys(page, "accept_assignment")
        await expect(page.locator("[data-status=accepted]")).to_be_visible()
        following = page.locator("[data-say=depart]")
        await expect(following).to_be_focused()
        await expect(following).not_to_have_attribute("aria-disabled", "true")
        await _said_with_keys(page, "depart")
        await expect(page.locator("[data-status=en_route]")).to_be_visible()


async def _said_with_keys(page: Page, type_: str) -> None:
    """Press the track that has the focus, and then the yes that is asked for."""
    await page.keyboard.press("Enter")
    await tab_to(page, page.locator(f"[data-sure={type_}]"))
    await page.keyboard.press("Enter")


async def test_the_past_is_picked_played_and_stepped_through_with_keys(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        incident = await storm(room.station)
        page = await room.desk(f"/replay#j={HERE}&seq=3", Role.COMMANDER)
        at = page.locator(".telling-at")
        await expect(at).to_have_attribute("data-seq", "3")
        pick = page.locator(".subject-pick")

        await tab_to(page, pick)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("searchbox")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(pick).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.type(incident)
        await expect(page.locator(".picker-list [role=option]")).to_have_count(1)
        await page.keyboard.press("Enter")
        await expect(pick).to_contain_text("C0")
        await expect(pick).to_be_focused()

        await tab_to(page, page.get_by_role("slider"))
        before = int(str(await at.get_attribute("data-seq")))
        await page.keyboard.press(".")
        await expect(at).to_have_attribute("data-seq", str(before + 1))
        await page.keyboard.press("4")
        await page.keyboard.press(" ")
        await expect(page.get_by_role("button", name="Pause")).to_be_visible()
        await page.keyboard.press(" ")
        await expect(page.get_by_role("button", name="Play")).to_be_visible()
        await tab_to(page, page.get_by_role("button", name="What if"))
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="What if")).to_be_focused()


async def test_enter_twice_says_it_and_a_held_enter_does_not(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await outage(room)
        (unit,) = room.station.home.state_of(HERE).units.by_id.values()
        page = await room.phone(min(unit.people))
        accept = page.locator("[data-say=accept_assignment]")
        await expect(accept).not_to_have_attribute("aria-disabled", "true")
        await accept.focus()

        for _ in range(4):  # down again without up: the key is held
            await page.keyboard.down("Enter")
        sure = page.locator("[data-sure=accept_assignment]")
        await expect(sure).to_be_focused()
        await page.keyboard.up("Enter")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.locator("[data-status=accepted]")).to_be_visible()

        await page.locator(".help").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".help-sure")).to_be_focused()
