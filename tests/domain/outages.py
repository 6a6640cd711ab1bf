"""Outages as the tests of incidents report them."""

from typing import Any

from coordinator.domain.state.incidents import Incident
from schemas.bounds import Position
from schemas.events.incident import IncidentOpened
from schemas.roster import Person, Shift, Team
from schemas.signals.incident import Extent, OutageGone, OutageReported
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import AreaClass, PartyStanding, Skill, Standing
from tests.story import HOUR, Story, name

SQUARE = Position(lon=112.58, lat=30.33)
FAR_AWAY = Position(lon=112.70, lat=30.40)
MAP = "outage-map"


def reported(story: Story, dedup_key: str = "r1", **fields: Any) -> Story:
    """Let a source report an outage on the square, or where and what else is said."""
    said: dict[str, Any] = {
        "source": MAP,
        "dedup_key": dedup_key,
        "place": SQUARE,
        "area_class": AreaClass.URBAN,
    }
    return story.when(OutageReported, **(said | fields))


def opened(story: Story, dedup_key: str = "r1", **fields: Any) -> str:
    """Let a source report an outage that opens an incident; return its id."""
    return reported(story, dedup_key, **fields).the(IncidentOpened).incident_id


def gone(story: Story, dedup_key: str = "r1", **fields: Any) -> Story:
    return story.when(OutageGone, source=MAP, dedup_key=dedup_key, **fields)


def incident(story: Story, incident_id: str) -> Incident:
    return story.state.incidents.by_id[incident_id]


def out(customers: int) -> Extent:
    return Extent(customers_out=customers)


def with_crew(story: Story) -> Story:
    """Give the jurisdiction three people on shift: enough for the smallest unit."""
    team = name("tea", "square")
    people = tuple(
        Person(
            member_id=name("mem", skills[0]),
            team_id=team,
            standing=standing,
            party=PartyStanding.FULL_MEMBER,
            skills=skills,
            home=SQUARE,
        )
        for standing, skills in (
            (Standing.CAPTAIN, (Skill.LEADERSHIP,)),
            (Standing.MEMBER, (Skill.SAFETY_SUPERVISION,)),
            (Standing.MEMBER, (Skill.DISTRIBUTION,)),
        )
    )
    return story.when(
        ImportRoster,
        teams=(Team(team_id=team, number="T1", name="Square", base=SQUARE, on_duty_minimum=0),),
        people=people,
        shifts=(
            Shift(
                shift_id=name("shf", "day"),
                team_id=team,
                member_ids=tuple(it.member_id for it in people),
                starts_at=story.at,
                ends_at=story.at + 12 * HOUR,
            ),
        ),
    )
