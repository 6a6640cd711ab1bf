"""The on-call page on a phone-sized screen: one slide, through a dead spot, said once."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from coordinator.outbox.push_channel import PushChannel, PushKey
from coordinator.private.phones import Subscription
from schemas.vocabulary import Role
from tests.consoles.browser import PHONE, Room, control_room, slide
from tests.web.station import HERE, bearer

_MINUTE_OF = """(at) => new Intl.DateTimeFormat("en-GB",
  { hour: "2-digit", minute: "2-digit", hour12: false }).format(at)"""
NASTY = "<img src=x onerror=alert(1)> tree"


async def called(room: Room, **more: Any) -> tuple[str, str, str]:
    """Open an incident and return (incident, member, assignment) of its leader."""
    here = room.station
    receipt = (await here.say(Role.DISPATCHER, **here.outage(**more))).json()
    incident = f"inc_{receipt['signal_id']}"
    state = here.home.state_of(HERE)
    unit = state.units.by_id[state.units.by_incident[incident][0]]
    leader = next(it for it, role in sorted(unit.roles.items()) if role.value == "leader")
    return incident, leader, unit.people[leader]


async def signals_of(room: Room, type_: str) -> list[dict[str, Any]]:
    """Return the signals of a type on the log with their words, each with the facts it led to."""
    answer = await room.station.get(Role.AUDITOR, f"/v1/log/{HERE}", after=0, limit=1_000)
    said = room.station.home.put_back(answer.text, lambda words: json.dumps(words)[1:-1])
    payloads = [it["payload"] for it in json.loads(said)["records"]]
    return [it for it in payloads if (it.get("signal") or {}).get("type") == type_]


async def worker_is_ready(page: Page) -> None:
    """Wait until the page can be opened without a network."""
    kept = "caches.match('/static/oncall/main.js').then(Boolean)"
    await _until(page, kept, "the worker never kept the page's files")


async def seeing_is_said(page: Page) -> None:
    """Wait until the page has said by itself that the call was seen, and the coordinator has it."""
    sent = "it.signal.type === 'acknowledge_assignment' && it.fate === 'sent'"
    await _until(page, f"self.taps.all().then((all) => all.some((it) => {sent}))", "never seen")


async def all_is_said(page: Page) -> None:
    """Wait until no tap is on its way: the page shows what was said before it has arrived."""
    through = "self.taps.all().then((all) => all.every((it) => it.fate !== 'kept'))"
    await _until(page, through, "a tap was never sent")


async def lose_the_first_answer(page: Page, type_: str) -> list[str]:
    """Let the answer to the first signal of a type be lost; returns the ids as they are sent."""
    sent: list[str] = []

    async def answer(route: Any) -> None:
        body = route.request.post_data_json
        if body["type"] == type_:
            sent.append(body["signal_id"])
            if len(sent) == 1:
                await route.fetch()
                await route.abort()
                return
        await route.continue_()

    await page.route("**/v1/signals", answer)
    return sent


async def _until(page: Page, question: str, otherwise: str) -> None:
    for _ in range(300):
        if await page.evaluate(question):
            return
        await page.wait_for_timeout(50)
    pytest.fail(otherwise)


async def test_a_tap_in_a_dead_spot_is_kept_sent_later_and_said_once(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, assignment = await called(room)
        page = await room.phone(member)
        await expect(page.locator("[data-link=live]")).to_be_visible()
        await worker_is_ready(page)
        await seeing_is_said(page)

        await page.context.set_offline(True)
        await slide(page.locator("[data-say=accept_assignment]"))
        await expect(page.locator("[data-fate=kept]")).to_contain_text("kept, will be sent")
        # By the coordinator's clock: that of a phone may be hours off.
        since = await page.evaluate(_MINUTE_OF, room.station.home.clock.now())
        await expect(page.locator("[data-link=stale]")).to_contain_text(f"as of {since}")
        await slide(page.locator("[data-say=depart]"))
        await expect(page.locator("[data-fate=kept]")).to_have_count(2)
        assert await signals_of(room, "accept_assignment") == []

        await page.reload()
        await expect(page.locator("[data-fate=kept]")).to_have_count(2)
        await expect(page.locator("[data-status=en_route]")).to_be_visible()

        await page.context.set_offline(False)
        await expect(page.locator("[data-link=live]")).to_be_visible()
        await all_is_said(page)
        await expect(page.locator("[data-fate=kept]")).to_have_count(0)
        tapped: list[int] = []
        for said, fact in (
            ("accept_assignment", "assignment_accepted"),
            ("depart", "member_en_route"),
        ):
            (found,) = await signals_of(room, said)
            assert found["signal"]["actor_id"] == member
            assert found["signal"]["assignment_id"] == assignment
            assert found["events"][0]["type"] == fact
            # When it was tapped, not when it came.
            tapped.append(found["signal"]["occurred_at"])
        assert tapped == sorted(tapped)


async def test_a_double_tap_is_one_answer_and_seeing_is_said_by_itself(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        page = await room.phone(member)
        await page.locator("[data-say=accept_assignment]").wait_for()

        await page.evaluate(
            "() => { const it = document.querySelector('[data-say=accept_assignment]');"
            " it.click(); it.click(); it.click(); }"
        )
        await page.locator("[data-sure=accept_assignment]").wait_for()
        await page.evaluate(
            "() => { const it = document.querySelector('[data-sure=accept_assignment]');"
            " it.click(); it.click(); it.click(); }"
        )

        await expect(page.locator("[data-status=accepted]")).to_be_visible()
        await expect(page.locator("[data-say=depart]")).to_be_visible()
        await page.wait_for_timeout(500)
        assert len(await signals_of(room, "accept_assignment")) == 1
        assert len(await signals_of(room, "acknowledge_assignment")) == 1
        assert await signals_of(room, "depart") == []


async def test_an_answer_lost_on_its_way_back_is_sent_again_as_the_same_signal(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        # The worker would send it, too: here it is the page's turn.
        page = await room.phone(member, service_workers="block")
        sent = await lose_the_first_answer(page, "accept_assignment")
        await slide(page.locator("[data-say=accept_assignment]"))
        await expect(page.locator("[data-say=depart]")).to_be_visible()
        await all_is_said(page)

        assert len(sent) == 2
        assert len(set(sent)) == 1
        assert len(await signals_of(room, "accept_assignment")) == 1


async def test_text_from_outside_is_text_in_both_languages(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room, cause=NASTY)
        page = await room.phone(member)

        await expect(page.locator(".call")).to_contain_text(NASTY)
        assert await page.locator(".call img").count() == 0
        await page.get_by_role("button", name="中文").click()
        await expect(page.get_by_role("button", name="接单")).to_be_visible()
        await expect(page.locator(".call")).to_contain_text(NASTY)


async def test_declining_takes_a_reason_and_frees_the_member(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        page = await room.phone(member)

        await page.locator("[data-say=decline_assignment]").click()
        await page.get_by_role("button", name="No transport").click()

        await expect(page.locator(".calm-state")).to_be_visible()
        await all_is_said(page)
        (said,) = await signals_of(room, "decline_assignment")
        assert said["signal"]["reason"] == "no_transport"
        await expect(page.locator(".calm-state")).to_contain_text("On shift")


async def test_help_is_quick_and_hard_to_call_by_accident(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        page = await room.phone(member)
        help_ = page.locator("button.help")
        await help_.wait_for()

        await help_.tap()
        await page.get_by_role("button", name="Cancel").click()
        await page.wait_for_timeout(1_300)
        assert await signals_of(room, "call_help") == []

        await help_.focus()
        await page.keyboard.down("Enter")
        await page.wait_for_timeout(1_300)
        await page.keyboard.up("Enter")
        await expect(help_).to_contain_text("Help is called since")
        (said,) = await signals_of(room, "call_help")
        assert said["signal"]["member_id"] == member


async def test_a_call_for_help_without_a_network_says_it_has_not_gone_out(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        page = await room.phone(member)
        await page.locator("button.help").wait_for()
        await page.context.set_offline(True)

        box = await page.locator("button.help").bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await page.mouse.down()
        await page.wait_for_timeout(1_300)
        await page.mouse.up()

        await expect(page.locator(".said [role=alert]")).to_contain_text("NOT gone out")
        await page.context.set_offline(False)
        await expect(page.locator("button.help")).to_contain_text("Help is called since")
        assert len(await signals_of(room, "call_help")) == 1


async def test_a_roll_call_is_answered_in_one_tap(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        incident, member, _ = await called(room)
        page = await room.phone(member)
        for said in ("accept_assignment", "depart", "arrive"):
            await slide(page.locator(f"[data-say={said}]"))
        await expect(page.locator("[data-status=on_scene]")).to_be_visible()
        await all_is_said(page)

        await room.station.say(Role.COMMANDER, type="call_roll", incident_id=incident)
        await slide(page.get_by_role("button", name="I am here"))

        await expect(page.locator(".roll")).to_have_count(0)
        (answer,) = await signals_of(room, "answer_roll")
        assert answer["signal"]["member_ids"] == [member]


async def test_a_code_from_a_picture_enrols_and_leaves_no_trace_in_the_address(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        here = room.station
        made = await here.client.post(
            "/v1/enrolments",
            json={"member_id": member, "jurisdiction": HERE},
            headers=bearer(here.tokens[Role.DISPATCHER]),
        )
        context = await room.browser.new_context(viewport=PHONE, locale="en-GB")
        page = await context.new_page()

        await page.goto(room.url + made.json()["path"])

        await expect(page.locator("[data-say=accept_assignment]")).to_be_visible()
        assert page.url == room.url + "/me"
        await _until(page, "self.taps.recall('device_id').then(Boolean)", "no device was made")
        await all_is_said(page)
        assert len(here.home.state_of(HERE).roster.members[member].devices) == 1

        await page.get_by_role("button", name="Leave").click()
        await page.locator("dialog").get_by_role("button", name="Leave").click()
        await expect(page.locator("input[name=secret]")).to_be_visible()
        assert here.home.state_of(HERE).roster.members[member].devices == ()
        await context.close()


async def test_an_open_page_answers_a_rehearsal_by_itself(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        page = await room.phone(member)
        await expect(page.locator("[data-link=live]")).to_be_visible()
        here = room.station
        begun = await here.client.post(
            "/v1/rehearsals",
            json={"jurisdiction": HERE},
            headers=bearer(here.tokens[Role.DISPATCHER]),
        )

        phones, parts = here.home.notification_setup.phones, []
        for _ in range(150):
            parts = phones.rehearsed_in(begun.json()["rehearsal_id"])
            if any(it.member_id == member and it.answered_at for it in parts):
                break
            await page.wait_for_timeout(100)

        answered = [it.member_id for it in parts if it.answered_at is not None]
        assert answered == [member]


async def test_no_older_state_is_shown_over_a_newer_one(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, assignment = await called(room)
        token = room.station.member_token(member)
        old = await room.station.get(token, "/v1/me")
        page = await room.phone(member)
        await slide(page.locator("[data-say=accept_assignment]"))
        await expect(page.locator("[data-say=depart]")).to_be_visible()
        await room.station.say(token, type="depart", assignment_id=assignment)
        await expect(page.locator("[data-status=en_route]")).to_be_visible()

        async def late(route: Any) -> None:
            await route.fulfill(body=old.text, content_type="application/json")

        # A late answer of some proxy: it is asked for whenever the stream breaks.
        await page.route("**/v1/me", late)
        await page.route("**/v1/me/stream", lambda route: route.abort())
        await page.evaluate("dispatchEvent(new Event('online'))")
        await page.wait_for_timeout(4_000)

        await expect(page.locator("[data-status=en_route]")).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "words"), [("en-GB", "Switch it on again"), ("zh-CN", "请重新开启")]
)
async def test_a_phone_says_that_push_must_be_switched_on_again(
    tmp_path: Path, locale: str, words: str
) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        reach, clock = room.station.home.notification_setup, room.station.home.clock
        key = PushKey(tmp_path / "new.pem")
        reach.push = PushChannel(key, "mailto:a@b.org", ["push.example.org"], reach.phones, clock)
        before = Subscription("https://push.example.org/1", member, "p", "a", "an older key")
        reach.phones.subscribe(before, clock.now())
        page = await room.phone(member, locale=locale)

        await expect(page.locator("[data-test=push-again]")).to_contain_text(words)
        reach.phones.subscribe(before._replace(key=key.public), clock.now())
        await page.reload()
        await expect(page.get_by_text("✓ ", exact=False).last).to_be_visible()
        await expect(page.locator("[data-test=push-again]")).to_have_count(0)
        reach.push.close()


WATCH = """() => { window.shown = []; new MutationObserver(() => {
  for (const it of document.querySelectorAll('.said .card, .slide-said')) shown.push(it.innerText);
}).observe(document.documentElement, { subtree: true, childList: true, attributes: true }); }"""


async def test_what_was_refused_is_not_shown_as_said(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, assignment = await called(room)
        token = room.station.member_token(member)
        for word in ("accept_assignment", "depart", "arrive"):
            assert (await room.station.say(token, type=word, assignment_id=assignment)).is_success
        # The worker sends what is kept, too, and it is not answered by this test.
        page = await room.phone(member, service_workers="block")
        problem = {"detail": "no", "errors": [{"field": "-", "reason": "no"}]}
        await page.route("**/v1/signals", lambda it: it.fulfill(status=409, json=problem))

        await slide(page.locator("[data-say=finish_assignment]"))
        # Who leads is asked first who leads those left.
        await page.locator("[data-test=all-in]").click()
        await expect(page.locator("[data-fate=refused]")).to_be_visible()
        await expect(page.locator("[data-say=finish_assignment]")).to_be_visible()
        # At once: words of success would end by themselves after a while.
        assert await page.locator(".slide-said").count() == 0
        assert await page.locator(".bar [role=status]").inner_text() == ""


async def test_on_a_sound_network_nobody_reads_that_a_tap_waits_for_one(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)

        async def watch(context: Any) -> None:
            await context.add_init_script(f"addEventListener('DOMContentLoaded', {WATCH})")

        page = await room.phone(member, prepare=watch)
        await seeing_is_said(page)
        assert [it for it in await page.evaluate("shown") if "kept" in it] == []
