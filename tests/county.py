"""A county for stories: two teams with everybody on shift, vehicles, a hospital."""

from typing import Any

from schemas.bounds import Position
from schemas.events.incident import IncidentOpened
from schemas.events.unit import UnitFormed
from schemas.policy import Policy
from schemas.roster import Certificate, Person, Resource, Shift, Site, Team
from schemas.signals.assignment import AcceptAssignment, Arrive
from schemas.signals.command import AnswerRoll
from schemas.signals.incident import Extent, OutageReported
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import (
    AreaClass,
    CustomerClass,
    PartyStanding,
    ResourceKind,
    Role,
    SiteKind,
    Skill,
    Standing,
)
from tests.story import DAY, START, Story, name

HERE = Position(lon=110.0, lat=30.0)
FAR = Position(lon=110.3, lat=30.0)
TEAMS = (name("tea", 0), name("tea", 1))
HOSPITAL = name("sit", "hospital")
_ALL = tuple(Skill)


def member(team: int, index: int) -> str:
    return name("mem", team, index)


def person(team: int, index: int, **more: Any) -> Person:
    fields: dict[str, Any] = {
        "member_id": member(team, index),
        "team_id": TEAMS[team],
        "standing": Standing.CAPTAIN if index == 0 else Standing.MEMBER,
        "party": PartyStanding.FULL_MEMBER,
        "skills": _ALL,
        "certificates": tuple(
            Certificate(skill=skill, number=f"T{index}", valid_until=START + 400 * DAY)
            for skill in (Skill.CABLE, Skill.LIVE_LINE, Skill.RELAY, Skill.HOISTING)
        ),
        "home": HERE,
        "home_branch": f"branch-{team}",
    }
    return Person(**(fields | more))


def county(policy: Policy | None = None, *, size: int = 12, **people: Any) -> Story:
    """Return a story in which `size` people of each team are on shift for a week."""
    story = Story() if policy is None else Story(policy)
    bases = (HERE, FAR)
    story.when(
        ImportRoster,
        actor_role=Role.COMMANDER,
        teams=tuple(
            Team(team_id=id_, number=f"N{i}", name=f"Team {i}", base=bases[i],
                 area_class=AreaClass.URBAN, on_duty_minimum=2)
            for i, id_ in enumerate(TEAMS)
        ),
        people=tuple(person(t, i, **people) for t in (0, 1) for i in range(size)),
        resources=tuple(
            Resource(resource_id=name("res", i), kind=ResourceKind.REPAIR_VEHICLE,
                     team_id=TEAMS[0], base=HERE)
            for i in range(6)
        ),
        sites=(
            Site(site_id=HOSPITAL, kind=SiteKind.HOSPITAL, customer_class=CustomerClass.FIRST,
                 name="Hospital", place=HERE, circuit="C-7", security_load_kw=500,
                 own_supply_kw=700, own_supply_endurance_min=120, supply_count=2),
        ),
    )  # fmt: skip
    story.when(
        ImportRoster,
        actor_role=Role.COMMANDER,
        shifts=tuple(
            Shift(
                shift_id=name("shf", t), team_id=TEAMS[t],
                member_ids=tuple(member(t, i) for i in range(size)),
                starts_at=START, ends_at=START + 7 * DAY,
            )
            for t in (0, 1)
        ),
    )  # fmt: skip
    assert len(story.state.roster.free[TEAMS[0]]) == size
    return story


def outage(story: Story, key: str = "1", **more: Any) -> str:
    """Report an outage far from every site, and return the incident's id."""
    fields: dict[str, Any] = {
        "source": "95598", "dedup_key": key, "device": f"T-{key}",
        "place": Position(lon=110.05, lat=30.05), "area_class": AreaClass.URBAN,
        "extent": Extent(customers_out=20),
    }  # fmt: skip
    story.when(OutageReported, actor_role=Role.FEED, actor_id="feed", **(fields | more))
    return story.the(IncidentOpened).incident_id


def everybody(story: Story, unit_id: str, *kinds: Any) -> None:
    """Let every member of a unit say these things in turn."""
    for kind in kinds:
        for member_id, assignment_id in sorted(story.state.units.by_id[unit_id].people.items()):
            story.when(
                kind, actor_id=member_id, actor_role=Role.MEMBER, assignment_id=assignment_id
            )


def all_answer(story: Story) -> None:
    """Let everybody whom a roll call waits for answer it."""
    for roll_call_id, call in sorted(story.state.command.roll_calls.items()):
        story.when(AnswerRoll, roll_call_id=roll_call_id, member_ids=call.waiting)


def unit_on_scene(story: Story, **more: Any) -> tuple[str, str]:
    """Return (incident, unit) of a unit whose people are all on scene."""
    incident_id = outage(story, **more)
    unit_id = story.the(UnitFormed).unit_id
    everybody(story, unit_id, AcceptAssignment, Arrive)
    return incident_id, unit_id
