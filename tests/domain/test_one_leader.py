"""Whoever says who leads now, and however often: of those on scene one leads, and never two."""

from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.domain.state.units import Unit
from schemas.events.assignment import AssignmentDone, AssignmentOffered, TapTakenBack
from schemas.events.notice import SignalRefused
from schemas.events.unit import RoleTakenOver, UnitFormed
from schemas.muster import RoleNeed
from schemas.signals.assignment import (
    AbortAssignment,
    AcceptAssignment,
    Arrive,
    DeclineAssignment,
    Depart,
    FinishAssignment,
    TakeBackTap,
)
from schemas.signals.incident import Extent
from schemas.signals.roster import ImportRoster
from schemas.signals.unit import CallMuster
from schemas.vocabulary import AssignmentStatus, DeclineReason, Role, Skill, Tap, UnitRole
from tests.county import county, everybody, outage
from tests.domain.line import by
from tests.story import SECOND, Story


class _Crew:
    """A unit on scene with a leader, a deputy, a watch over safety and three hands."""

    def __init__(self) -> None:
        self.story = county(size=16)
        incident_id = outage(self.story, extent=Extent(customers_out=20))
        need = self.story.state.units.by_id[self.story.the(UnitFormed).unit_id].need
        wanted = {
            UnitRole.LEADER: 1, UnitRole.DEPUTY: 1, UnitRole.SAFETY_SUPERVISOR: 1,
            UnitRole.LINE_WORKER: 3,
        }  # fmt: skip
        roles = tuple(RoleNeed(role=it, count=n) for it, n in wanted.items())
        self.story.when(CallMuster, incident_id=incident_id, need=replace(need, roles=roles),
                        reason="more hands")  # fmt: skip
        self.unit_id = self.story.the(UnitFormed).unit_id
        everybody(self.story, self.unit_id, AcceptAssignment, Arrive)
        self.assignments = dict(self.unit.people)
        self.leader, self.deputy, self.watch = (
            self._who(it)[0]
            for it in (UnitRole.LEADER, UnitRole.DEPUTY, UnitRole.SAFETY_SUPERVISOR)
        )
        self.one, self.two, self.three = self._who(UnitRole.LINE_WORKER)
        self.story.at += SECOND

    def _who(self, role: UnitRole) -> list[str]:
        return [it for it in sorted(self.unit.people) if self.unit.roles[it] is role]

    @property
    def unit(self) -> Unit:
        return self.story.state.units.by_id[self.unit_id]

    def says(self, who: str, kind: Any, **more: Any) -> Story:
        story = self.story.when(kind, assignment_id=self.assignments[who], **by(who), **more)
        story.at += SECOND
        assert len(self.leaders) <= 1, self.leaders
        return story

    def done(self, who: str, **more: Any) -> Story:
        return self.says(who, FinishAssignment, **more)

    def takes_back(self, who: str, tap: Tap) -> Story:
        return self.says(who, TakeBackTap, tap=tap)

    def have_learned(self, skills: tuple[Skill, ...], *who: str) -> None:
        members = self.story.state.roster.members
        people = tuple(replace(members[it].person, skills=skills) for it in sorted(who))
        self.story.when(ImportRoster, people=people, actor_role=Role.COMMANDER)
        self.story.then_not(SignalRefused)

    @property
    def leaders(self) -> list[str]:
        """Return who leads of those on scene."""
        by_id, unit = self.story.state.assignments.by_id, self.unit
        return [
            it
            for it, held in sorted(unit.people.items())
            if unit.roles[it] is UnitRole.LEADER and by_id[held].status is AssignmentStatus.ON_SCENE
        ]


@pytest.fixture
def crew() -> _Crew:
    return _Crew()


@pytest.mark.parametrize("first", [0, 1])
def test_who_leads_now_is_answered_once(crew: _Crew, first: int) -> None:
    named = (crew.one, crew.two)[:: -1 if first else 1]
    crew.done(crew.leader, leads_now=named[0]).then_includes(RoleTakenOver, AssignmentDone)

    crew.done(crew.leader, leads_now=named[1]).then_not(RoleTakenOver, AssignmentDone)

    assert crew.leaders == [named[0]]


def test_taken_back_and_answered_anew_the_second_name_leads(crew: _Crew) -> None:
    crew.done(crew.leader, leads_now=crew.one)
    crew.takes_back(crew.leader, Tap.DONE).then_includes(TapTakenBack)
    assert crew.leaders == [crew.leader]

    crew.done(crew.leader, leads_now=crew.two)

    assert crew.leaders == [crew.two]
    assert crew.unit.roles[crew.one] is UnitRole.LINE_WORKER


@pytest.mark.parametrize("named", ["one", "watch", "deputy"])
def test_both_who_handed_it_on_take_that_back_and_who_led_first_leads(
    crew: _Crew, named: str
) -> None:
    second = getattr(crew, named)
    own = crew.unit.roles[second]
    crew.done(crew.leader, leads_now=second)
    crew.done(second, leads_now=crew.two)
    assert crew.leaders == [crew.two]

    crew.takes_back(crew.leader, Tap.DONE).then_includes(TapTakenBack)
    assert crew.leaders == [crew.leader]
    crew.takes_back(second, Tap.DONE).then_includes(TapTakenBack)

    assert crew.leaders == [crew.leader]
    assert crew.unit.roles[second] is own


def test_in_the_other_order_too(crew: _Crew) -> None:
    crew.done(crew.leader, leads_now=crew.one)
    crew.done(crew.one, leads_now=crew.two)

    crew.takes_back(crew.one, Tap.DONE).then_includes(TapTakenBack)
    assert crew.leaders == [crew.one]
    crew.takes_back(crew.leader, Tap.DONE).then_includes(TapTakenBack)

    assert crew.leaders == [crew.leader]
    assert crew.unit.roles[crew.one] is UnitRole.LINE_WORKER


def test_a_deputy_who_led_and_handed_it_on_comes_back_as_a_deputy(crew: _Crew) -> None:
    crew.says(crew.leader, AbortAssignment, reason="fell").then_includes(RoleTakenOver)
    assert crew.leaders == [crew.deputy]
    crew.done(crew.deputy, leads_now=crew.one)

    crew.takes_back(crew.leader, Tap.ABORTED).then_includes(TapTakenBack)
    crew.takes_back(crew.deputy, Tap.DONE).then_includes(TapTakenBack)

    assert crew.leaders == [crew.leader]
    assert crew.unit.roles[crew.deputy] is UnitRole.DEPUTY


def test_who_was_named_and_was_not_there_leads_when_they_come_and_the_deputy_no_more(
    crew: _Crew,
) -> None:
    # Their arrival was a slip, and is told again after somebody named them.
    crew.story.when(TakeBackTap, assignment_id=crew.assignments[crew.one], tap=Tap.ON_SCENE,
                    **by(crew.one)).then_includes(TapTakenBack)  # fmt: skip
    crew.says(crew.one, Arrive)
    crew.done(crew.leader, leads_now=crew.one)
    crew.takes_back(crew.one, Tap.ON_SCENE).then_includes(TapTakenBack)
    assert crew.leaders == [crew.deputy]

    crew.says(crew.one, Arrive)

    assert crew.leaders == [crew.one]
    assert crew.unit.roles[crew.deputy] is UnitRole.DEPUTY


def test_a_deputy_takes_the_lead_from_nobody_who_was_named(crew: _Crew) -> None:
    # Nobody of them has learned to lead: whoever is named leads until somebody who can has come.
    crew.have_learned((Skill.DISTRIBUTION,), *({*crew.unit.people} - {crew.leader}))

    crew.done(crew.leader, leads_now=crew.one).then_includes(RoleTakenOver)

    assert crew.leaders == [crew.one]
    assert crew.unit.roles[crew.deputy] is UnitRole.DEPUTY


def test_a_deputy_who_can_takes_the_lead_from_who_cannot_and_they_have_their_own_role_again(
    crew: _Crew,
) -> None:
    crew.have_learned((Skill.DISTRIBUTION,), *({*crew.unit.people} - {crew.leader}))
    crew.done(crew.leader, leads_now=crew.one)
    called = crew.story.the(AssignmentOffered)
    assert called.role is UnitRole.LEADER
    crew.have_learned(tuple(Skill), crew.deputy)

    # Who was called to lead them does not come: that is looked at anew.
    crew.story.when(DeclineAssignment, assignment_id=called.assignment_id,
                    reason=DeclineReason.TOO_FAR, **by(called.member_id))  # fmt: skip

    assert crew.leaders == [crew.deputy]
    assert crew.unit.roles[crew.one] is UnitRole.LINE_WORKER


@pytest.mark.parametrize("come", [(), (AcceptAssignment,), (AcceptAssignment, Depart)])
def test_who_takes_back_that_they_do_not_come_leads_nobody_on_scene_before_they_are_there(
    crew: _Crew, come: tuple[Any, ...]
) -> None:
    # Nobody on scene has learned to lead: one of them does, until who was called for it comes.
    crew.have_learned((Skill.DISTRIBUTION,), *({*crew.unit.people} - {crew.leader}))
    crew.done(crew.leader, leads_now=crew.one)
    called = crew.story.the(AssignmentOffered)
    who = called.member_id
    crew.assignments[who] = called.assignment_id
    for kind in come:
        crew.says(who, kind)
    if come:
        crew.says(who, AbortAssignment, reason="a slip")
    else:
        crew.says(who, DeclineAssignment, reason=DeclineReason.TOO_FAR)
    assert crew.leaders == [crew.one]

    crew.takes_back(who, Tap.ABORTED if come else Tap.DECLINED).then_includes(TapTakenBack)

    assert crew.leaders == [crew.one]
    for kind in (AcceptAssignment, Arrive):
        crew.says(who, kind)
    assert crew.leaders == [who]
    assert crew.unit.roles[crew.one] is UnitRole.LINE_WORKER


def test_a_leader_on_the_way_who_gave_up_by_a_slip_takes_the_lead_when_they_are_there(
    crew: _Crew,
) -> None:
    # Their arrival was a slip, and so is that they gave up.
    crew.takes_back(crew.leader, Tap.ON_SCENE)
    assert crew.leaders == [crew.deputy]
    crew.says(crew.leader, AbortAssignment, reason="a slip")
    assert crew.leaders == [crew.deputy]

    crew.takes_back(crew.leader, Tap.ABORTED).then_includes(TapTakenBack)

    assert crew.leaders == [crew.deputy]
    crew.says(crew.leader, Arrive)
    assert crew.leaders == [crew.leader]
    assert crew.unit.roles[crew.deputy] is UnitRole.DEPUTY
