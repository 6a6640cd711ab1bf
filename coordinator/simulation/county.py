"""Two small neighbouring counties: few people, so that everybody is wanted twice."""

import random
from typing import NamedTuple

from msgspec.structs import replace

from coordinator.simulation.history import START
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.durations import DAY, HOUR
from schemas.ids import ulid_of
from schemas.policy import Policy
from schemas.roster import Certificate, Person, Resource, Shift, Site, Team
from schemas.vocabulary import (
    AreaClass,
    CustomerClass,
    PartyStanding,
    ResourceKind,
    SiteKind,
    Skill,
    Standing,
)

_DAYS = 12
_CERTIFIED = (Skill.CABLE, Skill.LIVE_LINE, Skill.RELAY, Skill.HOISTING)


class County(NamedTuple):
    """What a county's roster holds."""

    code: str
    centre: Position
    teams: tuple[Team, ...]
    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    resources: tuple[Resource, ...]
    sites: tuple[Site, ...]

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(it.member_id for it in self.people)


def name(prefix: str, *key: object) -> str:
    return f"{prefix}_{ulid_of(START, *map(str, key))}"


def county(seed: int, code: str) -> County:
    """Make a county: two teams, half their people on call at a time, some not as they should be.

    Some have no party membership, some a certificate that runs out or has run out, some few skills.
    """
    chance = random.Random(f"{seed}/county/{code}")
    centre = Position(lon=110.0 if code == "east" else 109.2, lat=30.0)
    teams = tuple(
        Team(
            team_id=name("tea", code, number),
            number=f"{code}-{number}",
            name=f"Team {number} of {code}",
            base=Position(lon=centre.lon + 0.1 * number, lat=centre.lat),
            area_class=AreaClass.URBAN,
            on_duty_minimum=1,
        )
        for number in range(2)
    )
    people = tuple(_person(chance, code, team, index) for team in teams for index in range(10))
    resources = tuple(
        Resource(
            resource_id=name("res", code, index),
            kind=ResourceKind.REPAIR_VEHICLE,
            team_id=teams[index % 2].team_id,
            base=teams[index % 2].base,
        )
        for index in range(3)
    )
    site = Site(
        site_id=name("sit", code),
        kind=SiteKind.HOSPITAL,
        customer_class=CustomerClass.FIRST,
        name="Hospital",
        place=centre,
        circuit="C-1",
        security_load_kw=500,
        own_supply_kw=700,
        own_supply_endurance_min=120,
    )
    return County(
        code, centre, teams, people, tuple(_shifts(code, teams, people)), resources, (site,)
    )


def _person(chance: random.Random, code: str, team: Team, index: int) -> Person:
    sound = chance.random()
    valid_until = START + (4_000 * DAY if sound < 0.7 else chance.randrange(-DAY, 2 * DAY))
    return Person(
        member_id=name("mem", team.team_id, index),
        team_id=team.team_id,
        standing=Standing.CAPTAIN if index == 0 else Standing.MEMBER,
        party=PartyStanding.NONE if chance.random() < 0.3 else PartyStanding.FULL_MEMBER,
        skills=tuple(Skill) if sound > 0.1 else (Skill.CABLE,),
        certificates=tuple(
            Certificate(skill=skill, number=f"c{index}", valid_until=valid_until)
            for skill in _CERTIFIED
        ),
        home=team.base,
        home_branch=f"branch of {code}",
    )


def _shifts(code: str, teams: tuple[Team, ...], people: tuple[Person, ...]) -> list[Shift]:
    """Twelve hours on, twelve off; a few are on call all the time."""
    made = []
    for team in teams:
        ids = [it.member_id for it in people if it.team_id == team.team_id]
        for number in range(_DAYS * 2):
            half = ids[:7] if number % 2 == 0 else ids[3:]
            made.append(
                Shift(
                    shift_id=name("shf", code, team.team_id, number),
                    team_id=team.team_id,
                    member_ids=tuple(half),
                    starts_at=START + number * 12 * HOUR,
                    ends_at=START + (number + 1) * 12 * HOUR,
                )
            )
    return made


def policy() -> Policy:
    """The default policy: what the simulator breaks is what a utility starts with."""
    return DEFAULT_POLICY


def confirmed_by_hand(rules: Policy) -> Policy:
    """Return the policy under which a dispatcher confirms every unit."""
    templates = tuple(replace(it, automatic=False) for it in rules.muster.templates)
    muster = replace(rules.muster, templates=templates)
    return replace(rules, muster=muster)
