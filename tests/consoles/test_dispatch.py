"""The dispatch console in a real browser: acted on by keyboard, refused in words, recovered."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace
from playwright.async_api import Page, expect

from coordinator.clock import SetClock
from coordinator.domain.state.units import Stage
from schemas.default_policy import DEFAULT_POLICY
from schemas.ids import ulid_of
from schemas.vocabulary import Role
from tests.consoles.browser import Room, control_room
from tests.story import MINUTE, START
from tests.web.station import HERE
from tests.web.test_cap import warning

MARKUP = '<img src=x onerror="document.title=1"> & "quotes"'


async def by_hand(room: Room) -> None:
    """Let no unit go before a dispatcher has said yes, or said no."""
    muster = DEFAULT_POLICY.muster
    templates = [to_builtins(replace(it, automatic=False)) for it in muster.templates]
    policy = to_builtins(DEFAULT_POLICY)
    policy["version"] = 2
    policy["muster"] = policy["muster"] | {"templates": templates, "when_unconfirmed": "wait"}
    answer = await room.station.say(Role.COMMANDER, type="adopt_policy", policy=policy)
    assert answer.status_code == 200, answer.text


async def outage(room: Room, key: str = "1", **more: Any) -> str:
    receipt = (await room.station.say(Role.FEED, **room.station.outage(key, **more))).json()
    return f"inc_{receipt['signal_id']}"


def queue(page: Page) -> Any:
    return page.locator(".queue [role=option]")


async def open_first(page: Page) -> None:
    """Go to the first incident by keyboard and open it, as soon as there is one."""
    await expect(queue(page).first).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")


async def open_form(page: Page, type_: str) -> None:
    await expect(page.locator("[data-test=publish]")).to_be_visible()
    await page.keyboard.press("p")
    await page.locator(f"[data-form-of={type_}]").click()


async def test_a_storm_report_filled_in_by_form_appears_in_the_queue(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        await expect(page.locator("[data-test=queue-count]")).to_have_text("0")
        base = room.station.places[0].teams[0].base

        await open_form(page, "outage_reported")
        form = page.locator("form[data-form=outage_reported]")
        await page.select_option("form[data-form] select >> nth=0", HERE)
        await form.get_by_role("button", name="Check").click()
        await expect(form.locator("[data-field=place]")).to_contain_text("▲")
        await page.fill("#f-place-lon", "999")
        await page.fill("#f-place-lat", str(base.lat))
        await page.fill("#f-extent-customers_out", "42")
        await page.fill("#f-cause", MARKUP)
        await form.get_by_role("button", name="Send").click()
        await expect(form.locator("[data-field='place.lon']")).to_contain_text("at most 180")
        assert room.station.home.state_of(HERE).incidents.opened == 0

        await page.fill("#f-place-lon", str(base.lon))
        await form.get_by_role("button", name="Send").click()

        await expect(queue(page)).to_have_count(1)
        # What comes from outside is text, whatever it looks like.
        await expect(queue(page).first).to_contain_text(MARKUP)
        assert await page.locator(".queue img").count() == 0
        assert "Dispatch" in await page.title()
        record = (
            await room.station.get(Role.AUDITOR, f"/v1/log/{HERE}", after=-1, limit=1_000)
        ).json()["records"][-1]
        assert record["payload"]["signal"]["actor_id"] == "the-dispatcher"


async def test_a_proposal_is_confirmed_by_keyboard_alone(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await by_hand(room)
        await outage(room)
        page = await room.desk()
        await expect(queue(page)).to_have_count(1)

        await open_first(page)
        proposal = page.locator("[data-proposal]")
        await expect(proposal).to_contain_text("leader")
        await expect(proposal.locator("tbody tr")).to_have_count(3)
        await expect(page.locator("[data-test=confirm]")).to_be_visible()
        await page.keyboard.press("c")

        await expect(page.locator("[data-deed=done]")).to_be_visible()
        await expect(page.locator(".unit .person")).to_have_count(3)
        (unit,) = room.station.home.state_of(HERE).units.by_id.values()
        assert unit.stage is Stage.FORMED

        await page.keyboard.press("u")
        await expect(page.locator(".unit")).to_have_count(0)
        (unit,) = room.station.home.state_of(HERE).units.by_id.values()
        assert unit.stage is Stage.STOOD_DOWN


async def test_keys_can_be_switched_off(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        await page.keyboard.press("?")
        await page.get_by_role("checkbox").uncheck()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)

        await expect(page.locator("[data-test=publish]")).to_be_visible()
        await page.keyboard.press("p")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await page.keyboard.press("Control+k")
        await expect(page.get_by_role("dialog")).to_have_count(1)


async def test_a_change_that_breaks_a_hard_rule_is_told_in_the_rules_words(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await by_hand(room)
        incident_id = await outage(room)
        state = room.station.home.state_of(HERE)
        unit = state.units.by_id[state.units.by_incident[incident_id][0]]
        skilled = {it.member_id: it for it in room.station.places[0].people}
        leader = unit.proposal[0]
        names = room.station.home.names(list(skilled))
        picked = {it.member_id for it in unit.proposal}
        off_duty = next(
            id_
            for id_, it in state.roster.members.items()
            if not it.on_shift and not it.on_standby and id_ not in picked
        )
        page = await room.desk()
        await open_first(page)

        await page.locator("[data-test=swap]").first.click()
        await page.locator(".swap input").fill(names[off_duty])
        await page.locator(".swap [role=option]", has_text="off duty").first.click()

        await expect(page.locator("[data-test=rule]")).to_contain_text("off duty")
        await page.locator("[data-test=confirm]").click()
        await expect(page.locator("[data-test=rule]")).to_contain_text("off duty")
        unit = room.station.home.state_of(HERE).units.by_id[unit.unit_id]
        assert unit.stage is Stage.PROPOSED
        assert unit.proposal[0] == leader

        await page.locator("[data-signal=refuse_proposal]").click()
        await page.fill("#f-reason", "the road is cut")
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator("[data-proposal]")).to_have_count(0)


async def test_command_is_established_with_an_objective_and_taken_back(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        incident_id = await outage(room)
        page = await room.desk(role=Role.COMMANDER)
        await open_first(page)
        board = page.locator("[data-test=command]")

        await board.locator("[data-signal=establish_command]").click()
        await page.get_by_role("button", name="Send").click()
        await expect(board).to_contain_text("the-commander")
        await board.locator("[data-signal=set_objective]").click()
        await page.fill("#f-text", "power back at the hospital")
        await page.fill("#f-due_at", "2027-01-01T10:00")
        await page.get_by_role("button", name="Send").click()
        await expect(board).to_contain_text("power back at the hospital")

        await page.locator("[data-test=undo]").first.click()
        await expect(board).not_to_contain_text("power back at the hospital")
        assert not room.station.home.state_of(HERE).command.objectives
        assert incident_id in room.station.home.state_of(HERE).command.by_incident


async def test_two_incidents_are_merged_and_split_again(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await by_hand(room)
        first = await outage(room, "1")
        base = room.station.places[0].teams[3].base
        await outage(room, "2", place={"lon": base.lon + 0.2, "lat": base.lat})
        page = await room.desk()
        await expect(queue(page)).to_have_count(2)

        await page.keyboard.press("j")
        await page.keyboard.press("x")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await page.locator("[data-signal=merge_incidents]").click()
        await page.fill("#f-reason", "one line")
        await page.get_by_role("button", name="Send").click()
        await expect(queue(page)).to_have_count(1)

        await page.locator("[data-test=undo]").first.click()
        await expect(queue(page)).to_have_count(2)
        assert first is not None


async def test_a_merge_names_the_crew_that_it_sends_home_and_is_not_taken_back(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        await outage(room, "1")
        base = room.station.places[0].teams[3].base
        await outage(room, "2", place={"lon": base.lon + 0.2, "lat": base.lat})
        page = await room.desk()
        await expect(queue(page)).to_have_count(2)

        await page.keyboard.press("j")
        await page.keyboard.press("x")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await page.locator("[data-signal=merge_incidents]").click()
        form = page.locator("form[data-form=merge_incidents]")
        await expect(form).to_contain_text("Crews it stands down")
        await page.fill("#f-reason", "one line")
        await page.get_by_role("button", name="Send").click()
        await expect(queue(page)).to_have_count(1)
        await expect(page.locator("[data-deed=done]")).to_be_visible()
        # Others would be called in its place: what cannot be given back is not offered.
        await expect(page.locator("[data-test=undo]")).to_have_count(0)


async def test_cap_dropped_on_the_page_is_shown_before_it_is_published(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        text = warning(room.station).decode()
        await page.evaluate(
            """(text) => {
              const moved = new DataTransfer();
              moved.items.add(new File([text], "warning.xml", { type: "application/xml" }));
              const drop = new DragEvent("drop", { dataTransfer: moved, bubbles: true });
              document.body.dispatchEvent(drop);
            }""",
            text,
        )

        await expect(page.locator(f"[data-cap-for={HERE}]")).to_contain_text("would be published")
        assert not room.station.home.state_of(HERE).alerts.by_id
        await page.locator("[data-test=cap-publish]").click()
        await expect(page.locator("[data-alert]")).to_contain_text("台风")

        await page.keyboard.press("Escape")
        await page.locator("[data-test=cap]").click()
        await page.locator("dialog textarea").fill("<alert>nonsense")
        await expect(page.locator("[data-test=cap-wrong]")).to_contain_text("document")
        await page.get_by_role("button", name="Keep it as a dead letter").click()
        await expect(page.locator("[data-test=cap-wrong]")).to_contain_text("Kept")
        assert room.station.home.letters.count() == 1


async def test_a_stopped_server_makes_a_stale_screen_and_a_started_one_a_live_one(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        await expect(page.locator("[data-link=live]")).to_be_visible()

        await room.stop()
        await expect(page.locator("[data-link=stale]")).to_contain_text("as of")
        await outage(room, "unseen")
        await room.serve()

        await expect(page.locator("[data-link=live]")).to_be_visible()
        await expect(queue(page)).to_have_count(1)


async def test_an_auditor_looks_without_acting_and_without_names(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await outage(room)
        page = await room.desk(role=Role.AUDITOR)
        await open_first(page)
        await expect(page.locator(".person")).to_have_count(3)

        await expect(page.locator(".person").first).to_contain_text("mem_")
        assert await page.locator("[data-signal]").count() == 0
        assert await page.locator("[data-test=publish]").count() == 0


async def test_the_roster_shows_who_can_be_called_and_sends_somebody_on_leave(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        await page.keyboard.press("o")
        await page.select_option(".roster-bar select >> nth=0", HERE)
        await page.select_option(".roster-bar select >> nth=1", "free")
        people = page.locator(".roster-list [role=option]")
        await expect(people.first).to_contain_text("free")
        await people.first.click()

        await page.locator("[data-person] [data-signal=plan_leave]").click()
        await page.fill("#f-reason", "wedding")
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator("[data-deed=done]")).to_be_visible()
        on_leave = [
            it for it in room.station.home.state_of(HERE).roster.members.values() if it.leaves
        ]
        assert len(on_leave) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_every_form_can_be_opened_and_no_word_is_missing(
    tmp_path: Path, language: str
) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk(role=Role.COMMANDER)
        if language == "zh":
            await page.get_by_role("button", name="中文").click()
        await expect(page.locator("[data-test=publish]")).to_be_visible()
        await page.keyboard.press("p")
        types = await page.locator("[data-form-of]").evaluate_all(
            "all => all.map((it) => it.dataset.formOf)"
        )
        assert len(types) > 50
        missing = set()
        for type_ in types:
            await page.locator(f"[data-form-of={type_}]").click()
            form = page.locator(f"form[data-form={type_}]")
            await expect(form).to_be_visible()
            told = await form.locator("label > span, legend, option").all_inner_texts()
            missing |= {it for it in told if "_" in it}
            if language == "zh":
                labels = await form.locator("label > span, legend").all_inner_texts()
                missing |= {
                    it for it in labels if it.isascii() and it.strip(" *-–") and len(it) > 3
                }
            await page.keyboard.press("Escape")
            await page.keyboard.press("p")
        assert missing == set()


async def test_an_unknown_thing_is_refused_with_the_rule_on_screen(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        await open_form(page, "close_incident")
        unknown = f"inc_{ulid_of(START, 'nowhere')}"
        await page.select_option("form[data-form] select >> nth=0", HERE)
        await page.fill("#f-incident_id", unknown)
        await page.get_by_role("button", name="Send", exact=True).click()
        rule = page.locator("dialog [data-test=rule]")
        await expect(rule).to_contain_text("no such incident")

        await page.get_by_role("button", name="Send all the same").click()
        await expect(rule).to_contain_text("on record")
        last = (
            await room.station.get(Role.AUDITOR, f"/v1/log/{HERE}", after=-1, limit=1_000)
        ).json()["records"][-1]
        assert last["payload"]["events"][0]["type"] == "signal_refused"


async def test_a_rehearsal_shows_whom_nothing_reaches(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        await page.keyboard.press("o")
        await page.select_option(".roster-bar select >> nth=0", HERE)
        await page.locator("[data-test=open-reach]").click()
        reach = page.locator("[data-test=reach]")
        await expect(reach).to_contain_text("Nobody has been called")

        await reach.get_by_role("button", name="Call silently now").click()
        await expect(reach).to_contain_text("answers until")
        clock = room.station.home.clock
        assert isinstance(clock, SetClock)
        clock.set(clock.now() + 11 * MINUTE)

        await expect(reach.locator("[data-test=dead] tbody tr").first).to_contain_text(
            "no phone enrolled"
        )
        await expect(reach).to_contain_text("leadership")
