"""A province from a seed: 310 teams, 6,414 members of whom 4,428 are Party members.

Nobody in it exists. The same seed gives the same province in every process: the orders of
magnitude are Hubei's and Shanxi's as reported, the places are laid over a box of the map.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.bounds import Position
from schemas.durations import DAY, HOUR
from schemas.ids import ulid_of
from schemas.roster import Certificate, GridCell, Person, Resource, Shift, Site, Team
from schemas.vocabulary import (
    AreaClass,
    CustomerClass,
    PartyStanding,
    ResourceKind,
    SiteKind,
    Skill,
    Standing,
)

TEAMS: Final = 310
MEMBERS: Final = 6_414
PARTY_MEMBERS: Final = 4_428
CELLS: Final = 3_716
NAMES: Final = (
    ("yunhe", "云河市"),
    ("qingshan", "青山市"),
    ("baishui", "白水市"),
    ("longquan", "龙泉市"),
    ("dongping", "东平市"),
    ("xiling", "西岭市"),
    ("nanhu", "南湖市"),
    ("beigang", "北港市"),
    ("jinsha", "金沙市"),
    ("hongqiao", "虹桥市"),
    ("meilin", "梅林市"),
    ("taoyuan", "桃源市"),
    ("shiqiao", "石桥市"),
    ("anning", "安宁市"),
    ("xinhe", "新河市"),
    ("wanfu", "万福市"),
)

_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰涛明超秀霞平刚桂英华建国志文晓"
_BORN = 1_700_000_000_000
"""Ids of demo things carry this moment, so that the same seed names the same things."""

Box = tuple[float, float, float, float]
DEFAULT_BOX: Final[Box] = (110.0, 29.5, 115.6, 32.9)


@dataclass
class Place:
    """One jurisdiction of the province: its part of the box and what belongs to it."""

    code: str
    name: str
    box: Box
    teams: list[Team] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    cells: list[GridCell] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    names: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def geojson(self) -> dict[str, Any]:
        """Return the area as a GeoJSON feature."""
        west, south, east, north = self.box
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {
            "type": "Feature",
            "properties": {"jurisdiction": self.code, "name": self.name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }


def province(seed: int, start: int, *, box: Box = DEFAULT_BOX, days: int = 7) -> list[Place]:
    """Make the province.

    Args:
        seed: the same one gives the same province.
        start: when the first shifts begin, UTC milliseconds.
        box: west, south, east, north in degrees.
        days: how many days of shifts are rostered.
    """
    chance = random.Random(seed)
    places = [
        Place(code, name, part) for (code, name), part in zip(NAMES, _parts(box, 4, 4), strict=True)
    ]
    _teams(places, chance)
    _people(places, chance, start)
    for place in places:
        _resources(place, chance)
        _sites(place, chance)
        place.shifts = list(_shifts(place, start, days))
    _cells(places, chance)
    return places


def _parts(box: Box, columns: int, rows: int) -> Iterator[Box]:
    west, south, east, north = box
    width, height = (east - west) / columns, (north - south) / rows
    for row in range(rows):
        for column in range(columns):
            left, low = west + column * width, south + row * height
            yield left, low, left + width, low + height


def _id(prefix: str, *key: object) -> str:
    return f"{prefix}_{ulid_of(_BORN, *map(str, key))}"


def _somewhere(box: Box, chance: random.Random) -> Position:
    west, south, east, north = box
    return Position(
        lon=round(chance.uniform(west, east), 5), lat=round(chance.uniform(south, north), 5)
    )


def _near(place: Position, chance: random.Random, spread: float) -> Position:
    return Position(
        lon=round(place.lon + chance.uniform(-spread, spread), 5),
        lat=round(place.lat + chance.uniform(-spread, spread), 5),
    )


def _teams(places: list[Place], chance: random.Random) -> None:
    for index in range(TEAMS):
        place = places[index % len(places)]
        number = len(place.teams) + 1
        if number <= 10:
            area = AreaClass.URBAN
        else:
            area = AreaClass.RURAL if number <= 18 else AreaClass.REMOTE
        place.teams.append(
            Team(
                team_id=_id("tea", index),
                number=f"{place.code.upper()}-{number:03d}",
                name=f"国家电网{place.name}第{number}共产党员服务队",
                base=_somewhere(place.box, chance),
                area_class=area,
                on_duty_minimum=2,
            )
        )


_CRAFTS = (
    (Skill.DISTRIBUTION,),
    (Skill.DISTRIBUTION, Skill.DRIVING),
    (Skill.TRANSMISSION,),
    (Skill.DISTRIBUTION, Skill.CABLE),
    (Skill.DISTRIBUTION, Skill.LIVE_LINE),
    (Skill.SUBSTATION_MAINTENANCE, Skill.RELAY),
    (Skill.SUBSTATION_OPERATION,),
    (Skill.METERING, Skill.DRIVING),
    (Skill.GENERATOR_VEHICLE, Skill.DRIVING),
    (Skill.DISTRIBUTION, Skill.UAV_PILOT),
    (Skill.COMMUNICATIONS, Skill.FIRST_AID),
    (Skill.DISTRIBUTION, Skill.HOISTING),
)
_CERTIFIED = frozenset({Skill.CABLE, Skill.LIVE_LINE, Skill.RELAY, Skill.HOISTING})


def _people(places: list[Place], chance: random.Random, start: int) -> None:
    teams = [(place, team) for place in places for team in place.teams]
    sizes = [MEMBERS // TEAMS + (index < MEMBERS % TEAMS) for index in range(TEAMS)]
    party = _spread_party(sizes, chance)
    for (place, team), size, in_party in zip(teams, sizes, party, strict=True):
        for index in range(size):
            person = _person(place, team, index, size, index < in_party, chance, start)
            place.people.append(person)
            name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, 2))
            phone = f"1{chance.randrange(3, 10)}{chance.randrange(10**9):09d}"
            staff_number = f"{team.number}-{index:02d}"
            place.names[person.member_id] = (staff_number, name, phone)


def _spread_party(sizes: list[int], chance: random.Random) -> list[int]:
    """Spread the Party members over the teams so that the sum is exact."""
    wanted = [max(6, round(size * PARTY_MEMBERS / MEMBERS)) for size in sizes]
    order = list(range(len(sizes)))
    chance.shuffle(order)
    position = 0
    while (missing := PARTY_MEMBERS - sum(wanted)) != 0:
        index = order[position % len(order)]
        step = 1 if missing > 0 else -1
        if 6 <= wanted[index] + step <= sizes[index]:
            wanted[index] += step
        position += 1
    return wanted


def _person(  # noqa: PLR0913, PLR0917 - each is another thing, in the order they are read
    place: Place,
    team: Team,
    index: int,
    size: int,
    in_party: bool,
    chance: random.Random,
    start: int,
) -> Person:
    standing = Standing.MEMBER
    if index == 0:
        standing = Standing.CAPTAIN
    elif index == 1:
        standing = Standing.DEPUTY_CAPTAIN
    elif index >= size - 2:
        standing = Standing.RESERVE
    craft = _CRAFTS[(index + chance.randrange(2)) % len(_CRAFTS)]
    skills = list(craft)
    if index < 6:
        skills.append(Skill.LEADERSHIP)
    if (index + index // 3) % 3 == 1:
        # A third of them, in every watch some: watches take every third by rank.
        skills.append(Skill.SAFETY_SUPERVISION)
    member_id = _id("mem", team.team_id, index)
    certificates = tuple(
        Certificate(
            skill=skill,
            number=f"T{chance.randrange(10**9):09d}",
            # One in twenty-five has run out: the rules must see it.
            valid_until=start
            + (-30 if chance.random() < 0.04 else chance.randrange(60, 2_000)) * DAY,
        )
        for skill in skills
        if skill in _CERTIFIED
    )
    if in_party:
        party = (
            PartyStanding.PROBATIONARY_MEMBER
            if index > 5 and chance.random() < 0.05
            else PartyStanding.FULL_MEMBER
        )
    else:
        party = chance.choice(
            (PartyStanding.APPLICANT, PartyStanding.YOUTH_LEAGUE, PartyStanding.NONE)
        )
    return Person(
        member_id=member_id,
        team_id=team.team_id,
        standing=standing,
        party=party,
        skills=tuple(dict.fromkeys(skills)),
        certificates=certificates,
        home=_near(team.base, chance, 0.05),
        home_branch=f"{place.name}供电公司第{chance.randrange(1, 13)}党支部",
        ability=chance.randrange(40, 100),
    )


def _resources(place: Place, chance: random.Random) -> None:
    def add(kind: ResourceKind, team: Team, index: int, capacity: int = 0) -> None:
        place.resources.append(
            Resource(
                resource_id=_id("res", team.team_id, kind, index),
                kind=kind,
                team_id=team.team_id,
                base=team.base,
                capacity_kw=capacity,
            )
        )

    for team in place.teams:
        for index in range(4):
            add(ResourceKind.REPAIR_VEHICLE, team, index)
    for index, team in enumerate(place.teams[:5]):
        add(ResourceKind.GENERATOR_VEHICLE, team, index, chance.choice((400, 500)))
        add(ResourceKind.LIGHTING_TOWER, team, index)
    add(ResourceKind.UPS_VEHICLE, place.teams[0], 0, 300)
    add(ResourceKind.LIVE_LINE_VEHICLE, place.teams[1], 0)
    add(ResourceKind.UAV, place.teams[2], 0)
    add(ResourceKind.UAV, place.teams[3], 0)
    add(ResourceKind.PUMP, place.teams[4], 0)


_SITES = (
    (SiteKind.HOSPITAL, CustomerClass.FIRST, "人民医院", 800, 1_000, 240),
    (SiteKind.HOSPITAL, CustomerClass.FIRST, "中医院", 500, 600, 180),
    (SiteKind.WATER, CustomerClass.SECOND, "自来水厂", 900, 700, 120),
    (SiteKind.COMMAND_POST, CustomerClass.SPECIAL, "应急指挥中心", 200, 300, 480),
    (SiteKind.COMMUNICATIONS, CustomerClass.FIRST, "通信枢纽", 300, 400, 360),
    (SiteKind.SHELTER, CustomerClass.TEMPORARY, "体育馆安置点", 150, 0, 0),
    (SiteKind.GOVERNMENT, CustomerClass.SECOND, "市政中心", 250, 300, 120),
    (SiteKind.SCHOOL, CustomerClass.TEMPORARY, "第一中学考点", 120, 0, 0),
)


def _sites(place: Place, chance: random.Random) -> None:
    for index, (kind, customer_class, name, load, own, endurance) in enumerate(_SITES):
        place.sites.append(
            Site(
                site_id=_id("sit", place.code, index),
                kind=kind,
                customer_class=customer_class,
                name=f"{place.name}{name}",
                place=_near(place.teams[index].base, chance, 0.02),
                circuit=circuit_of(place.code, index),
                security_load_kw=load,
                own_supply_kw=own,
                own_supply_endurance_min=endurance,
                supply_count=2 if own else 1,
            )
        )


def circuit_of(code: str, index: int) -> str:
    """Return the name of a 10 kV circuit of a place."""
    return f"{code.upper()}-10kV-{index + 1:02d}"


def _cells(places: list[Place], chance: random.Random) -> None:
    for index in range(CELLS):
        place = places[index % len(places)]
        team = place.teams[(index // len(places)) % len(place.teams)]
        members = [it.member_id for it in place.people if it.team_id == team.team_id]
        place.cells.append(
            GridCell(
                cell_id=_id("cel", index),
                centre=_near(team.base, chance, 0.08),
                team_id=team.team_id,
                member_id=chance.choice(members),
                customers=chance.randrange(200, 4_000),
                load_mw=round(chance.uniform(0.5, 8), 2),
            )
        )


def _shifts(place: Place, start: int, days: int) -> Iterator[Shift]:
    """Three watches in turn: at any time one is on shift, one stands by, one rests."""
    for team in place.teams:
        people = [it.member_id for it in place.people if it.team_id == team.team_id]
        # Every third by rank, so that each watch has leaders and supervisors.
        watches = [tuple(sorted(people[offset::3])) for offset in range(3)]
        for number in range(days * 3):
            begin = start + number * 8 * HOUR
            for standby in (False, True):
                yield Shift(
                    shift_id=_id("shf", team.team_id, number, standby),
                    team_id=team.team_id,
                    member_ids=watches[(number + standby) % 3],
                    starts_at=begin,
                    ends_at=begin + 8 * HOUR,
                    standby=standby,
                )
