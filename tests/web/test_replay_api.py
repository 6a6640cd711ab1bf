"""Looking back over HTTP: any moment is drawn as it was, each change has its record and proof."""

import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from coordinator.demo.seed_rosters import personal_data
from coordinator.replay.story import incident_story
from coordinator.web.replays import SHOWN, Replays
from schemas.vocabulary import Role
from tests.story import START
from tests.web.station import HERE, THERE, Station, bearer, station
from tests.web.storm import MINUTE, storm

PATH = f"/v1/replay/{HERE}"
Rows = dict[tuple[str, str], Any]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


async def _ask(here: Station, role: Role | str, path: str) -> Any:
    """Ask for a path that may bring its own parameters."""
    path, _, query = path.partition("?")
    return await here.get(role, f"{PATH}/{path}", **dict(parse_qsl(query)))


async def _look(here: Station, path: str, role: Role | str = Role.AUDITOR, **asked: Any) -> Any:
    answer = await here.get(role, f"{PATH}/{path}", **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _rows(keyframe: Any) -> Rows:
    return {(it["board"], it["key"]): it["row"] for it in keyframe["rows"]}


def _live(here: Station) -> Rows:
    """Return what the boards show now, as it looks after a trip through JSON."""
    return {
        (board, key): json.loads(json.dumps(row))
        for board in SHOWN
        for _, key, row in here.home.boards.rows(board, [HERE])
    }


def _played(rows: Rows, records: list[Any]) -> None:
    for record in records:
        for change in record["changes"]:
            at = (change["board"], change["key"])
            if change["row"] is None:
                rows.pop(at, None)
            else:
                rows[at] = change["row"]


async def test_the_boards_of_the_last_moment_are_the_live_ones(here: Station) -> None:
    await storm(here)

    last = (await _look(here, "extent"))["last"]
    moment = await _look(here, "moment", at=last["at"])

    assert moment["seq"] == last["seq"]
    assert _rows(moment) == _live(here)


@pytest.mark.parametrize("began_before", [5, 20, 60])
async def test_a_moment_and_what_came_after_it_is_the_live_end(
    here: Station, began_before: int
) -> None:
    await storm(here)
    last = (await _look(here, "extent"))["last"]["seq"]
    rows = _rows(await _look(here, "moment", seq=max(0, last - began_before)))

    after = max(0, last - began_before)
    while after < last:
        page = await _look(here, "changes", after=after, limit=7)
        _played(rows, page["records"])
        after = page["records"][-1]["seq"]

    assert rows == _live(here)


async def test_every_step_forward_is_the_moment_it_leads_to(here: Station) -> None:
    await storm(here)
    extent = await _look(here, "extent")
    records = (await _look(here, "changes", after=-1, limit=500))["records"]
    # The founding itself draws nothing: a home draws all rows once it owns a log.
    rows = _rows(await _look(here, "moment", seq=0))

    assert len(records) == extent["count"]
    for record in records[1:]:
        _played(rows, [record])
        moment = await _look(here, "moment", seq=record["seq"])
        assert rows == _rows(moment), record["seq"]
        assert moment["hash"] == record["hash"]


async def test_before_the_first_record_nothing_was_known(here: Station) -> None:
    moment = await _look(here, "moment", at=START - 1)

    assert (moment["seq"], moment["rows"]) == (-1, [])


async def test_a_closed_incident_is_found_with_when_it_was(here: Station) -> None:
    incident = await storm(here)

    every = (await _look(here, "extent"))["subjects"]
    (found,) = (await _look(here, "extent", q=incident[-8:] + " c0"))["subjects"]

    assert len(every) == 3
    assert (found["id"], found["closed"], found["kind"]) == (incident, True, "incident")
    assert found["first_at"] < found["last_at"]
    assert (await _look(here, "extent", q="nowhere"))["subjects"] == []


async def test_the_bar_counts_every_decision_once(here: Station) -> None:
    incident = await storm(here)
    extent = await _look(here, "extent")
    span = {"from": extent["first"]["at"], "to": extent["last"]["at"] + 1, "buckets": 40}

    bar = await _look(here, "density", **span)
    records = (await _look(here, "changes", after=-1, limit=500))["records"]
    (one,) = (await _look(here, "extent", q=incident))["subjects"]
    own = await _look(here, "density", **span, subject=incident)

    assert sum(bar["decisions"]) == sum(1 for it in records if it["events"])
    promised = [it for it in records if any("promise_" in e["type"] for e in it["events"])]
    assert sum(bar["groups"]["promises"]) == len(promised)
    assert sum(own["decisions"]) == one["records"]
    formed = [it for it in bar["marks"] if it["mark"] == "unit_formed"]
    assert sum(it["count"] for it in formed) == 3
    by_seq = {it["seq"]: it for it in records}
    assert all("unit_formed" in [e["type"] for e in by_seq[it["seq"]]["events"]] for it in formed)


async def test_one_jumps_from_decision_to_decision_and_back(here: Station) -> None:
    incident = await storm(here)
    records = (await _look(here, "changes", after=-1, limit=500))["records"]
    formed = [it["seq"] for it in records if any(e["type"] == "unit_formed" for e in it["events"])]

    there, seq = [], -1
    while (found := await _look(here, "jump", seq=seq, marks="unit_formed"))["seq"] is not None:
        seq = found["seq"]
        there.append(seq)
    back = await _look(here, "jump", seq=seq, marks="unit_formed", back=True)
    story = (await _look(here, f"incidents/{incident}/story"))["entries"]
    own = await _look(here, "jump", seq=story[1]["seq"], subject=incident)
    none = await _look(here, "jump", seq=-1, back=True)

    assert there == formed
    assert back["seq"] == formed[-2]
    assert own["seq"] == story[2]["seq"]
    assert none == {"seq": None, "at": None}


async def test_the_record_behind_a_change_is_shown_with_cause_and_proof(here: Station) -> None:
    await storm(here)
    records = (await _look(here, "changes", after=-1, limit=500))["records"]
    seq = next(it["seq"] for it in records if it["signal_type"] == "close_incident")

    record = await _look(here, f"record/{seq}")

    assert record["cause"]["actor_id"] == "the-dispatcher"
    assert "incident_closed" in [it["type"] for it in record["events"]]
    assert record["hash"] == records[seq]["hash"]
    assert record["prev"] == records[seq - 1]["hash"]
    assert record["proof"]["status"] == "proved"
    assert record["proof"]["checked_from"] == "genesis"


def _damage(folder: Path, seq: int) -> None:
    """Change one letter of a payload behind the coordinator's back."""
    with sqlite3.connect(folder / "coordinator.db") as connection:
        (raw,) = connection.execute(
            "SELECT raw FROM records WHERE log_id LIKE ? AND seq = ?", (f"%{HERE}", seq)
        ).fetchone()
        changed = raw[:-20] + bytes([raw[-20] ^ 1]) + raw[-19:]
        done = connection.execute(
            "UPDATE records SET raw = ? WHERE log_id LIKE ? AND seq = ?", (changed, f"%{HERE}", seq)
        )
        assert done.rowcount == 1
    connection.close()


async def test_a_record_changed_after_it_was_read_is_not_proved(
    here: Station, tmp_path: Path
) -> None:
    await storm(here)
    seq = (await _look(here, "extent"))["last"]["seq"] - 3
    before = await _look(here, f"record/{seq}")

    _damage(tmp_path, seq)
    after, neighbour = await _look(here, f"record/{seq}"), await _look(here, f"record/{seq + 1}")

    assert before["proof"]["status"] == "proved"
    assert after["proof"]["status"] == "broken"
    assert after["proof"]["same_as_read"] is False
    assert after["proof"]["next_names_hash"] is False
    assert neighbour["proof"]["prev_is_hash_before"] is False


async def test_a_damaged_copy_says_where_it_broke_and_shows_nothing_beyond(
    here: Station, tmp_path: Path
) -> None:
    await storm(here)
    last = (await _look(here, "extent"))["last"]["seq"]
    here.client._transport.app.state.replays = Replays(here.home)  # type: ignore[attr-defined]
    _damage(tmp_path, last - 5)

    extent = await _look(here, "extent")
    beyond = await here.get(Role.AUDITOR, f"{PATH}/moment", seq=last)
    record = await _look(here, f"record/{last - 2}")

    assert extent["indexed_to"] < last
    assert extent["fault"]
    assert (beyond.status_code, beyond.json()["title"]) == (500, "log broken")
    assert record["proof"]["status"] == "linked"
    assert record["proof"]["checked_from"] == "neighbours"
    assert record["proof"]["chain_fault"] == extent["fault"]


async def test_the_report_has_names_for_a_commander_and_none_for_an_auditor(here: Station) -> None:
    incident = await storm(here)
    people = {it.name for it in _people(here)}

    known = await here.get(Role.COMMANDER, f"{PATH}/incidents/{incident}/report")
    seen = await here.get(Role.AUDITOR, f"{PATH}/incidents/{incident}/report")

    assert known.headers["content-type"].startswith("text/markdown")
    assert f'filename="{incident}.md"' in known.headers["content-disposition"]
    assert any(name in known.text for name in people)
    assert not any(name in seen.text for name in people)
    assert "every hash and link holds from the first on" in seen.text


@pytest.mark.parametrize("kind", ["flash", "situation", "verified", "full"])
async def test_a_report_that_goes_up_is_filled_in_as_it_was_known_then(
    here: Station, kind: str
) -> None:
    incident = await storm(here)
    path = f"{PATH}/incidents/{incident}/reports/{kind}"
    story = (await here.get(Role.COMMANDER, f"{PATH}/incidents/{incident}/story")).json()
    first = story["entries"][0]["seq"]

    now = await here.get(Role.COMMANDER, path, language="zh")
    then = await here.get(Role.COMMANDER, path, language="zh", seq=first)
    before = await here.get(Role.COMMANDER, path, seq=first - 1)

    assert now.headers["content-type"].startswith("text/markdown")
    assert f'filename="{incident}-{kind}.md"' in now.headers["content-disposition"]
    assert "数据截至时间：" in now.text
    assert now.text != then.text
    assert before.status_code == 404


def _people(here: Station) -> list[Any]:
    return list(personal_data(here.places))


async def test_a_story_is_the_one_a_look_through_the_whole_log_tells(here: Station) -> None:
    incident = await storm(here)
    journal = (await here.home.past_of(HERE)).journal

    whole = await incident_story(journal, incident)
    told = (await _look(here, f"incidents/{incident}/story"))["entries"]

    assert (told[0]["signal_type"], told[-1]["signal_type"]) == (
        "outage_reported",
        "close_incident",
    )
    assert [(it["seq"], it["events"]) for it in told] == [(it.seq, it.events) for it in whole]


async def test_under_another_policy_the_same_facts_have_other_promises(here: Station) -> None:
    incident = await storm(here)
    policy = '{"promises": {"accept_min": 1}, "grading": {"urgent_customers_out": 1}}'

    answer = await here.client.post(
        f"{PATH}/what-if",
        params={"subject": incident},
        content=policy,
        headers=bearer(here.tokens[Role.COMMANDER]),
    )

    found = answer.json()
    assert answer.status_code == 200, found
    (row,) = [it for it in found["incidents"] if it["incident_id"] == incident]
    then, other = row["as_was"]["promises"]["accept"], row["what_if"]["promises"]["accept"]
    assert other["due_at"] - row["as_was"]["opened_at"] == MINUTE
    assert other["due_at"] < then["due_at"]
    assert found["units_in_all"] == len(found["units"])
    assert found["units"][0]["now"]["people"]


async def test_under_the_same_policy_the_same_facts_lead_to_the_same(here: Station) -> None:
    incident = await storm(here)

    answer = await here.client.post(
        f"{PATH}/what-if",
        params={"subject": incident},
        content='{"title": "the same"}',
        headers=bearer(here.tokens[Role.COMMANDER]),
    )

    found = answer.json()
    assert answer.status_code == 200, found
    assert found["incidents_in_all"] == 3
    assert found["incidents_differing"] == 0
    assert found["refused_what_if"] == found["refused_as_was"]


@pytest.mark.parametrize(
    ("policy", "field"),
    [('{"grading": 7}', "grading"), ('{"nothing_of_ours": 1}', "nothing_of_ours"), ("[]", "-"),
     ("grading: 7", "-"), ("{", "-"), ("", "-"), ("{}", "-"), ("x: " + "[" * 5_000, "-"),
     ('{"muster": {"retry_short_min": 99999999999999999999}}', "muster.retry_short_min"),
     ('{"grading": {"urgent_customers_out": 99999999999999999999}}',
      "grading.urgent_customers_out"),
     ('{"nothing_of_ours": -99999999999999999999}', "nothing_of_ours")],
)  # fmt: skip
async def test_a_policy_that_cannot_be_is_refused_by_its_field(
    here: Station, policy: str, field: str
) -> None:
    incident = await storm(here)

    answer = await here.client.post(
        f"{PATH}/what-if",
        params={"subject": incident},
        content=policy,
        headers=bearer(here.tokens[Role.COMMANDER]),
    )

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    "path",
    ["extent", "moment?seq=1", "changes?after=1", "record/1", "jump?seq=1", "density?from=1&to=2"],
)
async def test_only_who_may_read_the_log_looks_back(here: Station, path: str) -> None:
    allowed = {role for role in here.tokens if (await _ask(here, role, path)).status_code == 200}
    elsewhere = here.home.tokens.mint("only-there", Role.AUDITOR, jurisdictions=(THERE,))

    assert allowed == {Role.COMMANDER, Role.AUDITOR}
    assert (await _ask(here, elsewhere, path)).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("moment", 422),
        ("moment?seq=1&at=1", 422),
        ("moment?seq=999999", 404),
        ("moment?seq=1&boards=nothing", 422),
        ("record/999999", 404),
        ("density?from=5&to=5", 422),
        ("jump?seq=0&marks=nothing", 422),
        ("jump?seq=0&subject=inc_none", 404),
        ("incidents/inc_none/story", 404),
        ("incidents/inc_none/report", 404),
    ],
)
async def test_what_is_not_there_is_said_in_one_shape(
    here: Station, path: str, status: int
) -> None:
    answer = await _ask(here, Role.AUDITOR, path)

    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"type", "title", "status", "detail", "said", "errors"}
