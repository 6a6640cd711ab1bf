"""A member who is lent: their phone and their name go where they do, and no further."""

from pathlib import Path
from typing import Any

import pytest

from schemas.vocabulary import Role
from tests.story import HOUR
from tests.web.station import HERE, THERE, Station, bearer, station


async def _lent(here: Station) -> str:
    """Let the other county lend two people, who arrive; return one of them."""
    base = here.places[0].teams[0].base
    incident = (await here.say(Role.DISPATCHER, **here.outage())).json()["signal_id"]
    asked = await _said(
        here, HERE, type="call_aid", neighbour=THERE, incident_id=f"inc_{incident}", reason="flood",
        need={
            "roles": [{"role": "leader", "count": 1}],
            "muster_point": {"lon": base.lon, "lat": base.lat},
            "deadline_at": here.home.clock.now() + HOUR,
        },
    )  # fmt: skip
    aid = f"aid_{asked['signal_id']}"
    await here.home.outbox.drain()
    await _said(here, THERE, type="answer_aid", aid_id=aid, accepts=True, reason="two are free")
    people = [
        it.person.member_id
        for it in here.home.state_of(THERE).roster.members.values()
        if it.on_shift and it.assignment_id is None and it.posted_to is None
    ]
    crew = await here.client.post(
        "/v1/crew",
        json={"jurisdiction": THERE, "member_ids": sorted(people)[:2], "resource_ids": []},
        headers=bearer(here.tokens[Role.DISPATCHER]),
    )
    package = crew.json() | {"safety_briefing": "mind the flood", "briefed_by": "the-dispatcher"}
    await _said(
        here, THERE, type="commit_aid", aid_id=aid, package=package,
        arrives_at=here.home.clock.now() + HOUR,
    )  # fmt: skip
    await here.home.outbox.drain()
    await _said(
        here, HERE, type="record_aid_arrival", aid_id=aid, briefing_acknowledged_by="the captain"
    )
    await here.home.outbox.drain()
    return sorted(people)[0]


async def _said(here: Station, where: str, **document: Any) -> dict[str, Any]:
    answer = await here.say(Role.COMMANDER, **{"jurisdiction": where} | document)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("language", "words"), [("en", "aid can be called from"), ("zh", "可向以下单位请求支援")]
)
async def test_a_call_that_nobody_would_hear_is_refused_with_whom_to_ask(
    tmp_path: Path, language: str, words: str
) -> None:
    async with station(tmp_path) as here:
        incident = (await here.say(Role.DISPATCHER, **here.outage())).json()["signal_id"]
        call = {
            "type": "call_aid", "jurisdiction": HERE, "neighbour": "nowhere", "reason": "flood",
            "incident_id": f"inc_{incident}",
        }  # fmt: skip

        answer = await here.client.post(
            "/v1/signals",
            json=call,
            headers=bearer(here.tokens[Role.DISPATCHER]) | {"Accept-Language": language},
        )

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["value"]) == ("neighbour", "nowhere")
    assert words in error["reason"]
    assert THERE in error["reason"]


async def test_a_desk_of_one_county_reads_names_of_its_own_and_of_guests(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        desk = here.home.tokens.mint("jd", Role.DISPATCHER, jurisdictions=(HERE,))
        own = min(here.home.state_of(HERE).roster.members)
        theirs = sorted(here.home.state_of(THERE).roster.members)

        async def named(token: str) -> list[str]:
            answer = await here.client.post(
                "/v1/names", json={"ids": [own, *theirs]}, headers=bearer(token)
            )
            return sorted(answer.json()["names"])

        assert await named(desk) == [own]
        assert await named(here.tokens[Role.DISPATCHER]) == sorted([own, *theirs])

        await _lent(here)

        (talk,) = here.home.state_of(HERE).aid.by_id.values()
        assert talk.package is not None
        guests = [it.member_id for it in talk.package.people]
        assert await named(desk) == sorted([own, *guests])
        board = (await here.get(desk, "/v1/boards/aid", jurisdiction=HERE)).json()
        assert sorted(board["names"]) == sorted(guests)
        for place in (THERE, "nowhere"):
            hidden = await here.get(desk, "/v1/boards/people", jurisdiction=place)
            assert hidden.status_code == 404

        people = [it.person.member_id for it in here.home.state_of(THERE).roster.members.values()]
        lender = here.home.tokens.mint("there", Role.DISPATCHER, jurisdictions=(THERE,))
        assert await named(lender) == sorted(people)


async def test_a_guest_sees_and_answers_where_they_are(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        at_home = await _lent(here)
        token = here.home.tokens.mint(
            at_home, Role.MEMBER, jurisdictions=(THERE,), member_id=at_home
        )
        another = min(
            it for it in here.home.state_of(THERE).roster.members
            if here.home.state_of(THERE).roster.members[it].lent_to is None
        )  # fmt: skip

        page = (await here.get(token, "/v1/me")).json()
        assert (page["jurisdiction"], page["member_id"]) == (HERE, at_home)
        called = await here.say(token, type="call_help", jurisdiction=HERE, member_id=at_home)
        assert called.status_code == 200, called.text
        decided = await here.get(
            token, f"/v1/signals/{called.json()['signal_id']}", jurisdiction=HERE
        )
        assert decided.status_code == 200
        assert (await here.client.post("/v1/me/help", headers=bearer(token))).status_code == 200

        other = here.home.tokens.mint(
            another, Role.MEMBER, jurisdictions=(THERE,), member_id=another
        )
        assert (await here.get(other, "/v1/me")).json()["jurisdiction"] == THERE
        refused = await here.say(other, type="call_help", jurisdiction=HERE, member_id=another)
        assert refused.status_code == 404


@pytest.mark.parametrize("path", ["/v1/dead-letters", "/v1/deliveries"])
async def test_what_is_of_no_one_county_is_for_a_desk_of_all(tmp_path: Path, path: str) -> None:
    async with station(tmp_path) as here:
        one = here.home.tokens.mint("jd", Role.DISPATCHER, jurisdictions=(HERE,))

        refused = await here.get(one, path)

        assert refused.status_code == 403
        assert "for a desk of all of them" in refused.json()["detail"]
        assert (await here.get(Role.DISPATCHER, path)).status_code == 200
