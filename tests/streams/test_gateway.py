"""A gateway as its clients see it: what it calls kept is kept; what it cannot keep, it says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from coordinator.clock import WallClock
from coordinator.web.tokens import TOKENS_NAME, Tokens
from schemas.vocabulary import Role
from streams.topics import Topic
from tests.broker.redis_server import RedisServer
from tests.conftest import OwnBrokers
from tests.engine.county import DEPOT
from tests.scenario.county_under_load import COUNTIES
from tests.streams import checker
from tests.streams.counties import prepare, speaking
from tests.streams.machines import Machines, machines, until

COUNTY = COUNTIES[0]


class Client:
    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=40
        )

    def say(self, **document: Any) -> httpx.Response:
        return self._http.post("/v1/signals", json={"jurisdiction": COUNTY} | document)

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        return self._http.get(path, params=parameters)

    def outage(self, key: str) -> dict[str, Any]:
        return {
            "type": "outage_reported",
            "source": "test",
            "dedup_key": key,
            "place": {"lon": DEPOT.lon, "lat": DEPOT.lat},
            "extent": {"customers_out": 30},
        }

    def decision(self, answer: httpx.Response) -> dict[str, Any]:
        where = answer.headers["Location"]
        until(lambda: self._http.get(where).status_code == 200, what="it is decided")
        found: dict[str, Any] = self._http.get(where).json()
        return found


def client_of(here: Machines, role: Role = Role.DISPATCHER) -> Client:
    token = Tokens(here.folder / "gateway" / TOKENS_NAME, WallClock()).mint("desk-1", role)
    return Client(here.gateway().url, token)


@pytest.fixture
def here(bare_kafka: str, redis: RedisServer, tmp_path: Path) -> Iterator[Machines]:
    prepare(bare_kafka)
    (tmp_path / "gateway").mkdir()
    with machines(bare_kafka, redis.url, tmp_path) as made:
        made.worker()
        until(lambda: made.owned().keys() >= set(COUNTIES), what="every county is owned")
        yield made


def test_from_http_to_a_called_unit_and_back(here: Machines) -> None:
    with speaking(here.bootstrap, per_second=300) as senders:
        senders.hear(30)
    client = client_of(here)

    answer = client.say(**client.outage("one"))

    assert answer.status_code == 202
    kept = answer.json()
    ids = {it.value for it in checker.messages(here.bootstrap, checker.INPUTS)}
    assert any(kept["signal_id"].encode() in it for it in ids)
    decision = client.decision(answer)
    assert decision["refused"] is None
    log = client.get(f"/v1/log/{COUNTY}").status_code
    assert log == 403
    records = until(
        lambda: [
            it for it in client.get("/v1/boards/open_incidents", jurisdiction=COUNTY).json()["rows"]
        ],
        what="the incident is on the board",
    )
    assert records
    finding = checker.check(here.bootstrap, [kept["signal_id"]])
    entry = finding.logs[COUNTY][decision["seq"]]
    assert entry.hash.hex() == decision["hash"]


def test_words_and_houses_reach_no_topic_and_are_read_beside_the_gateway(here: Machines) -> None:
    client = client_of(here)
    whistle = {
        "type": "blow_whistle", "community": "riverside", "service": "volunteering",
        "place": {"lon": DEPOT.lon, "lat": DEPOT.lat}, "people_wanted": 2,
        "asked_by": "Mr Zhao", "text": "oxygen for Mrs Zhou",
    }  # fmt: skip
    team = {"team_id": f"tea_{'0' * 26}", "number": "T9", "name": "x", "base": whistle["place"]}
    person: dict[str, Any] = {"member_id": f"mem_{'0' * 26}", "team_id": team["team_id"]}
    person |= {"home": {"lon": 110.512345, "lat": 30.512345}}

    called = client.say(**whistle)
    imported = client.say(type="import_roster", teams=[team], people=[person])

    assert client.decision(called)["refused"] is None
    assert client.decision(imported)["refused"] is None
    topics = [*checker.messages(here.bootstrap, (*checker.INPUTS, str(Topic.LOG)))]
    everything = b"".join(it.value or b"" for it in topics)
    assert b"whistle_blown" in everything
    assert person["member_id"].encode() in everything
    for private in (b"Zhao", b"Zhou", b"oxygen", b"110.512345", b"30.512345"):
        assert private not in everything
    (row,) = until(
        lambda: client.get("/v1/boards/community_whistles", jurisdiction=COUNTY).json()["rows"],
        what="the whistle is on the board",
    )
    assert row["text"] == "oxygen for Mrs Zhou"


def test_a_broken_rule_is_told_though_others_decide(here: Machines) -> None:
    client = client_of(here)

    answer = client.say(type="close_incident", incident_id="inc_01ARZ3NDEKTSV4RRFFQ69G5FAV")

    assert answer.status_code == 202
    assert client.decision(answer)["refused"]["field"] == "incident_id"


def test_bad_documents_never_reach_a_topic(here: Machines) -> None:
    client = client_of(here)
    before = len(checker.messages(here.bootstrap, checker.INPUTS))

    answers = [
        client.say(type="never_heard_of"),
        client.say(**client.outage("x") | {"place": {"lon": 300, "lat": 0}}),
        client.say(**client.outage("x") | {"jurisdiction": "nowhere"}),
        client.say(**client.outage("x" * 1_200_000)),
    ]

    assert [it.status_code for it in answers] == [422, 422, 404, 413]
    assert len(checker.messages(here.bootstrap, checker.INPUTS)) == before


def test_who_follows_the_stream_sees_what_workers_decide(here: Machines) -> None:
    client = client_of(here)
    rows: list[dict[str, Any]] = []
    with client._http.stream("GET", "/v1/stream", params={"boards": "open_incidents"}) as lines:
        client.say(**client.outage("seen"))
        for line in lines.iter_lines():
            if line.startswith("data:") and "incident_id" in line:
                rows = json.loads(line.removeprefix("data: "))
                break
    assert rows[0]["jurisdiction"] == COUNTY
    assert rows[0]["row"]["incident_id"] == rows[0]["key"]


def test_dead_letters_and_the_log_are_shown_to_those_who_may_see_them(here: Machines) -> None:
    client = client_of(here, Role.AUDITOR)
    page = client.get(f"/v1/log/{COUNTY}", limit=2).json()

    assert [it["kind"] for it in page["records"]] == ["genesis", "claim"]
    assert page["records"][0]["payload"]["events"][0]["partitions"] == 4
    assert client.get("/v1/dead-letters").json() == {"dead_letters": []}


def test_without_brokers_it_says_so_and_when_to_come_again(
    redis: RedisServer, own_brokers: OwnBrokers, tmp_path: Path
) -> None:
    (tmp_path / "gateway").mkdir()
    with own_brokers(1) as (broker,):
        prepare(broker.address)
        with machines(broker.address, redis.url, tmp_path) as here:
            here.worker()
            until(lambda: here.owned().keys() >= set(COUNTIES), what="every county is owned")
            client = client_of(here)
            first = client.say(**client.outage("before"))
            broker.kill()

            signal_id = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
            said = client.outage("during") | {"signal_id": signal_id}
            answer = client.say(**said)

            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) > 0
            assert signal_id in answer.json()["detail"]
            broker.start()
            broker.wait()
            until(lambda: client.say(**said).status_code == 202, what="it is taken")
            finding = checker.check(broker.address, [first.json()["signal_id"], signal_id])
    assert finding.decided[signal_id] == 1
