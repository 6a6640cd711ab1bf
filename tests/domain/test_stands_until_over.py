"""An alarm about life, or a place that nobody keeps, stands until its cause is over."""

from schemas.events.escalation import EscalationExhausted, EscalationStepTaken, EscalationStopped
from schemas.events.operation import PostsTurned
from schemas.events.task import TaskFinished
from schemas.signals.assignment import AbortAssignment
from schemas.signals.community import PostMember, TakeWard, VisitWard
from schemas.signals.operation import ConcludeOperation, StartGuard
from schemas.signals.roster import ReportFit, ReportUnfit
from schemas.signals.site import SiteSupplyReported
from schemas.signals.task import FinishTask
from schemas.vocabulary import NoticeKind, Recipient, Unfit
from tests.county import HOSPITAL, county, member
from tests.domain.line import by, over
from tests.domain.test_guard_coverage import DAY_LONG, LATE, post
from tests.domain.test_operation import GUARDS, opened
from tests.domain.test_task_tickets import Rebuilding
from tests.story import HOUR, MINUTE, Story


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
