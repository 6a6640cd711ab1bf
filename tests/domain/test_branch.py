"""Temporary branches: who may, who leads, what is forbidden, how it ends."""

import pytest
from msgspec.structs import replace

from schemas.catalogue import write_payload
from schemas.default_policy import DEFAULT_POLICY
from schemas.events.branch import (
    BranchActivityHeld,
    BranchApproved,
    BranchDissolved,
    BranchLeft,
    BranchOfficersNamed,
    BranchRefused,
    BranchRequested,
    BranchTermNear,
)
from schemas.events.notice import RuleWarned, SignalRefused
from schemas.policy import Policy
from schemas.signals.assignment import DeclineAssignment, ReleaseMember
from schemas.signals.branch import (
    ApproveBranch,
    GiveBranchPost,
    HoldBranchActivity,
    NameBranchOfficers,
    RefuseBranch,
    ReportConduct,
    RequestBranch,
)
from schemas.signals.incident import Extent, RestoreIncident
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import (
    BranchActivity,
    BranchPost,
    DeclineReason,
    PartyStanding,
    Role,
)
from tests.county import county, outage, unit_on_scene
from tests.story import DAY, HOUR, Story

PARTY_COMMITTEE = "公司党委"


def requested(
    *, large: bool = False, policy: Policy = DEFAULT_POLICY, **people: object
) -> tuple[Story, str, list[str]]:
    """Return a story, the branch asked for in it, and the unit's people."""
    story = county(policy, size=16, **people)
    extent = Extent(customers_out=5_000 if large else 20)
    _, unit_id = unit_on_scene(story, extent=extent)
    story.when(
        RequestBranch, unit_id=unit_id, name="抢险临时党支部",
        approving_organisation=PARTY_COMMITTEE, expected_duration_d=10,
    )  # fmt: skip
    people_there = sorted(story.state.units.by_id[unit_id].people)
    found = story.all(BranchRequested)
    return story, found[0].branch_id if found else "", people_there


def approved(*, policy: Policy = DEFAULT_POLICY) -> tuple[Story, str, list[str]]:
    story, branch_id, people = requested(policy=policy)
    story.when(
        ApproveBranch, branch_id=branch_id, approved_by=PARTY_COMMITTEE, secretary=people[0]
    ).then_includes(BranchApproved)
    return story, branch_id, people


def test_a_branch_is_asked_for_and_approved_with_a_named_secretary() -> None:
    story, branch_id, people = approved()

    branch = story.state.branches.by_id[branch_id]
    assert branch.secretary == people[0]
    assert sorted(branch.members) == people


def test_fewer_than_three_full_members_are_no_branch() -> None:
    story, _, _ = requested(party=PartyStanding.PROBATIONARY_MEMBER)

    assert story.the(SignalRefused).rule.code == "at_least_full_members"


def test_another_organisation_approves_nothing() -> None:
    story, branch_id, people = requested()

    story.when(ApproveBranch, branch_id=branch_id, approved_by="others", secretary=people[0])

    assert story.the(SignalRefused).field == "approved_by"


def test_a_refusal_is_on_record_and_it_may_be_asked_again() -> None:
    story, branch_id, _ = requested()

    story.when(RefuseBranch, branch_id=branch_id, refused_by="another committee", reason="x")
    assert story.the(SignalRefused).field == "refused_by"
    story.when(RefuseBranch, branch_id=branch_id, refused_by=PARTY_COMMITTEE, reason="too short")
    story.then(BranchRefused)

    unit_id = next(iter(story.state.units.by_id))
    story.when(
        RequestBranch, unit_id=unit_id, name="x", approving_organisation=PARTY_COMMITTEE,
        expected_duration_d=20,
    ).then(BranchRequested)  # fmt: skip


def test_a_secretary_takes_part_in_the_branch() -> None:
    story, branch_id, _ = requested()
    stranger = max(story.state.roster.members)

    story.when(ApproveBranch, branch_id=branch_id, approved_by=PARTY_COMMITTEE, secretary=stranger)

    assert story.the(SignalRefused).field == "secretary"


def test_below_seven_full_members_there_is_no_committee() -> None:
    story, branch_id, people = requested()

    story.when(
        ApproveBranch, branch_id=branch_id, approved_by=PARTY_COMMITTEE, secretary=people[0],
        committee=tuple(people[:3]),
    )  # fmt: skip

    assert story.the(SignalRefused).rule.code == "no_committee_below"


def test_officers_are_named_from_above_and_never_elected() -> None:
    story, branch_id, people = approved()

    story.when(NameBranchOfficers, branch_id=branch_id, named_by="us", secretary=people[1])
    assert story.the(SignalRefused).field == "named_by"
    story.when(
        NameBranchOfficers, branch_id=branch_id, named_by=PARTY_COMMITTEE, secretary=people[1]
    ).then(BranchOfficersNamed)
    story.when(HoldBranchActivity, branch_id=branch_id, activity=BranchActivity.TERM_ELECTION,
               override_reason="we want to")  # fmt: skip
    story.then(SignalRefused)


@pytest.mark.parametrize(
    "activity", [BranchActivity.DUES_COLLECTION, BranchActivity.DELEGATE_ELECTION]
)
def test_what_it_may_not_do_no_reason_allows(activity: BranchActivity) -> None:
    story, branch_id, _ = approved()

    story.when(HoldBranchActivity, branch_id=branch_id, activity=activity, override_reason="x")

    story.then(SignalRefused)


@pytest.mark.parametrize("activity", [BranchActivity.ADMISSION, BranchActivity.DISCIPLINE])
def test_what_it_generally_does_not_do_takes_a_reason(activity: BranchActivity) -> None:
    story, branch_id, _ = approved()

    story.when(HoldBranchActivity, branch_id=branch_id, activity=activity).then(SignalRefused)
    story.when(
        HoldBranchActivity, branch_id=branch_id, activity=activity, override_reason="merit"
    ).then(RuleWarned, BranchActivityHeld)


def test_who_leaves_the_unit_leaves_the_branch() -> None:
    story, _, people = approved()
    assignment = story.state.roster.members[people[2]].assignment_id

    story.when(ReleaseMember, assignment_id=assignment, reason="needed at home")

    assert story.the(BranchLeft).member_id == people[2]


def test_the_end_of_the_term_is_warned_of_well_before() -> None:
    story, branch_id, _ = approved()
    warned_at = story.state.timers.get("branch_term", branch_id)
    assert warned_at == story.at + (183 - 30) * DAY
    (incident_id,) = story.state.incidents.by_id
    held = story.state.branches
    story.when(RestoreIncident, incident_id=incident_id)

    assert story.state.timers.get("branch_term", branch_id) is None, "nothing keeps it alive"
    assert held.by_id


def test_a_branch_near_its_term_is_told_once() -> None:
    rules = replace(DEFAULT_POLICY.branch, term_d=2, warn_before_d=1)
    story, _, _ = approved(policy=replace(DEFAULT_POLICY, branch=rules))

    story.after(DAY - HOUR).then_not(BranchTermNear)
    story.after(2 * HOUR)

    assert len(story.all(BranchTermNear)) == 1


def test_it_ends_with_its_unit_and_every_home_branch_gets_a_record() -> None:
    story, branch_id, people = approved()
    story.when(
        GiveBranchPost, branch_id=branch_id, member_id=people[1],
        post=BranchPost.VANGUARD_POST, area="pole 17",
    )  # fmt: skip
    story.when(
        HoldBranchActivity, branch_id=branch_id, activity=BranchActivity.TASK_MEETING,
        attended=tuple(people),
    )  # fmt: skip
    story.when(ReportConduct, branch_id=branch_id, member_id=people[1], text="first up the pole")
    (incident_id,) = story.state.incidents.by_id

    story.when(RestoreIncident, incident_id=incident_id)

    dissolved = story.the(BranchDissolved)
    records = {it.member_id: it for it in dissolved.records}
    assert dissolved.cause == "unit_stood_down"
    assert sorted(records) == people
    assert "secretary" in records[people[0]].posts
    assert records[people[1]].conduct == ("first up the pole",)
    assert records[people[1]].activities == 1
    assert not story.state.branches.by_id


def test_an_officer_who_declines_the_call_takes_part_no_longer() -> None:
    story = county(size=16)
    outage(story, extent=Extent(customers_out=20))
    (unit_id,) = story.state.units.by_id
    people = sorted(story.state.units.by_id[unit_id].people)
    story.when(
        RequestBranch, unit_id=unit_id, name="抢险临时党支部",
        approving_organisation=PARTY_COMMITTEE, expected_duration_d=10,
    )  # fmt: skip
    branch_id = story.the(BranchRequested).branch_id
    story.when(ApproveBranch, branch_id=branch_id, approved_by=PARTY_COMMITTEE, secretary=people[0])

    story.when(
        DeclineAssignment, actor_id=people[0], actor_role=Role.MEMBER,
        assignment_id=story.state.roster.members[people[0]].assignment_id,
        reason=DeclineReason.ILL,
    )  # fmt: skip

    assert story.the(BranchLeft).member_id == people[0]
    story.when(ImportRoster, actor_role=Role.COMMANDER, removed_members=(people[0],))
    story.when(
        NameBranchOfficers, branch_id=branch_id, named_by=PARTY_COMMITTEE, secretary=people[0]
    )
    assert story.the(SignalRefused).field == "secretary"


def test_long_words_about_many_still_make_one_record() -> None:
    story, branch_id, people = approved()
    story.when(
        GiveBranchPost, branch_id=branch_id, member_id=people[1],
        post=BranchPost.RESPONSIBILITY_AREA, area="区" * 200,
    )  # fmt: skip
    for _ in range(50):
        for member_id in people:
            story.when(ReportConduct, branch_id=branch_id, member_id=member_id, text="好" * 2_000)
    story.when(ReportConduct, branch_id=branch_id, member_id=people[1], text="last")
    (incident_id,) = story.state.incidents.by_id

    story.when(RestoreIncident, incident_id=incident_id)

    dissolved = story.the(BranchDissolved)
    records = {it.member_id: it for it in dissolved.records}
    assert len(records[people[1]].posts[0]) == 200
    assert records[people[1]].conduct[-1] == "last"
    assert len(write_payload(None, story.events)) < 600_000
