"""The API as its users meet it: publish, read, answer; each error says what is wrong."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from coordinator.errors import TooLarge
from schemas.ids import ulid_of
from schemas.signals.envelope import Signal
from schemas.vocabulary import Role
from tests.story import START
from tests.web.station import HERE, THERE, Station, bearer, station


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


async def test_a_report_is_answered_when_it_is_on_the_log(here: Station) -> None:
    answer = await here.say(Role.FEED, **here.outage())

    assert answer.status_code == 200
    receipt = answer.json()
    page = await here.get(Role.AUDITOR, f"/v1/log/{HERE}", after=receipt["seq"] - 1, limit=1)
    (record,) = page.json()["records"]
    assert record["hash"] == receipt["hash"]
    assert record["payload"]["signal"]["actor_id"] == "the-feed"
    assert "incident_opened" in [it["type"] for it in record["payload"]["events"]]


async def test_the_same_signal_again_is_the_same_answer(here: Station) -> None:
    signal = here.outage(signal_id=ulid_of(START, "once"))

    first = (await here.say(Role.FEED, **signal)).json()
    again = (await here.say(Role.FEED, **signal)).json()

    assert again["seq"] == first["seq"]
    assert again["duplicate"]
    assert not first["duplicate"]


@pytest.mark.parametrize("field", ["at", "actor_id", "actor_role"])
async def test_a_client_never_says_who_or_when(here: Station, field: str) -> None:
    answer = await here.say(Role.FEED, **here.outage(), **{field: "dispatcher"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_a_bad_field_is_named_with_its_value(here: Station) -> None:
    answer = await here.say(Role.FEED, **here.outage(place={"lon": 500.0, "lat": 1.0}))

    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"]) == (422, 422)
    assert problem["errors"][0]["field"] == "place.lon"
    assert problem["errors"][0]["value"] == "500.0"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"type": 7}', b'{"type": "no"}'])
async def test_what_is_no_signal_is_refused_in_one_shape(here: Station, body: bytes) -> None:
    answer = await here.client.post(
        "/v1/signals", content=body, headers=bearer(here.tokens[Role.FEED])
    )

    assert answer.status_code == 422
    assert set(answer.json()) == {"type", "title", "status", "detail", "said", "errors"}


async def test_a_broken_rule_is_a_conflict_and_on_record(here: Station) -> None:
    unknown = f"inc_{ulid_of(START, 'nowhere')}"

    answer = await here.say(Role.DISPATCHER, type="close_incident", incident_id=unknown)

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["value"] == unknown
    page = await here.get(
        Role.AUDITOR, f"/v1/log/{HERE}", after=int(answer.headers["x-log-seq"]) - 1, limit=1
    )
    assert page.json()["records"][0]["payload"]["events"][0]["type"] == "signal_refused"


async def test_a_bad_line_stops_no_other(here: Station) -> None:
    lines = [json.dumps(here.outage(str(key)) | {"jurisdiction": HERE}) for key in range(3)]
    lines.insert(1, '{"type": "outage_reported"')

    answer = await here.client.post(
        "/v1/signals:batch",
        content="\n".join(lines).encode(),
        headers=bearer(here.tokens[Role.FEED]),
    )

    report = answer.json()
    assert (report["accepted"], report["failed"]) == (3, 1)
    assert [it["status"] for it in report["results"]] == [
        "accepted", "failed", "accepted", "accepted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "readers"),
    [
        ("/v1/boards/open_incidents", {Role.DISPATCHER, Role.COMMANDER, Role.AUDITOR}),
        (f"/v1/log/{HERE}", {Role.COMMANDER, Role.AUDITOR}),
        ("/v1/dead-letters", {Role.DISPATCHER, Role.COMMANDER, Role.AUDITOR}),
        ("/v1/me/assignments", set()),
        ("/v1/jurisdictions", {Role.DISPATCHER, Role.COMMANDER, Role.AUDITOR, Role.FEED}),
    ],
)
async def test_each_role_reads_what_it_may(here: Station, path: str, readers: set[Role]) -> None:
    allowed = {role for role in here.tokens if (await here.get(role, path)).status_code == 200}

    assert allowed == readers


async def test_a_feed_commands_nobody(here: Station) -> None:
    unknown = f"inc_{ulid_of(START, 'x')}"

    answer = await here.say(Role.FEED, type="close_incident", incident_id=unknown)

    assert answer.status_code == 403


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer pec_wrong", "Basic abc"])
async def test_nobody_speaks_without_a_token(here: Station, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}

    answer = await here.client.get("/v1/boards/overview", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_token_for_one_place_sees_no_other(here: Station) -> None:
    token = here.home.tokens.mint("only-here", Role.DISPATCHER, jurisdictions=(HERE,))

    there = await here.get(token, "/v1/boards/overview", jurisdiction=THERE)
    rows = (await here.get(token, "/v1/boards/overview")).json()["rows"]

    assert there.status_code == 404
    assert [row["jurisdiction"] for row in rows] == [HERE]


async def _called(here: Station) -> tuple[str, str, str]:
    """Open an incident and return (incident, member, assignment) of one who was called."""
    receipt = (await here.say(Role.FEED, **here.outage())).json()
    incident = f"inc_{receipt['signal_id']}"
    state = here.home.state_of(HERE)
    unit = state.units.by_id[state.units.by_incident[incident][0]]
    member, assignment = sorted(unit.people.items())[0]
    return incident, member, assignment


async def test_a_member_sees_and_answers_their_own_assignment(here: Station) -> None:
    _, member, assignment = await _called(here)
    token = here.member_token(member)

    mine = (await here.get(token, "/v1/me/assignments")).json()
    answer = await here.client.post(
        f"/v1/me/assignments/{assignment}/accept", headers=bearer(token)
    )

    assert mine["assignments"][0]["assignment_id"] == assignment
    assert mine["names"][member]
    assert answer.status_code == 200
    after = (await here.get(token, "/v1/me/assignments")).json()
    assert after["assignments"][0]["status"] == "accepted"


async def test_a_member_answers_for_nobody_else(here: Station) -> None:
    _, member, assignment = await _called(here)
    other = next(it.member_id for it in here.places[0].people if it.member_id != member)
    token = here.member_token(other)

    by_page = await here.client.post(
        f"/v1/me/assignments/{assignment}/accept", headers=bearer(token)
    )
    by_signal = await here.say(token, type="accept_assignment", assignment_id=assignment)

    assert by_page.status_code == 404
    assert by_signal.status_code == 409


async def test_an_auditor_sees_ids_and_no_names(here: Station) -> None:
    await _called(here)

    seen = (await here.get(Role.AUDITOR, "/v1/boards/units_in_the_field")).json()
    known = (await here.get(Role.DISPATCHER, "/v1/boards/units_in_the_field")).json()

    assert seen["rows"]
    assert seen["names"] == {}
    assert len(known["names"]) == 3


async def test_pages_of_a_board_join_without_gap_or_repeat(here: Station) -> None:
    whole = (await here.get(Role.DISPATCHER, "/v1/boards/who_is_free")).json()["rows"]
    rows, after = [], None
    while True:
        more: dict[str, str] = {} if after is None else {"after": after}
        page = (await here.get(Role.DISPATCHER, "/v1/boards/who_is_free", limit=7, **more)).json()
        rows += page["rows"]
        after = page["next"]
        if after is None:
            break

    assert rows == whole
    assert len(rows) == len(here.places[0].teams) + len(here.places[1].teams)


async def test_a_roster_comes_in_and_every_bad_row_is_told(here: Station) -> None:
    team = here.places[0].teams[0].number
    body = (
        "staff_number,name,phone,team_number,lon,lat,skills,certificates\n"
        f"N1,新人,13800000000,{team},111.1,30.1,distribution driving,\n"
        f"N2,某人,13800000001,NOWHERE,111.1,30.1,,\n"
        f"N3,某人,13800000002,{team},east,30.1,,\n"
        f"N1,又一,13800000003,{team},111.1,30.1,,\n"
        f"N4,某人,13800000004,{team},111.1,30.1,juggling,\n"
    )
    headers = bearer(here.tokens[Role.DISPATCHER]) | {"Content-Type": "text/csv"}
    path = f"/v1/roster/{HERE}/import"

    dry = (await here.client.post(f"{path}?dry_run=1", content=body, headers=headers)).json()
    before = len(here.home.state_of(HERE).roster.members)
    done = (await here.client.post(path, content=body, headers=headers)).json()

    assert not dry["imported"]
    assert dry["accepted"]["people"] == 1
    assert [(it["line"], it["field"]) for it in done["bad_rows"]] == [
        (3, "team_number"), (4, "lon, lat"), (5, "staff_number"), (6, "skills"),
    ]  # fmt: skip
    numbers = done["bad_rows"][0]["parameters"]["numbers"]
    assert set(numbers) - {"…"} <= {it.number for it in here.places[0].teams}
    assert numbers[0] in done["bad_rows"][0]["reason"]
    assert len(here.home.state_of(HERE).roster.members) == before + 1
    page = await here.get(Role.COMMANDER, f"/v1/log/{HERE}", after=0, limit=1_000)
    assert "新人" not in page.text
    assert "13800000000" not in page.text


async def test_health_and_metrics_tell_how_it_stands(here: Station) -> None:
    await here.say(Role.FEED, **here.outage())

    health = (await here.client.get("/health")).json()
    metrics = (await here.client.get("/metrics")).text

    assert health["ok"]
    assert health["jurisdictions"][HERE]["seq"] > 0
    assert 'coordinator_signals_total{outcome="accepted"}' in metrics
    assert 'coordinator_events_total{type="IncidentOpened"}' in metrics


async def test_the_page_runs_nothing_of_others(here: Station) -> None:
    answer = await here.client.get("/")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


async def test_a_body_that_is_too_large_is_not_read(here: Station) -> None:
    body = json.dumps(here.outage(text="x" * 1_000_001) | {"jurisdiction": HERE}).encode()

    answer = await here.client.post(
        "/v1/signals", content=body, headers=bearer(here.tokens[Role.FEED])
    )

    assert answer.status_code == 413


async def test_a_signal_no_topic_takes_is_not_to_be_sent_again(
    here: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(signal: Signal) -> None:
        raise TooLarge(signal.signal_id, "the most is 1,000,000 bytes")

    monkeypatch.setattr(here.home, "submit", refuse)

    answer = await here.say(Role.FEED, **here.outage("wide"))

    assert (answer.status_code, "larger than a topic" in answer.text) == (413, True)


async def test_what_became_of_a_signal_can_be_asked_for(here: Station) -> None:
    answer = await here.say(Role.DISPATCHER, **here.outage("asked"))
    signal_id = answer.json()["signal_id"]

    known = await here.get(Role.DISPATCHER, f"/v1/signals/{signal_id}", jurisdiction=HERE)
    unknown = await here.get(Role.DISPATCHER, "/v1/signals/never", jurisdiction=HERE)

    assert known.status_code == 200
    assert known.json() == answer.json()
    assert unknown.status_code == 404


async def test_an_id_that_another_took_is_a_conflict_and_each_is_told_of_their_own(
    here: Station,
) -> None:
    taken = ulid_of(START, "taken")
    first = await here.say(Role.DISPATCHER, **here.outage("a", signal_id=taken))

    second = await here.say(Role.FEED, **here.outage("b", signal_id=taken))

    assert first.status_code == 200
    assert second.status_code == 409
    assert second.json()["errors"] == [
        {
            "field": "signal_id",
            "value": taken,
            "reason": "this signal_id is taken by another signal",
            "said": {"code": "signal_id_taken"},
        }
    ]
    told = (await here.get(Role.DISPATCHER, f"/v1/signals/{taken}", jurisdiction=HERE)).json()
    assert (told["seq"], told["refused"]) == (first.json()["seq"], None)
    told = (await here.get(Role.FEED, f"/v1/signals/{taken}", jurisdiction=HERE)).json()
    assert told["refused"]["field"] == "signal_id"
    (letter,) = (await here.get(Role.DISPATCHER, "/v1/dead-letters")).json()["dead_letters"]
    assert (letter["field"], letter["value"]) == ("signal_id", taken)


async def test_a_sender_who_takes_an_id_twice_reads_what_was_decided_first_and_the_refusal_beside(
    here: Station,
) -> None:
    twice = ulid_of(START, "twice")
    first = await here.say(Role.DISPATCHER, **here.outage("a", signal_id=twice))
    second = await here.say(Role.DISPATCHER, **here.outage("b", signal_id=twice))

    told = (await here.get(Role.DISPATCHER, f"/v1/signals/{twice}", jurisdiction=HERE)).json()

    assert (first.status_code, second.status_code) == (200, 409)
    assert told["also_refused"] == {
        "rule": {"code": "signal_id_taken"},
        "field": "signal_id",
        "value": twice,
    }
    assert told == first.json() | {"also_refused": told["also_refused"]}


@pytest.mark.parametrize("type_", ["deadline_passed", "muster_proposed", "aid_heard"])
async def test_what_the_coordinator_tells_itself_comes_from_no_client(
    here: Station, type_: str
) -> None:
    token = here.home.tokens.mint("clock", Role.SYSTEM)
    before = here.home.owners[HERE].confirmed.tip.seq

    one = await here.say(token, type=type_)
    batch = await here.client.post(
        "/v1/signals:batch",
        content=json.dumps({"type": type_, "jurisdiction": HERE}).encode(),
        headers=bearer(token),
    )

    assert one.status_code == 403
    assert type_ in one.json()["detail"]
    assert batch.json()["failed"] == 1
    assert here.home.owners[HERE].confirmed.tip.seq == before


async def test_health_tells_of_a_log_that_is_ahead_of_the_clock(here: Station) -> None:
    owner = here.home.owners[HERE]
    assert (await here.client.get("/health")).status_code == 200

    owner._time.not_before(here.home.clock.now() + 3_600_000)

    answer = await here.client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["ahead_of_clock_ms"] == {HERE: 3_600_000}
