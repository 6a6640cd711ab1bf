"""Guaranteed power: prepared, guarded, concluded; what is missed is an alarm."""

from typing import Any

import pytest

from schemas.events.escalation import EscalationStarted, EscalationStopped
from schemas.events.incident import PriorityRaised
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.operation import (
    CheckedIn,
    CheckInMissed,
    GuardedSiteHit,
    GuardPosted,
    GuardStarted,
    InterruptionEnded,
    InterruptionStarted,
    OperationConcluded,
    OperationOpened,
    PostsTurned,
)
from schemas.events.planned_work import WorkPlanned
from schemas.events.site import SiteRunningOut, SiteSupplyChanged
from schemas.signals.operation import (
    CancelOperation,
    CheckIn,
    ConcludeOperation,
    GuardPost,
    OpenOperation,
    PostGuard,
    ReportPreparation,
    StartGuard,
    SupplyInterrupted,
)
from schemas.signals.planned_work import PlanWorkOnSupply
from schemas.signals.site import SiteSupplyReported
from schemas.vocabulary import ActivationBasis, GuaranteeLevel, NoticeKind
from tests.county import HERE, HOSPITAL, TEAMS, county, member, outage, unit_on_scene
from tests.said import english
from tests.story import HOUR, MINUTE, START, Story

GUARDS = (member(0, 8), member(0, 9))
POST = GuardPost(
    site_id=HOSPITAL, member_ids=GUARDS, start_orderer=member(0, 7), start_operator=GUARDS[0]
)


def opened(**more: Any) -> tuple[Story, str]:
    story = county()
    fields: dict[str, Any] = {
        "name": "高考保电", "level": GuaranteeLevel.SPECIAL,
        "basis": ActivationBasis.ORGANISER_NOTICE, "basis_reference": "notice 7",
        "site_ids": (HOSPITAL,), "guard_from": START + HOUR, "guard_until": START + 9 * HOUR,
        "plan_approved_by": "leading group",
    }  # fmt: skip
    story.when(OpenOperation, **(fields | more))
    found = story.all(OperationOpened)
    return story, found[0].operation_id if found else ""


def guarding() -> tuple[Story, str]:
    story, operation_id = opened()
    story.when(
        PostGuard, operation_id=operation_id, starts_at=START, ends_at=START + 9 * HOUR,
        post=POST,
    ).then_includes(GuardPosted)  # fmt: skip
    for step in ("surveyed", "single_line_filed", "plan_filed", "drilled", "generator_tested"):
        story.when(ReportPreparation, operation_id=operation_id, site_id=HOSPITAL, step=step)
    story.when(StartGuard, operation_id=operation_id).then_includes(GuardStarted)
    return story, operation_id


def test_a_plan_of_a_high_level_is_approved_first() -> None:
    story, _ = opened(plan_approved_by=None)

    assert story.the(SignalRefused).field == "plan_approved_by"


def test_an_unprepared_guard_takes_a_reason_and_names_the_gaps() -> None:
    story, operation_id = opened()

    story.when(StartGuard, operation_id=operation_id).then(SignalRefused)
    story.when(StartGuard, operation_id=operation_id, override_reason="the river rises")

    assert "surveyed" in english(story.the(GuardStarted).gaps)


def test_a_hidden_danger_is_a_gap_until_it_is_closed() -> None:
    story, operation_id = opened()
    story.when(ReportPreparation, operation_id=operation_id, site_id=HOSPITAL,
               step="danger_found", danger="D1")  # fmt: skip

    story.when(StartGuard, operation_id=operation_id, override_reason="x")

    assert "D1" in english(story.the(GuardStarted).gaps)


def test_the_clock_starts_the_guard() -> None:
    story, _ = opened()

    story.after(HOUR)

    assert story.the(GuardStarted).by_clock


@pytest.mark.parametrize(
    ("post", "field"),
    [
        (GuardPost(site_id=HOSPITAL, member_ids=(GUARDS[0], GUARDS[0])), "post.member_ids"),
        (
            GuardPost(site_id=HOSPITAL, member_ids=GUARDS, start_orderer=GUARDS[0],
                      start_operator=GUARDS[0]),
            "post.start_operator",
        ),
        (GuardPost(site_id=HOSPITAL, member_ids=(GUARDS[0], member(0, 99))), "post.member_ids"),
    ],
)  # fmt: skip
def test_a_post_keeps_the_rules(post: GuardPost, field: str) -> None:
    story, operation_id = opened()

    story.when(PostGuard, operation_id=operation_id, starts_at=START, ends_at=START + HOUR,
               post=post)  # fmt: skip

    assert story.the(SignalRefused).field == field


def test_who_stands_guard_is_not_called_elsewhere() -> None:
    story, _ = guarding()
    for key in "abcdef":
        outage(story, key)

    called = {it.member_id for it in story.state.assignments.by_id.values()}
    assert not called & set(GUARDS)


def test_a_missed_check_in_is_an_alarm_until_somebody_checks_in() -> None:
    story, operation_id = guarding()

    story.after(41 * MINUTE)
    story.then_includes(CheckInMissed, EscalationStarted)
    assert any(it.kind is NoticeKind.CHECK_IN_MISSED for it in story.all(NoticeRaised))

    story.when(
        CheckIn, operation_id=operation_id, site_id=HOSPITAL, member_id=GUARDS[0],
        kind="zero_report",
    )  # fmt: skip
    story.then_includes(CheckedIn, EscalationStopped)


def test_checking_in_in_time_raises_nothing() -> None:
    story, operation_id = guarding()
    for _ in range(4):
        story.after(25 * MINUTE).then_not(CheckInMissed)
        for kind in ("zero_report", "patrol"):
            story.when(CheckIn, operation_id=operation_id, site_id=HOSPITAL,
                       member_id=GUARDS[0], kind=kind)  # fmt: skip


def test_an_incident_at_a_guarded_site_is_raised_at_once() -> None:
    story, operation_id = guarding()

    incident_id = outage(story, circuit="C-7", place=HERE)

    assert story.the(GuardedSiteHit).operation_id == operation_id
    assert max(it.priority for it in story.all(PriorityRaised)) > 4_000
    assert story.state.incidents.by_id[incident_id].raised > 4_000


def test_no_work_is_planned_on_a_protected_supply() -> None:
    story, _ = guarding()
    window = {"starts_at": START + 2 * HOUR, "ends_at": START + 3 * HOUR, "text": "tap change"}

    story.when(PlanWorkOnSupply, circuit="C-7", **window)
    assert story.the(SignalRefused).field == "circuit"
    story.when(PlanWorkOnSupply, circuit="C-8", **window).then(WorkPlanned)


def test_interruptions_are_measured_by_when_they_happened() -> None:
    story, operation_id = guarding()
    begin = story.at
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="none").then_includes(
        InterruptionStarted
    )
    story.after(20 * MINUTE)
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own", endurance_min=60,
               occurred_at=begin + 2 * MINUTE).then_includes(InterruptionEnded)  # fmt: skip

    story.when(ConcludeOperation, operation_id=operation_id, summary="done", lessons="-")

    statistics = story.the(OperationConcluded).statistics
    assert (statistics.interruptions, statistics.interrupted_s) == (1, 120)
    assert statistics.people == 2
    assert not story.state.operations.by_id
    assert story.state.roster.members[GUARDS[0]].posted_to is None


def test_a_site_without_supply_as_its_guard_starts_is_interrupted_from_then_on() -> None:
    story, operation_id = opened()
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="none").then_not(InterruptionStarted)
    story.after(10 * MINUTE)

    story.when(StartGuard, operation_id=operation_id, override_reason="no time")

    begun = story.the(InterruptionStarted)
    assert (begun.site_id, begun.happened_at) == (HOSPITAL, story.at)
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="grid").then_includes(InterruptionEnded)


def test_what_a_guard_says_of_the_load_and_what_the_desk_says_of_the_site_is_one_truth() -> None:
    story, operation_id = guarding()
    load: dict[str, Any] = {"operation_id": operation_id, "site_id": HOSPITAL}

    story.when(SupplyInterrupted, **load, interrupted=True, reason="tripped")
    story.then_includes(InterruptionStarted, SiteSupplyChanged, EscalationStarted)
    assert story.state.sites.by_id[HOSPITAL].supply == "none"
    story.after(5 * MINUTE)
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="grid")
    story.then_includes(SiteSupplyChanged, InterruptionEnded)
    assert held_ms(story, operation_id) == 5 * MINUTE
    assert not story.state.escalations.by_subject.get(HOSPITAL)

    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="none")
    story.then_includes(InterruptionStarted)
    story.after(MINUTE)
    story.when(SupplyInterrupted, **load, interrupted=False)
    story.then_includes(InterruptionEnded, SiteSupplyChanged)
    assert story.state.sites.by_id[HOSPITAL].supply == "grid"
    assert not story.state.escalations.by_subject.get(HOSPITAL)


def held_ms(story: Story, operation_id: str) -> int:
    return int(story.state.operations.by_id[operation_id].tally.interrupted_ms)


def test_a_load_that_is_supplied_again_by_its_own_is_not_said_to_have_the_grid() -> None:
    story, operation_id = guarding()
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="none")
    assert story.state.escalations.by_subject.get(HOSPITAL)
    story.after(MINUTE)

    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own", endurance_min=600)
    story.then_includes(InterruptionEnded)
    assert story.state.sites.by_id[HOSPITAL].supply == "own"
    assert not story.state.escalations.by_subject.get(HOSPITAL)
    assert held_ms(story, operation_id) == MINUTE


def test_a_generator_that_stood_still_is_not_the_grid_and_has_what_was_left() -> None:
    story, operation_id = guarding()
    load: dict[str, Any] = {"operation_id": operation_id, "site_id": HOSPITAL}
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own", endurance_min=90)
    story.after(40 * MINUTE)
    story.when(SupplyInterrupted, **load, interrupted=True)
    story.after(3 * MINUTE)

    story.when(SupplyInterrupted, **load, interrupted=False)
    held = story.state.sites.by_id[HOSPITAL]
    assert (held.supply, held.runs_out_at) == ("own", story.at + 50 * MINUTE)
    story.after(50 * MINUTE).then_includes(SiteRunningOut)

    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="none")
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own", endurance_min=30)
    held = story.state.sites.by_id[HOSPITAL]
    assert held.runs_out_at == story.at + 30 * MINUTE


def test_own_supply_that_is_back_without_a_word_of_its_fuel_goes_on_from_before() -> None:
    story = county()
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own", endurance_min=120)
    story.after(100 * MINUTE)
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="none")
    story.after(MINUTE)

    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own")
    held = story.state.sites.by_id[HOSPITAL]
    assert held.runs_out_at == story.at + 20 * MINUTE


def test_a_supply_that_ends_soon_does_not_end_the_alarm_that_there_was_none() -> None:
    story, _ = guarding()
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="none")

    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own", endurance_min=5)
    assert story.state.escalations.by_subject.get(HOSPITAL)


def test_what_is_told_late_does_not_undo_what_is_known_of_later() -> None:
    story, operation_id = guarding()
    start = story.at

    def told(minute: int, *, interrupted: bool) -> Story:
        story.at += MINUTE
        return story.when(
            SupplyInterrupted, operation_id=operation_id, site_id=HOSPITAL, reason="tripped",
            interrupted=interrupted, occurred_at=start + minute * MINUTE,
        )  # fmt: skip

    story.after(25 * MINUTE)
    told(20, interrupted=True).then_includes(InterruptionStarted)
    told(10, interrupted=False).then(SignalRefused)
    told(24, interrupted=False).then_includes(InterruptionEnded)
    told(22, interrupted=True).then(SignalRefused)

    watch = story.state.operations.by_id[operation_id].sites[HOSPITAL]
    assert watch.interrupted_at is None
    assert story.state.operations.by_id[operation_id].tally.interrupted_ms == 4 * MINUTE


def test_who_guards_later_can_be_called_before_and_who_guarded_after() -> None:
    story, operation_id = opened()
    early, late = GUARDS, (member(0, 5), member(0, 6))
    for people, starts_at, ends_at in (
        (early, START, START + 4 * HOUR),
        (late, START + 4 * HOUR, START + 9 * HOUR),
    ):
        story.when(
            PostGuard,
            operation_id=operation_id,
            starts_at=starts_at,
            ends_at=ends_at,
            post=GuardPost(site_id=HOSPITAL, member_ids=people),
        )
    free = story.state.roster.free[TEAMS[0]]
    assert set(late) <= set(free)
    assert not set(early) & set(free)

    story.after(4 * HOUR).then_includes(PostsTurned)

    free = story.state.roster.free[TEAMS[0]]
    assert set(early) <= set(free)
    assert not set(late) & set(free)


def test_a_guard_who_is_out_with_a_unit_when_the_shift_begins_is_told_of() -> None:
    story, operation_id = opened()
    story.when(
        PostGuard,
        operation_id=operation_id,
        starts_at=START + HOUR,
        ends_at=START + 5 * HOUR,
        post=GuardPost(site_id=HOSPITAL, member_ids=tuple(member(0, it) for it in range(9))),
    )
    unit_on_scene(story)
    story.after(HOUR - 1)
    bound = {it for unit in story.state.units.by_id.values() for it in unit.people}

    story.after(1).then_includes(PostsTurned)

    late = sorted(bound & {member(0, it) for it in range(9)})
    told = [it.text for it in story.all(NoticeRaised) if it.text.code == "posted_but_out"]
    assert late
    assert late[0] in told[0].ids["members"]
    assert all(state.posted_to for state in map(story.state.roster.members.__getitem__, late))


@pytest.mark.parametrize(
    "word",
    [
        (CheckIn, {"site_id": HOSPITAL, "member_id": GUARDS[0], "kind": "check_in"}),
        (ConcludeOperation, {"summary": "done", "lessons": "-"}),
        (CancelOperation, {"reason": "called off"}),
    ],
    ids=["checked in", "concluded", "cancelled"],
)
def test_a_word_from_the_guard_does_not_silence_a_site_without_supply(word: Any) -> None:
    story, operation_id = guarding()
    story.after(41 * MINUTE).then_includes(CheckInMissed)
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="none")
    kind, fields = word

    story.when(kind, operation_id=operation_id, **fields)

    story.then_includes(EscalationStopped)
    by_id, of_site = story.state.escalations.by_id, story.state.escalations.by_subject[HOSPITAL]
    assert [by_id[it].cause for it in of_site] == [NoticeKind.SUPPLY_RUNNING_OUT]
