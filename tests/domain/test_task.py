"""A task with a deadline: milestones, progress, shifts, and how it ends."""

from typing import Any

import pytest

from schemas.events.escalation import EscalationGrew, EscalationStarted, EscalationStopped
from schemas.events.notice import NoticeRaised, RuleWarned, SignalRefused
from schemas.events.safety import FatigueLimitReached, FatigueWatched, FatigueWatchEnded
from schemas.events.task import (
    MilestoneMet,
    MilestoneMissed,
    MilestoneSet,
    TaskCancelled,
    TaskDeadlineMissed,
    TaskDeadlineMoved,
    TaskFinished,
    TaskJoined,
    TaskOpened,
    TaskProgressReported,
    TaskShiftCalledOff,
    TaskShiftPlanned,
    TaskShiftsTurned,
)
from schemas.events.unit import UnitCalled, UnitStoodDown
from schemas.muster import Need, RoleNeed
from schemas.signals.assignment import AcceptAssignment, Arrive
from schemas.signals.task import (
    CancelTask,
    FinishTask,
    MeetMilestone,
    Milestone,
    MoveTaskDeadline,
    OpenTask,
    PlanTaskShift,
    ReportTaskProgress,
    SetMilestone,
)
from schemas.signals.unit import CallMuster
from schemas.vocabulary import NoticeKind, Role, TaskAim, UnitRole
from tests.county import HERE, county, everybody
from tests.domain.line import Line
from tests.story import DAY, HOUR, MINUTE, START, Story

POLES, WIRE = "立杆", "架线"


def task_of(**more: Any) -> tuple[Story, str]:
    story = county()
    fields: dict[str, Any] = {
        "name": "医院迁改", "aim": TaskAim.RELOCATE_LINE, "deadline_at": START + 11 * DAY,
        "milestones": (
            Milestone(milestone=POLES, due_at=START + 2 * DAY),
            Milestone(milestone=WIRE, due_at=START + 5 * DAY),
        ),
    }  # fmt: skip
    story.when(OpenTask, **(fields | more))
    found = story.all(TaskOpened)
    return story, found[0].task_id if found else ""


def at_work(count: int = 4, *, answering: bool = True) -> tuple[Story, str, list[str]]:
    """Return a task with a unit of so many on scene, and its people.

    `answering`: whether they answer the roll calls by the clock.
    """
    story, task_id = task_of()
    story.answers_rolls = answering
    need = Need(
        roles=(RoleNeed(role=UnitRole.LINE_WORKER, count=count),), muster_point=HERE,
        deadline_at=START + 12 * HOUR,
    )  # fmt: skip
    story.when(CallMuster, task_id=task_id, need=need, reason="move the line")
    unit_id = story.the(UnitCalled).unit_id
    everybody(story, unit_id, AcceptAssignment, Arrive)
    return story, task_id, sorted(story.state.units.by_id[unit_id].people)


def shift(story: Story, task_id: str, people: Any, begin: int, end: int) -> Story:
    """Plan people from the `begin`th hour of the story to the `end`th."""
    return story.when(
        PlanTaskShift, task_id=task_id, member_ids=tuple(people), starts_at=START + begin * HOUR,
        ends_at=START + end * HOUR,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"deadline_at": START}, "deadline_at"),
        ({"milestones": (Milestone(milestone="x", due_at=START + 12 * DAY),)}, "milestones"),
        ({"milestones": (Milestone(milestone="x", due_at=START),)}, "milestones"),
        ({"milestones": (Milestone(milestone="x", due_at=START + DAY),) * 2}, "milestones"),
    ],
    ids=["over", "after the deadline", "past", "twice"],
)
def test_a_task_that_cannot_be_is_refused_by_field(said: Any, field: str) -> None:
    story, _ = task_of(**said)

    assert story.the(SignalRefused).field == field


def test_a_milestone_met_in_time_is_missed_no_more_and_said_twice_changes_nothing() -> None:
    story, task_id = task_of()
    story.after(DAY)

    story.when(MeetMilestone, task_id=task_id, milestone=POLES).then(MilestoneMet)
    assert not story.the(MilestoneMet).late
    story.when(MeetMilestone, task_id=task_id, milestone=POLES).then()

    story.after(3 * DAY).then_not(MilestoneMissed)


def test_a_milestone_is_not_met_before_it_was_set_nor_before_its_task_began() -> None:
    story, task_id = task_of()
    story.after(DAY)
    story.when(SetMilestone, task_id=task_id, milestone="送电", due_at=START + 4 * DAY)
    story.after(HOUR)

    for name, at in (("送电", START + HOUR), (POLES, START - HOUR)):
        story.when(MeetMilestone, task_id=task_id, milestone=name, occurred_at=at)
        assert story.the(SignalRefused).field == "occurred_at"

    story.when(SetMilestone, task_id=task_id, milestone=POLES, due_at=START + 3 * DAY)
    story.when(MeetMilestone, task_id=task_id, milestone=POLES, occurred_at=START + HOUR)
    assert story.the(MilestoneMet).happened_at == START + HOUR


def test_a_missed_milestone_climbs_until_it_is_met_late() -> None:
    story, task_id = task_of()

    story.after(2 * DAY)
    assert story.the(MilestoneMissed).milestone == POLES
    assert story.the(EscalationStarted).cause is NoticeKind.TASK_LATE
    story.after(MINUTE).when(MeetMilestone, task_id=task_id, milestone=POLES)

    story.then(MilestoneMet, EscalationStopped)
    assert story.the(MilestoneMet).late


def test_a_milestone_gets_another_time_while_it_is_open_and_never_past_the_deadline() -> None:
    story, task_id = task_of()

    story.when(SetMilestone, task_id=task_id, milestone=POLES, due_at=START + 3 * DAY)
    story.then(MilestoneSet)
    story.after(2 * DAY).then_not(MilestoneMissed)
    story.when(SetMilestone, task_id=task_id, milestone="送电", due_at=START + 12 * DAY)
    assert story.the(SignalRefused).field == "due_at"
    story.when(MeetMilestone, task_id=task_id, milestone=POLES)
    story.when(SetMilestone, task_id=task_id, milestone=POLES, due_at=START + 4 * DAY)
    assert story.the(SignalRefused).field == "milestone"


def test_a_deadline_that_passes_is_told_and_one_that_moves_is_awaited_anew() -> None:
    story, task_id = task_of(milestones=())

    story.after(11 * DAY).then_includes(TaskDeadlineMissed)
    story.when(MoveTaskDeadline, task_id=task_id, deadline_at=START + 12 * DAY, reason="snow").then(
        TaskDeadlineMoved, EscalationStopped
    )

    story.after(DAY).then_includes(TaskDeadlineMissed, EscalationStarted)


def test_what_was_missed_and_has_another_date_cries_no_more_unless_something_else_is_late() -> None:
    story, task_id = task_of()
    story.after(5 * DAY)

    story.when(SetMilestone, task_id=task_id, milestone=POLES, due_at=START + 6 * DAY)
    story.then(MilestoneSet, EscalationGrew)
    story.when(SetMilestone, task_id=task_id, milestone=WIRE, due_at=START + 7 * DAY)
    story.then(MilestoneSet, EscalationStopped)

    story.after(DAY).then_includes(MilestoneMissed, EscalationStarted)


def test_progress_that_is_told_late_does_not_undo_what_is_known_of_later() -> None:
    story, task_id = task_of()
    story.after(3 * HOUR)

    story.when(ReportTaskProgress, task_id=task_id, percent=40).then(TaskProgressReported)
    story.when(ReportTaskProgress, task_id=task_id, percent=10, occurred_at=START + HOUR)

    assert story.the(SignalRefused).field == "percent"
    assert story.state.tasks.by_id[task_id].percent == 40


def test_a_member_speaks_for_a_task_they_are_of_and_for_no_other() -> None:
    story, task_id, people = at_work()
    stranger = max(set(story.state.roster.members) - set(people))

    for who, taken in ((people[0], True), (stranger, False)):
        story.when(ReportTaskProgress, task_id=task_id, percent=40 + taken, actor_id=who,
                   actor_role=Role.MEMBER)  # fmt: skip
        assert bool(story.all(TaskProgressReported)) is taken


def test_shifts_turn_and_hours_are_counted_on_shift_only() -> None:
    story, task_id, people = at_work()
    first, second = people[:2], people[2:]

    shift(story, task_id, second, 8, 16)
    shift(story, task_id, first, 0, 8).then_includes(TaskShiftPlanned, TaskShiftsTurned)
    turn = story.the(TaskShiftsTurned)
    # The second had begun to work by arriving; planned for later, they rest.
    assert (list(turn.coming), list(turn.going)) == (first, second)
    assert {it.member_id for it in story.all(FatigueWatchEnded)} == set(second)
    shift(story, task_id, first, 16, 24)
    story.after(8 * HOUR)
    turn = story.the(TaskShiftsTurned)
    assert (list(turn.coming), list(turn.going)) == (second, first)
    assert {it.member_id for it in story.all(FatigueWatched)} == set(second)

    story.after(16 * HOUR).then_not(FatigueLimitReached)
    assert story.state.tasks.by_id[task_id].on_shift == ()


def test_a_shift_after_too_short_a_rest_goes_on_with_the_hours_of_the_one_before() -> None:
    story, task_id, people = at_work()
    shift(story, task_id, people, 0, 8)
    shift(story, task_id, people, 10, 18)

    story.after(12 * HOUR - 1).then_not(FatigueLimitReached)
    story.after(2)

    assert {it.member_id for it in story.all(FatigueLimitReached)} == set(people)


def test_without_a_plan_the_hours_run_out() -> None:
    story, _, _ = at_work()

    story.after(13 * HOUR).then_includes(FatigueLimitReached)


@pytest.mark.parametrize(
    ("begin", "end", "rule"),
    [(0, 14, "shift_too_long"), (12, 20, "rest_too_short")],
    ids=["long", "no rest"],
)
def test_a_long_shift_or_a_short_rest_is_warned_of(begin: int, end: int, rule: str) -> None:
    story, task_id, people = at_work()
    if begin:
        shift(story, task_id, people, 0, 8)

    shift(story, task_id, people, begin, end).then_includes(TaskShiftPlanned)

    assert {it.rule.code for it in story.all(RuleWarned)} == {rule}


def test_a_shift_is_of_people_of_the_task_one_at_a_time_and_ahead() -> None:
    story, task_id, people = at_work()
    stranger = max(set(story.state.roster.members) - set(people))
    shift(story, task_id, people, 1, 8)

    for who, begin, end, field in (
        ([stranger], 8, 16, "member_ids"),
        (people[:1], 7, 9, "member_ids"),
        (people[:1] * 2, 8, 16, "member_ids"),
        (people[:1], 9, 9, "ends_at"),
    ):
        shift(story, task_id, who, begin, end)
        assert story.the(SignalRefused).field == field


def test_a_task_that_is_finished_stands_its_units_down_and_says_how_early_it_was() -> None:
    story, task_id, people = at_work()
    story.when(MeetMilestone, task_id=task_id, milestone=POLES)
    story.after(7 * DAY)

    story.when(
        FinishTask, task_id=task_id, summary="done", all_in=True, unfinished=True, reason="no wire"
    )

    story.then_includes(TaskFinished, UnitStoodDown)
    it = story.the(TaskFinished).statistics
    assert (it.people, it.units, it.early_s) == (len(people), 1, 4 * 86_400)
    assert (it.milestones, it.milestones_met, it.milestones_late) == (2, 1, 0)
    assert not story.state.tasks.by_id
    story.when(FinishTask, task_id=task_id, summary="again").then(SignalRefused)
    story.after(10 * DAY).then_not(MilestoneMissed, TaskDeadlineMissed)


def test_a_task_does_not_end_over_people_out_unless_they_are_said_to_be_in() -> None:
    story, task_id, people = at_work()
    for step in (POLES, WIRE):
        story.when(MeetMilestone, task_id=task_id, milestone=step)

    for ending, text in ((FinishTask, {"summary": "done"}), (CancelTask, {"reason": "other"})):
        story.when(ending, task_id=task_id, **text).then(SignalRefused)
        refused = story.the(SignalRefused)
        assert refused.field == "all_in"
        assert refused.rule.ids["members"] == tuple(people)

    story.when(FinishTask, task_id=task_id, summary="done", all_in=True)
    finished = story.the(TaskFinished)
    assert not finished.unfinished
    assert finished.left_open == ()


def test_what_is_open_is_named_and_ends_only_by_the_word_that_it_is_unfinished() -> None:
    story, task_id = task_of()
    story.when(ReportTaskProgress, task_id=task_id, percent=35)
    story.when(MeetMilestone, task_id=task_id, milestone=POLES)

    story.when(FinishTask, task_id=task_id, summary="done").then(SignalRefused)
    assert story.the(SignalRefused).field == "unfinished"
    assert story.the(SignalRefused).rule.texts["milestones"] == WIRE
    story.when(FinishTask, task_id=task_id, summary="done", unfinished=True).then(SignalRefused)
    assert story.the(SignalRefused).field == "reason"
    story.when(FinishTask, task_id=task_id, summary="done", reason="snow").then(SignalRefused)
    assert story.the(SignalRefused).field == "reason"

    story.when(FinishTask, task_id=task_id, summary="so far", unfinished=True, reason="snow")
    finished = story.the(TaskFinished)
    assert (finished.unfinished, finished.percent, finished.left_open) == (True, 35, (WIRE,))


def test_all_steps_are_met_and_the_last_word_was_35_percent_that_is_asked_about() -> None:
    story, task_id = task_of(milestones=())
    story.when(ReportTaskProgress, task_id=task_id, percent=35)

    story.when(FinishTask, task_id=task_id, summary="done").then(SignalRefused)
    assert story.the(SignalRefused).rule.numbers["percent"] == 35

    story.when(ReportTaskProgress, task_id=task_id, percent=100)
    story.when(FinishTask, task_id=task_id, summary="done").then_includes(TaskFinished)


@pytest.mark.parametrize("ending", [FinishTask, CancelTask])
def test_shifts_after_the_end_are_called_off_and_whom_they_were_of_is_told(ending: Any) -> None:
    story, task_id, people = at_work()
    shift(story, task_id, people[:2], 0, 8)
    shift(story, task_id, people[2:], 24, 32)
    text = {"summary": "x", "unfinished": True, "reason": "snow"}

    story.when(
        ending, task_id=task_id, all_in=True, **(text if ending is FinishTask else {"reason": "x"})
    )

    off = story.the(TaskShiftCalledOff)
    assert (off.member_ids, off.starts_at) == (tuple(people[2:]), START + DAY)
    told = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.SHIFT_CALLED_OFF]
    assert [it.targets for it in told] == [tuple(people[2:])]


def test_a_cancelled_task_lets_its_people_go() -> None:
    story, task_id, people = at_work()

    story.when(CancelTask, task_id=task_id, reason="another way", all_in=True).then_includes(
        TaskCancelled, UnitStoodDown
    )

    assert all(story.state.roster.members[it].assignment_id is None for it in people)


def test_a_unit_is_called_for_a_task_under_way_only() -> None:
    story, _ = task_of()
    need = Need(roles=(RoleNeed(role=UnitRole.LINE_WORKER, count=2),), muster_point=HERE,
                deadline_at=START + DAY)  # fmt: skip

    story.when(CallMuster, task_id="tsk_" + "0" * 26, need=need, reason="x")

    assert story.the(SignalRefused).field == "task_id"


def test_who_joined_is_counted_once() -> None:
    story, task_id, people = at_work()

    joined = [it for _, facts in story.history for it in facts if isinstance(it, TaskJoined)]

    assert sorted(it.member_id for it in joined) == people
    assert story.state.tasks.by_id[task_id].people == tuple(people)


def test_nobody_ends_a_task_over_people_at_work() -> None:
    line = Line()
    line.story.when(OpenTask, name="x", aim=TaskAim.SUPPORT, deadline_at=line.story.at + DAY)
    task_id = line.story.the(TaskOpened).task_id
    state, unit = line.story.state, line.unit
    assert unit.task_id is None
    need = Need(roles=(RoleNeed(role=UnitRole.LINE_WORKER, count=3),), muster_point=HERE,
                deadline_at=line.story.at + HOUR)  # fmt: skip
    line.story.when(
        CallMuster, task_id=task_id, incident_id=line.incident_id, need=need, reason="more"
    )
    line.unit_id = line.story.the(UnitCalled).unit_id
    everybody(line.story, line.unit_id, AcceptAssignment, Arrive)
    people = sorted(line.unit.people)
    assert not set(people) & set(state.units.by_id[unit.unit_id].people)
    ticket_id = line.begin(people[0], tuple(people[1:]))

    for ending in (FinishTask, CancelTask):
        text = {"summary": "x"} if ending is FinishTask else {"reason": "x"}
        line.story.when(ending, task_id=task_id, all_in=True, **text).then(SignalRefused)

    assert line.story.the(SignalRefused).rule.ids["tickets"] == (ticket_id,)
    assert set(line.unit.people) == set(people)
