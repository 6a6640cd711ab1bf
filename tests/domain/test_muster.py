"""From a need to people on their way: what is missing is said, and looked for again."""

from typing import Any

import pytest

from schemas.events.escalation import EscalationStarted
from schemas.events.notice import NoticeRaised
from schemas.events.unit import UnitCalled, UnitFormed, UnitProposed, UnitShort, UnitStoodDown
from schemas.muster import Need, ResourceNeed, RoleNeed
from schemas.roster import Shift
from schemas.signals.assignment import AcceptAssignment, Arrive
from schemas.signals.incident import CloseIncident, Extent, RestoreIncident
from schemas.signals.roster import ImportRoster
from schemas.signals.safety import Weather, WeatherReported
from schemas.signals.unit import CallMuster, CallRelief, ConfirmProposal
from schemas.vocabulary import ResourceKind, Role, Skill, UnitRole
from tests.county import HERE, county, everybody, outage, person
from tests.domain.test_unit import manual, roles_of
from tests.said import english
from tests.story import HOUR, MINUTE, Story, name


def mustered(story: Story, *roles: tuple[UnitRole, int], **more: Any) -> str:
    """Call a unit of these roles, and return its id."""
    wanted = tuple(RoleNeed(role=role, count=count) for role, count in roles)
    need = Need(roles=wanted, muster_point=HERE, deadline_at=story.at + HOUR, **more)
    story.when(CallMuster, need=need, reason="storm")
    return story.the(UnitCalled).unit_id


def test_one_supervisor_of_the_two_wanted_is_enough_to_set_out() -> None:
    story = county()
    others = tuple(
        person(team, i, skills=tuple(it for it in Skill if it is not Skill.SAFETY_SUPERVISION))
        for team in (0, 1) for i in range(12) if (team, i) != (0, 3)
    )  # fmt: skip
    story.when(ImportRoster, actor_role=Role.COMMANDER, people=others)

    mustered(story, (UnitRole.LEADER, 1), (UnitRole.SAFETY_SUPERVISOR, 2),
             (UnitRole.LINE_WORKER, 2))  # fmt: skip

    assert len(story.the(UnitFormed).picks) == 4
    assert [(it.role, it.count) for it in story.the(UnitShort).roles] == [
        (UnitRole.SAFETY_SUPERVISOR, 1)
    ]


def missing_of(story: Story, unit_id: str) -> dict[UnitRole, int]:
    return dict(story.state.units.by_id[unit_id].missing)


@pytest.mark.parametrize("confirmed", [True, False])
def test_who_is_missing_of_a_proposal_is_looked_for_when_the_rest_has_gone(confirmed: bool) -> None:
    story = county(manual(), size=4)
    outage(story, extent=Extent(customers_out=2_000))
    unit_id = story.the(UnitProposed).unit_id

    if confirmed:
        story.when(ConfirmProposal, unit_id=unit_id)
    else:
        story.after(6 * MINUTE)

    assert len(story.the(UnitFormed).picks) == 4
    assert sum(it.count for it in story.the(UnitShort).roles) == 2
    assert [it.cause for it in story.all(EscalationStarted) if it.about == unit_id] == ["shortage"]
    assert unit_id in story.state.units.waiting


def test_a_relief_that_is_not_found_is_missing_besides_who_was() -> None:
    story = county(size=4)
    outage(story, extent=Extent(customers_out=2_000))
    unit_id = story.the(UnitFormed).unit_id
    everybody(story, unit_id, AcceptAssignment, Arrive)
    lacked = missing_of(story, unit_id)
    leader = next(it for it, role in roles_of(story, unit_id).items() if role == "leader")

    story.when(CallRelief, unit_id=unit_id, member_ids=(leader,), reason="twelve hours")

    assert lacked
    assert missing_of(story, unit_id) == {**lacked, UnitRole.LEADER: 1}


def test_who_is_kept_home_by_the_weather_is_still_missing() -> None:
    story = county(size=4)
    unit_id = mustered(story, (UnitRole.LEADER, 1), (UnitRole.SAFETY_SUPERVISOR, 1),
                       (UnitRole.LIVE_LINE_WORKER, 4))  # fmt: skip
    everybody(story, unit_id, AcceptAssignment, Arrive)
    lacked = missing_of(story, unit_id)
    story.when(WeatherReported, weather=Weather(thunder=True))

    story.after(HOUR).then_includes(UnitShort)

    assert missing_of(story, unit_id) == lacked == {UnitRole.LIVE_LINE_WORKER: 2}


def test_the_desk_is_told_of_a_vehicle_that_a_unit_goes_without() -> None:
    story = county()

    mustered(story, (UnitRole.LEADER, 1), (UnitRole.SAFETY_SUPERVISOR, 1),
             resources=(ResourceNeed(kind=ResourceKind.GENERATOR_VEHICLE, count=1),))  # fmt: skip

    assert english(story.the(NoticeRaised).text) == "Short of 1 generator vehicle"


def test_nobody_is_sent_to_an_incident_that_was_closed_while_a_unit_waited() -> None:
    story = county(size=2)
    incident_id = outage(story)
    story.then_includes(UnitShort).then_not(UnitFormed)
    story.when(RestoreIncident, incident_id=incident_id, temporary=True)

    story.when(CloseIncident, incident_id=incident_id).then_includes(UnitStoodDown)

    crew = tuple(person(0, i) for i in range(8))
    shift = Shift(shift_id=name("shf", 9), team_id=crew[0].team_id,
                  member_ids=tuple(it.member_id for it in crew), starts_at=story.at,
                  ends_at=story.at + HOUR)  # fmt: skip
    story.when(ImportRoster, actor_role=Role.COMMANDER, people=crew, shifts=(shift,))
    story.then_not(UnitFormed).after(HOUR).then_not(UnitFormed)
