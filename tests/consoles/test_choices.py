"""Whom a form may name: people of the unit it is about, by name; and no id is read anywhere."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from schemas.value import said
from schemas.vocabulary import Role
from tests.consoles.at_work import done, on_scene
from tests.consoles.browser import Room, control_room, look
from tests.consoles.test_on_call import called
from tests.web.station import HERE

RAW_ID = re.compile(r"\b[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}|\b[a-z]{3} …[0-9A-Z]{6}")


async def _form(room: Room, page: Page, type_: str, unit_id: str) -> Locator:
    await page.locator(f"[data-unit={unit_id}] [data-signal={type_}]").click()
    form = page.locator(f"form[data-form={type_}]")
    await expect(form).to_be_visible()
    return form


async def _offered(form: Locator, field: str) -> list[str]:
    """Open the list of a field and return whom it offers."""
    box = form.locator(f"[data-field={field}] [role=combobox]")
    await box.click()
    found = form.locator(f"[data-field={field}] [role=option]")
    await expect(found.first).to_be_visible()
    names = [str(it) for it in await found.locator("span:first-child").all_text_contents()]
    await box.press("Escape")
    return names


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_a_ticket_offers_the_people_of_its_unit_and_names_its_issuer_by_choice(
    tmp_path: Path, locale: str
) -> None:
    async with control_room(tmp_path) as room:
        incident, leads, _ = await called(room)
        state = room.station.home.state_of(HERE)
        unit_id = state.units.by_incident[incident][0]
        people = await on_scene(room, unit_id)
        names = room.station.home.names(people)
        page = await room.desk(locale=locale)
        page.set_default_timeout(15_000)
        await page.locator(".queue [role=option], [data-incident]").first.click()
        form = await _form(room, page, "draft_ticket", unit_id)
        await expect(form.locator(".given")).to_contain_text(names[leads])
        assert not RAW_ID.search(await form.inner_text())

        assert (await _offered(form, "work_leader"))[0] == names[leads]
        assert set(await _offered(form, "crew")) == set(names.values())
        issuers = await _offered(form, "issuer")
        assert issuers[0] == "the-dispatcher"
        await look(page, f"choices-{locale}")

        # A name that is typed and not chosen is told so, in the reader's own words.
        issuer = form.locator("[data-field=issuer] [role=combobox]")
        await issuer.fill("王主任")
        await form.locator(
            "button[type=button]", has_text={"en-GB": "Check", "zh-CN": "检查"}[locale]
        ).first.click()
        told = form.locator("[data-field=issuer] .alarm.small")
        await expect(told).to_contain_text(
            {"en-GB": "Choose one", "zh-CN": "请从列表中选择"}[locale]
        )


async def test_of_a_published_list_only_those_on_it_are_offered_and_that_nobody_is_left_is_said(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        incident, leads, _ = await called(room)
        state = room.station.home.state_of(HERE)
        unit_id = state.units.by_incident[incident][0]
        await on_scene(room, unit_id)
        policy = said(room.station.home.state_of(HERE).policy)
        policy["safety"]["tickets"]["named"] = {"issuer": [leads]}
        policy["version"] += 1
        await done(room, Role.COMMANDER, "adopt_policy", policy=policy)
        page = await room.desk()
        page.set_default_timeout(15_000)
        await page.locator(".queue [role=option], [data-incident]").first.click()
        form = await _form(room, page, "draft_ticket", unit_id)
        name = room.station.home.names([leads])[leads]
        assert await _offered(form, "issuer") == [name]

        # Whoever leads the work does not issue its ticket: nobody is left.
        leader = form.locator("[data-field=work_leader] [role=combobox]")
        await leader.click()
        await form.locator("[data-field=work_leader] [role=option]").first.click()
        await form.locator("[data-field=issuer] [role=combobox]").click()
        await expect(form.locator("[data-field=issuer] .combo-told")).to_contain_text(
            "Nobody has the right"
        )
