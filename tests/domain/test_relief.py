"""Nobody works to the limit of their hours unseen: relief begins before, by itself."""

from msgspec.structs import replace

from schemas.default_policy import DEFAULT_POLICY
from schemas.events.assignment import MemberOnScene
from schemas.events.safety import FatigueLimitReached, ReliefFellDue
from schemas.events.unit import ReliefStarted, UnitFormed, UnitReinforced
from schemas.sentences import reasons
from schemas.signals.assignment import AcceptAssignment, Arrive, Depart
from schemas.signals.incident import RestoreIncident
from schemas.vocabulary import Role
from tests.county import county, everybody, outage, unit_on_scene
from tests.story import HOUR, MINUTE, SECOND


def test_relief_begins_before_the_hours_are_over_and_nobody_has_to_ask() -> None:
    story = county()
    _, unit_id = unit_on_scene(story)
    people = set(story.state.units.by_id[unit_id].people)
    hours = story.state.policy.hours

    story.after(hours.work_max_h * HOUR - hours.relief_before_min * MINUTE + SECOND)

    story.then_includes(ReliefFellDue).then_not(FatigueLimitReached)
    started = story.the(ReliefStarted)
    assert set(started.leaving) == people
    assert started.reason == reasons.HOURS_END_SOON
    assert story.the(UnitReinforced).cause == "relief"

    fresh = [it for it in story.state.units.by_id[unit_id].people if it not in people]
    for it in fresh:
        assignment_id = story.state.units.by_id[unit_id].people[it]
        for kind in (AcceptAssignment, Arrive):
            story.when(kind, actor_id=it, actor_role=Role.MEMBER, assignment_id=assignment_id)
    story.then_includes(MemberOnScene)
    assert set(story.state.units.by_id[unit_id].people) == set(fresh)
    story.after(2 * HOUR).then_not(FatigueLimitReached)


def test_nobody_is_called_whose_hours_end_before_they_could_be_there() -> None:
    story = county(size=5)
    incident_id, unit_id = unit_on_scene(story)
    people = set(story.state.units.by_id[unit_id].people)
    story.after(10 * HOUR)
    story.when(RestoreIncident, incident_id=incident_id)
    story.after(40 * MINUTE)

    outage(story, key="late")

    formed = story.all(UnitFormed)
    assert not formed or not people & {it.member_id for it in formed[0].picks}


def test_a_policy_may_relieve_later() -> None:
    hours = replace(DEFAULT_POLICY.hours, relief_before_min=10)
    story = county(replace(DEFAULT_POLICY, hours=hours))
    unit_on_scene(story)
    story.after(12 * HOUR - 15 * MINUTE).then_not(ReliefStarted)
    story.after(10 * MINUTE).then_includes(ReliefStarted)


def test_a_pause_ends_when_somebody_sets_out_and_does_not_become_a_rest_at_work() -> None:
    hours = replace(DEFAULT_POLICY.hours, rest_min_h=1, relief_before_min=0, straight_back_min=0)
    story = county(replace(DEFAULT_POLICY, hours=hours))
    incident_id, unit_id = unit_on_scene(story)
    began = story.at
    story.after(HOUR).when(RestoreIncident, incident_id=incident_id)
    story.after(30 * MINUTE)
    outage(story, key="again")
    again = story.the(UnitFormed).unit_id
    everybody(story, again, AcceptAssignment, Depart)
    story.after(45 * MINUTE)
    everybody(story, again, Arrive)

    both = set(story.state.units.by_id[again].people) & {
        story.state.assignments.by_id[it].member_id
        for it in story.state.units.by_id[unit_id].offered
    }
    assert both
    assert {story.state.roster.members[it].worked_since for it in both} == {began}
