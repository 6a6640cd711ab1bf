"""A work ticket from its draft to its end, as the desk and the phones at the line walk it."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.async_api import Page, expect

from schemas.vocabulary import Role
from tests.consoles.at_work import done, on_scene
from tests.consoles.browser import Room, control_room, look, slide
from tests.consoles.test_on_call import all_is_said, called, signals_of
from tests.web.station import HERE

WORDS = {
    "en-GB": {
        "next": "Next: permit, by the-dispatcher",
        "count": "Count everybody off the line",
        "left": "is not on scene",
        "resume": "go on with the work",
        "ready": "Ready to energise",
        "back": "SUPPLY IS REPORTED BACK",
        "no_reason": "no reason was given",
    },
    "zh-CN": {
        "next": "工作许可",
        "count": "逐名清点",
        "left": "不在现场",
        "resume": "恢复工作",
        "ready": "具备送电条件",
        "back": "报已送电",
        "no_reason": "未说明原因",
    },
}


class Crew(NamedTuple):
    """A unit on scene: `leads` leads it and the work, `hand` and `other` are of it."""

    incident: str
    unit: str
    leads: str
    hand: str
    other: str


async def _on_scene(room: Room) -> Crew:
    incident, leads, _ = await called(room)
    unit_id = room.station.home.state_of(HERE).units.by_incident[incident][0]
    hand, other = (it for it in await on_scene(room, unit_id) if it != leads)
    return Crew(incident, unit_id, leads, hand, other)


async def _drafted(room: Room, unit: Crew, **more: Any) -> str:
    """Draft a ticket for a line repair that the dispatcher issues and permits."""
    base = room.station.places[0].teams[0].base
    said: dict[str, Any] = {
        "incident_id": unit.incident, "unit_id": unit.unit, "kind": "line_repair",
        "place": {"lon": base.lon, "lat": base.lat}, "work_leader": unit.leads,
        "crew": [unit.leads, unit.hand, unit.other], "issuer": "the-dispatcher",
        "permitter": "the-commander", "text": "clamp at pole 7",
    }  # fmt: skip
    return f"tkt_{await done(room, Role.DISPATCHER, 'draft_ticket', **said | more)}"


async def _at_desk(page: Page, type_: str, *, number: str = "", heard: str = "") -> None:
    """Take the step that a ticket waits for at the desk; the number of a step, where one is, and
    how it was heard, where it is somebody else's word.
    """
    await page.locator(f"[data-ticket] [data-signal={type_}].button-main").click()
    form = page.locator(f"form[data-form={type_}]")
    await expect(form).to_be_visible()
    await look(page, f"{type_}-form", whole=True)
    if number:
        await form.locator("#f-reference").fill(number)
    if heard:
        await form.locator("button.button-main").click()
        await expect(form.locator("[role=alert]").first).to_be_visible()
        await form.locator("#f-heard").select_option(heard)
    else:
        await expect(form.locator("#f-heard")).to_be_hidden()
    await form.locator("button.button-main").click()
    await expect(form).to_have_count(0)


async def _slide(page: Page, type_: str) -> None:
    """Bring a track above the bar, as whoever reads it does, and slide it to its end."""
    track = page.locator(f"[data-say={type_}]")
    await expect(track).to_be_visible()
    await track.evaluate("it => it.scrollIntoView({block: 'center'})")
    await slide(track)


def _ticket(room: Room, ticket_id: str) -> Any:
    return room.station.home.state_of(HERE).safety.tickets[ticket_id]


async def _made_safe(phone: Page, locale: str) -> None:
    """Isolate, verify and ground, each with its number where there is one."""
    for step, number in (("switching", "D-17"), ("verified_dead", ""), ("grounding", "E-3")):
        field = phone.locator("[data-test=reference]")
        if number:
            await field.fill(number)
        await look(phone, f"{locale}-3-{step}", whole=True)
        await _slide(phone, "confirm_interlock")
        await all_is_said(phone)
        if step == "grounding":
            await expect(field).to_have_count(0)
        else:
            await expect(field).to_have_value("")


async def _worked(room: Room, crew: Crew, phone: Page, hand: Page, locale: str) -> None:
    """Begin, stop at the word of one of the crew, go on, and hand the lead to them."""
    await _slide(phone, "start_work")
    await expect(phone.locator("[data-say=pause_work]")).to_be_visible()
    await look(phone, f"{locale}-4-working", whole=True)
    await _slide(hand, "pause_work")
    await all_is_said(hand)
    (paused,) = await signals_of(room, "pause_work")
    assert paused["signal"].get("reason") is None
    await expect(phone.locator("[data-say=start_work]")).to_contain_text(WORDS[locale]["resume"])
    await expect(phone.locator("main")).to_contain_text(WORDS[locale]["no_reason"])
    await look(phone, f"{locale}-5-paused", whole=True)
    await _slide(phone, "start_work")
    await expect(phone.locator("[data-say=pause_work]")).to_be_visible()
    await phone.locator("[data-say=hand_over_ticket]").click()
    await look(phone, f"{locale}-6-hand-over", whole=True)
    await phone.locator(f"[data-hand-over=leader][data-to={crew.hand}]").click()
    await all_is_said(phone)
    await expect(phone.locator("[data-say=start_work]")).to_have_count(0)
    await _slide(hand, "start_work")
    await expect(hand.locator("[data-test=count]")).to_contain_text(WORDS[locale]["count"])


async def _cleared(hand: Page, crew: Crew, locale: str) -> None:
    """Count everybody off by name, tools out, earths removed, and the work has ended."""
    for id_ in (crew.leads, crew.hand, crew.other):
        await expect(hand.locator("[data-say=confirm_clear]")).to_have_count(0)
        await hand.locator(f"[data-count={id_}]").check()
    await look(hand, f"{locale}-8-count", whole=True)
    for _ in ("people_off", "tools_out", "earths_removed"):
        await _slide(hand, "confirm_clear")
        await all_is_said(hand)
    await _slide(hand, "finish_work")
    await all_is_said(hand)
    await look(hand, f"{locale}-9-finished", whole=True)


@pytest.mark.parametrize("locale", WORDS)
async def test_a_ticket_is_walked_from_its_issue_to_ready_to_energise(
    tmp_path: Path, locale: str
) -> None:
    words = WORDS[locale]
    async with control_room(tmp_path) as room:
        crew = await _on_scene(room)
        members = room.station.home.state_of(HERE).roster.members
        head = next(id_ for id_, it in sorted(members.items()) if it.assignment_id is None)
        ticket_id = await _drafted(room, crew, issuer=head, permitter="the-dispatcher")
        desk = await room.desk(locale=locale)
        await desk.locator(".queue [role=option]").click()
        phone, hand = [await room.phone(it, locale=locale) for it in (crew.leads, crew.hand)]
        await expect(phone.locator("[data-ticket]")).to_be_visible()
        await look(desk, f"{locale}-1-desk-drafted", whole=True)
        await _at_desk(desk, "issue_ticket", heard="telephone")
        await expect(phone.locator("[data-test=ticket-waits]")).to_contain_text(words["next"])
        await _at_desk(desk, "confirm_interlock", number="P-4")

        await _made_safe(phone, locale)
        told = [it["signal"].get("reference") for it in await signals_of(room, "confirm_interlock")]
        assert told == ["P-4", "D-17", None, "E-3"]
        (issued,) = await signals_of(room, "issue_ticket")
        assert (issued["signal"]["issued_by"], issued["signal"]["heard"]) == (head, "telephone")
        await _worked(room, crew, phone, hand, locale)
        assert _ticket(room, ticket_id).work_leader == crew.hand

        await done(room, Role.DISPATCHER, "restore_incident", incident_id=crew.incident)
        for page in (phone, hand):
            await expect(page.locator("[data-alarm=supply-back]")).to_contain_text(words["back"])
        await look(hand, f"{locale}-7-supply-back", whole=True)
        await _cleared(hand, crew, locale)
        await _at_desk(desk, "end_ticket")
        await expect(hand.locator("[data-ticket]")).to_have_count(0)
        await expect(desk.locator("[data-test=ready-to-energise]")).to_contain_text(words["ready"])
        await look(desk, f"{locale}-11-desk-ready", whole=True)

        # Supply was said to be back before anybody could know: it is asked for again.
        await expect(desk.locator(".queue [data-test=ready]")).to_be_visible()
        await desk.locator("[data-signal=restore_incident].button-main").click()
        form = desk.locator("form[data-form=restore_incident]")
        await form.locator("button.button-main").click()
        await expect(desk.locator(".queue [role=option]")).to_have_count(0)


@pytest.mark.parametrize("locale", WORDS)
async def test_where_the_leader_of_the_work_has_left_who_may_count_has_the_button(
    tmp_path: Path, locale: str
) -> None:
    words = WORDS[locale]
    async with control_room(tmp_path) as room:
        crew = await _on_scene(room)
        ticket_id = await _drafted(room, crew, kind="patrol", work_leader=crew.hand,
                                   crew=[crew.hand, crew.other])  # fmt: skip
        await done(room, Role.DISPATCHER, "issue_ticket", ticket_id=ticket_id,
                   issued_by="the-dispatcher")  # fmt: skip
        await done(room, room.station.member_token(crew.hand), "start_work", ticket_id=ticket_id)
        phone = await room.phone(crew.other, locale=locale, color_scheme="dark")
        await expect(phone.locator("[data-ticket]")).to_be_visible()
        await expect(phone.locator("[data-test=count]")).to_have_count(0)

        held = room.station.home.state_of(HERE).units.by_id[crew.unit].people[crew.hand]
        await done(room, room.station.member_token(crew.hand), "abort_assignment",
                   assignment_id=held, reason="hurt")  # fmt: skip

        count = phone.locator("[data-test=count]")
        await expect(count).to_be_visible()
        desk = await room.desk(locale=locale)
        await desk.locator(".queue [role=option]").click()
        await expect(desk.locator("[data-test=leader-left]")).to_contain_text(words["left"])
        who = room.station.home.names([crew.other])[crew.other]
        await expect(desk.locator("[data-test=ticket-next]")).to_contain_text(str(who))
        await look(phone, f"{locale}-left", whole=True)
        for box in await count.locator("[data-count]").all():
            await box.check()
        await _slide(phone, "confirm_clear")
        await all_is_said(phone)
        await _slide(phone, "confirm_clear")
        await all_is_said(phone)
        await _slide(phone, "finish_work")
        await all_is_said(phone)
        assert _ticket(room, ticket_id).stage.value == "finished"


@pytest.mark.parametrize("locale", WORDS)
async def test_who_permits_and_is_not_called_out_says_it_on_their_own_phone(
    tmp_path: Path, locale: str
) -> None:
    async with control_room(tmp_path) as room:
        crew = await _on_scene(room)
        members = room.station.home.state_of(HERE).roster.members
        who = next(id_ for id_, it in sorted(members.items()) if it.assignment_id is None)
        phone = await room.phone(who, locale=locale)
        await expect(phone.locator(".calm-state")).to_be_visible()
        await expect(phone.locator("[data-test=named-on]")).to_have_count(0)

        ticket_id = await _drafted(room, crew, permitter=who)
        await done(room, Role.DISPATCHER, "issue_ticket", ticket_id=ticket_id,
                   issued_by="the-dispatcher")  # fmt: skip

        mine = phone.locator("[data-test=named-on]")
        await expect(mine.locator(f"[data-ticket={ticket_id}]")).to_be_visible()
        await mine.locator("[data-test=reference]").fill("P-7")
        await look(phone, f"{locale}-named-on", whole=True)
        await _slide(phone, "confirm_interlock")
        await all_is_said(phone)
        assert dict(_ticket(room, ticket_id).confirmed) == {"permit": who}
