"""The whole story in a real browser: a storm from its warning to its replay."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from coordinator.domain.state.units import Stage
from schemas.roster import Site
from schemas.vocabulary import Role
from tests.consoles.browser import Room, control_room, slide
from tests.consoles.test_dispatch import by_hand, open_first, outage, queue
from tests.consoles.test_on_call import all_is_said, seeing_is_said, signals_of, worker_is_ready
from tests.story import HOUR
from tests.web.station import HERE
from tests.web.test_cap import warning

WARNED, STRUCK = "[data-alert]", "[data-site][data-hit]"


async def _guard(room: Room, site: Site) -> None:
    """Start a guaranteed-power operation over one site, its plan approved, in spite of its gaps."""
    now = room.station.home.clock.now()
    opened = await room.station.say(
        Role.COMMANDER, type="open_operation", name="Examination week", level="3",
        basis="organiser_notice", basis_reference="notice 7", site_ids=[site.site_id],
        guard_from=now, guard_until=now + 9 * HOUR, plan_approved_by="leading group",
    )  # fmt: skip
    assert opened.status_code == 200, opened.text
    begun = await room.station.say(
        Role.COMMANDER, type="start_guard", operation_id=f"opr_{opened.json()['signal_id']}",
        override_reason="the typhoon is near",
    )  # fmt: skip
    assert begun.status_code == 200, begun.text


async def _confirmed(desk: Page, incident: str) -> None:
    """Confirm the proposal by keyboard; the desk tells that it is done."""
    await open_first(desk)
    await expect(desk.locator("[data-test=confirm]")).to_be_visible()
    await desk.keyboard.press("c")
    await expect(desk.locator(f"[data-incident={incident}] .unit .person")).to_have_count(3)


async def _answered_in_a_dead_spot(phone: Page) -> None:
    """Accept and set out with the network cut, close the page, and come back into reach."""
    await expect(phone.locator("[data-link=live]")).to_be_visible()
    await worker_is_ready(phone)
    await seeing_is_said(phone)
    await phone.context.set_offline(True)
    for word in ("accept_assignment", "depart"):
        await slide(phone.locator(f"[data-say={word}]"))
    await expect(phone.locator("[data-fate=kept]")).to_have_count(2)
    await phone.reload()
    await expect(phone.locator("[data-fate=kept]")).to_have_count(2)
    await phone.context.set_offline(False)
    await all_is_said(phone)


async def _said_by_form(desk: Page, type_: str, **fields: str) -> None:
    await desk.locator(f".incident [data-signal={type_}]").click()
    for name, value in fields.items():
        await desk.fill(f"#f-{name}", value)
    await desk.get_by_role("button", name="Send", exact=True).click()
    await expect(desk.get_by_role("dialog")).to_have_count(0)


async def _replayed(room: Room, incident: str, closing: dict[str, Any]) -> None:
    """Look at the moment of closing by its link, proved, and at the one before."""
    seq = closing["seq"]
    page = await room.desk(f"/replay#j={HERE}&seq={seq}&incident={incident}", Role.COMMANDER)
    record = page.locator(f"[data-record='{seq}']")
    await expect(record.locator("[data-proof]")).to_have_attribute("data-proof", "proved")
    await expect(record).to_contain_text("incident_closed")
    await page.get_by_role("button", name="Previous record").click()
    await expect(page.locator(".telling-at")).to_have_attribute("data-seq", str(seq - 1))


async def test_a_storm_from_its_warning_to_its_replay(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        here = room.station
        site = next(it for it in here.places[0].sites if it.circuit)
        await by_hand(room)
        await _guard(room, site)
        desk = await room.desk()
        await expect(queue(desk)).to_have_count(0)

        # A storm breaks: warned, then three reports, each in the queue as it comes.
        await here.client.post(
            "/v1/cap",
            content=warning(here),
            headers={"Authorization": f"Bearer {here.tokens[Role.FEED]}"},
        )
        await expect(desk.locator(WARNED)).to_be_visible()
        incident = await outage(room, "1", circuit="C1", injury_risk=True)
        await outage(room, "2", circuit="C2")
        await outage(room, "3", circuit="C3")
        await expect(queue(desk)).to_have_count(3)
        await expect(queue(desk).locator("[data-test=injury-risk]")).to_have_count(1)

        # Nobody is called before the dispatcher has confirmed.
        held = here.home.state_of(HERE)
        unit = held.units.by_id[held.units.by_incident[incident][0]]
        assert unit.stage is Stage.PROPOSED
        assert not unit.people
        await _confirmed(desk, incident)
        unit = here.home.state_of(HERE).units.by_id[unit.unit_id]
        member = next(it for it, role in sorted(unit.roles.items()) if role.value == "leader")

        # The leader answers out of reach; the desk sees it once they are back.
        phone = await room.phone(member)
        for page in (desk, phone):
            told = page.locator("p[data-test=injury-risk]")
            await expect(told).to_contain_text("people are in danger", ignore_case=True)
        await _answered_in_a_dead_spot(phone)
        await expect(desk.locator(f"[data-incident={incident}] .unit")).to_contain_text(
            "on the way"
        )
        await slide(phone.locator("[data-say=arrive]"))
        await all_is_said(phone)
        for word in ("accept_assignment", "depart", "arrive"):
            (said,) = await signals_of(room, word)
            assert said["signal"]["actor_id"] == member

        # A guarded site is hit: it is raised at once.
        assert await desk.locator(STRUCK).count() == 0
        place = {"lon": site.place.lon, "lat": site.place.lat}
        await outage(room, "4", circuit=site.circuit, place=place)
        await expect(desk.locator(STRUCK)).to_be_visible()

        # Power is back, and the incident closes with what the customer said.
        await _said_by_form(desk, "restore_incident")
        await _said_by_form(desk, "close_incident", feedback="quick and kind")
        await expect(queue(desk)).to_have_count(3)
        await expect(phone.locator(".calm-state")).to_be_visible()

        closings = await here.get(Role.AUDITOR, f"/v1/replay/{HERE}/changes", after=-1, limit=500)
        (closing,) = [
            it for it in closings.json()["records"] if it["signal_type"] == "close_incident"
        ]
        await _replayed(room, incident, closing)
