"""Far too much in one request: told in a few words, and others are decided in between."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins

from coordinator.feeds.roster_rows import BAD_ROWS_MAX
from coordinator.web import intake
from coordinator.web.problems import ERRORS_MAX, shown
from coordinator.web.routes import signals
from schemas.default_policy import DEFAULT_POLICY
from schemas.sizes import VALUES_MAX, more_values_than
from schemas.vocabulary import Role
from tests.web.station import HERE, Station, bearer, station

MANY = 30_000


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


def a_member(here: Station) -> tuple[str, str]:
    member_id = here.places[0].people[0].member_id
    return member_id, here.member_token(member_id)


def unknown_fields(many: int) -> dict[str, Any]:
    return {f"x{number}": 1 for number in range(many)}


async def test_a_list_that_is_too_long_is_told_without_a_look_at_its_items(here: Station) -> None:
    answer = await here.say(Role.DISPATCHER, type="import_roster", people=[{}] * MANY)

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "field": "people",
            "value": str(MANY),
            "reason": "1000 items at most",
            "code": "items_at_most",
            "parameters": {"most": 1000},
        }
    ]


async def test_a_member_is_told_that_rosters_are_not_theirs_before_anything_else(
    here: Station,
) -> None:
    _, token = a_member(here)

    answer = await here.say(token, type="import_roster", people=[{}] * MANY)

    assert answer.status_code == 403


async def test_a_policy_with_far_too_many_ladders_is_told_in_one_line(here: Station) -> None:
    policy = to_builtins(DEFAULT_POLICY)
    policy["ladders"] = {f"l{number}": {} for number in range(500)}

    answer = await here.say(Role.COMMANDER, type="adopt_policy", policy=policy)

    assert answer.json()["errors"] == [
        {
            "field": "policy.ladders",
            "value": "500",
            "reason": "20 items at most",
            "code": "items_at_most",
            "parameters": {"most": 20},
        }
    ]


async def test_a_signal_of_far_too_many_values_is_told_by_their_number(here: Station) -> None:
    answer = await here.say(Role.FEED, **here.outage(), **unknown_fields(VALUES_MAX))

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["reason"]) == (
        "body", f"more than {VALUES_MAX} values in one signal",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "role"), [("/v1/signals", Role.FEED), ("/v1/signals:check", Role.DISPATCHER)]
)
async def test_the_first_unknown_fields_are_named_wherever_they_stand(
    here: Station, path: str, role: Role
) -> None:
    extent = {"customers_out": 30} | unknown_fields(1_000)
    document = here.outage(extent=extent) | {"jurisdiction": HERE}

    answer = await here.client.post(path, json=document, headers=bearer(here.tokens[role]))

    errors = answer.json()["errors"]
    assert len(errors) == ERRORS_MAX
    assert errors[0]["field"] == "extent.x0"


async def test_of_many_faults_the_first_are_told_and_how_many_more(here: Station) -> None:
    answer = await here.say(Role.DISPATCHER, type="import_roster", people=[{}] * 500)

    *first, last = answer.json()["errors"]
    assert len(first) == ERRORS_MAX
    assert first[0]["field"] == "people.0.member_id"
    assert last["reason"] == f"and {500 * 3 - ERRORS_MAX} more errors"


def test_of_what_stands_around_a_fault_no_more_is_written_than_is_shown() -> None:
    written = 0

    class Written:
        def __str__(self) -> str:
            nonlocal written
            written += 1
            return "written"

    assert len(shown({"people": [Written() for _ in range(1_000)]})) == 200
    assert written < 100


def test_values_are_counted_to_the_limit_and_no_further() -> None:
    assert not more_values_than({"a": [1, 2]}, 4)
    assert more_values_than({"a": [1, 2]}, 3)
    assert more_values_than([[], [1, {}]], 4)


async def test_the_lines_of_a_batch_leave_time_between_them_and_keep_their_order(
    here: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, read_at = 0, []
    made = intake.made

    def counted(*said: Any) -> Any:
        read_at.append(turns)
        return made(*said)

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    monkeypatch.setattr(intake, "made", counted)
    lines = [json.dumps(here.outage(f"k{key}") | {"jurisdiction": HERE}) for key in range(40)]
    lines[7] = json.dumps(here.outage("k7", cause="-" * 20_000) | {"jurisdiction": HERE})
    running = asyncio.create_task(others())
    # It runs from its second turn on.
    for _ in range(2):
        await asyncio.sleep(0)
    answer = await here.client.post(
        "/v1/signals:batch",
        content="\n".join(lines).encode(),
        headers=bearer(here.tokens[Role.FEED]),
    )
    running.cancel()

    report = answer.json()
    assert (report["accepted"], report["failed"]) == (39, 1)
    assert [it["line"] for it in report["results"]] == list(range(1, 41))
    assert len(set(read_at)) == 40
    seqs = [it["seq"] for it in report["results"] if it["status"] == "accepted"]
    assert seqs == sorted(seqs)


async def test_a_line_of_far_too_much_is_told_and_the_next_is_decided(here: Station) -> None:
    member_id, token = a_member(here)
    away = {
        "jurisdiction": HERE,
        "type": "change_availability",
        "member_id": member_id,
        "available": False,
    }
    lines = [
        json.dumps(away | unknown_fields(MANY)),
        json.dumps(away),
        json.dumps(away | unknown_fields(15)),
    ]

    answer = await here.client.post(
        "/v1/signals:batch", content="\n".join(lines).encode(), headers=bearer(token)
    )

    first, second, third = answer.json()["results"]
    assert first["errors"][0]["field"] == "body"
    assert second["status"] == "accepted"
    assert len(third["errors"]) == 5


async def test_a_batch_of_blank_lines_is_not_taken_apart(here: Station) -> None:
    answer = await here.client.post(
        "/v1/signals:batch",
        content=b"\n" * (2 * signals.BATCH_LINES_MAX + 1),
        headers=bearer(here.tokens[Role.FEED]),
    )

    assert answer.status_code == 413


async def test_of_a_roster_of_bad_rows_the_first_are_told_and_how_many_more(here: Station) -> None:
    rows = {"people": [{"staff_number": str(number)} for number in range(2_000)]}
    rows |= {"teams": [unknown_fields(5_000)]}

    answer = await here.client.post(
        f"/v1/roster/{HERE}/import",
        json=rows,
        headers=bearer(here.tokens[Role.DISPATCHER]),
    )

    *first, last = answer.json()["bad_rows"]
    assert len(first) == BAD_ROWS_MAX
    assert (first[0]["line"], first[0]["field"]) == (1, "teams.x0")
    assert last["reason"] == f"and {2_000 * 2 + ERRORS_MAX - BAD_ROWS_MAX} more faults"


async def test_a_batch_of_more_than_one_sender_may_have_waiting_is_taken_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "_UNDECIDED_MAX", 10)
    async with station(tmp_path, waiting_max=20) as here:
        lines = [json.dumps({"jurisdiction": HERE} | here.outage(str(it))) for it in range(60)]

        answer = await here.client.post(
            "/v1/signals:batch", content="\n".join(lines), headers=bearer(here.tokens[Role.FEED])
        )

        told = answer.json()
        assert (told["accepted"], told["failed"]) == (60, 0)
        # In the order they stand in.
        assert sorted(it["seq"] for it in told["results"]) == [it["seq"] for it in told["results"]]


async def test_who_sends_too_much_is_told_so_and_others_are_not(tmp_path: Path) -> None:
    async with station(tmp_path, waiting_max=40) as here:
        many = [here.say(Role.FEED, **here.outage(str(it))) for it in range(60)]
        *of_feed, of_desk = await asyncio.gather(
            *many, here.say(Role.DISPATCHER, **here.outage("desk"))
        )

        assert {it.status_code for it in of_feed} == {200, 429}
        refused = next(it for it in of_feed if it.status_code == 429)
        assert "the-feed" in refused.json()["detail"]
        assert refused.headers["Retry-After"] == "1"
        assert of_desk.status_code == 200
