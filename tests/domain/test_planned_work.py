"""Planned work on a circuit: conflicts with a guard, and the notices that its outage asks for."""

from typing import Any

import pytest
from msgspec.structs import replace

from schemas.events.escalation import EscalationGrew, EscalationStarted, EscalationStopped
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.operation import GuardStarted, OperationOpened
from schemas.events.planned_work import (
    OutageNoticeDue,
    OutageNoticeGiven,
    OutageNoticeMissed,
    OutageNoticeOwed,
    PlannedWorkBegun,
    PlannedWorkCancelled,
    PlannedWorkMoved,
    PlannedWorkOver,
    WorkConflictFound,
    WorkPlanned,
)
from schemas.roster import Site, Supply
from schemas.sentences import planned
from schemas.signals.operation import CancelOperation, ConcludeOperation, OpenOperation, StartGuard
from schemas.signals.planned_work import (
    CancelPlannedWork,
    GiveOutageNotice,
    MovePlannedWork,
    PlanWorkOnSupply,
)
from schemas.signals.roster import AdoptPolicy, ImportRoster
from schemas.vocabulary import (
    ActivationBasis,
    CustomerClass,
    GuaranteeLevel,
    NoticeKind,
    Recipient,
    Role,
    SiteKind,
)
from tests.county import FAR, HOSPITAL, county
from tests.domain.test_operation import guarding as on_guard
from tests.domain.test_operation import opened
from tests.story import DAY, HOUR, MINUTE, START, Story, name

SCHOOL, STALL = name("sit", "school"), name("sit", "stall")


def work(story: Story, begin: int, end: int, **more: Any) -> Story:
    fields = {"circuit": "C-7", "text": "tap change", "starts_at": begin, "ends_at": end} | more
    return story.when(PlanWorkOnSupply, **fields)


def planned_work(begin: int = START + 10 * DAY, **more: Any) -> tuple[Story, str]:
    story = county()
    work(story, begin, begin + 4 * HOUR, **more)
    return story, story.the(WorkPlanned).work_id


def guard(story: Story, begin: int, end: int, *site_ids: str) -> Story:
    return story.when(
        OpenOperation, name="高考保电", level=GuaranteeLevel.L3,
        basis=ActivationBasis.ORGANISER_NOTICE, basis_reference="7",
        site_ids=site_ids or (HOSPITAL,), guard_from=begin, guard_until=end,
    )  # fmt: skip


def with_site(story: Story, site_id: str, customer_class: CustomerClass, **lines: Any) -> Story:
    site = Site(site_id=site_id, kind=SiteKind.SCHOOL, customer_class=customer_class,
                name="School", place=FAR, **lines)  # fmt: skip
    return story.when(ImportRoster, sites=(site,))


def test_work_planned_before_a_guard_is_found_when_the_guard_is_opened() -> None:
    story, work_id = planned_work()

    guard(story, START + 10 * DAY + HOUR, START + 10 * DAY + 9 * HOUR)

    conflict = story.the(WorkConflictFound)
    assert (conflict.work_id, conflict.site_id) == (work_id, HOSPITAL)
    assert next(it.kind for it in story.all(NoticeRaised)) is NoticeKind.WORK_CONFLICT
    assert story.the(EscalationStarted).about == work_id


def test_work_in_the_way_of_several_sites_is_one_alarm_that_ends_as_it_is_moved() -> None:
    story, work_id = planned_work()
    with_site(story, SCHOOL, CustomerClass.SECOND, circuit="C-7")

    guard(story, START + 10 * DAY, START + 11 * DAY, HOSPITAL, SCHOOL)

    assert len(story.all(WorkConflictFound)) == 2
    assert story.the(EscalationStarted).about == story.the(EscalationGrew).about == work_id
    story.when(MovePlannedWork, work_id=work_id, starts_at=START + 20 * DAY,
               ends_at=START + 21 * DAY, reason="exam")  # fmt: skip
    assert not story.state.escalations.by_id


def test_a_notice_that_the_policy_gives_more_time_for_is_not_missed_before_it_is_due() -> None:
    story, _ = planned_work()
    story.after(2 * DAY + MINUTE).then_includes(OutageNoticeDue)
    notices = replace(story.state.policy.outage_notices, planned_ahead_h=5 * 24)
    policy = replace(story.state.policy, outage_notices=notices)
    policy = replace(policy, version=policy.version + 1)
    story.when(AdoptPolicy, policy=policy, actor_role=Role.COMMANDER)

    story.after(DAY).then_not(OutageNoticeMissed)
    assert story.the(OutageNoticeDue).due_at == START + 5 * DAY
    story.after(2 * DAY).then_includes(OutageNoticeMissed)


def test_a_guard_begins_with_planned_work_as_a_gap_until_it_is_moved() -> None:
    story, work_id = planned_work(START + 2 * HOUR)
    guard(story, START + HOUR, START + 9 * HOUR)
    operation_id = story.the(OperationOpened).operation_id

    story.when(StartGuard, operation_id=operation_id)
    assert planned.work_on_supply(HOSPITAL, work_id) in story.the(SignalRefused).rule.said["gaps"]
    story.when(
        MovePlannedWork, work_id=work_id, starts_at=START + 9 * HOUR, ends_at=START + 12 * HOUR,
        reason="the exam",
    ).then(PlannedWorkMoved, EscalationStopped)  # fmt: skip
    story.when(StartGuard, operation_id=operation_id, override_reason="x")

    assert "work_on_supply" not in {it.code for it in story.the(GuardStarted).gaps}


def test_work_on_any_supply_of_a_guarded_site_is_refused_and_not_moved_there() -> None:
    story, _ = opened()
    site = story.state.sites.by_id[HOSPITAL].site
    fields = {it: getattr(site, it) for it in site.__struct_fields__}
    story.when(
        ImportRoster, sites=(Site(**(fields | {"further_supplies": (Supply(circuit="C-9"),)})),)
    )

    work(story, START + 2 * HOUR, START + 3 * HOUR, circuit="C-9")
    assert story.the(SignalRefused).field == "circuit"
    work(story, START + 9 * HOUR, START + 10 * HOUR, circuit="C-9")
    id_ = story.the(WorkPlanned).work_id
    story.when(MovePlannedWork, work_id=id_, starts_at=START + 8 * HOUR, ends_at=START + 10 * HOUR,
               reason="earlier").then(SignalRefused)  # fmt: skip


def test_a_site_that_gets_another_supply_finds_the_work_planned_on_it() -> None:
    story, operation_id = opened()
    work(story, START + 2 * HOUR, START + 3 * HOUR, circuit="C-9")
    site = story.state.sites.by_id[HOSPITAL].site
    fields = {it: getattr(site, it) for it in site.__struct_fields__}

    story.when(
        ImportRoster, sites=(Site(**(fields | {"further_supplies": (Supply(circuit="C-9"),)})),)
    )

    assert story.the(WorkConflictFound).operation_id == operation_id
    story.when(CancelOperation, operation_id=operation_id, reason="off").then_includes(
        EscalationStopped
    )


def test_a_planned_outage_is_announced_seven_days_ahead_and_what_is_due_is_told() -> None:
    story, work_id = planned_work()

    story.after(2 * DAY)
    due = story.the(OutageNoticeDue)
    assert (due.public, due.site_ids, due.due_at) == (True, (HOSPITAL,), START + 3 * DAY)
    story.when(GiveOutageNotice, work_id=work_id).then(OutageNoticeGiven)
    story.after(DAY)
    missed = story.the(OutageNoticeMissed)

    assert (missed.public, missed.site_ids) == (False, (HOSPITAL,))
    assert story.the(EscalationStarted).cause is NoticeKind.OUTAGE_NOTICE_MISSED
    story.after(MINUTE).when(GiveOutageNotice, work_id=work_id, site_ids=(HOSPITAL,))
    assert story.all(OutageNoticeGiven)[0].late
    story.then_includes(EscalationStopped)
    story.when(GiveOutageNotice, work_id=work_id, site_ids=(HOSPITAL,)).then()


def test_notices_in_time_are_due_no_more() -> None:
    story, work_id = planned_work()
    story.when(GiveOutageNotice, work_id=work_id)
    story.when(GiveOutageNotice, work_id=work_id, site_ids=(HOSPITAL,))
    assert not story.the(OutageNoticeGiven).late

    story.after(11 * DAY)

    story.then_not(OutageNoticeDue, OutageNoticeMissed)
    story.then_includes(PlannedWorkOver)
    assert not story.state.planned_works.by_id


def test_a_temporary_outage_is_told_to_important_customers_a_day_ahead() -> None:
    story, work_id = planned_work(START + 3 * DAY, notice="temporary")

    story.after(2 * DAY + MINUTE)

    assert story.all(OutageNoticeDue)[0].due_at == START + 2 * DAY
    missed = story.all(OutageNoticeMissed)[0]
    assert (missed.work_id, missed.public, missed.site_ids) == (work_id, False, (HOSPITAL,))


def test_an_outage_planned_too_late_is_missed_at_once_and_never_refused() -> None:
    story, _ = planned_work(START + 2 * DAY)

    story.after(1)

    assert story.the(OutageNoticeMissed).public
    story.then_not(OutageNoticeDue)


def test_who_comes_to_be_on_the_circuit_is_owed_a_notice_and_ordinary_customers_are_not() -> None:
    story, work_id = planned_work()
    story.when(GiveOutageNotice, work_id=work_id)
    story.when(GiveOutageNotice, work_id=work_id, site_ids=(HOSPITAL,))

    with_site(story, STALL, CustomerClass.ORDINARY, circuit="C-7").then_not(OutageNoticeOwed)
    with_site(story, SCHOOL, CustomerClass.SECOND, circuit="C-7").then_includes(OutageNoticeOwed)

    assert story.after(4 * DAY).the(OutageNoticeMissed).site_ids == (SCHOOL,)


def test_who_was_told_of_the_old_time_is_told_of_the_new_one() -> None:
    story, work_id = planned_work()
    story.when(GiveOutageNotice, work_id=work_id)
    story.when(GiveOutageNotice, work_id=work_id, site_ids=(HOSPITAL,))

    story.when(MovePlannedWork, work_id=work_id, starts_at=START + 20 * DAY,
               ends_at=START + 21 * DAY, reason="rain")  # fmt: skip

    assert story.after(13 * DAY).the(OutageNoticeMissed).site_ids == (HOSPITAL,)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"starts_at": START + 2 * DAY, "ends_at": START + DAY}, "ends_at"),
        ({"starts_at": START - DAY, "ends_at": START - HOUR}, "ends_at"),
        ({"starts_at": START + 10 * DAY, "ends_at": START + 10 * DAY + 4 * HOUR}, "circuit"),
    ],
    ids=["ends before", "past", "twice"],
)
def test_work_that_cannot_be_is_refused_by_field(said: dict[str, int], field: str) -> None:
    story, _ = planned_work()

    work(story, said["starts_at"], said["ends_at"])

    assert story.the(SignalRefused).field == field


def test_work_that_cuts_no_supply_needs_no_notice_but_is_in_the_way_of_a_guard() -> None:
    story, work_id = planned_work(cuts_supply=False)

    story.when(GiveOutageNotice, work_id=work_id).then(SignalRefused)
    guard(story, START + 10 * DAY, START + 11 * DAY).then_includes(WorkConflictFound)

    story.after(10 * MINUTE).then_not(OutageNoticeDue, OutageNoticeMissed)
    story.when(CancelPlannedWork, work_id=work_id, reason="not needed").then_includes(
        PlannedWorkCancelled, EscalationStopped
    )
    story.after(10 * DAY).then_not(OutageNoticeDue, OutageNoticeMissed, PlannedWorkOver)
    story.when(CancelPlannedWork, work_id=work_id, reason="again").then(SignalRefused)


def told_in_vain(story: Story) -> list[int]:
    found = [it for it in story.all(NoticeRaised) if it.text.code == "outage_told_in_vain"]
    assert all(it.recipient is Recipient.DISPATCHER for it in found)
    return [int(it.text.numbers["count"]) for it in found]


def test_who_was_told_of_an_outage_that_will_not_be_is_to_be_told_so() -> None:
    story, work_id = planned_work()
    story.when(CancelPlannedWork, work_id=work_id, reason="not needed")
    assert told_in_vain(story) == []

    story, work_id = planned_work()
    story.when(GiveOutageNotice, work_id=work_id)
    story.when(GiveOutageNotice, work_id=work_id, site_ids=(HOSPITAL,))
    story.when(MovePlannedWork, work_id=work_id, starts_at=START + 20 * DAY,
               ends_at=START + 21 * DAY, reason="rain")  # fmt: skip
    assert told_in_vain(story) == [2]
    story.when(GiveOutageNotice, work_id=work_id)
    story.when(CancelPlannedWork, work_id=work_id, reason="not needed")
    assert told_in_vain(story) == [1]


def test_work_that_begins_as_a_guard_should_end_is_in_its_way_while_nobody_concludes_it() -> None:
    story, operation_id = on_guard()
    ends = START + 9 * HOUR
    ids = []
    for begin in (ends, ends + HOUR):
        work(story, begin, begin + 30 * MINUTE)
        ids.append(story.the(WorkPlanned).work_id)

    story.after(9 * HOUR - MINUTE).then_not(WorkConflictFound)
    story.after(MINUTE)
    assert {it.work_id for it in story.all(WorkConflictFound)} == {ids[0]}
    story.after(HOUR).then_includes(PlannedWorkBegun)
    conflict = story.the(WorkConflictFound)
    assert (conflict.work_id, conflict.operation_id) == (ids[1], operation_id)
    story.then_includes(EscalationStarted)


def test_work_that_begins_after_a_guard_was_concluded_is_in_nobodys_way() -> None:
    story, operation_id = on_guard()
    work(story, START + 9 * HOUR, START + 10 * HOUR)
    story.after(9 * HOUR - MINUTE)
    story.when(ConcludeOperation, operation_id=operation_id, summary="quiet")

    story.after(2 * MINUTE).then_not(WorkConflictFound).then_includes(PlannedWorkBegun)


def test_no_work_is_planned_for_now_under_a_guard_that_passed_its_end() -> None:
    story, _ = on_guard()
    story.after(10 * HOUR)

    work(story, story.at, story.at + HOUR)

    assert story.the(SignalRefused).field == "circuit"
