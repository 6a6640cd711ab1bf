"""A member's phone over the API: enrolled by a code, told live, its calendar, its rehearsals."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from coordinator.cli.serving import free_socket, server_of, web_of
from coordinator.clock import SetClock
from coordinator.outbox.push_channel import PushKey
from coordinator.private.phones import Phones, Rehearsal, Subscription
from coordinator.settings import Settings
from coordinator.tasks import end_all
from coordinator.web.rehearsing import rehearse_on_schedule
from coordinator.web.sessions import CONSOLE_HEADER
from schemas.ids import ulid_of
from schemas.vocabulary import Role
from tests.outbox.listening import listening
from tests.outbox.test_push import Browser
from tests.patience import PATIENCE_S
from tests.story import HOUR, MINUTE, START
from tests.web.station import HERE, THERE, Station, bearer, station

CONSOLE = {CONSOLE_HEADER: "1"}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


async def _called(here: Station, key: str = "1") -> tuple[str, str]:
    """Open an incident and return (member, assignment) of one who was called."""
    receipt = (await here.say(Role.FEED, **here.outage(key))).json()
    state = here.home.state_of(HERE)
    unit = state.units.by_id[state.units.by_incident[f"inc_{receipt['signal_id']}"][0]]
    return sorted(unit.people.items())[0]


def _of_here(here: Station) -> list[str]:
    return sorted(here.home.state_of(HERE).roster.members)


async def test_a_code_enrols_one_phone_of_one_member(here: Station) -> None:
    member = _of_here(here)[0]
    made = await here.client.post(
        "/v1/enrolments",
        json={"member_id": member, "jurisdiction": HERE},
        headers=bearer(here.tokens[Role.DISPATCHER]),
    )

    enrolment = made.json()
    assert enrolment["path"] == f"/me#code={enrolment['code']}"
    assert enrolment["url"] == "http://here" + enrolment["path"]
    assert enrolment["qr_svg"].startswith("data:image/svg+xml")
    said = {"code": enrolment["code"]}
    first = await here.client.post("/v1/session", json=said, headers=CONSOLE)
    second = await here.client.post("/v1/session", json=said, headers=CONSOLE)
    assert (first.json()["member_id"], second.status_code) == (member, 401)
    assert (await here.client.get("/v1/me")).json()["member_id"] == member


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FEED])
async def test_only_a_desk_enrols_and_only_its_own_people(here: Station, role: Role) -> None:
    member = _of_here(here)[0]
    path, body = "/v1/enrolments", {"member_id": member, "jurisdiction": HERE}
    only_there = here.home.tokens.mint("d", Role.DISPATCHER, jurisdictions=(THERE,))

    async def asked(token: str, **more: str) -> int:
        answer = await here.client.post(path, json=body | more, headers=bearer(token))
        return answer.status_code

    assert await asked(here.tokens[role]) == 403
    assert await asked(only_there) == 404
    assert await asked(here.tokens[Role.DISPATCHER], jurisdiction=THERE) == 404


async def test_what_concerns_me_is_whole_and_says_what_it_is_as_of(here: Station) -> None:
    member, assignment = await _called(here)
    await here.say(Role.DISPATCHER, type="weather_reported", weather={"rain": True})
    token = here.member_token(member)

    view = (await here.get(token, "/v1/me")).json()

    mine = view["assignment"]
    assert mine["assignment_id"] == assignment
    assert len(mine["people"]) == 2
    assert mine["weather"] == {"rain": True}
    assert mine["resources"]
    assert set(view["names"]) >= {member, *mine["with"]}
    assert view["seq"] == here.home.owners[HERE].confirmed.tip.seq


async def test_a_colleagues_answer_is_on_my_page(here: Station) -> None:
    member, _ = await _called(here)
    token = here.member_token(member)
    colleague = (await here.get(token, "/v1/me")).json()["assignment"]["with"][0]
    theirs = here.home.state_of(HERE).roster.members[colleague].assignment_id

    await here.say(here.member_token(colleague), type="accept_assignment", assignment_id=theirs)

    people = (await here.get(token, "/v1/me")).json()["assignment"]["people"]
    assert {it["status"] for it in people if it["member_id"] == colleague} == {"accepted"}


async def test_a_roll_call_and_a_call_for_help_stand_on_my_page_until_they_end(
    here: Station,
) -> None:
    member, assignment = await _called(here)
    token = here.member_token(member)
    for said in ("accept_assignment", "arrive"):
        await here.say(token, type=said, assignment_id=assignment)
    incident = (await here.get(token, "/v1/me")).json()["assignment"]["incident_id"]

    await here.say(Role.COMMANDER, type="call_roll", incident_id=incident)
    await here.say(token, type="call_help", member_id=member)

    duty = (await here.get(token, "/v1/me")).json()["duty"]
    roll, help_call = duty["roll_call"], duty["help_call"]
    await here.say(
        token, type="answer_roll", roll_call_id=roll["roll_call_id"], member_ids=[member]
    )
    await here.say(
        Role.COMMANDER,
        type="resolve_help",
        help_call_id=help_call["help_call_id"],
        outcome="carried down",
    )
    duty = (await here.get(token, "/v1/me")).json()["duty"]
    assert (duty["roll_call"], duty["help_call"]) == (None, None)


async def test_my_notices_are_mine_newest_first(here: Station) -> None:
    member, assignment = await _called(here)
    token, other = here.member_token(member), here.member_token(_of_here(here)[-1])
    await here.home.outbox.drain()
    found: list[dict[str, Any]] = []
    for _ in range(100):
        found = (await here.get(token, "/v1/me/notices")).json()["notices"]
        if found:
            break
        await asyncio.sleep(0.02)

    assert [it["kind"] for it in found] == ["assignment_offered"]
    assert found[0]["about"] == assignment
    assert (await here.get(other, "/v1/me/notices")).json()["notices"] == []
    assert (await here.get(Role.DISPATCHER, "/v1/me/notices")).status_code == 403


async def test_the_calendar_takes_its_own_password_and_no_other(here: Station) -> None:
    member = next(
        it for it, held in here.home.state_of(HERE).roster.members.items() if held.on_shift
    )
    token = here.member_token(member)
    made = (await here.client.post("/v1/me/calendar", headers=bearer(token))).json()

    async def fetched(user: str, password: str) -> httpx.Response:
        encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
        return await here.client.get(made["path"], headers={"Authorization": f"Basic {encoded}"})

    answer = await fetched(member, made["password"])
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    shifts = (await here.get(token, "/v1/me")).json()["duty"]["shifts"]
    events = calendar.events
    assert [int(datetime.fromisoformat(str(it.start)).timestamp() * 1_000) for it in events] == [
        it["starts_at"] for it in shifts
    ]
    assert made["password"] not in made["path"]
    wrong = [await fetched(*it) for it in ((member, token), (member, ""), ("x", made["password"]))]
    assert [it.status_code for it in wrong] == [401, 401, 401]
    assert wrong[0].headers["www-authenticate"].startswith("Basic")
    as_token = await here.client.get("/v1/me", headers=bearer(made["password"]))
    assert as_token.status_code == 401
    await here.client.delete("/v1/me/calendar", headers=bearer(token))
    assert (await fetched(member, made["password"])).status_code == 401


async def test_without_a_key_there_is_no_push(here: Station) -> None:
    token = here.member_token(_of_here(here)[0])
    keys = {"p256dh": "B" * 87, "auth": "a" * 22}

    answer = await here.client.post(
        "/v1/me/push",
        json={"endpoint": "https://push.example.org/1", "keys": keys},
        headers=bearer(token),
    )

    assert answer.status_code == 501


async def test_a_push_service_nobody_named_is_refused(tmp_path: Path) -> None:
    async with station(tmp_path, **_push(tmp_path, "push.example.org")) as here:
        token = here.member_token(_of_here(here)[0])
        keys = {"p256dh": "B" * 87, "auth": "a" * 22}

        async def asked(endpoint: str) -> int:
            body = {"endpoint": endpoint, "keys": keys}
            answer = await here.client.post("/v1/me/push", json=body, headers=bearer(token))
            return answer.status_code

        assert await asked("https://127.0.0.1/1") == 422
        assert await asked("https://push.example.org/1") == 204
        assert (await here.get(token, "/v1/me")).json()["pushed"]


async def test_a_page_says_that_push_must_be_switched_on_again(tmp_path: Path) -> None:
    keys = {"p256dh": "B" * 87, "auth": "a" * 22}
    body: dict[str, Any] = {"endpoint": "https://push.example.org/1", "keys": keys}
    async with station(tmp_path, **_push(tmp_path, "push.example.org")) as here:
        member = _of_here(here)[0]
        token = bearer(here.member_token(member))
        assert (await here.client.post("/v1/me/push", json=body, headers=token)).is_success
        view = (await here.client.get("/v1/me", headers=token)).json()
        assert (view["pushed"], view["push_lapsed"]) == (True, False)

        key = tmp_path / "new.pem"
        here.home.notification_setup.push.key = PushKey(key)  # type: ignore[union-attr]
        view = (await here.client.get("/v1/me", headers=token)).json()
        assert (view["pushed"], view["push_lapsed"]) == (False, True)

        body["endpoint"] += "2"
        assert (await here.client.post("/v1/me/push", json=body, headers=token)).is_success
        view = (await here.client.get("/v1/me", headers=token)).json()
        assert (view["pushed"], view["push_lapsed"]) == (True, False)


def _push(folder: Path, services: str) -> dict[str, Any]:
    return {
        "push_key": str(folder / "key.pem"),
        "push_contact": "mailto:duty@example.org",
        "push_services": services,
    }


async def test_a_rehearsal_shows_who_can_be_reached_and_who_cannot(tmp_path: Path) -> None:
    with listening() as world:
        async with station(tmp_path, **_push(tmp_path, "127.0.0.1")) as here:
            state = here.home.state_of(HERE)
            on_call = sorted(m for m, it in state.roster.members.items() if it.on_shift)
            pushed, silent = on_call[0], on_call[1]
            browser = Browser()
            here.home.notification_setup.phones.subscribe(
                browser.subscription(world.address("/push"), pushed), START
            )
            await here.say(
                here.member_token(silent), type="register_device", member_id=silent,
                device_id="0123456789ab",
            )  # fmt: skip
            begun = await _post(here, Role.DISPATCHER, "/v1/rehearsals", {"jurisdiction": HERE})

            message = browser.read(world.at("/push")[0].body)
            assert message["about"] == begun.json()["rehearsal_id"]
            answered = await _post(
                here, here.member_token(pushed), f"/v1/me/rehearsals/{message['about']}"
            )
            assert answered.status_code == 204
            early = (
                await here.get(Role.DISPATCHER, "/v1/rehearsals/latest", jurisdiction=HERE)
            ).json()
            assert (early["open"], early["answered"], early["dead"]) == (True, 1, [])
            assert isinstance(here.home.clock, SetClock)
            here.home.clock.set(START + 11 * MINUTE)
            shown = (
                await here.get(Role.DISPATCHER, "/v1/rehearsals/latest", jurisdiction=HERE)
            ).json()

            ways = {it["member_id"]: it["way"] for it in shown["dead"]}
            assert pushed not in ways
            assert ways[silent] == "page"
            assert set(ways.values()) == {"page", "none"}
            assert shown["called"] == len(ways) + 1
            assert sum(it["called"] for it in shown["by_team"]) == shown["called"]
            skill = here.home.state_of(HERE).roster.members[pushed].person.skills[0].value
            assert next(it for it in shown["by_skill"] if it["key"] == skill)["answered"] == 1
            assert shown["names"][silent]


async def _post(
    here: Station, who: Role | str, path: str, body: dict[str, Any] | None = None
) -> httpx.Response:
    token = here.tokens[who] if isinstance(who, Role) else who
    return await here.client.post(path, json=body, headers=bearer(token))


async def test_who_is_off_duty_or_away_is_left_in_peace(here: Station) -> None:
    members = here.home.state_of(HERE).roster.members
    off = next(it for it, held in members.items() if not held.on_shift and not held.on_standby)
    away = next(it for it, held in members.items() if held.on_shift)
    await here.say(
        here.member_token(away), type="change_availability", member_id=away, available=False
    )

    begun = (await _post(here, Role.DISPATCHER, "/v1/rehearsals", {"jurisdiction": HERE})).json()

    called = {
        it.member_id
        for it in here.home.notification_setup.phones.rehearsed_in(begun["rehearsal_id"])
    }
    assert called
    assert not called & {off, away}
    answer = await _post(here, here.member_token(off), f"/v1/me/rehearsals/{begun['rehearsal_id']}")
    assert answer.status_code == 404


async def test_rehearsals_come_by_the_clock_and_two_processes_make_one(here: Station) -> None:
    phones, clock = here.home.notification_setup.phones, here.home.clock
    assert isinstance(clock, SetClock)
    two = [asyncio.create_task(rehearse_on_schedule(here.home, 1)) for _ in range(2)]

    async def at(moment: int) -> str:
        clock.set(moment)
        await asyncio.sleep(0.2)
        found = phones.latest_rehearsal(HERE)
        assert found is not None
        return found.rehearsal_id

    first = await at(START + 1_000)
    assert await at(START + 30 * MINUTE) == first
    second = await at(START + HOUR + 2_000)
    await end_all(two)

    assert second != first
    again = Rehearsal("reh_again", HERE, clock.now(), clock.now() + 1)
    assert not phones.begin_rehearsal(again, {}, not_after=clock.now() - HOUR)


async def test_a_rehearsal_that_cannot_be_written_is_tried_again(here: Station) -> None:
    clock, phones = here.home.clock, here.home.notification_setup.phones
    assert isinstance(clock, SetClock)
    phones._connection.execute("PRAGMA query_only = ON")
    running = asyncio.create_task(rehearse_on_schedule(here.home, 1))
    await asyncio.sleep(0.1)
    assert not running.done()
    phones._connection.execute("PRAGMA query_only = OFF")

    clock.set(clock.now() + MINUTE)
    async with asyncio.timeout(PATIENCE_S):
        while phones.latest_rehearsal(HERE) is None:  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.02)
    await end_all([running])


async def test_a_phone_is_told_at_once_and_again_whole_after_a_lost_connection(
    here: Station, tmp_path: Path
) -> None:
    member, assignment = await _called(here)
    token = here.member_token(member)
    listening_at = free_socket(Settings(port_or_next=True, port=18_900, data_dir=tmp_path))
    port = listening_at.getsockname()[1]
    server = server_of(web_of(here.home))
    serving = asyncio.create_task(server.serve(sockets=[listening_at]))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as client:
        for status in ("offered", "accepted"):
            async with client.stream("GET", "/v1/me/stream", headers=bearer(token)) as answer:
                views = _views(answer)
                first = await anext(views)
                assert first["assignment"]["status"] == status
                said = "accept_assignment" if status == "offered" else "depart"
                await here.say(token, type=said, assignment_id=assignment)
                later = await anext(views)
                assert later["seq"] > first["seq"]
                assert later["assignment"]["status"] != status
    here.home.tokens.revoke(member)
    server.should_exit = True
    await serving


async def _views(answer: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in answer.aiter_lines():
        if line.startswith("data: ") and "member_id" in line:
            yield json.loads(line[6:])


def test_erasing_a_person_leaves_nothing_of_their_phones(tmp_path: Path) -> None:
    phones = Phones(tmp_path / "phones.db")
    member = f"mem_{ulid_of(START, 'x')}"
    phones.subscribe(Subscription("https://p/1", member, "k", "a"), START)
    phones.mint_calendar(member, START)
    phones.begin_rehearsal(Rehearsal("reh_1", HERE, START, START + 1), {member: "push"})

    phones.erase(member)

    assert phones.subscriptions_of(member) == []
    assert not phones.has_calendar(member)
    assert phones.rehearsed_in("reh_1") == []
    phones.close()
    assert member.encode() not in (tmp_path / "phones.db").read_bytes()
