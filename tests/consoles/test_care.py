"""Who is in a member's care, on their phone: looked after with one tap, in a dead spot, too."""

from pathlib import Path

from playwright.async_api import expect

from tests.consoles.browser import control_room, slide
from tests.consoles.test_in_chinese import in_chinese
from tests.consoles.test_on_call import NASTY, all_is_said, signals_of, worker_is_ready
from tests.story import HOUR, START
from tests.web.station import HERE
from tests.web.test_my_whistles import of, page, posted, said


async def test_a_visit_is_said_once_and_what_they_need_with_it(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        here = room.station
        one, two, *_ = of(here)
        await posted(here, one)
        phone = await room.phone(one)
        await expect(phone.locator(".care")).to_contain_text("riverside")
        await expect(phone.locator(".care [data-ward]")).to_have_count(0)
        await worker_is_ready(phone)

        for subject in ("b-12", "h-7"):
            await said(
                here, here.member_token(one), type="take_ward", member_id=one,
                community="riverside", subject=subject, subject_kind="household",
            )  # fmt: skip
        here.home.clock.set(START + HOUR)  # type: ignore[attr-defined]
        building, household = (phone.locator("[data-ward]", has_text=it) for it in ("b-12", "h-7"))
        await phone.context.set_offline(True)
        await slide(building.locator("[data-say=visit_ward]"))
        await expect(building).to_contain_text("looked after, as you said")
        await expect(building.locator("button")).to_have_count(0)
        await expect(phone.locator("[data-fate=kept]")).to_contain_text("kept, will be sent")
        await phone.context.set_offline(False)
        await all_is_said(phone)

        await household.locator("[data-say=needs_help]").click()
        await phone.locator("dialog input").fill(NASTY)
        await phone.locator("dialog button", has_text="Send").click()
        await all_is_said(phone)
        await expect(household.locator(".badge")).to_contain_text("needs help")
        # Due again at another time: the next visit is another one.
        await expect(household.locator("[data-say=visit_ward]")).to_be_visible()

        visits = [it["signal"] for it in await signals_of(room, "visit_ward")]
        assert [(it["actor_id"], it["needs_help"], it["text"]) for it in visits] == [
            (one, False, ""),
            (one, True, NASTY),
        ]
        await in_chinese(phone)
        await expect(phone.locator(".care")).to_contain_text("我的社区与包保对象")
        mine, others = await page(here, one), await page(here, two)
        assert sorted(it["subject"] for it in mine["wards"]) == ["b-12", "h-7"]
        assert (others["wards"], others["communities"]) == ([], [])
        wards = here.home.state_of(HERE).community.wards
        assert {it["ward_id"] for it in mine["wards"]} == set(wards)
