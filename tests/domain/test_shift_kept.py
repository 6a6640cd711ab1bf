"""Nobody hurt or ill, or on guard in the same hours, is planned for a shift of a task; whoever is
planned for one already is named to the desk.
"""

from typing import Any

import pytest

from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.operation import GuardPosted, OperationOpened
from schemas.events.task import TaskShiftPlanned, TaskShiftsTurned
from schemas.said import Said
from schemas.sentences import tasks
from schemas.signals.operation import GuardPost, OpenOperation, PostGuard
from schemas.signals.roster import ReportFit, ReportUnfit
from schemas.vocabulary import ActivationBasis, GuaranteeLevel, NoticeKind, Recipient, Unfit
from schemas.why_not import WhyNot
from tests.county import HOSPITAL, member
from tests.domain.line import by
from tests.domain.test_task import at_work, shift
from tests.story import HOUR, START, Story


def posted(story: Story, people: Any, begin: int, end: int) -> Story:
    """Open a guard for a day and post people from the `begin`th hour to the `end`th."""
    story.when(
        OpenOperation, name="-", level=GuaranteeLevel.L3, site_ids=(HOSPITAL,),
        basis=ActivationBasis.ORGANISER_NOTICE, basis_reference="-",
        guard_from=START + HOUR, guard_until=START + 24 * HOUR,
    )  # fmt: skip
    return story.when(
        PostGuard, operation_id=story.the(OperationOpened).operation_id,
        post=GuardPost(site_id=HOSPITAL, member_ids=tuple(people)),
        starts_at=START + begin * HOUR, ends_at=START + end * HOUR,
    )  # fmt: skip


def told(story: Story) -> list[Said]:
    """Return what the desk is told of who does not come to a shift."""
    return [
        it.text
        for it in story.all(NoticeRaised)
        if it.kind is NoticeKind.TASK_LATE and it.recipient is Recipient.DISPATCHER
    ]


@pytest.mark.parametrize("why", Unfit)
def test_nobody_hurt_or_ill_is_planned_for_a_shift(why: Unfit) -> None:
    story, task_id, people = at_work()
    who = people[1]
    story.when(ReportUnfit, member_id=who, why=why, **by(people[0]))

    shift(story, task_id, people[:2], 2, 6).then(SignalRefused)
    refused = story.the(SignalRefused)
    assert (refused.rule, refused.value) == (tasks.kept_from_shift(who, WhyNot.UNFIT), who)

    story.when(ReportFit, member_id=who, **by(who))
    shift(story, task_id, people[:2], 2, 6).then_includes(TaskShiftPlanned)


@pytest.mark.parametrize(
    ("begin", "end", "refused"), [(2, 6, True), (5, 9, True), (0, 4, False), (8, 12, False)]
)
def test_nobody_on_guard_in_the_same_hours_is_planned_for_a_shift(
    begin: int,
    end: int,
    refused: bool,
) -> None:
    story, task_id, people = at_work()
    posted(story, (people[0], member(1, 11)), 4, 8).then_includes(GuardPosted)

    shift(story, task_id, people[:2], begin, end)

    if refused:
        rule = tasks.kept_from_shift(people[0], WhyNot.ON_GUARD)
        assert story.the(SignalRefused).rule == rule
    else:
        story.then_includes(TaskShiftPlanned)


def test_whoever_is_planned_and_falls_ill_is_named_for_each_shift_at_once() -> None:
    story, task_id, people = at_work()
    who = people[0]
    shift(story, task_id, people[:2], 2, 6)
    shift(story, task_id, people[:2], 14, 18)
    shift(story, task_id, people[2:], 6, 10)

    story.when(ReportUnfit, member_id=who, why=Unfit.ILL, **by(who))

    assert told(story) == [
        tasks.shift_without(task_id, START + begin * HOUR, [who]) for begin in (2, 14)
    ]
    # And again when the shift begins without them.
    story.after(2 * HOUR).then_includes(TaskShiftsTurned)
    assert told(story) == [tasks.shift_without(task_id, START + 2 * HOUR, [who])]


def test_whoever_is_planned_and_posted_to_a_guard_then_is_named_at_once() -> None:
    story, task_id, people = at_work()
    shift(story, task_id, people, 2, 6)
    shift(story, task_id, people, 14, 18)

    posted(story, people[:2], 4, 8).then_includes(GuardPosted)

    assert told(story) == [tasks.shift_without(task_id, START + 2 * HOUR, people[:2])]


def test_who_is_ill_after_their_shift_is_over_is_named_for_none() -> None:
    story, task_id, people = at_work()
    shift(story, task_id, people, 1, 3)
    story.after(4 * HOUR)

    story.when(ReportUnfit, member_id=people[0], why=Unfit.ILL, **by(people[0]))

    assert told(story) == []
