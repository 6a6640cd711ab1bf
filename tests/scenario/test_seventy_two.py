"""Seventy-two for a hospital: there in half a day, eleven days to move a line, done in seven.

The public report (Weihai, January 2020) says how many came, how fast, and four days early; what
lies between is told here as the coordinator would have had to carry it.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from schemas.events.assignment import MemberOnScene
from schemas.events.branch import BranchApproved, BranchDissolved, BranchRequested
from schemas.events.notice import RuleWarned, SignalRefused
from schemas.events.safety import FatigueLimitReached
from schemas.events.task import MilestoneMissed, TaskFinished, TaskOpened, TaskShiftsTurned
from schemas.events.unit import UnitCalled, UnitStoodDown
from schemas.muster import Need, RoleNeed
from schemas.sentences import branches
from schemas.signals.assignment import AcceptAssignment, Arrive, Depart
from schemas.signals.branch import (
    ApproveBranch,
    FormPartyGroup,
    GiveBranchPost,
    HoldBranchActivity,
    ReportConduct,
    RequestBranch,
)
from schemas.signals.incident import RestoreIncident
from schemas.signals.roster import ImportRoster
from schemas.signals.task import (
    FinishTask,
    MeetMilestone,
    Milestone,
    OpenTask,
    PlanTaskShift,
    ReportTaskProgress,
)
from schemas.signals.unit import CallMuster
from schemas.vocabulary import BranchActivity, BranchPost, PartyStanding, TaskAim, UnitRole
from tests.county import HERE, all_answer, county, everybody, member, outage
from tests.domain.line import Line, over
from tests.story import DAY, HOUR, START, Story

SUPERIOR = "公司党委"
STEPS = {"立杆": 2, "架线": 4, "电缆接入": 6, "送电": 10}
GROUPS = {"一组": (0, 20), "二组": (20, 40), "三组": (40, 58)}


class Commando(Line):
    """The seventy-two at the hospital; three of them work on a grounded line at a time."""

    def __init__(self) -> None:  # another scene than that of its parent
        self.story = county(size=45)
        self.story.answers_rolls = True
        story = self.story
        self.incident_id = outage(story, "hospital", circuit="C-7")
        story.when(
            OpenTask, name="医院供电线路迁改", aim=TaskAim.RELOCATE_LINE,
            deadline_at=START + 11 * DAY,
            milestones=tuple(
                Milestone(milestone=name, due_at=START + days * DAY)
                for name, days in STEPS.items()
            ),
        )  # fmt: skip
        self.task_id = story.the(TaskOpened).task_id
        need = Need(
            roles=(
                RoleNeed(role=UnitRole.LEADER, count=1),
                RoleNeed(role=UnitRole.SAFETY_SUPERVISOR, count=1),
                RoleNeed(role=UnitRole.LINE_WORKER, count=70),
            ),
            muster_point=HERE,
            deadline_at=START + 12 * HOUR,
        )
        story.when(
            CallMuster, task_id=self.task_id, incident_id=self.incident_id, need=need,
            reason="eleven days",
        )  # fmt: skip
        self.unit_id = story.the(UnitCalled).unit_id
        self.people = sorted(self.unit.people)
        self.leader = next(it for it in self.people if self.unit.roles[it] is UnitRole.LEADER)

    def party(self) -> None:
        """Fifty-eight are members, eight applicants, six neither; the leader is a member."""
        lead = {self.leader, member(0, 0), member(1, 0)}
        others = [it for it in self.people if it not in lead][-14:]
        standings = [PartyStanding.APPLICANT] * 8 + [PartyStanding.NONE] * 6
        known = self.story.state.roster.members
        self.story.when(
            ImportRoster,
            people=tuple(
                replace(known[it].person, party=party)
                for it, party in zip(others, standings, strict=True)
            ),
        ).then_not(SignalRefused)

    def shift(self, people: Iterable[str], day: int, begin: int, end: int) -> None:
        """Plan people for a day of the task, from hour to hour."""
        self.story.when(
            PlanTaskShift, task_id=self.task_id, member_ids=tuple(people),
            starts_at=START + day * DAY + begin * HOUR, ends_at=START + day * DAY + end * HOUR,
        ).then_not(SignalRefused, RuleWarned)  # fmt: skip


@pytest.fixture(scope="module")
def told() -> tuple[Commando, dict[str, Any]]:
    """The whole story, told once; what it came to, by name."""
    unit = Commando()
    story, seen = unit.story, dict[str, Any]()
    everybody(story, unit.unit_id, AcceptAssignment, Depart)
    story.after(5 * HOUR)
    everybody(story, unit.unit_id, Arrive)
    seen["arrived_at"] = story.at
    unit.party()
    _branch(unit, seen)
    half = len(unit.people) // 2
    first, second = unit.people[:half], unit.people[half:]
    # On the road since midnight: a short first shift for half of them, and the others rest.
    for day in range(7):
        unit.shift(second, day, 20, 30)
        unit.shift(first, day, *((5, 11) if day == 0 else (8, 18)))
    _work(unit, seen)
    story.after(START + 7 * DAY - story.at)
    # Whoever was not heard of at the last roll calls says that they are well.
    all_answer(story)
    story.when(
        FinishTask, task_id=unit.task_id, summary="送电", lessons="材料提前到场", all_in=True
    )
    seen["finish"] = story.events
    return unit, seen


def _branch(unit: Commando, seen: dict[str, Any]) -> None:
    story, people = unit.story, unit.people
    story.when(
        RequestBranch, task_id=unit.task_id, name="迁改临时党支部", expected_duration_d=11,
        approving_organisation=SUPERIOR,
    )  # fmt: skip
    branch_id = story.the(BranchRequested).branch_id
    members = [it for it in people if _standing(story, it) is PartyStanding.FULL_MEMBER]
    story.when(
        ApproveBranch, branch_id=branch_id, approved_by=SUPERIOR, secretary=members[0],
        committee=tuple(members[:5]), reason_over_limit="一处现场，一项任务",
    )  # fmt: skip
    seen["approved"], seen["warned"] = story.the(BranchApproved), story.the(RuleWarned)
    for name, (begin, end) in GROUPS.items():
        story.when(FormPartyGroup, branch_id=branch_id, group=name, leader=members[begin],
                   member_ids=tuple(members[begin:end])).then_not(SignalRefused)  # fmt: skip
    story.when(GiveBranchPost, branch_id=branch_id, member_id=members[1], area="杆位7",
               post=BranchPost.VANGUARD_POST)  # fmt: skip
    story.when(
        HoldBranchActivity, branch_id=branch_id, activity=BranchActivity.STUDY, text="安全学习",
        attended=tuple(sorted((*seen["approved"].members, *seen["approved"].applicants))),
    ).then_not(SignalRefused)  # fmt: skip
    applicant = seen["approved"].applicants[0]
    story.when(ReportConduct, branch_id=branch_id, member_id=applicant, text="连续三夜运杆")
    seen["branch_id"], seen["applicant"] = branch_id, applicant


def _standing(story: Story, member_id: str) -> PartyStanding:
    return story.state.roster.members[member_id].person.party


def _work(unit: Commando, seen: dict[str, Any]) -> None:
    """A milestone a day or two; on the third day a ticket keeps anybody from ending it all."""
    story, half = unit.story, len(unit.people) // 2
    for day, (name, percent) in enumerate(
        (("立杆", 25), ("架线", 50), ("电缆接入", 80), ("送电", 100)), start=1
    ):
        # In the middle of a first shift of that day.
        story.after(START + day * DAY + 12 * HOUR - story.at)
        if name == "架线":
            workers = [it for it in unit.people[:half] if it != unit.leader][:3]
            ticket_id = unit.begin(workers[0], tuple(workers[1:]))
            story.when(FinishTask, task_id=unit.task_id, summary="too early", all_in=True)
            seen["refused"] = (story.the(SignalRefused).rule, ticket_id)
            story.after(3 * HOUR)
            over(story, ticket_id)
        story.when(ReportTaskProgress, task_id=unit.task_id, percent=percent)
        story.when(MeetMilestone, task_id=unit.task_id, milestone=name).then_not(SignalRefused)


def facts_of(unit: Commando, kind: type[Any]) -> list[Any]:
    return [it for _, facts in unit.story.history for it in facts if isinstance(it, kind)]


def test_seventy_two_are_there_within_half_a_day(told: Any) -> None:
    unit, seen = told

    assert len(unit.people) == 72
    assert len(facts_of(unit, MemberOnScene)) == 72
    assert seen["arrived_at"] <= START + 12 * HOUR


def test_the_branch_has_fifty_eight_members_and_eight_applicants(told: Any) -> None:
    _, seen = told

    assert len(seen["approved"].members) == 58
    assert len(seen["approved"].applicants) == 8
    assert seen["warned"].rule == branches.at_most_members(50, 58)
    assert seen["warned"].override_reason == "一处现场，一项任务"


def test_the_shifts_turn_and_nobody_works_past_the_limit(told: Any) -> None:
    unit, _ = told

    turns = facts_of(unit, TaskShiftsTurned)
    assert len([it for it in turns if it.coming]) == 14
    assert all(len(it.coming) in (0, 36) for it in turns)
    assert facts_of(unit, FatigueLimitReached) == []


def test_nobody_ends_it_over_the_three_on_the_line(told: Any) -> None:
    _, seen = told

    rule, ticket_id = seen["refused"]
    assert rule.code == "task_not_over_people_at_work"
    assert rule.ids["tickets"] == (ticket_id,)


def test_every_milestone_is_met_and_it_ends_four_days_early(told: Any) -> None:
    unit, _ = told

    (finished,) = facts_of(unit, TaskFinished)
    it = finished.statistics
    assert facts_of(unit, MilestoneMissed) == []
    assert (it.milestones_met, it.milestones, it.milestones_late) == (4, 4, 0)
    assert it.early_s == 4 * 86_400
    assert (it.people, it.units, it.shifts) == (72, 1, 14)


def test_with_it_end_the_unit_and_the_branch_and_each_goes_home_with_a_record(told: Any) -> None:
    unit, seen = told

    assert any(isinstance(it, UnitStoodDown) for it in seen["finish"])
    (dissolved,) = [it for it in seen["finish"] if isinstance(it, BranchDissolved)]
    assert dissolved.cause == "task_over"
    assert len(dissolved.records) == 66
    assert sum(it.applicant for it in dissolved.records) == 8
    (record,) = [it for it in dissolved.records if it.member_id == seen["applicant"]]
    assert record.conduct == ("连续三夜运杆",)
    assert record.activities == 1
    members = unit.story.state.roster.members
    assert all(members[it].assignment_id is None for it in unit.people)
    assert not unit.story.state.tasks.by_id
    assert not unit.story.state.branches.by_id


def test_the_incident_outlives_the_task_until_somebody_restores_it(told: Any) -> None:
    unit, _ = told

    assert unit.incident_id in unit.story.state.incidents.by_id
    unit.story.when(RestoreIncident, incident_id=unit.incident_id).then_not(SignalRefused)
