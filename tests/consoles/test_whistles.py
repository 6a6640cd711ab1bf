"""A community's whistle on a member's phone: seen, claimed with one tap, in a dead spot, too."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from coordinator.web.routes import members
from schemas.vocabulary import Role
from tests.consoles.browser import Room, control_room, slide
from tests.consoles.test_on_call import NASTY, all_is_said, signals_of, worker_is_ready
from tests.web.station import HERE
from tests.web.test_my_whistles import blown, of, page, posted, said, says


async def free(room: Room) -> tuple[str, str]:
    """Return two members whom nothing binds."""
    one, two, *_ = of(room.station)
    return one, two


def _card(phone: Page, whistle: str) -> Locator:
    return phone.locator(f"[data-whistle={whistle}]")


async def _facts(room: Room, type_: str) -> list[str]:
    """Return the kinds of fact that all signals of a type led to."""
    return [it["type"] for one in await signals_of(room, type_) for it in one["events"]]


async def test_a_claim_in_a_dead_spot_is_kept_sent_later_and_said_once(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        one, two = await free(room)
        here = room.station
        await posted(here, one)
        phone = await room.phone(one)
        await expect(phone.locator("[data-link=live]")).to_be_visible()
        await expect(phone.locator(".whistles")).to_have_count(0)
        await worker_is_ready(phone)

        # It comes by the stream; so does whoever else goes there, by name.
        whistle = await blown(here, text=NASTY, people_wanted=3)
        card = _card(phone, whistle)
        await expect(card).to_contain_text(NASTY)
        assert await card.locator("img").count() == 0
        await expect(card).to_contain_text("where you live")
        await says(here, two, "claim_whistle", whistle)
        await expect(card).to_contain_text("1 of 3 come, 0 there")
        await expect(card).to_contain_text(here.home.names([two])[two])

        await phone.context.set_offline(True)
        await slide(card.locator("[data-say=claim_whistle]"))
        await expect(card).to_have_attribute("data-standing", "coming")
        await expect(phone.locator("[data-fate=kept]")).to_contain_text("kept, will be sent")
        await slide(card.locator("[data-say=report_in]"))
        await expect(card).to_have_attribute("data-standing", "there")
        await expect(phone.locator("[data-fate=kept]")).to_have_count(2)
        assert await signals_of(room, "report_in") == []

        await phone.reload()
        await expect(card).to_have_attribute("data-standing", "there")
        await expect(phone.locator("[data-fate=kept]")).to_have_count(2)

        await phone.context.set_offline(False)
        await expect(phone.locator("[data-link=live]")).to_be_visible()
        await all_is_said(phone)
        await expect(phone.locator("[data-fate]")).to_have_count(0)
        await expect(card).to_contain_text("2 of 3 come, 1 there")
        mine = [it for it in await signals_of(room, "claim_whistle") if _by(it, one)]
        (claim,), (arrival,) = mine, await signals_of(room, "report_in")
        assert [it["type"] for it in claim["events"]] == ["whistle_claimed"]
        assert [it["type"] for it in arrival["events"]] == ["member_reported_in"]
        assert claim["signal"]["occurred_at"] < arrival["signal"]["occurred_at"]
        assert here.home.state_of(HERE).community.whistles[whistle].claimed[one]


def _by(payload: dict[str, Any], member: str) -> bool:
    return bool(payload["signal"]["actor_id"] == member)


async def test_a_double_tap_is_one_claim_and_one_may_think_again(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        one, _ = await free(room)
        whistle = await blown(room.station)
        phone = await room.phone(one)
        card = _card(phone, whistle)
        await card.locator("[data-say=claim_whistle]").wait_for()

        await phone.evaluate(
            "() => { const it = document.querySelector('[data-say=claim_whistle]');"
            " it.click(); it.click(); it.click(); }"
        )
        await phone.locator("[data-sure=claim_whistle]").wait_for()
        await phone.evaluate(
            "() => { const it = document.querySelector('[data-sure=claim_whistle]');"
            " it.click(); it.click(); it.click(); }"
        )
        await expect(card).to_have_attribute("data-standing", "coming")
        await all_is_said(phone)
        assert await _facts(room, "claim_whistle") == ["whistle_claimed"]

        await card.locator("[data-say=give_back_whistle]").click()
        await phone.locator("dialog input").fill("child ill")
        await phone.locator("dialog form button").click()
        await expect(card).to_have_attribute("data-standing", "none")
        await slide(card.locator("[data-say=claim_whistle]"))
        await expect(card).to_have_attribute("data-standing", "coming")
        await all_is_said(phone)
        assert await _facts(room, "claim_whistle") == ["whistle_claimed"] * 2
        (back,) = await signals_of(room, "give_back_whistle")
        assert back["signal"]["reason"] == "child ill"
        assert one in room.station.home.state_of(HERE).community.whistles[whistle].claimed


async def test_who_is_there_says_what_was_done_and_it_is_over_for_all(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        one, two = await free(room)
        whistle = await blown(room.station)
        phone = await room.phone(one, locale="zh-CN")
        card = _card(phone, whistle)

        await slide(card.get_by_role("button", name="滑到头，我认领"))
        await slide(card.get_by_role("button", name="滑到头，我已报到"))
        await card.get_by_role("button", name="办结").click()
        await phone.locator("dialog input").fill("送水六十瓶")
        await phone.locator("dialog form button").click()

        await expect(card).to_have_count(0)
        assert (await page(room.station, two))["whistles"] == []
        await all_is_said(phone)
        (done,) = await signals_of(room, "finish_whistle")
        assert done["signal"]["outcome"] == "送水六十瓶"
        assert not room.station.home.state_of(HERE).community.whistles


async def test_a_claim_that_comes_too_late_is_refused_in_words(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        one, two = await free(room)
        here = room.station
        await posted(here, one)
        whistle = await blown(here, people_wanted=1)
        phone = await room.phone(one)
        card = _card(phone, whistle)
        await expect(card.locator("[data-say=claim_whistle]")).to_be_visible()
        await phone.context.set_offline(True)
        await slide(card.locator("[data-say=claim_whistle]"))
        await expect(phone.locator("[data-fate=kept]")).to_have_count(1)

        await says(here, two, "claim_whistle", whistle)
        await phone.context.set_offline(False)

        await expect(phone.locator("[data-fate=refused]")).to_contain_text("as many as wanted")
        await expect(card).to_have_attribute("data-standing", "none")
        await expect(card).to_contain_text("As many as wanted come")
        await expect(card.locator("[data-say]")).to_have_count(0)


async def test_what_the_desk_changes_wins_over_what_was_said_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "_LOOK_S", 1.0)
    async with control_room(tmp_path) as room:
        one, _ = await free(room)
        whistle = await blown(room.station)
        phone = await room.phone(one)
        card = _card(phone, whistle)
        await slide(card.locator("[data-say=claim_whistle]"))
        await all_is_said(phone)
        await said(
            room.station, Role.DISPATCHER, type="give_back_whistle", whistle_id=whistle,
            member_id=one, reason="called the desk",
        )  # fmt: skip
        assert (await page(room.station, one))["whistles"][0]["mine"] is None

        await expect(card).to_have_attribute("data-standing", "none", timeout=30_000)
        await slide(card.locator("[data-say=claim_whistle]"))
        await all_is_said(phone)
        assert await _facts(room, "claim_whistle") == ["whistle_claimed"] * 2


async def test_who_is_there_calls_for_more_help_and_says_that_it_has_come(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        one, _ = await free(room)
        here = room.station
        await posted(here, one)
        whistle = await blown(here)
        for word in ("claim_whistle", "report_in"):
            await says(here, one, word, whistle)
        desk = await room.desk()
        phone = await room.phone(one)
        card = _card(phone, whistle)

        await card.locator("[data-say=report_need]").click()
        await phone.locator("dialog input").fill("a pump")
        await phone.locator("dialog button", has_text="Send").click()
        await expect(card.locator(".badge.soon")).to_contain_text("needs help")
        on_desk = desk.locator(f"[data-whistle={whistle}]")
        await expect(on_desk).to_contain_text("More help is needed there")
        await expect(desk.locator(".alarms, [data-alarm]").first).to_be_visible()

        await card.locator("[data-say=help_has_come]").click()
        await expect(card.locator(".badge.soon")).to_have_count(0)
        await card.locator("[data-say=report_need]").click()
        await phone.locator("dialog input").fill("one more")
        await phone.locator("dialog button", has_text="Send").click()
        await all_is_said(phone)

        said = [it["signal"]["needs_help"] for it in await signals_of(room, "report_need")]
        assert said == [True, False, True]
