"""Where a line dies without a word, a clock stands still, and a phone changes hands."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Request, expect

from schemas.vocabulary import Role
from tests.consoles.browser import PHONE, Room, control_room, slide
from tests.consoles.test_on_call import all_is_said, called, lose_the_first_answer, signals_of
from tests.consoles.test_whistles import free
from tests.patience import PATIENCE_MS, PATIENCE_S
from tests.story import MINUTE
from tests.web.station import HERE
from tests.web.test_my_whistles import blown, posted, says


class Line:
    """A way to the coordinator that can die as a dead spot does: nothing comes, nothing is cut."""

    def __init__(self, room: Room) -> None:
        self._to = int(room.url.rsplit(":", 1)[1])
        self._open = asyncio.Event()
        self._open.set()
        self.url = ""

    def die(self) -> None:
        self._open.clear()

    def come_back(self) -> None:
        self._open.set()

    async def serve(self) -> asyncio.Server:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def line_to(room: Room) -> AsyncIterator[Line]:
    line = Line(room)
    server = await line.serve()
    try:
        yield line
    finally:
        line.come_back()
        server.close()


async def _enter(page: Page, secret: str) -> None:
    await page.fill("input[name=secret]", secret)
    await page.press("input[name=secret]", "Enter")
    await page.wait_for_selector(".head")


async def test_a_line_that_died_without_a_word_is_not_shown_as_live(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room, line_to(room) as line:
        _, member, _ = await called(room)
        context = await room.browser.new_context(viewport=PHONE, service_workers="block")
        page = await context.new_page()
        await page.clock.install()
        await page.goto(line.url + "/me")
        await _enter(page, room.station.member_token(member))
        await expect(page.locator("[data-link=live]")).to_be_visible()

        line.die()
        await page.clock.fast_forward(30_000)
        await expect(page.locator("[data-link=stale]")).to_be_visible()

        # What was asked for meanwhile hangs as well, and is given up.
        await page.clock.fast_forward(30_000)
        await expect(page.locator("[data-link=stale]")).to_be_visible()
        line.come_back()
        await expect(page.locator("[data-link=live]")).to_be_visible()
        await context.close()


async def test_a_tap_that_hangs_is_given_up_and_a_call_for_help_goes_first(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        page = await room.phone(member, service_workers="block")
        await page.locator("[data-say=accept_assignment]").wait_for()
        await all_is_said(page)
        sent: list[str] = []
        hangs = asyncio.Event()

        async def answer(route: Any) -> None:
            sent.append(route.request.post_data_json["type"])
            if len(sent) > 1:
                await route.continue_()
            hangs.set()

        # The test says when a request has hung for too long.
        await page.evaluate(
            "() => { const limit = new AbortController();"
            " AbortSignal.timeout = () => limit.signal; self.giveUp = () => limit.abort(); }"
        )
        await page.route("**/v1/signals", answer)
        await slide(page.locator("[data-say=accept_assignment]"))
        await asyncio.wait_for(hangs.wait(), PATIENCE_S)
        await page.locator("button.help").focus()
        await page.keyboard.down("Enter")
        await page.wait_for_timeout(1_300)
        await page.keyboard.up("Enter")
        await expect(page.locator("[data-fate=kept]")).to_have_count(2)
        await page.evaluate("AbortSignal.timeout = () => new AbortController().signal; giveUp()")

        await all_is_said(page)
        assert sent == ["accept_assignment", "call_help", "accept_assignment"]
        assert len(await signals_of(room, "accept_assignment")) == 1


async def test_a_phone_that_slept_knows_what_time_it_is(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        passed = await page.evaluate(
            """async () => {
              const { now, setClock } = await import("/static/shared/time.js");
              setClock({ now: 1_000_000_000, speed: 1 });
              const wall = Date.now;
              Date.now = () => wall() + 2_400_000;  // what runs beside it stood still meanwhile
              return now() - 1_000_000_000;
            }"""
        )

        assert 40 * MINUTE <= passed < 41 * MINUTE


async def test_another_member_inherits_nothing_from_who_had_the_phone(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        here = room.station
        _, one, _ = await called(room)
        two = next(it for it in sorted(here.home.state_of(HERE).roster.members) if it != one)
        context = await room.browser.new_context(viewport=PHONE, locale="en-GB")
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        await page.goto(room.url + "/me")
        await _enter(page, here.member_token(one))
        await page.locator("[data-say=accept_assignment]").wait_for()
        await all_is_said(page)
        await context.set_offline(True)
        await slide(page.locator("[data-say=accept_assignment]"))
        await expect(page.locator("[data-fate=kept]")).to_have_count(1)

        # The session ends, and somebody else enters on the same phone.
        await context.clear_cookies()
        await context.set_offline(False)
        await page.reload()
        await _enter(page, here.member_token(two))
        await expect(page.locator("[data-link=live]")).to_be_visible()

        await expect(page.locator(".who")).to_have_text(here.home.names([two])[two])
        await expect(page.locator("[data-fate]")).to_have_count(0)
        devices = here.home.state_of(HERE).roster.members
        for _ in range(100):
            devices = here.home.state_of(HERE).roster.members
            if devices[two].devices:
                break
            await page.wait_for_timeout(100)
        assert len(devices[two].devices) == 1
        assert await signals_of(room, "accept_assignment") == []
        await context.close()


async def test_what_others_decide_is_asked_for_until_it_is_known(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        here = room.station
        one, two = await free(room)
        await posted(here, one)
        whistle = await blown(here, people_wanted=1)
        page = await room.phone(one, service_workers="block")
        claim = page.locator("[data-say=claim_whistle]")
        await expect(claim).to_be_visible()

        async def taken(route: Any) -> None:
            """Answer as a gateway does: it has it, and another decides. Somebody was quicker."""
            said = route.request.post_data_json
            await says(here, two, "claim_whistle", whistle)
            await route.fetch()
            await route.fulfill(
                status=202, json={"signal_id": said["signal_id"], "topic": "signals", "at": 1}
            )

        await all_is_said(page)
        await page.route("**/v1/signals", taken)
        await slide(claim)

        await expect(page.locator("[data-fate=refused]")).to_contain_text("as many as wanted")


async def test_a_form_whose_answer_was_lost_is_the_same_signal_again(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        sent = await lose_the_first_answer(page, "weather_reported")
        await page.keyboard.press("p")
        await page.locator("[data-form-of=weather_reported]").click()
        form = page.locator("form[data-form=weather_reported]")
        await form.locator("select").first.select_option(HERE)
        await page.fill("#f-weather-humidity_pct", "40")
        await page.fill("#f-weather-temperature_c", "21")
        await form.get_by_role("button", name="Send").click()
        await expect(form.get_by_role("alert")).to_be_visible()
        await form.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)

        assert len(sent) == 2
        assert len(set(sent)) == 1
        assert len(await signals_of(room, "weather_reported")) == 1


async def test_a_desk_needs_one_stream(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        context = await room.browser.new_context(locale="en-GB")
        page = await context.new_page()
        begun: list[Request] = []
        over: list[Request] = []

        def begins(request: Request) -> None:
            if "/v1/stream" in request.url:
                begun.append(request)

        def ends(request: Request) -> None:
            if "/v1/stream" in request.url:
                over.append(request)

        page.on("request", begins)
        page.on("requestfailed", ends)
        page.on("requestfinished", ends)
        await page.goto(room.url)
        await _enter(page, room.station.tokens[Role.DISPATCHER])
        await expect(page.locator("[data-link=live]")).to_be_visible()
        for _ in range(100):
            if len(begun) > 1 and over == begun[:-1]:
                break
            await page.wait_for_timeout(100)

        # One before there was a session, one for the queue, and the one that stays.
        assert (len(begun), over) == (3, begun[:2])
        await room.station.say(Role.FEED, **room.station.outage())
        await expect(page.locator(".queue [role=option]")).to_have_count(1)
        await context.close()
