"""A stray finger on the phone: taken back for ten seconds; a leader who is done says who leads."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from schemas.vocabulary import Role
from tests.consoles.at_work import done
from tests.consoles.browser import Room, control_room, slide
from tests.consoles.test_on_call import all_is_said, called, signals_of
from tests.web.station import HERE

WORDS = {
    "en-GB": ("Take back", "Who leads those left?", "It was a mistake"),
    "zh-CN": ("撤销", "由谁带队", "误触，撤销求助"),
}


async def _on_scene(room: Room, locale: str) -> tuple[Page, str, str]:
    """Let a whole unit come; return its leader's phone, the unit, the leader's assignment."""
    incident, leader, assignment = await called(room)
    unit_id = room.station.home.state_of(HERE).units.by_incident[incident][0]
    for member, held in dict(room.station.home.state_of(HERE).units.by_id[unit_id].people).items():
        for word in ("accept_assignment", "depart", "arrive"):
            await done(room, room.station.member_token(member), word, assignment_id=held)
    return await room.phone(leader, locale=locale), unit_id, assignment


@pytest.mark.parametrize("locale", WORDS)
async def test_a_tap_is_taken_back_while_it_is_counted_down_and_can_be_said_again(
    tmp_path: Path, locale: str
) -> None:
    async with control_room(tmp_path) as room:
        _, member, assignment = await called(room)
        page = await room.phone(member, locale=locale)
        back = page.locator("[data-test=take-back]")
        await slide(page.locator("[data-say=accept_assignment]"))
        await expect(back).to_contain_text(WORDS[locale][0])
        await expect(back).to_be_in_viewport()
        await all_is_said(page)

        await back.click()

        await expect(page.locator("[data-say=accept_assignment]")).to_be_visible()
        await expect(back).to_have_count(0)
        await all_is_said(page)
        (tap,) = await signals_of(room, "accept_assignment")
        (taken,) = await signals_of(room, "take_back_tap")
        assert tap["events"][0]["type"] == "assignment_accepted"
        assert taken["events"][0]["type"] == "tap_taken_back"
        await expect(page.locator("[data-say=accept_assignment]")).not_to_have_attribute(
            "aria-disabled", "true"
        )
        await slide(page.locator("[data-say=accept_assignment]"))
        await all_is_said(page)
        held = room.station.home.state_of(HERE).assignments.by_id[assignment]
        assert held.status == "accepted"
        await expect(back).to_be_visible()


async def test_a_decline_taken_back_shows_the_call_again(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, assignment = await called(room)
        page = await room.phone(member)
        await page.locator("[data-say=decline_assignment]").click()
        await page.locator(".reasons button").first.click()
        await all_is_said(page)

        await page.locator("[data-test=take-back]").click()

        await expect(page.locator(".call")).to_be_visible()
        await expect(page.locator("[data-say=accept_assignment]")).to_be_visible()
        held = room.station.home.state_of(HERE).assignments.by_id[assignment]
        assert held.status in ("offered", "acknowledged")


@pytest.mark.parametrize("locale", WORDS)
async def test_a_leader_who_is_done_names_who_leads_those_left(tmp_path: Path, locale: str) -> None:
    async with control_room(tmp_path) as room:
        page, unit_id, assignment = await _on_scene(room, locale)
        await slide(page.locator("[data-say=finish_assignment]"))
        asked = page.locator("dialog")
        await expect(asked).to_contain_text(WORDS[locale][1])
        await expect(asked.locator("[data-test=all-in]")).to_be_visible()
        next_ = asked.locator("[data-leads]").first
        who = str(await next_.get_attribute("data-leads"))

        await next_.click()
        await all_is_said(page)

        state = room.station.home.state_of(HERE)
        assert state.assignments.by_id[assignment].status == "done"
        assert state.units.by_id[unit_id].roles[who] == "leader"
        other = await room.phone(who, locale=locale)
        await expect(other.locator(".call h2").first).to_contain_text(
            {"en-GB": "leader", "zh-CN": "队长"}[locale], ignore_case=True
        )


@pytest.mark.parametrize("locale", WORDS)
async def test_help_called_by_mistake_is_taken_back_after_one_more_question(
    tmp_path: Path, locale: str
) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        await done(room, room.station.member_token(member), "call_help", member_id=member)
        page = await room.phone(member, locale=locale)
        no_help = page.locator("[data-test=no-help]")
        await expect(no_help).to_contain_text(WORDS[locale][2])
        await no_help.click()
        await page.locator("[data-test=no-help-sure]").click()
        await expect(no_help).to_have_count(0)
        await all_is_said(page)
        assert not room.station.home.state_of(HERE).command.help_calls


async def test_help_that_somebody_has_taken_on_stands_and_the_page_says_with_whom(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        await done(room, room.station.member_token(member), "call_help", member_id=member)
        state = room.station.home.state_of(HERE)
        (call,) = state.command.help_calls
        (alarm,) = state.escalations.by_subject[call]
        await done(room, Role.DISPATCHER, "acknowledge_escalation", escalation_id=alarm)
        page = await room.phone(member)
        await page.locator("[data-test=no-help]").click()
        await page.locator("[data-test=no-help-sure]").click()
        await expect(page.locator("[data-fate=refused]")).to_contain_text("has taken the call")
        assert call in room.station.home.state_of(HERE).command.help_calls


@pytest.mark.parametrize("locale", WORDS)
async def test_an_answer_to_a_roll_call_is_taken_back_and_can_be_given_again(
    tmp_path: Path, locale: str
) -> None:
    async with control_room(tmp_path) as room:
        page, unit_id, _ = await _on_scene(room, locale)
        incident = room.station.home.state_of(HERE).units.by_id[unit_id].incident_id
        await done(room, Role.COMMANDER, "call_roll", incident_id=incident)
        await slide(page.locator("[data-say=answer_roll]"))
        await all_is_said(page)
        await expect(page.locator("[data-say=answer_roll]")).to_have_count(0)

        await page.locator("[data-test=take-back]").click()
        await all_is_said(page)

        (call,) = room.station.home.state_of(HERE).command.roll_calls.values()
        assert len(call.waiting) == 3
        await slide(page.locator("[data-say=answer_roll]"))
        await all_is_said(page)
        (call,) = room.station.home.state_of(HERE).command.roll_calls.values()
        assert len(call.waiting) == 2
