"""Who is missing at a roll call stands on the desk by name, with a button for each who is found."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from schemas.vocabulary import Role
from tests.consoles.at_work import done, on_scene
from tests.consoles.browser import control_room, look
from tests.consoles.test_on_call import called, signals_of
from tests.story import MINUTE, START
from tests.web.station import HERE


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_each_who_is_missing_is_named_and_found_by_a_button_of_their_own(
    tmp_path: Path, locale: str
) -> None:
    async with control_room(tmp_path) as room:
        here = room.station
        incident, _, _ = await called(room)
        unit_id = here.home.state_of(HERE).units.by_incident[incident][0]
        people = await on_scene(room, unit_id)
        await done(room, Role.COMMANDER, "call_roll", incident_id=incident)
        here.home.clock.set(START + 6 * MINUTE)  # type: ignore[attr-defined]
        page = await room.desk(locale=locale)
        page.set_default_timeout(20_000)
        alarm = page.locator("[data-alarm=roll_call_missed]")
        missing = alarm.locator("[data-test=missing] li")
        await expect(missing).to_have_count(len(people))
        await look(page, f"missing-{locale}")
        names = here.home.names(people)
        for name in names.values():
            await expect(alarm.locator("[data-test=missing]")).to_contain_text(name)
        # One mark before each, and not two.
        assert "▲ ▲" not in await alarm.inner_text()
        assert "▲▲" not in (await alarm.inner_text()).replace("\n", "")

        first = missing.filter(has_text=names[people[0]])
        await first.locator("[data-signal=answer_roll]").click()
        form = page.locator("form[data-form=answer_roll]")
        await form.locator("button.button-main").click()

        await expect(missing).to_have_count(len(people) - 1)
        (said,) = await signals_of(room, "answer_roll")
        assert said["signal"]["member_ids"] == [people[0]]
        for member_id in people[1:]:
            one = missing.filter(has_text=names[member_id])
            await one.locator("[data-signal=answer_roll]").click()
            await form.locator("button.button-main").click()
            await expect(one).to_have_count(0)
        await expect(alarm).to_have_count(0)
