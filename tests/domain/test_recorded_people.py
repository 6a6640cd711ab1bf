"""Nobody's house stands on the record: the middle of a cell does, the same on every machine."""

import math
import random

import pytest
from msgspec.structs import replace
from pydantic import TypeAdapter

from coordinator.domain.geography import cell_centre, distance_m
from coordinator.domain.recorded_people import NUMBER_ELSEWHERE, as_recorded, people_as_recorded
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.policy import PrivacyRules
from schemas.roster import Certificate, Person
from schemas.signals.aid import AidCommitted, CommitAid, CrewHandover
from schemas.signals.roster import ChangeAvailability, ImportRoster
from schemas.vocabulary import Skill
from tests.story import START, Story, name

SIZES = (500, 1_000, 5_000, 50_000)


def anywhere(seed: int) -> Position:
    chance = random.Random(seed)
    return Position(lon=chance.uniform(-180, 180), lat=chance.uniform(-90, 90))


@pytest.mark.parametrize("cell_m", SIZES)
def test_the_middle_of_a_cell_is_its_own_and_near(cell_m: int) -> None:
    for seed in range(2_000):
        home = anywhere(seed)
        centre = cell_centre(home, cell_m)

        assert cell_centre(centre, cell_m) == centre
        if abs(home.lat) < 85:
            # Half the diagonal; a cell is a little wider where it reaches over a whole degree.
            assert distance_m(home, centre) < 0.85 * cell_m


@pytest.mark.parametrize("lon", [-180.0, 0.0, 180.0])
@pytest.mark.parametrize("lat", [-90.0, -0.0, 89.9999, 90.0])
def test_at_the_edges_of_the_globe_there_are_cells_too(lon: float, lat: float) -> None:
    centre = cell_centre(Position(lon=lon, lat=lat), 1_000)

    assert cell_centre(centre, 1_000) == centre


def test_neighbours_in_one_cell_cannot_be_told_apart() -> None:
    centre = cell_centre(Position(lon=110.5, lat=30.5), 1_000)
    for seed in range(500):
        chance = random.Random(seed)
        near = Position(
            lon=centre.lon + chance.uniform(-0.004, 0.004),
            lat=centre.lat + chance.uniform(-0.004, 0.004),
        )
        assert cell_centre(near, 1_000) == centre


def test_no_library_s_last_digit_of_a_cosine_moves_a_cell() -> None:
    for degree in range(91):
        scaled = math.cos(math.radians(degree)) * 10_000
        assert abs(scaled % 1 - 0.5) > 1e-9


def test_the_grid_is_the_one_that_was_measured() -> None:
    assert cell_centre(Position(lon=110.5, lat=30.5), 1_000) == Position(
        lon=110.499137, lat=30.500472
    )


@pytest.fixture
def people() -> tuple[Person, ...]:
    return tuple(
        Person(member_id=name("mem", it), team_id=name("tea", 1), home=anywhere(it))
        for it in range(3)
    )


def test_every_signal_that_carries_people_carries_cells(people: tuple[Person, ...]) -> None:
    story, exact = Story(), {it.home for it in people}
    package = CrewHandover(people=people, safety_briefing="x", briefed_by="x")
    aid = {"aid_id": name("aid", 1), "package": package, "arrives_at": START}
    signals = (
        story.say(ImportRoster, people=people),
        story.say(CommitAid, **aid),
        story.say(AidCommitted, peer="elsewhere", **aid),
    )
    for signal in signals:
        told = people_as_recorded(signal, 1_000)

        carried = told.people if isinstance(told, ImportRoster) else told.package.people  # type: ignore[attr-defined]
        assert {it.home for it in carried} == {cell_centre(it, 1_000) for it in exact}
        assert people_as_recorded(told, 1_000) is told


def test_no_number_of_a_certificate_is_recorded(people: tuple[Person, ...]) -> None:
    paper = Certificate(skill=Skill.LIVE_LINE, number="T420106199001011234", valid_until=START)
    holder = replace(people[0], certificates=(paper,))

    told = as_recorded(holder, 1_000)

    assert told.certificates == (replace(paper, number=NUMBER_ELSEWHERE),)
    assert as_recorded(told, 1_000) is told
    at_home = replace(holder, home=told.home)
    assert as_recorded(at_home, 1_000) == told


def test_of_other_signals_nothing_is_changed() -> None:
    signal = Story().say(ChangeAvailability, member_id=name("mem", 1), available=True)

    assert people_as_recorded(signal, 1_000) is signal


def test_no_policy_lets_houses_onto_the_record() -> None:
    assert DEFAULT_POLICY.privacy.home_cell_m == 1_000
    assert DEFAULT_POLICY.evidence["privacy.*"].status == "default"
    with pytest.raises(ValueError, match="home_cell_m"):
        TypeAdapter(PrivacyRules).validate_python({"home_cell_m": 499})
