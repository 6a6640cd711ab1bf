"""Branches of any body: of a task, of an operation; who counts in them, and Party groups."""

import pytest
from msgspec.structs import replace

from schemas.events.branch import (
    BranchApproved,
    BranchDissolved,
    BranchJoined,
    BranchLeft,
    BranchRequested,
    PartyGroupFormed,
)
from schemas.events.notice import RuleWarned, SignalRefused
from schemas.events.task import TaskOpened
from schemas.events.unit import UnitCalled
from schemas.muster import Need, RoleNeed
from schemas.sentences import branches
from schemas.signals.assignment import AcceptAssignment, Arrive, ReleaseMember
from schemas.signals.branch import (
    ApproveBranch,
    FormPartyGroup,
    GiveBranchPost,
    ReportConduct,
    RequestBranch,
)
from schemas.signals.operation import CancelOperation, GuardPost, PostGuard
from schemas.signals.roster import ImportRoster
from schemas.signals.task import FinishTask, OpenTask
from schemas.signals.unit import CallMuster
from schemas.vocabulary import (
    BranchPost,
    PartyStanding,
    Role,
    TaskAim,
    UnitRole,
)
from tests.county import HERE, HOSPITAL, county, everybody, member
from tests.domain.test_branch import PARTY_COMMITTEE
from tests.domain.test_operation import opened
from tests.story import DAY, HOUR, START, Story


def crowd(count: int, **parties: int) -> tuple[Story, str, str, list[str]]:
    """Return a story, a task, a unit of it with so many on scene, and those by party standing.

    `parties`: how many of them are of a standing; the rest are full members.
    """
    story = county(size=count // 2 + 6)
    story.when(OpenTask, name="迁改", aim=TaskAim.RELOCATE_LINE, deadline_at=story.at + 11 * DAY)
    task_id = story.the(TaskOpened).task_id
    need = Need(roles=(RoleNeed(role=UnitRole.LINE_WORKER, count=count),), muster_point=HERE,
                deadline_at=story.at + 12 * HOUR)  # fmt: skip
    story.when(CallMuster, task_id=task_id, need=need, reason="the hospital")
    unit_id = story.the(UnitCalled).unit_id
    people = sorted(story.state.units.by_id[unit_id].people)
    assert len(people) == count
    other = iter(people[::-1])
    for standing, many in parties.items():
        changed = [story.state.roster.members[next(other)].person for _ in range(many)]
        story.when(
            ImportRoster, people=tuple(replace(it, party=PartyStanding(standing)) for it in changed)
        )
    everybody(story, unit_id, AcceptAssignment, Arrive)
    return story, task_id, unit_id, people


def branch_of_task(story: Story, task_id: str, people: list[str], **more: object) -> str:
    story.when(
        RequestBranch, task_id=task_id, name="临时党支部", approving_organisation=PARTY_COMMITTEE,
        expected_duration_d=11,
    )  # fmt: skip
    branch_id = story.the(BranchRequested).branch_id
    story.when(
        ApproveBranch, branch_id=branch_id, approved_by=PARTY_COMMITTEE, secretary=people[0],
        committee=tuple(people[:3]), **more,
    )  # fmt: skip
    return branch_id


def test_more_than_fifty_members_are_warned_of_with_the_reason_and_not_refused() -> None:
    story, task_id, _, people = crowd(58)

    branch_of_task(story, task_id, people, reason_over_limit="one site, one task")

    assert len(story.the(BranchApproved).members) == 58
    warned = story.the(RuleWarned)
    assert warned.rule == branches.at_most_members(50, 58)
    assert warned.override_reason == "one site, one task"


def test_applicants_count_as_no_members_and_their_conduct_goes_home_all_the_same() -> None:
    story, task_id, _, people = crowd(54, applicant=8)

    branch_id = branch_of_task(story, task_id, people)
    fact = story.the(BranchApproved)
    assert (len(fact.members), len(fact.applicants)) == (46, 8)
    story.then_not(RuleWarned)
    applicant = fact.applicants[0]
    story.when(GiveBranchPost, branch_id=branch_id, member_id=applicant, area="pole 7",
               post=BranchPost.VANGUARD_POST).then(SignalRefused)  # fmt: skip
    story.when(ReportConduct, branch_id=branch_id, member_id=applicant, text="carried wire")
    story.when(FinishTask, task_id=task_id, summary="done", all_in=True)

    dissolved = story.the(BranchDissolved)
    assert dissolved.cause == "task_over"
    (record,) = [it for it in dissolved.records if it.member_id == applicant]
    assert record.applicant
    assert record.conduct == ("carried wire",)
    assert sum(it.applicant for it in dissolved.records) == 8


def test_one_who_comes_past_the_fiftieth_joins_and_is_warned_of_once() -> None:
    story, task_id, _, people = crowd(49)
    branch_of_task(story, task_id, people)
    need = Need(roles=(RoleNeed(role=UnitRole.LINE_WORKER, count=3),), muster_point=HERE,
                deadline_at=story.at + 12 * HOUR)  # fmt: skip

    story.when(CallMuster, task_id=task_id, need=need, reason="more")
    unit_id = story.the(UnitCalled).unit_id
    before = len(story.history)
    everybody(story, unit_id, AcceptAssignment)

    facts = [it for _, events in story.history[before:] for it in events]
    assert sum(isinstance(it, BranchJoined) for it in facts) == 3
    warned = [it.rule for it in facts if isinstance(it, RuleWarned)]
    assert warned == [branches.at_most_members(50, 51)]


@pytest.mark.parametrize(
    ("count", "leader", "rule"),
    [(2, 0, "group_from"), (3, 9, "group_leader_is_in_it")],
    ids=["two", "a leader from elsewhere"],
)
def test_a_party_group_has_three_members_and_one_of_them_leads(
    count: int, leader: int, rule: str
) -> None:
    story, task_id, _, people = crowd(12)
    branch_id = branch_of_task(story, task_id, people)

    story.when(FormPartyGroup, branch_id=branch_id, group="一组", leader=people[leader],
               member_ids=tuple(people[:count]))  # fmt: skip

    assert story.the(SignalRefused).rule.code == rule


def test_nobody_is_in_two_party_groups_and_applicants_are_in_none() -> None:
    story, task_id, _, people = crowd(12, applicant=2)
    branch_id = branch_of_task(story, task_id, people)

    def group(name: str, *who: int) -> Story:
        chosen = tuple(people[it] for it in who)
        return story.when(FormPartyGroup, branch_id=branch_id, group=name, leader=chosen[0],
                          member_ids=chosen)  # fmt: skip

    group("一组", 0, 1, 2).then(PartyGroupFormed)
    group("一组", 0, 2, 1).then()
    group("二组", 2, 3, 4).then(SignalRefused)
    group("二组", 3, 4, 11).then(SignalRefused)
    group("一组", 0, 1, 5).then(PartyGroupFormed)
    group("二组", 2, 3, 4).then(PartyGroupFormed)

    assert sorted(story.state.branches.by_id[branch_id].groups) == ["一组", "二组"]


def test_a_party_group_that_falls_below_three_is_told() -> None:
    story, task_id, unit_id, people = crowd(12)
    branch_id = branch_of_task(story, task_id, people)
    story.when(FormPartyGroup, branch_id=branch_id, group="一组", leader=people[4],
               member_ids=tuple(people[4:7]))  # fmt: skip

    assignment_id = story.state.units.by_id[unit_id].people[people[5]]
    story.when(ReleaseMember, assignment_id=assignment_id, reason="ill", actor_role=Role.COMMANDER)

    story.then_includes(BranchLeft)
    assert branches.group_too_small("一组", 3) in [it.rule for it in story.all(RuleWarned)]


def test_an_operation_may_have_a_branch_of_those_posted_and_it_ends_with_it() -> None:
    story, operation_id = opened()
    people = tuple(member(0, it) for it in range(4, 8))
    story.when(
        PostGuard, operation_id=operation_id, starts_at=START, ends_at=START + 8 * HOUR,
        post=GuardPost(site_id=HOSPITAL, member_ids=people[:3]),
    )  # fmt: skip
    story.when(
        RequestBranch, operation_id=operation_id, name="保电临时党支部", expected_duration_d=2,
        approving_organisation=PARTY_COMMITTEE,
    )  # fmt: skip
    branch_id = story.the(BranchRequested).branch_id
    story.when(ApproveBranch, branch_id=branch_id, approved_by=PARTY_COMMITTEE, secretary=people[0])
    assert story.the(BranchApproved).members == tuple(sorted(people[:3]))

    story.when(
        PostGuard, operation_id=operation_id, starts_at=START + 8 * HOUR, ends_at=START + 9 * HOUR,
        post=GuardPost(site_id=HOSPITAL, member_ids=people[2:]),
    )  # fmt: skip
    assert [it.member_id for it in story.all(BranchJoined)] == [people[3]]
    story.when(CancelOperation, operation_id=operation_id, reason="off")

    assert story.the(BranchDissolved).cause == "operation_over"


@pytest.mark.parametrize("bodies", [{}, {"task_id": 1, "unit_id": 1}], ids=["none", "two"])
def test_a_branch_is_for_one_body(bodies: dict[str, int]) -> None:
    story, task_id, unit_id, _ = crowd(6)
    ids = {"task_id": task_id, "unit_id": unit_id}

    story.when(
        RequestBranch, name="x", approving_organisation=PARTY_COMMITTEE, expected_duration_d=2,
        **{it: ids[it] for it in bodies},
    )  # fmt: skip

    assert story.the(SignalRefused).rule == branches.ONE_BODY
