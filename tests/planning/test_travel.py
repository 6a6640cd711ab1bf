"""Where travel times come from, and what happens where nobody knows them."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from coordinator.domain.unit.greedy import form
from coordinator.errors import BadInput
from coordinator.planning.travel import RoadTable, RoutingService, StraightLine, travel_times
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.muster import Need, RoleNeed
from schemas.vocabulary import UnitRole
from tests.county import FAR, HERE, county
from tests.said import english
from tests.story import START

RULES = DEFAULT_POLICY.muster
STRAIGHT = StraightLine(RULES)


def test_the_straight_line_is_the_one_of_the_fallback() -> None:
    story = county()
    place = Position(lon=110.17, lat=30.11)
    need = Need(
        roles=(RoleNeed(role=UnitRole.LEADER, count=1),), muster_point=place, deadline_at=START
    )

    (pick,) = form(story.state, need, START).picks
    (base,) = (
        team.base
        for team in story.state.roster.teams.values()
        if team.team_id == story.state.roster.members[pick.member_id].person.team_id
    )

    assert RULES.turnout_min + STRAIGHT.minutes([base], [place])[0, 0] == pick.arrival_min


def test_a_road_table_is_used_where_it_knows_the_way(tmp_path: Path) -> None:
    path = tmp_path / "roads.csv"
    path.write_text("from_lon,from_lat,to_lon,to_lat,minutes\n110.0,30.0,110.3,30.0,77\n")
    roads = RoadTable(path, STRAIGHT)
    near, nowhere = Position(lon=110.001, lat=30.001), Position(lon=112.0, lat=31.0)

    found = roads.minutes([HERE, near, nowhere], [FAR])

    assert found[:, 0].tolist() == [77, 77, STRAIGHT.minutes([nowhere], [FAR])[0, 0]]
    assert "roads.csv" in english(roads.name)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "no row"), ("a,b\n1,2\n", "from_lon"), ("from_lon,from_lat,to_lon,to_lat,minutes\n"
      "1,2,3,4,soon\n", "soon")],
)  # fmt: skip
def test_a_road_table_that_is_none_is_refused_by_name(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "roads.csv"
    path.write_text(text)

    with pytest.raises(BadInput, match=words):
        travel_times(str(path), RULES)


class _Osrm(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        sources = parse_qs(parts.query)["sources"][0].split(";")
        (end,) = parse_qs(parts.query)["destinations"]
        places = parts.path.rpartition("/")[2].split(";")
        assert len(places) == len(sources) + 1 == int(end) + 1
        # Nobody can drive from the last one.
        seconds = [[60.0 * (7 + at)] for at in range(len(sources) - 1)] + [[None]]
        body = json.dumps({"code": "Ok", "durations": seconds}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Osrm)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_routing_service_is_asked_and_its_gaps_are_filled(service: str) -> None:
    roads = travel_times(service, RULES)
    island = Position(lon=112.0, lat=31.0)

    found = roads.minutes([HERE, FAR, island], [Position(lon=110.1, lat=30.0)])

    straight = STRAIGHT.minutes([island], [Position(lon=110.1, lat=30.0)])
    assert found[:, 0].tolist() == [7, 8, straight[0, 0]]
    assert roads.name.code == "routing_service"


def test_a_routing_service_that_is_silent_holds_up_nothing_and_it_is_said() -> None:
    roads = RoutingService("http://127.0.0.1:9", STRAIGHT)

    found = roads.minutes([HERE], [FAR])

    assert found.tolist() == STRAIGHT.minutes([HERE], [FAR]).tolist()
    assert roads.name.code == "routing_silent"


@pytest.mark.parametrize(
    "setting", ["http://[", "http://a\\@b", "http://x.org/?a=1", "http://", "http://x.org#a"]
)
def test_an_address_that_is_none_is_told_at_the_start(setting: str) -> None:
    with pytest.raises(BadInput, match="is no address"):
        travel_times(setting, RULES)
