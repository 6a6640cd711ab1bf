"""At a long task the roll is called by itself: who does not answer is missing as at an incident."""

from typing import Any

import pytest

from coordinator.boards import incident_command, my_duty
from schemas.events.command import (
    RollAnswered,
    RollAnswerTakenBack,
    RollCallClosed,
    RollCallMissed,
    RollCallNotNeeded,
    RollCallOpened,
)
from schemas.events.escalation import EscalationStarted, EscalationStopped
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.task import TaskFinished
from schemas.events.unit import UnitKept
from schemas.sentences import units
from schemas.signals.assignment import AbortAssignment, FinishAssignment
from schemas.signals.command import AnswerRoll, CallHelp, TakeBackRollAnswer
from schemas.signals.incident import CloseIncident, RestoreIncident
from schemas.signals.task import FinishTask
from schemas.vocabulary import NoticeKind, Recipient, Unfit
from tests.domain.line import by
from tests.domain.test_kept_by_its_task import _Both
from tests.domain.test_task import at_work, shift
from tests.story import HOUR, MINUTE, Story

EVERY = 31 * MINUTE


class _Task:
    """Four at work at a task; the roll was called by the clock."""

    def __init__(self) -> None:
        self.story, self.task_id, self.people = at_work(answering=False)
        self.story.after(EVERY)
        self.call = self.story.the(RollCallOpened)

    def answer(self, *who: str, **sender: Any) -> Story:
        id_ = self.call.roll_call_id
        return self.story.when(AnswerRoll, roll_call_id=id_, member_ids=who, **sender)

    def assignment(self, who: str) -> str:
        return str(self.story.state.roster.members[who].assignment_id)

    @property
    def alarms(self) -> list[Any]:
        held = self.story.state.escalations.by_id.values()
        return [it for it in held if it.cause is NoticeKind.ROLL_CALL_MISSED]


@pytest.fixture
def task() -> _Task:
    return _Task()


def test_all_at_work_are_asked_by_the_clock_and_again(task: _Task) -> None:
    assert (task.call.task_id, task.call.incident_id) == (task.task_id, None)
    assert (list(task.call.member_ids), task.call.by_clock) == (task.people, True)
    duty = my_duty.BOARD.row(task.story.state, task.people[0])
    assert duty is not None
    assert duty["roll_call"]["task_id"] == task.task_id

    for who in task.people:
        task.answer(who, **by(who)).then_includes(RollAnswered)
    task.story.then_includes(RollCallClosed)

    assert len(task.story.after(EVERY).all(RollCallOpened)) == 1


def test_who_does_not_answer_is_missing_and_the_desk_says_their_name(task: _Task) -> None:
    who, *others = task.people
    for it in others:
        task.answer(it, **by(it))

    task.story.after(6 * MINUTE)

    assert task.story.the(RollCallMissed).member_ids == (who,)
    told = [it for it in task.story.all(NoticeRaised) if it.kind is NoticeKind.ROLL_CALL_MISSED]
    assert Recipient.COMMANDER in {it.recipient for it in told}
    assert [it.about for it in task.alarms] == [task.call.roll_call_id]
    row = incident_command.BOARD.row(task.story.state, task.task_id)
    assert row is not None
    assert [it["missed"] for it in row["roll_calls"]] == [[who]]
    assert task.task_id in set(incident_command.BOARD.keys(task.story.state))
    # Nobody ends the task over them, nor do they leave by the desk's word.
    end = {"assignment_id": task.assignment(who), "on_behalf_of": who}
    task.story.when(FinishAssignment, **end).then(SignalRefused)
    assert task.story.the(SignalRefused).rule == units.found_first((who,))

    task.answer(who).then_includes(RollAnswered, RollCallClosed, EscalationStopped)
    assert task.alarms == []


def test_who_is_missing_still_at_the_next_roll_call_is_one_alarm(task: _Task) -> None:
    who, *others = task.people
    for it in others:
        task.answer(it)
    task.story.after(6 * MINUTE).then_includes(EscalationStarted)
    task.story.after(EVERY)
    first, task.call = task.call, task.story.all(RollCallOpened)[-1]
    for it in others:
        task.answer(it)
    task.story.after(6 * MINUTE)

    (alarm,) = task.alarms
    assert {about for about, _ in alarm.parts} == {first.roll_call_id, task.call.roll_call_id}
    task.answer(who).then_includes(RollAnswered)
    assert task.alarms == []
    assert task.story.state.command.roll_calls.get(first.roll_call_id) is None


def test_who_leads_them_answers_for_theirs_and_no_hand_does() -> None:
    both = _Both()
    both.story.when(RestoreIncident, incident_id=both.incident_id)
    both.story.when(CloseIncident, incident_id=both.incident_id).then_includes(UnitKept)
    both.story.after(EVERY)
    call = next(it for it in both.story.all(RollCallOpened) if it.task_id == both.task_id)
    assert {*call.member_ids} == {*both.people}
    said = {"roll_call_id": call.roll_call_id, "member_ids": (both.people[0], both.people[1])}
    both.story.when(AnswerRoll, **said, **by(both.who)).then(SignalRefused)

    both.story.when(AnswerRoll, **said, **by(both.leader)).then_includes(RollAnswered)


def test_who_works_at_an_incident_too_is_asked_there_and_once() -> None:
    both = _Both()
    both.story.after(2 * HOUR)

    calls = [it for _, facts in both.story.history for it in facts]
    opened = [it for it in calls if isinstance(it, RollCallOpened)]
    assert opened
    assert {it.task_id for it in opened} == {None}


def test_who_rests_by_the_shifts_sleeps_and_is_asked_when_they_work_again() -> None:
    story, task_id, people = at_work(answering=False)
    first, second = people[:2], people[2:]
    shift(story, task_id, first, 1, 5)
    shift(story, task_id, second, 5, 9)
    story.after(2 * HOUR)
    late = story.after(EVERY).all(RollCallOpened)
    assert [list(it.member_ids) for it in late] == [first]

    story.after(3 * HOUR)

    assert [list(it.member_ids) for it in story.after(EVERY).all(RollCallOpened)] == [second]
    # All rest now: nobody is asked, and the clock goes on.
    story.after(5 * HOUR)
    story.after(EVERY).then_not(RollCallOpened, RollCallNotNeeded)
    assert story.state.timers.get("next_roll_call", task_id) is not None


def test_who_gave_up_hurt_is_asked_after_at_a_task_too(task: _Task) -> None:
    who = task.people[0]
    for it in task.people:
        task.answer(it)
    task.story.when(AbortAssignment, assignment_id=task.assignment(who), unfit=Unfit.HURT,
                    reason="fell", **by(who))  # fmt: skip

    task.story.after(EVERY)

    assert who in task.story.all(RollCallOpened)[-1].member_ids


def test_who_leaves_by_a_tap_of_their_own_has_answered(task: _Task) -> None:
    who, *others = task.people
    for it in others:
        task.answer(it)

    task.story.when(AbortAssignment, assignment_id=task.assignment(who), reason="home", **by(who))

    task.story.then_includes(RollAnswered, RollCallClosed)


def test_an_answer_by_a_slip_is_taken_back(task: _Task) -> None:
    who, *others = task.people
    task.answer(*others)
    of = {"roll_call_id": task.call.roll_call_id, "member_ids": (who,)}
    task.answer(who).then_includes(RollCallClosed)

    task.story.when(TakeBackRollAnswer, **of).then_includes(RollAnswerTakenBack)

    assert task.story.the(RollAnswerTakenBack).task_id == task.task_id
    task.story.after(6 * MINUTE)
    assert task.story.the(RollCallMissed).member_ids == (who,)
    assert task.story.state.command.roll_calls[task.call.roll_call_id].here == task.task_id


def test_a_call_for_help_there_calls_the_roll() -> None:
    story, task_id, people = at_work()
    story.after(MINUTE)

    story.when(CallHelp, member_id=people[0], **by(people[0]))

    assert story.the(RollCallOpened).task_id == task_id


def test_after_the_task_nobody_is_asked_any_more(task: _Task) -> None:
    task.answer(*task.people)
    task.story.when(FinishTask, task_id=task.task_id, summary="-", lessons="-", all_in=True,
                    unfinished=True, reason="-").then_includes(TaskFinished)  # fmt: skip

    task.story.after(2 * HOUR).then_not(RollCallOpened)
    assert task.story.state.timers.get("next_roll_call", task.task_id) is None
