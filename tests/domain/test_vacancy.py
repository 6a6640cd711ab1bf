"""Nobody is left on scene without who leads, watches and drives; whoever leads says who is next."""

from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.domain.state.units import Stage, Unit
from schemas.events.assignment import AssignmentDone, AssignmentOffered, AssignmentReleased
from schemas.events.escalation import EscalationGrew, EscalationStarted
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.unit import RoleTakenOver, UnitFormed, UnitReinforced, UnitShort, UnitStoodDown
from schemas.sentences import units
from schemas.signals.assignment import (
    AbortAssignment,
    AcceptAssignment,
    Arrive,
    FinishAssignment,
    ReleaseMember,
)
from schemas.signals.incident import Extent
from schemas.signals.roster import ChangeAvailability, ImportRoster
from schemas.vocabulary import AssignmentStatus, NoticeKind, Role, Skill, UnitRole
from tests.county import county, everybody, outage, unit_on_scene
from tests.domain.line import Line, by
from tests.story import Story


class _Crew:
    """A unit on scene, and who of it has which role."""

    def __init__(self, size: int = 16) -> None:
        self.story = county(size=size)
        self.incident_id, self.unit_id = unit_on_scene(
            self.story, extent=Extent(customers_out=2_000)
        )

    @property
    def unit(self) -> Unit:
        return self.story.state.units.by_id[self.unit_id]

    def who(self, role: UnitRole) -> str:
        return next(it for it in sorted(self.unit.people) if self.unit.roles[it] is role)

    def done(self, who: str, **more: Any) -> Story:
        return self.story.when(
            FinishAssignment, assignment_id=self.unit.people[who], **by(who), **more
        )

    def told(self, kind: NoticeKind) -> list[NoticeRaised]:
        return [it for it in self.story.all(NoticeRaised) if it.kind is kind]


@pytest.fixture
def crew() -> _Crew:
    return _Crew()


def test_a_leader_who_is_done_is_asked_who_leads_those_left(crew: _Crew) -> None:
    leader = crew.who(UnitRole.LEADER)
    crew.done(leader)

    refused = crew.story.the(SignalRefused)
    assert refused.rule == units.who_leads_now(tuple(sorted({*crew.unit.people} - {leader})))
    assert refused.field == "leads_now"
    assert leader in crew.unit.people


def test_who_is_named_leads_and_is_told_before_the_other_leaves(crew: _Crew) -> None:
    leader, next_ = crew.who(UnitRole.LEADER), crew.who(UnitRole.LINE_WORKER)

    crew.done(leader, leads_now=next_).then_includes(RoleTakenOver, AssignmentDone)

    kinds = [type(it) for it in crew.story.events]
    assert kinds.index(RoleTakenOver) < kinds.index(AssignmentDone)
    assert crew.unit.roles[next_] is UnitRole.LEADER
    (told,) = crew.told(NoticeKind.LEADS_NOW)
    assert told.targets == (next_,)
    assert crew.unit.stage is Stage.FORMED
    crew.story.then_not(UnitShort, UnitReinforced)


def test_who_watched_over_safety_and_leads_now_is_missed_there_at_once(crew: _Crew) -> None:
    leader, watch = crew.who(UnitRole.LEADER), crew.who(UnitRole.SAFETY_SUPERVISOR)

    crew.done(leader, leads_now=watch)

    (pick,) = crew.story.the(UnitReinforced).picks
    assert pick.role is UnitRole.SAFETY_SUPERVISOR
    assert len(crew.told(NoticeKind.ROLE_VACANT)) == 1


def test_all_in_stands_the_unit_down_and_calls_nobody(crew: _Crew) -> None:
    others = {*crew.unit.people} - {crew.who(UnitRole.LEADER)}

    crew.done(crew.who(UnitRole.LEADER), all_in=True)

    crew.story.then_includes(UnitStoodDown).then_not(AssignmentOffered, UnitShort)
    assert len(crew.story.all(AssignmentReleased)) == len(others)
    assert crew.unit.stage is Stage.STOOD_DOWN


def test_nobody_is_in_while_any_of_the_unit_is_at_work_on_a_line() -> None:
    line = Line()
    leader = line.work_leader
    unit = line.unit
    chief = next(it for it in sorted(unit.people) if unit.roles[it] is UnitRole.LEADER)
    for who in {leader, chief}:
        line.story.when(
            FinishAssignment, assignment_id=unit.people[who], all_in=who == chief, **by(who)
        )
        line.story.then(SignalRefused)


def test_who_leads_is_named_of_those_there_and_nobody_says_both(crew: _Crew) -> None:
    leader, worker = crew.who(UnitRole.LEADER), crew.who(UnitRole.LINE_WORKER)
    for named, rule in (
        ({"leads_now": leader}, units.WHO_LEADS_IS_OF_UNIT),
        ({"leads_now": min({*crew.story.state.roster.members} - {*crew.unit.people})},
         units.WHO_LEADS_IS_OF_UNIT),
        ({"leads_now": worker, "all_in": True}, units.LED_BY_OR_ALL_IN),
    ):  # fmt: skip
        crew.done(leader, **named)
        assert crew.story.the(SignalRefused).rule == rule
    crew.done(worker, leads_now=leader)
    assert crew.story.the(SignalRefused).rule == units.LEADER_SAYS_WHO_LEADS


def test_where_nobody_is_qualified_somebody_leads_until_who_can_has_come() -> None:
    story = county(size=16)
    incident_id = outage(story, extent=Extent(customers_out=2_000))
    unit_id = story.the(UnitFormed).unit_id
    unit = story.state.units.by_id[unit_id]
    leader = next(it for it in unit.people if unit.roles[it] is UnitRole.LEADER)
    rest = tuple(sorted({*unit.people} - {leader}))
    roster = story.state.roster
    people = tuple(replace(roster.members[it].person, skills=(Skill.DISTRIBUTION,)) for it in rest)
    story.when(ImportRoster, people=people, actor_role=Role.COMMANDER).then_not(SignalRefused)
    everybody(story, unit_id, AcceptAssignment, Arrive)
    stand_in = rest[0]

    story.when(
        FinishAssignment, assignment_id=unit.people[leader], leads_now=stand_in, **by(leader)
    )

    story.then_not(SignalRefused)
    called = story.all(AssignmentOffered)
    fresh = next(it for it in called if it.role is UnitRole.LEADER)
    for kind in (AcceptAssignment, Arrive):
        story.when(kind, assignment_id=fresh.assignment_id, **by(fresh.member_id))
    roles = story.state.units.by_id[unit_id].roles
    assert roles[fresh.member_id] is UnitRole.LEADER
    assert roles[stand_in] is unit.roles[stand_in]
    assert incident_id


def _let_go(crew: _Crew, who: str, how: str) -> Story:
    id_ = crew.unit.people[who]
    if how == "done":
        return crew.done(who)
    if how == "aborted":
        return crew.story.when(AbortAssignment, assignment_id=id_, reason="hurt", **by(who))
    return crew.story.when(
        ReleaseMember, actor_role=Role.DISPATCHER, assignment_id=id_, reason="wanted elsewhere"
    )


@pytest.mark.parametrize(
    ("role", "how"),
    [
        (UnitRole.SAFETY_SUPERVISOR, "done"),
        (UnitRole.SAFETY_SUPERVISOR, "released"),
        (UnitRole.SAFETY_SUPERVISOR, "aborted"),
        (UnitRole.DRIVER, "done"),
        (UnitRole.DRIVER, "released"),
        (UnitRole.LEADER, "released"),
        (UnitRole.LEADER, "aborted"),
    ],
)
def test_whoever_a_unit_is_never_without_is_looked_for_at_once_whatever_took_them(
    crew: _Crew, role: UnitRole, how: str
) -> None:
    who = crew.who(role)

    _let_go(crew, who, how)

    (told,) = crew.told(NoticeKind.ROLE_VACANT)
    assert told.about == crew.unit_id
    held = {crew.unit.roles[it] for it in crew.unit.people}
    assert role in held
    if not crew.story.all(RoleTakenOver):
        assert [it.role for it in crew.story.the(UnitReinforced).picks] == [role]


def test_where_nobody_can_be_found_the_unit_is_short_and_it_is_told() -> None:
    crew = _Crew(size=5)
    role = UnitRole.SAFETY_SUPERVISOR
    who = crew.who(role)
    for it in sorted({*crew.story.state.roster.members} - {*crew.unit.people} | {who}):
        crew.story.when(ChangeAvailability, member_id=it, available=False, **by(it))

    crew.done(who)

    short = crew.story.the(UnitShort)
    assert role in {it.role for it in short.roles}
    told = [it for it in crew.story.events if isinstance(it, EscalationStarted | EscalationGrew)]
    assert told
    assert (role, 1) in crew.unit.missing


def test_a_line_worker_who_is_done_is_not_replaced(crew: _Crew) -> None:
    crew.done(crew.who(UnitRole.LINE_WORKER)).then_not(UnitReinforced, UnitShort)
    assert not crew.told(NoticeKind.ROLE_VACANT)


def test_whoever_was_relieved_leaves_no_gap_and_is_not_asked(crew: _Crew) -> None:
    leader = crew.who(UnitRole.LEADER)
    crew.story.when(ReleaseMember, assignment_id=crew.unit.people[leader], reason="rest")
    fresh = next(
        it
        for it, id_ in sorted(crew.unit.people.items())
        if crew.unit.roles[it] is UnitRole.LEADER
        and crew.story.state.assignments.by_id[id_].status is AssignmentStatus.OFFERED
    )
    for kind in (AcceptAssignment, Arrive):
        crew.story.when(kind, assignment_id=crew.unit.people[fresh], **by(fresh))
    crew.done(fresh)
    crew.story.then(SignalRefused)
