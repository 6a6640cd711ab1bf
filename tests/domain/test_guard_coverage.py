"""On guard every minute of every site is covered, or the gap is told before it begins."""

from collections.abc import Iterable
from typing import Any

import pytest

from schemas.events.escalation import EscalationStarted, EscalationStopped
from schemas.events.notice import NoticeRaised, RuleWarned, SignalRefused
from schemas.events.operation import (
    CheckedIn,
    CheckInMissed,
    CheckInTakenBack,
    DisturbanceRecorded,
    GuardGapFound,
    GuardPosted,
    GuardStarted,
    GuardTimeOver,
    InterruptionStarted,
    OperationConcluded,
)
from schemas.roster import Resource
from schemas.sentences import guarding, units
from schemas.signals.operation import (
    CheckIn,
    ConcludeOperation,
    GuardPost,
    PostGuard,
    StartGuard,
    SupplyDisturbed,
    TakeBackCheckIn,
)
from schemas.signals.roster import ChangeAvailability, ImportRoster
from schemas.vocabulary import NoticeKind, ResourceKind, Role
from tests.county import HERE, HOSPITAL, TEAMS, member
from tests.domain.test_operation import GUARDS, opened
from tests.domain.test_operation import guarding as on_guard
from tests.story import HOUR, MINUTE, START, Story, name

LATE = (member(0, 5), member(0, 6))
DAY_LONG = {"guard_from": START + HOUR, "guard_until": START + 25 * HOUR}


def post(
    story: Story, operation_id: str, people: Iterable[str], begin: int, end: int, **more: Any
) -> Story:
    """Post people from the `begin`th hour of the story to the `end`th."""
    fields = {"site_id": HOSPITAL, "member_ids": tuple(people)} | more
    return story.when(
        PostGuard, operation_id=operation_id, post=GuardPost(**fields),
        starts_at=START + begin * HOUR, ends_at=START + end * HOUR,
    )  # fmt: skip


def hours(found: list[GuardGapFound]) -> list[tuple[float, float]]:
    return [((it.starts_at - START) / HOUR, (it.ends_at - START) / HOUR) for it in found]


def test_one_short_post_does_not_cover_a_day() -> None:
    story, operation_id = opened(**DAY_LONG)
    post(story, operation_id, GUARDS, 1, 2)
    post(story, operation_id, LATE, 4, 25)

    story.when(StartGuard, operation_id=operation_id, override_reason="they come")

    gaps = story.the(GuardStarted).gaps
    assert guarding.unguarded(HOSPITAL, START + 2 * HOUR, START + 4 * HOUR, 0) in gaps
    assert guarding.stands_too_long(LATE[0], 21, 12) in gaps


def test_who_is_posted_for_longer_than_people_work_is_told_as_it_is_said() -> None:
    story, operation_id = opened(**DAY_LONG)

    post(story, operation_id, GUARDS, 1, 9).then(GuardPosted, NoticeRaised)
    # Four hours between are no rest.
    post(story, operation_id, (GUARDS[0], LATE[0]), 13, 21)

    warned = story.the(RuleWarned)
    assert warned.rule == guarding.stands_too_long(GUARDS[0], 16, 12)
    # Eight hours are.
    post(story, operation_id, (GUARDS[1], LATE[1]), 17, 25).then(GuardPosted, NoticeRaised)


def test_a_gap_is_told_two_hours_ahead_and_climbs_until_somebody_is_posted() -> None:
    story, operation_id = opened(**DAY_LONG)
    post(story, operation_id, GUARDS, 0, 8)
    post(story, operation_id, LATE, 10, 22)
    story.when(StartGuard, operation_id=operation_id, override_reason="no time")

    story.after(6 * HOUR - 1).then_not(GuardGapFound)
    story.after(2)

    assert hours(story.all(GuardGapFound)) == [(8, 10)]
    assert [it.cause for it in story.all(EscalationStarted)] == [NoticeKind.GUARD_GAP]
    told = [it.text for it in story.all(NoticeRaised) if it.kind is NoticeKind.GUARD_GAP]
    assert told[0].moments == {"begin": START + 8 * HOUR, "end": START + 10 * HOUR}

    post(story, operation_id, (member(0, 1), member(0, 2)), 8, 9).then_not(EscalationStopped)
    post(story, operation_id, (member(0, 1), member(0, 2)), 9, 10).then_includes(EscalationStopped)
    # The next is that of the last three hours.
    assert hours(story.after(16 * HOUR).all(GuardGapFound)) == [(22, 25)]


def test_an_operation_that_nobody_is_posted_for_is_told_before_it_begins() -> None:
    story, _ = opened(guard_from=START + 5 * HOUR)

    story.after(3 * HOUR)

    assert hours(story.all(GuardGapFound)) == [(5, 9)]


def test_one_who_cannot_come_is_no_guard_and_that_is_told_at_once() -> None:
    story, operation_id = opened(**DAY_LONG)
    post(story, operation_id, GUARDS, 1, 9)
    post(story, operation_id, LATE, 9, 17)

    story.when(ChangeAvailability, member_id=LATE[0], available=False, reason="ill",
               actor_id=LATE[0], actor_role=Role.MEMBER)  # fmt: skip

    gap = story.the(GuardGapFound)
    assert hours([gap]) == [(9, 17)]
    assert gap.people == 1
    story.when(ChangeAvailability, member_id=LATE[0], available=True, reason="well",
               actor_id=LATE[0], actor_role=Role.MEMBER).then_not(GuardGapFound)  # fmt: skip


def test_one_who_is_back_ends_the_alarm_and_gone_again_is_told_again() -> None:
    story, operation_id = opened(**DAY_LONG)
    post(story, operation_id, GUARDS, 1, 9)
    post(story, operation_id, LATE, 9, 17)

    def said(*, available: bool) -> Story:
        return story.when(ChangeAvailability, member_id=LATE[0], available=available, reason="-",
                          actor_id=LATE[0], actor_role=Role.MEMBER)  # fmt: skip

    said(available=False).then_includes(GuardGapFound, EscalationStarted)
    said(available=True).then_includes(EscalationStopped)
    said(available=False).then_includes(GuardGapFound, EscalationStarted)


def test_only_who_is_posted_now_checks_in() -> None:
    story, operation_id = opened()
    post(story, operation_id, GUARDS, 0, 4)
    post(story, operation_id, LATE, 4, 9)
    story.when(StartGuard, operation_id=operation_id, override_reason="x")

    def checked(who: str) -> Story:
        return story.when(
            CheckIn, operation_id=operation_id, site_id=HOSPITAL, member_id=who, kind="check_in"
        )

    checked(LATE[0]).then(SignalRefused)
    assert story.the(SignalRefused).rule == guarding.WHO_IS_POSTED_CHECKS_IN
    story.at = START + 4 * HOUR + 5 * MINUTE
    checked(GUARDS[0]).then_includes(CheckedIn)
    checked(LATE[0]).then_includes(CheckedIn)
    story.at = START + 4 * HOUR + 10 * MINUTE
    checked(GUARDS[0]).then(SignalRefused)


def test_a_site_where_nobody_is_posted_is_checked_in_by_nobody() -> None:
    story, operation_id = opened()
    story.when(StartGuard, operation_id=operation_id, override_reason="x")

    story.when(
        CheckIn, operation_id=operation_id, site_id=HOSPITAL, member_id=GUARDS[0], kind="check_in"
    ).then(SignalRefused)


def test_a_patrol_of_an_hour_ago_does_not_put_off_the_next_one() -> None:
    story, operation_id = on_guard()
    story.after(25 * MINUTE)
    story.when(
        CheckIn, operation_id=operation_id, site_id=HOSPITAL, member_id=GUARDS[0], kind="patrol",
        occurred_at=START + MINUTE,
    )  # fmt: skip

    missed = story.after(50 * MINUTE).all(CheckInMissed)

    # 60 minutes and 10 of grace after the patrol itself, not after it was told.
    assert [it.due_at for it in missed if it.kind == "patrol"] == [START + 71 * MINUTE]


def test_check_ins_patrols_and_zero_reports_are_three_counts() -> None:
    story, operation_id = on_guard()
    for kind in ("check_in", "patrol", "patrol", "zero_report", "disturbance"):
        story.at += MINUTE
        story.when(
            CheckIn, operation_id=operation_id, site_id=HOSPITAL, member_id=GUARDS[0], kind=kind
        )

    story.when(ConcludeOperation, operation_id=operation_id, summary="done", lessons="-")

    it = story.the(OperationConcluded).statistics
    assert (it.check_ins, it.patrols, it.zero_reports, it.disturbances) == (1, 2, 1, 1)


def test_dips_and_transfers_are_counted_beside_interruptions() -> None:
    story, operation_id = on_guard()

    def disturbed(kind: str, **more: Any) -> Story:
        return story.when(
            SupplyDisturbed, operation_id=operation_id, site_id=HOSPITAL, disturbance=kind, **more
        )

    disturbed("dip", lasted_ms=80).then(DisturbanceRecorded)
    disturbed("dip", lasted_ms=120).then_not(InterruptionStarted)
    disturbed("transfer", circuit="C-9")

    story.when(ConcludeOperation, operation_id=operation_id, summary="done", lessons="-")

    it = story.the(OperationConcluded).statistics
    assert (it.dips, it.transfers, it.interruptions) == (2, 1, 0)


def test_a_disturbance_before_the_guard_is_none_of_it() -> None:
    story, operation_id = opened()

    story.when(SupplyDisturbed, operation_id=operation_id, site_id=HOSPITAL, disturbance="dip")

    assert story.the(SignalRefused).field == "operation_id"


@pytest.mark.parametrize(
    ("names", "field"),
    [
        ({"start_orderer": LATE[0]}, "post.start_operator"),
        ({"start_operator": GUARDS[0]}, "post.start_orderer"),
        ({"start_orderer": GUARDS[0], "start_operator": LATE[0]}, "post.start_operator"),
        ({"start_orderer": member(0, 99), "start_operator": GUARDS[0]}, "post.start_orderer"),
    ],
    ids=["who starts?", "who orders?", "not posted", "unknown"],
)
def test_who_orders_and_who_starts_are_two_who_are_there(names: dict[str, str], field: str) -> None:
    story, operation_id = opened()

    post(story, operation_id, GUARDS, 0, 9, **names)

    assert story.the(SignalRefused).field == field


def test_where_a_generator_stands_the_two_are_named() -> None:
    story, operation_id = opened()
    vehicle = name("res", "generator")
    story.when(
        ImportRoster,
        resources=(
            Resource(resource_id=vehicle, kind=ResourceKind.GENERATOR_VEHICLE,
                     team_id=TEAMS[0], base=HERE),
        ),
    )  # fmt: skip

    post(story, operation_id, GUARDS, 0, 9, resource_ids=(vehicle,))
    assert story.the(SignalRefused).rule == guarding.GENERATOR_HAS_NAMES
    post(
        story, operation_id, GUARDS, 0, 9, resource_ids=(vehicle,), start_orderer=LATE[0],
        start_operator=GUARDS[0],
    ).then_includes(GuardPosted)  # fmt: skip


def test_a_post_at_a_site_with_a_generator_of_its_own_without_the_two_names_is_a_gap() -> None:
    story, operation_id = opened()
    post(story, operation_id, GUARDS, 1, 9)

    story.when(StartGuard, operation_id=operation_id, override_reason="x")

    assert guarding.starter_unnamed(HOSPITAL) in story.the(GuardStarted).gaps


def test_a_guard_that_passes_its_end_is_told_once_and_goes_on() -> None:
    story, operation_id = on_guard()

    story.after(9 * HOUR).then_includes(GuardTimeOver)
    story.after(9 * HOUR).then_not(GuardTimeOver)

    assert story.state.operations.by_id[operation_id].phase == "guarding"


def test_a_post_that_is_over_is_refused() -> None:
    story, operation_id = opened()
    story.at = START + 3 * HOUR

    post(story, operation_id, GUARDS, 1, 3)

    assert story.the(SignalRefused).field == "ends_at"


def _clocks(story: Story, operation_id: str) -> list[int | None]:
    key = f"{operation_id}/{HOSPITAL}"
    return [story.state.timers.get(it, key) for it in ("check_in", "patrol", "zero_report")]


@pytest.mark.parametrize("kind", ["check_in", "patrol", "zero_report", "disturbance"])
def test_a_check_in_taken_back_leaves_clocks_and_counts_as_before(kind: str) -> None:
    story, operation_id = on_guard()
    story.after(10 * MINUTE)
    before = _clocks(story, operation_id), story.state.operations.by_id[operation_id].tally
    said = {"operation_id": operation_id, "site_id": HOSPITAL, "member_id": GUARDS[0]}
    story.when(CheckIn, kind=kind, **said).then(CheckedIn)
    assert _clocks(story, operation_id) != before[0]
    story.at += 5_000

    story.when(TakeBackCheckIn, **said).then(CheckInTakenBack)

    after = _clocks(story, operation_id), story.state.operations.by_id[operation_id].tally
    assert after == before
    story.when(TakeBackCheckIn, **said)
    assert story.the(SignalRefused).rule == units.NOTHING_TO_TAKE_BACK


def test_the_alarm_of_a_missed_check_in_stands_again_when_the_check_in_was_a_slip() -> None:
    story, operation_id = on_guard()
    said = {"operation_id": operation_id, "site_id": HOSPITAL, "member_id": GUARDS[0]}
    story.after(45 * MINUTE).then_includes(CheckInMissed)
    assert story.state.escalations.by_subject.get(HOSPITAL)
    story.when(CheckIn, kind="check_in", **said).then_includes(CheckedIn)
    assert not story.state.escalations.by_subject.get(HOSPITAL)

    story.when(TakeBackCheckIn, **said).then_includes(CheckInTakenBack, EscalationStarted)

    assert story.state.escalations.by_subject.get(HOSPITAL)


def _told_late(story: Story, operation_id: str, minute: int) -> Story:
    return story.when(
        CheckIn, operation_id=operation_id, site_id=HOSPITAL, member_id=GUARDS[0], kind="check_in",
        occurred_at=START + minute * MINUTE,
    )  # fmt: skip


def test_an_old_check_in_neither_ends_the_alarm_nor_puts_off_the_next() -> None:
    story, operation_id = on_guard()
    story.after(41 * MINUTE).then_includes(CheckInMissed)
    before = _clocks(story, operation_id)[0]

    _told_late(story, operation_id, 5).then(CheckedIn)

    assert story.state.escalations.by_subject.get(HOSPITAL)
    assert _clocks(story, operation_id)[0] == before
    # A slip that ended nothing raises nothing anew when it is taken back.
    said = {"operation_id": operation_id, "site_id": HOSPITAL, "member_id": GUARDS[0]}
    story.when(TakeBackCheckIn, occurred_at=story.at, **said)
    story.then_not(EscalationStarted).then_not(NoticeRaised)
    # Made while no other was due since, it ends the alarm, and counts from when it was made.
    _told_late(story, operation_id, 20).then_includes(CheckedIn, EscalationStopped)
    assert _clocks(story, operation_id)[0] == START + (20 + 40) * MINUTE


def test_a_check_in_told_late_puts_the_next_off_from_when_it_was_made() -> None:
    story, operation_id = on_guard()
    story.after(35 * MINUTE)

    _told_late(story, operation_id, 20)
    _told_late(story, operation_id, 10)

    assert _clocks(story, operation_id)[0] == START + (20 + 40) * MINUTE
    missed = story.after(30 * MINUTE).the(CheckInMissed)
    assert missed.due_at == START + 60 * MINUTE


def test_a_check_in_is_taken_back_by_who_told_it_and_for_some_seconds_only() -> None:
    story, operation_id = on_guard()
    said = {"operation_id": operation_id, "site_id": HOSPITAL, "member_id": GUARDS[0]}
    story.when(CheckIn, kind="check_in", **said).then(CheckedIn)
    story.when(TakeBackCheckIn, actor_id="desk-9", **said)
    assert story.the(SignalRefused).rule == guarding.CHECK_IN_TAKEN_BACK_BY_WHO_TOLD
    story.at += 11_000
    story.when(TakeBackCheckIn, **said)
    assert story.the(SignalRefused).rule == units.too_late_to_take_back(10)
