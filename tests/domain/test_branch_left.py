"""Who leaves a branch, in which office they were, and what goes to their home branch."""

from typing import Any

from coordinator.boards import temporary_branches
from schemas.events.branch import (
    BranchApproved,
    BranchDissolved,
    BranchLeft,
    BranchOfficersNamed,
    BranchRequested,
)
from schemas.events.notice import NoticeRaised, RuleWarned, SignalRefused
from schemas.sentences import branches
from schemas.signals.assignment import AbortAssignment
from schemas.signals.branch import (
    ApproveBranch,
    DissolveBranch,
    FormPartyGroup,
    HoldBranchActivity,
    NameBranchOfficers,
    RequestBranch,
)
from schemas.signals.operation import GuardPost, PostGuard, WithdrawPost
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import BranchActivity, NoticeKind, Recipient, Role
from tests.county import HOSPITAL
from tests.domain.line import Line, by
from tests.domain.test_operation import opened
from tests.story import HOUR, START, Story

_CHIEF: dict[str, Any] = {"actor_id": "cmdr", "actor_role": Role.COMMANDER}


class Guarded:
    """A branch of eight who are posted at the hospital; the first three are its committee."""

    def __init__(self) -> None:
        self.story, self.operation_id = opened()
        self.people = tuple(sorted(self.story.state.roster.members))[:8]
        self.story.when(
            PostGuard, operation_id=self.operation_id,
            post=GuardPost(site_id=HOSPITAL, member_ids=self.people),
            starts_at=START + HOUR, ends_at=START + 9 * HOUR,
        )  # fmt: skip
        self.branch_id = _established(
            self.story, self.people[0], self.people[:3], operation_id=self.operation_id
        )

    def removed(self, *people: str) -> Story:
        self.story.when(
            WithdrawPost, operation_id=self.operation_id, site_id=HOSPITAL,
            member_ids=self.people, starts_at=START + HOUR, reason="planned anew",
        )  # fmt: skip
        return self.story.when(ImportRoster, removed_members=people, **_CHIEF)

    def record_of(self, member_id: str) -> Any:
        self.story.when(DissolveBranch, branch_id=self.branch_id, reason="over")
        records = self.story.the(BranchDissolved).records
        return next(it for it in records if it.member_id == member_id)


def _established(story: Story, secretary: str, committee: tuple[str, ...], **body: str) -> str:
    story.when(RequestBranch, name="b", approving_organisation="org", expected_duration_d=3, **body)
    branch_id = story.the(BranchRequested).branch_id
    story.when(
        ApproveBranch, branch_id=branch_id, approved_by="org", secretary=secretary,
        committee=committee,
    ).then_includes(BranchApproved)  # fmt: skip
    return branch_id


def _told(story: Story) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (it.text.code, it.text.ids["member"])
        for it in story.all(NoticeRaised)
        if it.kind is NoticeKind.BRANCH_OFFICE and it.recipient is Recipient.COMMANDER
    ]


def test_whose_posts_are_taken_back_takes_part_no_more() -> None:
    it = Guarded()
    it.story.when(
        WithdrawPost, operation_id=it.operation_id, site_id=HOSPITAL, member_ids=it.people,
        starts_at=START + HOUR, reason="planned anew",
    )  # fmt: skip
    assert {one.member_id for one in it.story.all(BranchLeft)} == set(it.people)
    assert branches.TOO_FEW_FULL_MEMBERS in [one.rule for one in it.story.all(RuleWarned)]
    it.story.when(
        HoldBranchActivity, branch_id=it.branch_id, activity=BranchActivity.STUDY,
        attended=it.people[:2],
    ).then_includes(SignalRefused)  # fmt: skip


def test_a_secretary_whose_post_is_taken_back_is_missed() -> None:
    it = Guarded()
    it.story.when(
        WithdrawPost, operation_id=it.operation_id, site_id=HOSPITAL, member_ids=it.people,
        starts_at=START + HOUR, reason="planned anew",
    )  # fmt: skip
    secretary, other, third = it.people[:3]
    assert sorted(_told(it.story)) == sorted([
        ("branch_without_secretary", (secretary,)),
        ("branch_committee_left", (other,)),
        ("branch_committee_left", (third,)),
    ])  # fmt: skip
    row = temporary_branches.row(it.story.state, it.branch_id)
    assert row is not None
    assert (row["secretary"], row["committee"]) == (None, [])


def test_a_secretary_who_leaves_their_unit_is_missed() -> None:
    line = Line()
    story, secretary = line.story, line.others[0]
    branch_id = _established(story, secretary, (), unit_id=line.unit_id)
    group = (secretary, *sorted(it for it in line.unit.people if it != secretary)[:3])
    story.when(FormPartyGroup, branch_id=branch_id, group="g1", leader=secretary, member_ids=group)

    story.when(
        AbortAssignment, assignment_id=line.assignment(secretary), reason="hurt", **by(secretary)
    ).then_includes(BranchLeft)

    assert _told(story) == [
        ("branch_without_secretary", (secretary,)),
        ("branch_group_without_leader", (secretary,)),
    ]


def test_who_left_the_roster_has_their_home_branch_on_record() -> None:
    it = Guarded()
    gone = it.people[0]
    home = it.story.state.roster.members[gone].person.home_branch
    it.removed(gone)
    record = it.record_of(gone)
    assert (record.home_branch, record.posts) == (home, ("secretary",))


def test_who_leaves_the_roster_takes_part_no_more() -> None:
    line = Line()
    story = line.story
    people = sorted(line.unit.people)
    branch_id = _established(story, line.others[0], (), unit_id=line.unit_id)
    stranger = next(it for it in sorted(story.state.roster.members) if it not in people)
    story.when(ImportRoster, removed_members=(stranger,), **_CHIEF).then_not(BranchLeft)
    it = Guarded()
    # Posts that were stood stay on record: only the roster says that they are gone.
    it.story.after(10 * HOUR)
    gone = it.people[0]
    it.story.when(ImportRoster, removed_members=(gone,), **_CHIEF)
    assert [one.member_id for one in it.story.all(BranchLeft)] == [gone]
    assert _told(it.story) == [("branch_without_secretary", (gone,))]
    assert branch_id in story.state.branches.by_id


def test_every_office_that_somebody_held_goes_home() -> None:
    it = Guarded()
    it.story.when(
        NameBranchOfficers, branch_id=it.branch_id, named_by="org", secretary=it.people[4],
        committee=it.people[4:7],
    )  # fmt: skip
    it.story.when(
        NameBranchOfficers, branch_id=it.branch_id, named_by="org", secretary=it.people[5],
        committee=it.people[4:7],
    )  # fmt: skip
    it.story.when(DissolveBranch, branch_id=it.branch_id, reason="over")
    posts = {one.member_id: one.posts for one in it.story.the(BranchDissolved).records}
    assert posts[it.people[0]] == ("secretary",)
    assert posts[it.people[1]] == ("committee",)
    assert posts[it.people[4]] == ("secretary", "committee")
    assert posts[it.people[5]] == ("committee", "secretary")
    assert posts[it.people[7]] == ()


def test_who_attended_is_named_once() -> None:
    it = Guarded()
    who = it.people[0]
    it.story.when(
        HoldBranchActivity, branch_id=it.branch_id, activity=BranchActivity.STUDY,
        attended=(who, who, who),
    )  # fmt: skip
    assert it.story.the(SignalRefused).rule == branches.ATTENDED_ONCE
    assert it.story.state.branches.by_id[it.branch_id].members[who].activities == 0


def test_the_same_offices_named_twice_are_named_once() -> None:
    it = Guarded()
    said: dict[str, Any] = {
        "branch_id": it.branch_id, "named_by": "org", "secretary": it.people[4],
        "committee": it.people[4:7],
    }  # fmt: skip
    it.story.when(NameBranchOfficers, **said).then(BranchOfficersNamed)
    it.story.when(NameBranchOfficers, **said).then()
