"""Nobody works to the limit of their hours unseen: relief begins before, by itself."""

from typing import Any

import pytest
from msgspec.structs import replace

from schemas.default_policy import DEFAULT_POLICY
from schemas.events.assignment import (
    AssignmentAborted,
    AssignmentReleased,
    MemberOnScene,
    TapTakenBack,
)
from schemas.events.safety import FatigueLimitReached, ReliefFellDue
from schemas.events.unit import ReliefCame, ReliefStarted, UnitFormed, UnitReinforced
from schemas.sentences import reasons
from schemas.signals.assignment import (
    AbortAssignment,
    AcceptAssignment,
    Arrive,
    Depart,
    TakeBackTap,
)
from schemas.signals.incident import RestoreIncident
from schemas.signals.unit import CallRelief
from schemas.vocabulary import Role, Tap, UnitRole
from tests.county import all_answer, county, everybody, outage, unit_on_scene
from tests.domain.line import Line, by
from tests.story import HOUR, MINUTE, SECOND, Story


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
    story.after(11 * SECOND)
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
    story.after(HOUR)
    all_answer(story)
    story.when(RestoreIncident, incident_id=incident_id)
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


class Relief:
    """Somebody on a line is relieved; their relief has come, and is told to wait for the end."""

    def __init__(self) -> None:
        self.line = Line()
        self.story, self.relieved = self.line.story, self.line.crew[0]
        self.story.when(CallRelief, unit_id=self.line.unit_id, member_ids=(self.relieved,),
                        reason="tired")  # fmt: skip
        (pick,) = self.story.the(UnitReinforced).picks
        self.who = pick.member_id
        self.says(AcceptAssignment)
        self.says(Arrive).then_includes(ReliefCame)

    def says(self, kind: Any, who: str = "", **more: Any) -> Story:
        who = who or self.who
        assignment_id = self.line.assignment(who)
        return self.story.when(kind, assignment_id=assignment_id, **by(who), **more)

    def slips(self) -> None:
        """The relief had not come: the tap was a slip of the finger."""
        self.story.at += 3 * SECOND
        self.says(TakeBackTap, tap=Tap.ON_SCENE).then_includes(TapTakenBack)

    def over(self) -> None:
        """The work ends, when nobody can take back any more that they came."""
        self.story.after(11 * SECOND)
        self.line.over()

    @property
    def is_here(self) -> bool:
        return self.relieved in self.line.unit.people


@pytest.fixture
def relief() -> Relief:
    return Relief()


def test_whoever_is_relieved_stays_where_their_relief_had_not_come_after_all(
    relief: Relief,
) -> None:
    relief.slips()

    relief.over()

    assert relief.is_here
    relief.says(Arrive)
    relief.story.after(11 * SECOND)
    assert relief.story.the(AssignmentReleased).reason == reasons.RELIEVED
    assert not relief.is_here


def test_whose_relief_left_again_stays_until_another_has_come(relief: Relief) -> None:
    relief.says(AbortAssignment, reason="ill")
    (pick,) = relief.story.the(UnitReinforced).picks
    relief.over()
    assert relief.is_here

    relief.says(AcceptAssignment, pick.member_id)
    relief.says(Arrive, pick.member_id)
    relief.story.after(11 * SECOND)

    assert not relief.is_here


def test_another_who_comes_in_place_of_a_relief_that_left_relieves_at_the_end(
    relief: Relief,
) -> None:
    relief.says(AbortAssignment, reason="ill")
    (pick,) = relief.story.the(UnitReinforced).picks
    relief.says(AcceptAssignment, pick.member_id)
    relief.says(Arrive, pick.member_id)
    assert relief.story.the(ReliefCame).relieved_by == pick.member_id

    relief.over()

    assert not relief.is_here


def test_a_relief_that_comes_again_after_a_slip_relieves_the_same_one_and_no_second(
    relief: Relief,
) -> None:
    other = relief.line.crew[1]
    relief.slips()
    relief.story.when(CallRelief, unit_id=relief.line.unit_id, member_ids=(other,), reason="tired")
    relief.says(Arrive)

    relief.over()

    assert not relief.is_here
    assert other in relief.line.unit.people


def test_a_relief_that_takes_back_that_they_left_is_there_at_the_end(relief: Relief) -> None:
    relief.story.at += MINUTE
    relief.says(AbortAssignment, reason="ill")
    relief.story.at += 3 * SECOND
    assignment_id = relief.story.the(AssignmentAborted).assignment_id
    relief.story.when(TakeBackTap, assignment_id=assignment_id, tap=Tap.ABORTED, **by(relief.who))
    relief.story.then_includes(TapTakenBack)

    relief.over()

    assert not relief.is_here


class AtNoLine(Relief):
    """Somebody who is at no line is relieved."""

    def __init__(self) -> None:
        self.line = Line()
        self.line.over()
        self.story, self.relieved = self.line.story, self.line.crew[0]
        self.story.when(CallRelief, unit_id=self.line.unit_id, member_ids=(self.relieved,),
                        reason="tired")  # fmt: skip
        (pick,) = self.story.the(UnitReinforced).picks
        self.who = pick.member_id
        self.says(AcceptAssignment)


def test_nobody_leaves_their_post_by_a_tap_that_was_a_slip() -> None:
    it = AtNoLine()
    it.says(Arrive).then_includes(ReliefCame).then_not(AssignmentReleased)
    it.slips()

    it.story.after(HOUR)
    assert it.is_here
    it.says(Arrive)
    it.story.after(9 * SECOND)
    assert it.is_here
    it.story.after(2 * SECOND)
    assert it.story.the(AssignmentReleased).reason == reasons.RELIEVED
    assert not it.is_here


def test_nor_by_one_of_a_phone_in_a_dead_spot_that_takes_it_back_as_late() -> None:
    it = AtNoLine()
    it.story.after(MINUTE)
    late: dict[str, Any] = {"occurred_at": it.story.at - 30 * SECOND}
    it.says(Arrive, **late)
    it.story.after(25 * SECOND)
    assert it.is_here
    back: dict[str, Any] = {"occurred_at": it.story.at - 49 * SECOND, "tap": Tap.ON_SCENE}
    it.says(TakeBackTap, **back).then_includes(TapTakenBack)

    it.story.after(HOUR)

    assert it.is_here


def test_nor_where_their_relief_leaves_again_meanwhile() -> None:
    it = AtNoLine()
    it.says(Arrive)
    it.story.after(5 * SECOND)
    it.says(AbortAssignment, reason="ill")

    it.story.after(MINUTE)

    assert it.is_here


def test_work_that_ends_in_these_seconds_lets_nobody_go_before_they_are_over() -> None:
    it = Relief()
    it.line.over()
    assert it.is_here

    it.story.after(11 * SECOND)

    assert not it.is_here


def test_who_is_not_at_the_task_is_relieved_though_others_are() -> None:
    line = Line()
    roles = line.unit.roles
    relieved = next(it for it in line.others if roles[it] is not UnitRole.SAFETY_SUPERVISOR)
    line.story.when(CallRelief, unit_id=line.unit_id, member_ids=(relieved,), reason="hours")
    (pick,) = line.story.the(UnitReinforced).picks
    relief = line.assignment(pick.member_id)

    line.story.when(AcceptAssignment, assignment_id=relief, **by(pick.member_id))
    line.story.when(Arrive, assignment_id=relief, **by(pick.member_id))
    line.story.after(11 * SECOND)

    gone = line.story.the(AssignmentReleased)
    assert (gone.reason, relieved in line.unit.people) == (reasons.RELIEVED, False)
