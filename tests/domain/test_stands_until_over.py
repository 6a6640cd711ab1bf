"""An alarm about life, or a place that nobody keeps, stands until its cause is over."""

from schemas.events.escalation import EscalationExhausted, EscalationStepTaken, EscalationStopped
from schemas.events.operation import OperationOpened, PostsTurned
from schemas.events.task import TaskFinished
from schemas.said import Said
from schemas.signals.assignment import AbortAssignment
from schemas.signals.community import PostMember, TakeWard, VisitWard
from schemas.signals.operation import CancelOperation, ConcludeOperation, StartGuard
from schemas.signals.planned_work import CancelPlannedWork, GiveOutageNotice, MovePlannedWork
from schemas.signals.roster import ReportFit, ReportUnfit
from schemas.signals.site import SiteSupplyReported
from schemas.signals.task import FinishTask, MeetMilestone, MoveTaskDeadline, SetMilestone
from schemas.vocabulary import CustomerClass, NoticeKind, Recipient, Unfit
from tests.county import HOSPITAL, county, member
from tests.domain.line import by, over
from tests.domain.test_guard_coverage import DAY_LONG, LATE, post
from tests.domain.test_operation import GUARDS, opened
from tests.domain.test_planned_work import SCHOOL, guard, planned_work, with_site
from tests.domain.test_response import ended, responding, sent
from tests.domain.test_task import POLES, WIRE, task_of
from tests.domain.test_task_tickets import Rebuilding
from tests.story import DAY, HOUR, MINUTE, START, Story


def _stands(story: Story, cause: NoticeKind) -> bool:
    return any(it.cause is cause for it in story.state.escalations.by_id.values())


def _goes_on(story: Story, cause: NoticeKind) -> None:
    """It was told in vain to everybody, stands, and is told again within the last hours."""
    told = [it for _, facts in story.history for it in facts if isinstance(it, EscalationExhausted)]
    assert told
    assert _stands(story, cause)
    story.after(2 * HOUR).then_includes(EscalationStepTaken)
    assert _stands(story, cause)


def test_a_hospital_without_supply_is_told_of_until_it_has_some() -> None:
    story = county()
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="none")
    story.after(26 * HOUR)

    _goes_on(story, NoticeKind.SUPPLY_RUNNING_OUT)

    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="grid")
    assert not _stands(story, NoticeKind.SUPPLY_RUNNING_OUT)
    story.after(24 * HOUR).then_not(EscalationStepTaken)


def test_supply_of_its_own_for_long_ends_the_alarm_and_for_short_does_not() -> None:
    story = county()
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="none")
    story.after(MINUTE)
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own", endurance_min=50)
    assert _stands(story, NoticeKind.SUPPLY_RUNNING_OUT)
    story.after(5 * MINUTE)
    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own", endurance_min=600)
    story.then_includes(EscalationStopped)
    assert not _stands(story, NoticeKind.SUPPLY_RUNNING_OUT)


def test_a_ward_that_needs_help_is_told_of_until_a_visit_finds_that_it_has_come() -> None:
    story, who = county(), member(0, 1)
    story.when(PostMember, member_id=who, community="c1", tie="partner", **by(who))
    story.when(
        TakeWard, member_id=who, community="c1", subject="h1", subject_kind="household", **by(who)
    )
    ward_id = next(iter(story.state.community.wards))
    story.when(VisitWard, ward_id=ward_id, needs_help=True, **by(who))
    story.after(20 * HOUR)

    _goes_on(story, NoticeKind.WARD_NEEDS_HELP)

    story.when(VisitWard, ward_id=ward_id, needs_help=False, **by(who))
    assert not _stands(story, NoticeKind.WARD_NEEDS_HELP)


def test_planned_work_that_overruns_over_people_at_it_is_told_of_until_they_have_ended() -> None:
    it = Rebuilding(hours=(1, 3))
    it.story.after(6 * HOUR)

    _goes_on(it.story, NoticeKind.WORK_OVERRUN)

    over(it.story, it.ticket_id)
    assert not _stands(it.story, NoticeKind.WORK_OVERRUN)


def test_who_is_hurt_at_a_line_is_told_of_until_they_are_fit() -> None:
    it = Rebuilding()
    hurt = it.people[0]
    it.story.when(ReportUnfit, member_id=hurt, why=Unfit.HURT, **by(hurt))
    it.story.after(20 * HOUR)

    _goes_on(it.story, NoticeKind.MEMBER_UNFIT)

    it.story.when(ReportFit, member_id=hurt, **by(hurt))
    assert not _stands(it.story, NoticeKind.MEMBER_UNFIT)


def test_the_alarm_of_who_gave_up_as_hurt_at_a_task_is_over_with_the_task() -> None:
    it = Rebuilding()
    hurt = it.people[0]
    over(it.story, it.ticket_id)
    held = it.story.state.roster.members[hurt].assignment_id
    it.story.when(AbortAssignment, assignment_id=held, unfit=Unfit.HURT, **by(hurt))
    assert _stands(it.story, NoticeKind.MEMBER_UNFIT)

    it.story.when(
        FinishTask, task_id=it.task_id, summary="x", all_in=True, unfinished=True, reason="x"
    )

    it.story.then_includes(TaskFinished)
    assert not _stands(it.story, NoticeKind.MEMBER_UNFIT)


def test_a_gap_of_a_guard_is_told_of_until_somebody_is_posted() -> None:
    story, operation_id = opened(**DAY_LONG)
    post(story, operation_id, GUARDS, 0, 4)
    story.when(StartGuard, operation_id=operation_id, override_reason="now")
    story.after(9 * HOUR)

    _goes_on(story, NoticeKind.GUARD_GAP)
    desk = [
        it
        for it in story.all(EscalationStepTaken)
        if it.recipient is Recipient.DISPATCHER
        and story.state.escalations.by_id[it.escalation_id].cause is NoticeKind.GUARD_GAP
    ]
    assert desk, "the desk that was told at first is told again"

    post(story, operation_id, LATE, 11, 25)
    assert not _stands(story, NoticeKind.GUARD_GAP)


def test_a_gap_of_a_guard_that_has_passed_is_over() -> None:
    story, operation_id = opened(**DAY_LONG)
    post(story, operation_id, GUARDS, 0, 4)
    post(story, operation_id, LATE, 8, 25)
    story.when(StartGuard, operation_id=operation_id, override_reason="now")
    story.after(5 * HOUR)
    assert _stands(story, NoticeKind.GUARD_GAP)

    story.after(3 * HOUR).then_includes(PostsTurned)

    assert not _stands(story, NoticeKind.GUARD_GAP)


def test_a_guard_that_is_concluded_takes_its_gap_with_it() -> None:
    story, operation_id = opened(**DAY_LONG)
    post(story, operation_id, GUARDS, 0, 4)
    story.when(StartGuard, operation_id=operation_id, override_reason="now")
    story.after(3 * HOUR)
    assert _stands(story, NoticeKind.GUARD_GAP)
    story.when(ConcludeOperation, operation_id=operation_id, summary="over")
    assert not _stands(story, NoticeKind.GUARD_GAP)


def _stays_silent(story: Story, cause: NoticeKind, *, hours: int = 6) -> None:
    """It was told in vain to everybody and stands, without a word."""
    told = [it for _, facts in story.history for it in facts if isinstance(it, EscalationExhausted)]
    assert told
    story.after(hours * HOUR)
    alarms = {id_ for id_, it in story.state.escalations.by_id.items() if it.cause is cause}
    assert alarms
    assert not alarms & {it.escalation_id for it in story.all(EscalationStepTaken)}


def _said_now(story: Story, cause: NoticeKind) -> tuple[Said, ...]:
    """What the one alarm of a cause says now, each thing of several by itself."""
    (text,) = [it.text for it in story.state.escalations.by_id.values() if it.cause is cause]
    return text.said["parts"] if text.code == "several" else (text,)


def test_work_in_the_way_of_a_guard_is_an_alarm_until_it_is_planned_anew() -> None:
    story, work_id = planned_work(cuts_supply=False)
    guard(story, START + 10 * DAY, START + 11 * DAY)
    story.after(2 * DAY)

    _stays_silent(story, NoticeKind.WORK_CONFLICT)

    story.when(MovePlannedWork, work_id=work_id, starts_at=START + 12 * DAY,
               ends_at=START + 13 * DAY, reason="exam")  # fmt: skip
    assert not _stands(story, NoticeKind.WORK_CONFLICT)


def test_work_in_the_way_of_two_guards_is_in_the_way_of_the_other_when_one_is_over() -> None:
    story, work_id = planned_work(cuts_supply=False)
    with_site(story, SCHOOL, CustomerClass.SECOND, circuit="C-7")
    guard(story, START + 10 * DAY, START + 11 * DAY)
    first = story.the(OperationOpened).operation_id
    story.after(DAY)
    guard(story, START + 10 * DAY, START + 11 * DAY, SCHOOL)
    story.then_includes(EscalationStepTaken)
    second = story.the(OperationOpened).operation_id
    found = _said_now(story, NoticeKind.WORK_CONFLICT)
    assert {it.ids["operation"] for it in found} == {(first,), (second,)}

    story.when(CancelOperation, operation_id=second, reason="off")

    (said,) = _said_now(story, NoticeKind.WORK_CONFLICT)
    assert said.ids["site"] == (HOSPITAL,)
    story.when(CancelOperation, operation_id=first, reason="off")
    assert not _stands(story, NoticeKind.WORK_CONFLICT)
    assert story.state.planned_works.by_id[work_id].conflicts


def test_a_site_that_leaves_the_circuit_is_in_nobodys_way_and_found_again_on_it() -> None:
    story, _ = planned_work(cuts_supply=False)
    with_site(story, SCHOOL, CustomerClass.SECOND, circuit="C-7")
    guard(story, START + 10 * DAY, START + 11 * DAY, SCHOOL)
    assert _stands(story, NoticeKind.WORK_CONFLICT)

    with_site(story, SCHOOL, CustomerClass.SECOND, circuit="C-8")
    assert not _stands(story, NoticeKind.WORK_CONFLICT)

    with_site(story, SCHOOL, CustomerClass.SECOND, circuit="C-7")
    assert _stands(story, NoticeKind.WORK_CONFLICT)


def test_a_notice_not_given_in_time_is_an_alarm_until_it_is_given_or_the_work_is_off() -> None:
    for given in (True, False):
        story, work_id = planned_work()
        story.after(4 * DAY)

        _stays_silent(story, NoticeKind.OUTAGE_NOTICE_MISSED)

        if given:
            story.when(GiveOutageNotice, work_id=work_id)
            (said,) = _said_now(story, NoticeKind.OUTAGE_NOTICE_MISSED)
            assert said.numbers["count"] == 1
            story.when(GiveOutageNotice, work_id=work_id, site_ids=(HOSPITAL,))
        else:
            story.when(CancelPlannedWork, work_id=work_id, reason="off")
        assert not _stands(story, NoticeKind.OUTAGE_NOTICE_MISSED)


def test_a_late_task_is_an_alarm_that_names_what_is_late_until_nothing_is() -> None:
    story, task_id = task_of()
    story.after(3 * DAY)
    _stays_silent(story, NoticeKind.TASK_LATE)

    story.after(2 * DAY).then_includes(EscalationStepTaken)
    late = _said_now(story, NoticeKind.TASK_LATE)
    assert {it.texts["milestone"] for it in late} == {POLES, WIRE}
    story.after(7 * DAY)
    assert len(_said_now(story, NoticeKind.TASK_LATE)) == 3

    story.when(MeetMilestone, task_id=task_id, milestone=POLES)
    story.when(MoveTaskDeadline, task_id=task_id, deadline_at=START + 20 * DAY, reason="snow")
    (said,) = _said_now(story, NoticeKind.TASK_LATE)
    assert said.texts["milestone"] == WIRE
    story.when(SetMilestone, task_id=task_id, milestone=WIRE, due_at=START + 15 * DAY)
    assert not _stands(story, NoticeKind.TASK_LATE)


def test_a_late_task_that_is_finished_is_late_no_more() -> None:
    story, task_id = task_of()
    story.after(3 * DAY)

    story.when(FinishTask, task_id=task_id, summary="x", unfinished=True, reason="snow")

    assert not _stands(story, NoticeKind.TASK_LATE)


def test_a_report_that_is_owed_is_an_alarm_that_names_it_until_it_went_up() -> None:
    story, incident_id = responding()
    story.after(90 * MINUTE)
    _stays_silent(story, NoticeKind.REPORT_DUE, hours=1)
    story.after(DAY).then_includes(EscalationStepTaken)
    owed = {it.words["report"][1] for it in _said_now(story, NoticeKind.REPORT_DUE)}
    assert owed == {"flash", "situation"}

    sent(story, incident_id, "flash")
    (said,) = _said_now(story, NoticeKind.REPORT_DUE)
    assert said.words["report"][1] == "situation"

    sent(story, incident_id, "situation")
    assert not _stands(story, NoticeKind.REPORT_DUE)


def test_a_situation_report_not_sent_is_told_of_again_when_the_next_falls_due() -> None:
    story, incident_id = responding()
    sent(story, incident_id, "flash")
    story.after(9 * HOUR)
    assert _stands(story, NoticeKind.REPORT_DUE)

    story.after(DAY).then_includes(EscalationStepTaken)


def test_a_response_that_is_filed_or_runs_anew_owes_no_report_of_before() -> None:
    story, incident_id = responding()
    story.after(2 * HOUR)
    assert _stands(story, NoticeKind.REPORT_DUE)
    ended(story, incident_id)

    sent(story, incident_id, "verified")

    assert not story.state.responses.by_incident
    assert not _stands(story, NoticeKind.REPORT_DUE)
