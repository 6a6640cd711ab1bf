"""A guard is prolonged, a post is taken back: who is posted is told, and what is open then too."""

from typing import Any

import pytest

from coordinator.boards import guarded_operations
from schemas.events.escalation import EscalationStopped
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.operation import (
    CheckedIn,
    GuardGapFound,
    GuardPosted,
    GuardProlonged,
    GuardTimeOver,
    OperationOpened,
    PostWithdrawn,
)
from schemas.events.planned_work import WorkConflictFound, WorkPlanned
from schemas.events.unit import ResourceCommitted, ResourceFreed
from schemas.roster import Resource
from schemas.sentences import guarding as said
from schemas.sentences import rights
from schemas.signals.operation import (
    CheckIn,
    GuardPost,
    OpenOperation,
    PostGuard,
    ProlongGuard,
    WithdrawPost,
)
from schemas.signals.planned_work import PlanWorkOnSupply
from schemas.signals.roster import ChangeAvailability, ImportRoster
from schemas.vocabulary import (
    ActivationBasis,
    GuaranteeLevel,
    NoticeKind,
    Recipient,
    ResourceKind,
    Role,
)
from tests.county import HERE, HOSPITAL, TEAMS, member
from tests.domain.test_operation import GUARDS, POST, guarding, opened
from tests.story import DAY, HOUR, START, Story, name

ENDS = START + 9 * HOUR


def told(story: Story) -> list[tuple[str, ...]]:
    return [
        it.targets
        for it in story.all(NoticeRaised)
        if it.kind is NoticeKind.GUARD_CHANGED and it.recipient is Recipient.MEMBER
    ]


def prolong(story: Story, operation_id: str, until: int) -> Story:
    return story.when(
        ProlongGuard, operation_id=operation_id, guard_until=until, reason="one more day"
    )


def withdraw(story: Story, operation_id: str, starts_at: int = START) -> Story:
    return story.when(
        WithdrawPost, operation_id=operation_id, site_id=HOSPITAL, member_ids=GUARDS,
        starts_at=starts_at, reason="others come",
    )  # fmt: skip


def post(story: Story, operation_id: str, begin: int, end: int, **more: Any) -> Story:
    fields = {"site_id": HOSPITAL, "member_ids": (member(0, 5), member(0, 6))} | more
    return story.when(
        PostGuard, operation_id=operation_id, post=GuardPost(**fields),
        starts_at=START + begin * HOUR, ends_at=START + end * HOUR,
    )  # fmt: skip


def test_who_is_posted_hears_of_it() -> None:
    story, operation_id = opened()

    post(story, operation_id, 1, 9).then_includes(GuardPosted)

    assert told(story) == [(member(0, 5), member(0, 6))]


def test_a_prolonged_guard_tells_who_is_posted_and_what_nobody_covers() -> None:
    story, operation_id = guarding()
    story.after(7 * HOUR + HOUR // 2)

    prolong(story, operation_id, ENDS + 12 * HOUR).then_includes(GuardProlonged)

    assert told(story) == [tuple(sorted(GUARDS))]
    story.after(1)
    gap = story.the(GuardGapFound)
    assert (gap.starts_at, gap.ends_at, gap.people) == (ENDS, ENDS + 12 * HOUR, 0)
    story.after(12 * HOUR).then_not(GuardTimeOver)
    story.after(2 * HOUR).then_includes(GuardTimeOver)


def test_a_guard_that_passed_its_end_is_prolonged_and_passes_it_again() -> None:
    story, operation_id = guarding()
    story.after(10 * HOUR).then_includes(GuardTimeOver)

    prolong(story, operation_id, ENDS + 4 * HOUR).then_includes(GuardProlonged)

    story.after(2 * HOUR).then_not(GuardTimeOver)
    story.after(2 * HOUR).then_includes(GuardTimeOver)


def test_a_guard_is_prolonged_once_and_never_made_shorter() -> None:
    story, operation_id = guarding()
    prolong(story, operation_id, ENDS + HOUR)
    prolong(story, operation_id, ENDS + HOUR).then()
    prolong(story, operation_id, ENDS)
    assert story.the(SignalRefused).rule == said.PROLONGED_ENDS_LATER
    story.after(12 * HOUR)
    prolong(story, operation_id, ENDS + 2 * HOUR)
    assert story.the(SignalRefused).field == "guard_until"


def test_a_guard_is_not_prolonged_into_another_of_the_same_site() -> None:
    story, operation_id = guarding()
    story.when(
        OpenOperation, name="congress", level=GuaranteeLevel.SPECIAL,
        basis=ActivationBasis.ORGANISER_NOTICE, basis_reference="8", plan_approved_by="group",
        site_ids=(HOSPITAL,),
        guard_from=START + DAY, guard_until=START + 2 * DAY,
    )  # fmt: skip
    other = story.the(OperationOpened).operation_id

    prolong(story, operation_id, START + DAY + HOUR)

    assert story.the(SignalRefused).rule == said.one_operation_per_site(other)
    prolong(story, operation_id, START + DAY).then_includes(GuardProlonged)


def test_work_planned_after_a_guard_is_in_its_way_when_the_guard_is_prolonged() -> None:
    story, operation_id = guarding()
    story.when(
        PlanWorkOnSupply, circuit="C-7", starts_at=ENDS, ends_at=ENDS + 2 * HOUR, text="switch",
    ).then_includes(WorkPlanned)  # fmt: skip

    prolong(story, operation_id, ENDS + HOUR)

    assert story.the(WorkConflictFound).operation_id == operation_id


def test_a_post_that_is_taken_back_frees_its_people_and_leaves_a_gap_that_is_told() -> None:
    story, operation_id = guarding()
    story.after(2 * HOUR)

    withdraw(story, operation_id).then_includes(PostWithdrawn)

    assert told(story) == [GUARDS]
    gap = story.the(GuardGapFound)
    assert (gap.starts_at, gap.ends_at) == (story.at, ENDS)
    assert {story.state.roster.members[it].posted_to for it in GUARDS} == {None}
    post(story, operation_id, 2, 9)
    story.then_includes(EscalationStopped)
    withdraw(story, operation_id).then()


def test_who_was_taken_from_a_post_checks_in_there_no_longer() -> None:
    story, operation_id = guarding()
    story.after(2 * HOUR)
    withdraw(story, operation_id)
    ended = story.at
    story.after(HOUR)
    story.when(
        CheckIn, operation_id=operation_id, site_id=HOSPITAL, member_id=GUARDS[0], kind="check_in",
        actor_id=GUARDS[0], actor_role=Role.MEMBER,
    ).then_not(CheckedIn)  # fmt: skip
    assert story.the(SignalRefused).rule == rights.post_is_over(HOSPITAL, ended)


def test_a_post_far_ahead_is_taken_back_and_the_gap_is_told_in_its_time() -> None:
    story, operation_id = opened(guard_from=START + DAY, guard_until=START + DAY + 8 * HOUR)
    post(story, operation_id, 24, 32, member_ids=GUARDS)

    withdraw(story, operation_id, START + DAY).then_not(GuardGapFound)

    assert not story.state.operations.by_id[operation_id].sites[HOSPITAL].guards
    story.after(22 * HOUR).then_includes(GuardGapFound)
    withdraw(story, operation_id, START + DAY)
    assert story.the(SignalRefused).rule == said.NO_SUCH_POST


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"site_id": name("sit", "nowhere")}, "site_id"),
        ({"starts_at": START + HOUR}, "starts_at"),
        ({"member_ids": (GUARDS[0], member(0, 1))}, "starts_at"),
    ],
)
def test_a_post_is_named_by_site_time_and_people(fields: dict[str, object], field: str) -> None:
    story, operation_id = guarding()
    one = {"site_id": HOSPITAL, "member_ids": GUARDS, "starts_at": START, "reason": "-"}
    story.when(WithdrawPost, operation_id=operation_id, **(one | fields))
    assert story.the(SignalRefused).field == field


def test_the_generator_of_a_guard_goes_from_a_post_to_the_next_and_is_free_after_the_last() -> None:
    story, operation_id = opened(guard_until=START + 17 * HOUR)
    generator = name("res", "generator")
    story.when(
        ImportRoster, actor_role=Role.COMMANDER,
        resources=(Resource(resource_id=generator, kind=ResourceKind.GENERATOR_VEHICLE,
                            team_id=TEAMS[0], base=HERE),),
    )  # fmt: skip
    names = {"start_orderer": POST.start_orderer, "resource_ids": (generator,)}
    post(story, operation_id, 0, 9, member_ids=GUARDS, start_operator=GUARDS[0], **names)
    story.then_includes(ResourceCommitted)
    post(story, operation_id, 9, 17, start_operator=member(0, 5), **names)
    story.then_includes(GuardPosted).then_not(ResourceCommitted)

    withdraw(story, operation_id).then_not(ResourceFreed)
    story.when(
        WithdrawPost, operation_id=operation_id, site_id=HOSPITAL, starts_at=START + 9 * HOUR,
        member_ids=(member(0, 5), member(0, 6)), reason="-",
    )  # fmt: skip

    assert story.the(ResourceFreed).resource_id == generator


def test_the_board_shows_what_is_open_from_now_on_whatever_changed() -> None:
    story, operation_id = guarding()

    def shown() -> list[tuple[int, int, int]]:
        row = guarded_operations.row(story.state, operation_id)
        assert row is not None
        return [
            (it["starts_at"], it["ends_at"], it["people"]) for it in row["sites"][0]["uncovered"]
        ]

    assert shown() == []
    story.after(2 * HOUR)
    story.when(
        ChangeAvailability, member_id=GUARDS[0], available=False, actor_role=Role.MEMBER,
        actor_id=GUARDS[0],
    )  # fmt: skip
    assert shown() == [(story.at, ENDS, 1)]
    story.after(HOUR)
    assert shown() == [(story.state.now, ENDS, 1)]
    prolong(story, operation_id, ENDS + HOUR)
    assert shown() == [(story.at, ENDS, 1), (ENDS, ENDS + HOUR, 0)]
    post(story, operation_id, 3, 10)
    assert shown() == []
