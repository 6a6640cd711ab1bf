"""A desk of two counties at once: what both have under one key is two things."""

from pathlib import Path

from playwright.async_api import expect

from schemas.vocabulary import Role
from tests.consoles.browser import Room, control_room
from tests.consoles.test_dispatch import outage
from tests.web.station import HERE, THERE


async def _asked(room: Room) -> None:
    """Let one county ask the other for help."""
    incident = await outage(room)
    base = room.station.places[0].teams[0].base
    need = {
        "roles": [{"role": "leader", "count": 1}],
        "muster_point": {"lon": base.lon, "lat": base.lat},
        "deadline_at": room.station.home.clock.now() + 3_600_000,
    }
    asked = await room.station.say(
        Role.DISPATCHER, type="call_aid", neighbour=THERE, incident_id=incident, need=need,
        reason="flood",
    )  # fmt: skip
    assert asked.status_code == 200, asked.text


async def test_both_sides_of_a_talk_are_there_and_each_goes_on(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await _asked(room)
        page = await room.desk()
        cards = page.locator("[data-panel=mutual_aid] [data-aid]")

        await expect(cards).to_have_count(2)
        lending = cards.filter(has=page.locator("[data-signal=answer_aid]"))
        await expect(lending).to_contain_text(HERE)
        await lending.locator("[data-signal=answer_aid]").click()
        await page.get_by_role("dialog").get_by_role("checkbox").check()
        await page.fill("#f-reason", "two crews are free")
        await page.get_by_role("button", name="Send", exact=True).click()

        # Accepted over there, heard of over here: the one that lends can go on.
        await expect(cards.get_by_text("accepted")).to_have_count(2)
        await cards.get_by_role("button", name="Send a crew").click()
        await expect(page.get_by_role("dialog")).to_contain_text(HERE)
