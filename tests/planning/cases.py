"""Random counties for the planner: the same one as a document for the checker and as a state."""

import json
import random
from typing import Any

from immutables import Map
from msgspec import to_builtins
from msgspec.structs import replace

from coordinator.domain.roster.free_people import with_members
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import Leave, Member, Roster
from coordinator.domain.state.safety import Safety
from coordinator.domain.state.units import Resources, ResourceState
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.muster import Need, ResourceNeed, RoleNeed
from schemas.policy import Policy
from schemas.roster import Certificate, Person, Resource, Team
from schemas.value import from_document
from schemas.vocabulary import PartyStanding, ResourceKind, Skill, Standing, UnitRole
from tests.planning.checker import Case, Plan
from tests.story import START, name

AT = START + 7_200_000
_HOUR = 3_600_000
_KINDS = (ResourceKind.REPAIR_VEHICLE, ResourceKind.GENERATOR_VEHICLE, ResourceKind.UAV)
_ROLES = tuple(UnitRole)


def random_case(seed: int, *, people: int = 40) -> Case:
    """Return a county on paper: some of it free and able, some of it not, for every reason."""
    chance = random.Random(f"county {seed}")
    teams = {
        name("tea", seed, it): {
            "on_duty_minimum": chance.choice((0, 1, 2, 3)), "base": _place(chance),
        }
        for it in range(chance.randint(1, 6))
    }  # fmt: skip
    policy = to_builtins(DEFAULT_POLICY)
    del policy["evidence"]
    if chance.random() < 0.3:
        policy["muster"]["on_duty_minimum_per_skill"] = {
            chance.choice([it.value for it in Skill]): chance.randint(1, 3) for _ in range(2)
        }
    number = chance.randint(2, people)
    return {
        "at": AT,
        "policy": policy,
        "teams": teams,
        "people": {
            name("mem", seed, it): _person(chance, sorted(teams)) for it in range(number)
        },
        "vehicles": {
            name("res", seed, it): _vehicle(chance, sorted(teams))
            for it in range(chance.randint(0, 8))
        },
        "live_line_forbidden": chance.random() < 0.2,
    }  # fmt: skip


def _place(chance: random.Random) -> tuple[float, float]:
    return 110 + chance.random(), 30 + chance.random()


def _person(chance: random.Random, teams: list[str]) -> dict[str, Any]:
    skills = [it.value for it in Skill if chance.random() < 0.4]
    seldom = chance.random
    since = AT - chance.randrange(0, 20) * _HOUR if seldom() < 0.3 else None
    return {
        "team": chance.choice(teams),
        "skills": skills,
        "certificates": [
            (it, AT + chance.choice((-_HOUR, _HOUR, 9_000 * _HOUR)))
            for it in skills
            if chance.random() < 0.7
        ],
        "party": chance.choice([it.value for it in PartyStanding]),
        "standing": chance.choice([it.value for it in Standing]),
        "home": _place(chance),
        "ability": chance.randint(0, 100),
        "on_shift": seldom() < 0.6,
        "on_standby": seldom() < 0.4,
        "available": seldom() < 0.9,
        "leaves": [(AT - _HOUR, AT + chance.choice((0, _HOUR)))] if seldom() < 0.15 else [],
        "committed": seldom() < 0.1,
        "lent": seldom() < 0.05,
        "on_guard": seldom() < 0.05,
        "working_since": since,
        "idle_since": None
        if since is None or seldom() < 0.5
        else AT - chance.randrange(12) * _HOUR,
        "may_work_on_until": chance.choice((0, 0, AT - 1, AT, AT + 2 * _HOUR)),
        "call_outs": chance.randrange(9),
    }


def _vehicle(chance: random.Random, teams: list[str]) -> dict[str, Any]:
    return {
        "kind": chance.choice(_KINDS).value,
        "team": chance.choice(teams),
        "base": _place(chance),
        "in_service": chance.random() < 0.8,
        "committed": chance.random() < 0.2,
        "lent": chance.random() < 0.1,
    }


def random_need(seed: int, number: int = 0, *, size: int = 9) -> Need:
    chance = random.Random(f"need {seed}/{number}")
    roles = {UnitRole.LEADER: 1, UnitRole.SAFETY_SUPERVISOR: 1}
    for _ in range(chance.randint(0, size)):
        role = chance.choice(_ROLES[1:])
        roles[role] = roles.get(role, 0) + 1
    lon, lat = _place(chance)
    return Need(
        roles=tuple(RoleNeed(role=role, count=count) for role, count in roles.items()),
        resources=tuple(
            ResourceNeed(kind=it, count=chance.randint(1, 2))
            for it in _KINDS
            if chance.random() < 0.5
        ),
        muster_point=Position(lon=lon, lat=lat),
        deadline_at=AT + chance.choice((30, 60, 90, 240)) * 60_000,
    )  # fmt: skip


def state_of(case: Case) -> Jurisdiction:
    """Return the state that the rules see for a county on paper."""
    policy = from_document(Policy, json.dumps(case["policy"] | {"evidence": {}}))
    members = {member_id: _member(member_id, it) for member_id, it in case["people"].items()}
    per_team: dict[str, tuple[str, ...]] = {it: () for it in case["teams"]}
    for member_id, it in sorted(case["people"].items()):
        per_team[it["team"]] = (*per_team[it["team"]], member_id)
    roster = Roster(
        teams=Map(
            {
                team_id: Team(
                    team_id=team_id, number="T", name="T", base=_position(it["base"]),
                    on_duty_minimum=it["on_duty_minimum"],
                )
                for team_id, it in case["teams"].items()
            }
        ),
        team_members=Map(per_team),
    )  # fmt: skip
    roster = with_members(roster, members)
    held = {
        id_: ResourceState(
            resource=Resource(
                resource_id=id_,
                kind=ResourceKind(it["kind"]),
                team_id=it["team"],
                base=_position(it["base"]),
            ),
            in_service=it["in_service"],
            committed_to="unt" if it["committed"] else None,
            lent_to="peer" if it["lent"] else None,
        )
        for id_, it in case["vehicles"].items()
    }
    free: dict[ResourceKind, list[str]] = {}
    for id_, vehicle in sorted(held.items()):
        if vehicle.in_service and vehicle.committed_to is None and vehicle.lent_to is None:
            free.setdefault(vehicle.resource.kind, []).append(id_)
    resources = Resources(
        by_id=Map(held), free=Map({kind: tuple(ids) for kind, ids in free.items()})
    )
    safety = Safety()
    if case["live_line_forbidden"]:
        thunder = replace(safety.weather, thunder=True)
        safety = Safety(weather=thunder)
    return Jurisdiction(
        jurisdiction="county", now=case["at"], policy=policy, roster=roster, resources=resources,
        safety=safety,
    )  # fmt: skip


def _position(place: tuple[float, float]) -> Position:
    return Position(lon=place[0], lat=place[1])


def _member(member_id: str, it: dict[str, Any]) -> Member:
    person = Person(
        member_id=member_id,
        team_id=it["team"],
        standing=Standing(it["standing"]),
        party=PartyStanding(it["party"]),
        skills=tuple(Skill(skill) for skill in it["skills"]),
        certificates=tuple(
            Certificate(skill=Skill(skill), number="C", valid_until=until)
            for skill, until in it["certificates"]
        ),
        home=_position(it["home"]),
        ability=it["ability"],
    )
    return Member(
        person=person,
        available=it["available"],
        leaves=tuple(Leave(starts_at=begins, ends_at=ends) for begins, ends in it["leaves"]),
        on_shift=int(it["on_shift"]),
        on_standby=int(it["on_standby"]),
        assignment_id="asg" if it["committed"] else None,
        posted_to="opr" if it["on_guard"] else None,
        lent_to="peer" if it["lent"] else None,
        worked_since=it["working_since"],
        idle_since=it["idle_since"],
        fatigue_override_until=it["may_work_on_until"],
        call_outs=it["call_outs"],
    )


def on_paper(need: Need, plan: Any) -> Plan:
    """Return a plan as the checker reads it."""
    return {
        "people": [(it.person.member_id, role.value) for it, role in plan.picks],
        "vehicles": [(it.resource_id, it.kind.value) for it in plan.vehicles],
        "need": {it.role.value: it.count for it in need.roles},
        "vehicles_wanted": {it.kind.value: it.count for it in need.resources},
    }
