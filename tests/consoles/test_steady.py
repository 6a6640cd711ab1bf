"""One spot, one act: fast taps on a place say one thing at most, and nothing for good by a tap."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, ViewportSize, expect

from schemas.vocabulary import Role
from tests.consoles.browser import PHONE, Room, control_room, slide
from tests.consoles.test_dispatch import by_hand, open_first, outage
from tests.consoles.test_on_call import all_is_said, called, seeing_is_said, signals_of
from tests.consoles.test_whistles import free
from tests.web.station import HERE
from tests.web.test_my_whistles import blown, posted, said

SMALL: ViewportSize = {"width": 320, "height": 568}
LYING: ViewportSize = {"width": 740, "height": 360}
FOR_GOOD = ("accept_assignment", "depart", "arrive", "finish_assignment", "decline_assignment")


async def middle(it: Locator) -> tuple[float, float]:
    await it.scroll_into_view_if_needed()
    box = await it.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def tap_fast(page: Page, at: tuple[float, float], times: int = 4) -> None:
    for _ in range(times):
        await page.touchscreen.tap(*at)


async def said_for_good(room: Room, *types: str) -> list[str]:
    return [it for it in types or FOR_GOOD if await signals_of(room, it)]


@pytest.mark.parametrize("size", [PHONE, SMALL, LYING])
@pytest.mark.parametrize("word", ["accept_assignment", "decline_assignment"])
async def test_four_fast_taps_on_one_spot_say_nothing_for_good(
    tmp_path: Path, size: ViewportSize, word: str
) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        page = await room.phone(member, viewport=size)
        await seeing_is_said(page)

        await tap_fast(page, await middle(page.locator(f"[data-say={word}]")))

        await page.wait_for_timeout(500)
        await all_is_said(page)
        assert await said_for_good(room) == []
        await expect(page.locator("[data-status=acknowledged]")).to_have_count(1)


async def test_where_something_was_just_said_nothing_else_is_said(tmp_path: Path) -> None:
    """The thumb slides, and goes on tapping where it ended, and where the next one begins."""
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        page = await room.phone(member)
        await seeing_is_said(page)
        track = page.locator(".bar .slide")
        box = await track.bounding_box()
        assert box is not None
        row = box["y"] + box["height"] / 2

        await slide(track)
        await expect(track).to_contain_text("✓")
        assert await track.get_attribute("aria-disabled") == "true"
        for x in (box["x"] + box["width"] - 30, box["x"] + 30):
            await tap_fast(page, (x, row))
        await page.mouse.move(box["x"] + 30, row)
        await page.mouse.down()
        await page.mouse.move(box["x"] + box["width"], row, steps=4)
        await page.mouse.up()

        await all_is_said(page)
        assert await said_for_good(room) == ["accept_assignment"]
        await expect(page.locator("[data-status=accepted]")).to_be_visible()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        # After a moment the next thing may be said, and is.
        await slide(page.locator("[data-say=depart]"))
        await expect(page.locator("[data-status=en_route]")).to_be_visible()


@pytest.mark.parametrize("share", [0.5, 0.8])
async def test_a_thumb_that_stops_before_the_end_springs_back(tmp_path: Path, share: float) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        page = await room.phone(member)
        await seeing_is_said(page)

        track = page.locator("[data-say=accept_assignment]")
        await slide(track, share=share)

        await page.wait_for_timeout(300)
        slid = "(it) => it.style.getPropertyValue('--slid')"
        assert await track.evaluate(slid) == "0px"
        await expect(page.get_by_role("dialog")).to_have_count(0)
        assert await said_for_good(room) == []


@pytest.mark.parametrize(
    ("locale", "title", "yes"),
    [("en-GB", "Say it: On my way?", "Yes: On my way"), ("zh-CN", "确认：出发？", "确认出发")],
)
async def test_who_cannot_slide_presses_and_confirms_elsewhere(
    tmp_path: Path, locale: str, title: str, yes: str
) -> None:
    async with control_room(tmp_path) as room:
        _, member, assignment = await called(room)
        accepted = await room.station.say(
            room.station.member_token(member), type="accept_assignment", assignment_id=assignment
        )
        assert accepted.is_success
        page = await room.phone(member, locale=locale)
        track = page.locator("[data-say=depart]")
        pressed = await middle(track)

        await track.tap()
        dialog = page.get_by_role("dialog", name=title)
        sure = dialog.get_by_role("button", name=yes)
        await expect(sure).to_be_visible()
        confirmed = await middle(sure)
        assert abs(confirmed[1] - pressed[1]) > 60, "it lies under the finger that pressed"
        await sure.tap()

        await expect(page.locator("[data-status=en_route]")).to_be_visible()


async def test_a_call_for_help_stays_one_gesture(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        page = await room.phone(member)
        await seeing_is_said(page)
        await slide(page.locator("[data-say=accept_assignment]"))

        help_ = await middle(page.locator("button.help"))
        await page.mouse.move(*help_)
        await page.mouse.down()
        await page.wait_for_timeout(1_300)
        await page.mouse.up()

        await all_is_said(page)
        assert len(await signals_of(room, "call_help")) == 1


async def test_a_roll_call_is_not_answered_by_a_pocket(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        incident, member, assignment = await called(room)
        token = room.station.member_token(member)
        for word in ("accept_assignment", "depart", "arrive"):
            answer = await room.station.say(token, type=word, assignment_id=assignment)
            assert answer.is_success
        for fields in (
            {"type": "establish_command", "commander_id": "the-commander"},
            {"type": "call_roll"},
        ):
            answer = await room.station.say(Role.COMMANDER, incident_id=incident, **fields)
            assert answer.is_success, answer.text
        page = await room.phone(member)

        track = page.locator("[data-say=answer_roll]")
        await tap_fast(page, await middle(track))
        await page.wait_for_timeout(300)
        assert await signals_of(room, "answer_roll") == []

        await page.keyboard.press("Escape")
        await slide(track)
        await all_is_said(page)
        assert len(await signals_of(room, "answer_roll")) == 1


async def test_a_whistle_and_a_ward_are_not_answered_by_fast_taps(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        one, _ = await free(room)
        await blown(room.station)
        await posted(room.station, one)
        await said(
            room.station, room.station.member_token(one), type="take_ward", member_id=one,
            community="riverside", subject="b-12", subject_kind="household",
        )  # fmt: skip
        page = await room.phone(one)

        for word in ("claim_whistle", "visit_ward"):
            await tap_fast(page, await middle(page.locator(f"[data-say={word}]").first))
            await page.wait_for_timeout(300)
            assert await signals_of(room, word) == []
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("dialog")).to_have_count(0)


async def _sent(page: Page) -> list[str]:
    """Return the types of signals as they leave the page."""
    sent: list[str] = []

    async def count(route: Any) -> None:
        sent.append(route.request.post_data_json["type"])
        await page.wait_for_timeout(150)  # an answer takes its time
        await route.continue_()

    await page.route("**/v1/signals", count)
    return sent


@pytest.mark.parametrize("clicks", [2, 4])
async def test_a_double_click_at_the_desk_sends_once(tmp_path: Path, clicks: int) -> None:
    async with control_room(tmp_path) as room:
        await outage(room)
        page = await room.desk()
        await open_first(page)
        sent = await _sent(page)

        button = page.locator("[data-test=command] [data-signal=set_objective]")
        await button.click(click_count=clicks)
        form = page.locator("form[data-form=set_objective]")
        await form.locator("#f-text").fill("dry feet")
        await form.locator("[data-field=due_at] input").first.fill("2030-01-01T00:00")
        await form.get_by_role("button", name="Send").click(click_count=clicks)
        await expect(form).to_have_count(0)
        met = page.locator("[data-signal=meet_objective]")
        await met.click(click_count=clicks)
        await expect(met).to_have_count(0)

        assert sent == ["set_objective", "meet_objective"]


async def test_a_key_pressed_twice_confirms_once(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await by_hand(room)
        await outage(room)
        page = await room.desk()
        await open_first(page)
        await expect(page.locator("[data-test=confirm]")).to_be_visible()
        sent = await _sent(page)

        for _ in range(3):
            await page.keyboard.press("c")

        await expect(page.locator(".unit .person")).to_have_count(3)
        assert sent == ["confirm_proposal"]


async def test_what_changes_the_world_is_looked_at_once_more_at_the_desk(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        incident = await outage(room)
        page = await room.desk()
        await open_first(page)
        sent = await _sent(page)

        for type_ in ("control_incident", "restore_incident", "stand_down_unit"):
            await page.locator(f".incident [data-signal={type_}]").first.click(click_count=4)
            form = page.locator(f"form[data-form={type_}]")
            await expect(form.get_by_role("button", name="Send")).to_be_visible()
            await page.wait_for_timeout(200)
            assert sent == []
            await page.keyboard.press("Escape")
            await expect(form).to_have_count(0)

        await page.locator(".incident [data-signal=control_incident]").click()
        await (
            page.locator("form[data-form=control_incident]")
            .get_by_role("button", name="Send")
            .click()
        )
        await expect(page.locator("[data-deed=done]")).to_be_visible()
        assert sent == ["control_incident"]
        known = room.station.home.state_of(HERE).incidents.by_id[incident]
        assert known.controlled_at is not None
