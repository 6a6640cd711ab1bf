"""A guard's phone: where they stand, what is due, who comes after; a check-in is one slide."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from schemas.vocabulary import Role
from tests.consoles.browser import Room, control_room, look, slide
from tests.consoles.test_on_call import all_is_said, signals_of
from tests.story import HOUR, MINUTE, START
from tests.web.station import HERE

WORDS = {
    "en-GB": {
        "stands": "you stand here now", "due": "Check-in", "after": "After you",
        "taken": "Take back", "nobody": "Nobody is posted after you",
        "supply": "on the grid", "own": "own supply",
    },
    "zh-CN": {
        "stands": "正在值守", "due": "定时汇报", "after": "接班", "taken": "撤销",
        "nobody": "您之后无人接班", "supply": "电网", "own": "自备",
    },
}  # fmt: skip


async def _said(room: Room, **document: Any) -> None:
    answer = await room.station.say(Role.COMMANDER, **document)
    assert answer.status_code == 200, answer.text


async def _on_guard(room: Room) -> tuple[str, str, list[str]]:
    """Guard a site from now on; return the operation, the site, and who may be posted there."""
    state = room.station.home.state_of(HERE)
    site_id = sorted(state.sites.by_id)[0]
    people = sorted(it for it, one in state.roster.members.items() if one.on_shift)[:5]
    await _said(
        room, type="open_operation", name="Examination week", level="3",
        basis="organiser_notice", basis_reference="notice 7", site_ids=[site_id],
        guard_from=START, guard_until=START + 12 * HOUR, plan_approved_by="leading group",
    )  # fmt: skip
    (operation_id,) = room.station.home.state_of(HERE).operations.by_id
    return operation_id, site_id, people


async def _post(
    room: Room, operation_id: str, site_id: str, people: list[str], begin: int, end: int
) -> None:
    await _said(
        room, type="post_guard", operation_id=operation_id,
        post={"site_id": site_id, "member_ids": people},
        starts_at=START + begin * HOUR, ends_at=START + end * HOUR,
    )  # fmt: skip


@pytest.mark.parametrize("locale", WORDS)
async def test_a_guard_sees_their_post_and_checks_in_by_one_slide(
    tmp_path: Path, locale: str
) -> None:
    words = WORDS[locale]
    async with control_room(tmp_path) as room:
        operation_id, site_id, people = await _on_guard(room)
        await _post(room, operation_id, site_id, people[:2], 0, 4)
        await _said(
            room, type="start_guard", operation_id=operation_id, override_reason="exams begin"
        )
        room.station.home.clock.set(START + 5 * MINUTE)  # type: ignore[attr-defined]
        phone = await room.phone(people[0], locale=locale)
        post = phone.locator("[data-post]")
        await expect(post).to_contain_text(words["stands"])
        await expect(post).to_contain_text("Examination week")
        name = room.station.home.state_of(HERE).sites.by_id[site_id].site.name
        await expect(post.locator("h3").first).to_have_text(name)
        await expect(post.locator("[data-test=post-supply]")).to_contain_text(words["supply"])
        await expect(post.locator("[data-test=post-next]")).to_contain_text(words["nobody"])

        await _post(room, operation_id, site_id, people[2:4], 4, 12)
        await expect(post.locator("[data-test=post-next]")).to_contain_text(words["after"])
        await _said(
            room, type="site_supply_reported", site_id=site_id, supply="own", endurance_min=120
        )
        await expect(post.locator("[data-test=post-supply]")).to_contain_text(words["own"])
        due = post.locator("[data-due=check_in]")
        await expect(due).to_contain_text(words["due"])
        await look(phone, f"post-{locale}", whole=True)

        await slide(due.locator("[data-say=check_check_in]"))
        await all_is_said(phone)

        (said,) = await signals_of(room, "check_in")
        assert said["events"][0]["type"] == "checked_in"
        assert said["signal"]["member_id"] == people[0]
        back = phone.locator("[data-test=take-back]")
        await expect(back).to_contain_text(words["taken"])
        await back.click()
        await all_is_said(phone)
        (taken,) = await signals_of(room, "take_back_check_in")
        assert taken["events"][0]["type"] == "check_in_taken_back"
        # After the slip it is to be said again.
        await slide(due.locator("[data-say=check_check_in]"))
        await all_is_said(phone)
        assert len(await signals_of(room, "check_in")) == 2


async def test_who_stands_nowhere_has_no_post_on_their_phone(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        operation_id, site_id, people = await _on_guard(room)
        await _post(room, operation_id, site_id, people[:2], 0, 4)
        phone = await room.phone(people[4])
        await expect(phone.locator(".calm-state")).to_be_visible()
        await expect(phone.locator("[data-post]")).to_have_count(0)

        await _post(room, operation_id, site_id, people[3:5], 4, 12)
        await expect(phone.locator("[data-post]")).to_have_attribute("data-stands", "later")
