"""Whistles on a member's page: who sees which, what of it, and who is told at once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from coordinator.domain.roster.eligibility import may_be_told
from coordinator.web.member_news import MemberNews
from coordinator.web.my_whistles import whistles_of
from schemas.bounds import Position
from schemas.community import CommunityService
from schemas.events.community import WhistleClaimed
from schemas.signals.community import BlowWhistle, ClaimWhistle
from schemas.vocabulary import Role
from tests.boards.drawn import redrawn
from tests.domain.test_operation import GUARDS, guarding
from tests.story import HERE as RIVER
from tests.web.station import HERE, THERE, Station, station


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


def of(here: Station, where: str = HERE) -> list[str]:
    return sorted(here.home.state_of(where).roster.members)


async def said(here: Station, role: Role | str, **document: Any) -> dict[str, Any]:
    answer = await here.say(role, **document)
    assert answer.status_code == 200, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


async def blown(here: Station, community: str = "riverside", **more: Any) -> str:
    """Let a community call for two people; return the whistle."""
    where = more.get("jurisdiction", HERE)
    known = set(here.home.state_of(where).community.whistles)
    base = here.places[0].teams[0].base
    await said(
        here, Role.FEED, **{
            "type": "blow_whistle", "community": community, "service": "volunteering",
            "place": {"lon": base.lon, "lat": base.lat}, "people_wanted": 2,
            "asked_by": "committee", "text": "carry water",
        } | more,
    )  # fmt: skip
    (fresh,) = set(here.home.state_of(where).community.whistles) - known
    return fresh


async def posted(here: Station, member: str, community: str = "riverside") -> None:
    await said(
        here, Role.DISPATCHER, type="post_member", member_id=member, community=community, tie="home"
    )


async def says(here: Station, member: str, type_: str, whistle: str, **more: Any) -> None:
    token = here.member_token(member)
    who = {} if type_ == "finish_whistle" else {"member_id": member}
    await said(here, token, type=type_, whistle_id=whistle, **who, **more)


async def page(here: Station, member: str) -> dict[str, Any]:
    view: dict[str, Any] = (await here.get(here.member_token(member), "/v1/me")).json()
    return view


async def whistles(here: Station, member: str) -> dict[str, Any]:
    return {it["whistle_id"]: it for it in (await page(here, member))["whistles"]}


async def test_a_whistle_says_what_where_by_when_and_who_comes(here: Station) -> None:
    one, two, *_ = of(here)
    report_by = here.home.clock.now() + 600_000
    whistle = await blown(here, report_by=report_by)
    await posted(here, one)
    await says(here, two, "claim_whistle", whistle)
    await says(here, two, "report_in", whistle)

    view = await page(here, one)

    (row,) = view["whistles"]
    assert (row["whistle_id"], row["community"], row["text"]) == (
        whistle,
        "riverside",
        "carry water",
    )
    assert (row["service"], row["ties"]) == ("volunteering", ["home"])
    base = here.places[0].teams[0].base
    assert [row["lon"], row["lat"]] == [base.lon, base.lat]
    assert row["report_by"] == row["claim_by"] == report_by
    assert (row["wanted"], row["come"], row["come_there"]) == (2, 1, 1)
    assert row["people"] == [{"member_id": two, "there": True}]
    assert view["names"][two] == here.home.names([two])[two]
    assert (row["mine"], row["may_claim"], row["realm"]) == (None, True, "actual")


async def test_who_goes_there_is_not_told_to_those_it_does_not_concern(here: Station) -> None:
    one, two, three, *_ = of(here)
    whistle = await blown(here)
    await says(here, one, "claim_whistle", whistle)

    stranger = await page(here, two)
    assert stranger["whistles"][0]["may_claim"]
    assert (stranger["whistles"][0]["come"], stranger["whistles"][0]["people"]) == (1, [])
    assert set(stranger["names"]) == {two}
    assert one not in str(stranger)

    await posted(here, three)
    neighbour = (await whistles(here, three))[whistle]
    assert neighbour["people"] == [{"member_id": one, "there": False}]
    await says(here, two, "claim_whistle", whistle)
    companion = (await whistles(here, two))[whistle]
    assert [it["member_id"] for it in companion["people"]] == sorted([one, two])


async def test_a_claim_an_arrival_and_the_end_show_on_ones_own_page(here: Station) -> None:
    one, *_ = of(here)
    whistle = await blown(here)

    async def mine() -> tuple[str | None, bool]:
        row = (await whistles(here, one))[whistle]
        return row["mine"], row["may_claim"]

    assert await mine() == (None, True)
    await says(here, one, "claim_whistle", whistle)
    assert await mine() == ("coming", False)
    await says(here, one, "give_back_whistle", whistle, reason="child ill")
    assert await mine() == (None, True)
    await says(here, one, "claim_whistle", whistle)
    await says(here, one, "report_in", whistle)
    assert await mine() == ("there", False)
    await says(here, one, "finish_whistle", whistle, outcome="sixty bottles")
    assert await whistles(here, one) == {}


async def test_a_whistle_that_is_withdrawn_is_gone(here: Station) -> None:
    one, *_ = of(here)
    await posted(here, one)
    whistle = await blown(here)
    assert set(await whistles(here, one)) == {whistle}

    await said(
        here, Role.DISPATCHER, type="withdraw_whistle", whistle_id=whistle, reason="a mistake"
    )

    assert await whistles(here, one) == {}


async def test_one_that_is_full_is_shown_to_its_own_people_only(here: Station) -> None:
    one, two, three, *_ = of(here)
    whistle = await blown(here, people_wanted=1)
    await posted(here, two)
    await says(here, one, "claim_whistle", whistle)

    assert (await whistles(here, one))[whistle]["mine"] == "coming"
    assert not (await whistles(here, two))[whistle]["may_claim"]
    assert whistle not in await whistles(here, three)

    await says(here, one, "give_back_whistle", whistle, reason="child ill")
    assert (await whistles(here, three))[whistle]["may_claim"]


async def test_the_page_offers_what_the_coordinator_would_take(here: Station) -> None:
    """Of those who are called out, none may claim; of the others, everyone, on duty or off."""
    receipt = await said(here, Role.FEED, **here.outage())
    state = here.home.state_of(HERE)
    called = state.units.by_id[state.units.by_incident[f"inc_{receipt['signal_id']}"][0]]
    one, two = sorted(called.people)[:2]
    off_duty = next(
        it for it in of(here) if not state.roster.members[it].on_shift and it not in called.people
    )
    await posted(here, one)
    whistle = await blown(here, people_wanted=50)

    assert not (await whistles(here, one))[whistle]["may_claim"]
    assert whistle not in await whistles(here, two)
    assert (await whistles(here, off_duty))[whistle]["may_claim"]

    async def taken(member: str) -> bool:
        answer = await here.say(
            here.member_token(member), type="claim_whistle", whistle_id=whistle, member_id=member
        )
        return answer.status_code == 200

    assert not await taken(one)
    assert await taken(off_duty)


def test_who_stands_on_guard_is_offered_none() -> None:
    story, _ = guarding()
    story.when(
        BlowWhistle, community="riverside", service=CommunityService.VOLUNTEERING,
        place=Position(lon=110.0, lat=30.0), people_wanted=9, asked_by="committee", text="water",
    )  # fmt: skip
    (whistle,) = story.state.community.whistles
    boards = redrawn(story)

    def offered(member: str) -> bool:
        return any(it["may_claim"] for it in whistles_of(boards, RIVER, member))

    def taken(member: str) -> bool:
        story.when(
            ClaimWhistle, actor_id=member, actor_role=Role.MEMBER, member_id=member,
            whistle_id=whistle,
        )  # fmt: skip
        return bool(story.all(WhistleClaimed))

    members = story.state.roster.members
    (guard, *_), free = GUARDS, min(it for it, held in members.items() if held.posted_to is None)
    assert members[guard].posted_to is not None
    assert (offered(guard), taken(guard)) == (False, False)
    assert (offered(free), taken(free)) == (True, True)


async def test_nobody_sees_or_claims_what_is_of_another_place(here: Station) -> None:
    one, stranger = of(here)[0], of(here, THERE)[0]
    whistle = await blown(here)
    await blown(here, jurisdiction=THERE, text="there")

    assert set(await whistles(here, one)) == {whistle}
    assert whistle not in await whistles(here, stranger)
    token = here.member_token(stranger)
    answer = await here.say(token, type="claim_whistle", whistle_id=whistle, member_id=stranger)
    assert answer.status_code == 409
    other = await here.say(token, type="claim_whistle", whistle_id=whistle, member_id=one)
    assert other.status_code == 409
    assert not here.home.state_of(HERE).community.whistles[whistle].claimed
    assert (await here.get(token, "/v1/boards/community_whistles")).status_code == 403


async def test_an_exercise_never_shows_among_the_real_ones(tmp_path: Path) -> None:
    async with station(tmp_path, exercises=(THERE,)) as here:
        real = await blown(here)
        drill = await blown(here, jurisdiction=THERE, realm="exercise")

        actual, exercise = await page(here, of(here)[0]), await page(here, of(here, THERE)[0])

    assert [(it["whistle_id"], it["realm"]) for it in actual["whistles"]] == [(real, "actual")]
    assert [(it["whistle_id"], it["realm"]) for it in exercise["whistles"]] == [(drill, "exercise")]
    assert (actual["realm"], exercise["realm"]) == ("actual", "exercise")


async def test_where_i_go_comes_first_then_my_own_communities(here: Station) -> None:
    one, *_ = of(here)
    other = await blown(here, "hill")
    own = await blown(here, "riverside")
    go = await blown(here, "station-road")
    await posted(here, one)
    await says(here, one, "claim_whistle", go)

    assert list(await whistles(here, one)) == [go, own, other]


async def test_a_community_is_heard_by_those_of_it_who_are_on_call(here: Station) -> None:
    state, now = here.home.state_of(HERE), here.home.clock.now()
    on_call = next(it for it in of(here) if may_be_told(state, it, now)[0])
    silent = next(it for it in of(here) if not may_be_told(state, it, now)[0])
    for one in (on_call, silent):
        await posted(here, one)
    id_ = await blown(here)
    await here.home.outbox.drain()

    async def heard(member: str) -> list[tuple[str, str]]:
        answer = await here.get(here.member_token(member), "/v1/me/notices")
        notices = answer.json()["notices"]
        newest = notices[0]["effect_id"] if notices else None
        assert (await page(here, member))["newest_notice"] == newest
        return [(it["document"]["kind"], it["document"]["about"]) for it in notices]

    assert await heard(on_call) == [("whistle_blown", id_)]
    assert await heard(silent) == []
    assert id_ in await whistles(here, silent)


async def test_who_is_concerned_is_told_at_once_and_the_rest_are_left_alone(here: Station) -> None:
    one, two, three, four, *_ = of(here)
    await posted(here, two)
    news = MemberNews(here.home.boards, here.home.feed)
    async with contextlib.AsyncExitStack() as stack:
        told = {
            it: await stack.enter_async_context(news.of(HERE, it)) for it in (one, two, three, four)
        }

        async def woken() -> set[str]:
            here.home.boards.seq(HERE)  # Whoever reads has drawn, and told, what waits.
            await asyncio.sleep(0.05)
            found = {it for it, event in told.items() if event.is_set()}
            for event in told.values():
                event.clear()
            return found

        await woken()
        whistle = await blown(here, people_wanted=3)
        assert await woken() == {one, two, three, four}
        await says(here, one, "claim_whistle", whistle)
        assert await woken() == {one, two}
        await says(here, three, "claim_whistle", whistle)
        assert await woken() == {one, two, three}
        await says(here, one, "give_back_whistle", whistle, reason="child ill")
        assert await woken() == {one, two, three}
        await says(here, one, "claim_whistle", whistle)
        await woken()
        await says(here, four, "claim_whistle", whistle)
        assert await woken() == {one, two, three, four}, "it is full: nobody else may claim it"
        await posted(here, four)
        assert await woken() == {four}
        await said(
            here, Role.DISPATCHER, type="withdraw_whistle", whistle_id=whistle, reason="a mistake"
        )
        assert await woken() == {one, two, three, four}
