"""Who counts as one of the people of a task: who set out to it, or came on shift."""

from typing import Any

from schemas.events.assignment import TapTakenBack
from schemas.events.task import TaskFinished
from schemas.events.unit import UnitCalled
from schemas.muster import Need, RoleNeed
from schemas.signals.assignment import AcceptAssignment, DeclineAssignment, TakeBackTap
from schemas.signals.task import FinishTask
from schemas.signals.unit import CallMuster, StandDownUnit
from schemas.vocabulary import DeclineReason, Tap, UnitRole
from tests.county import HERE
from tests.domain.line import by
from tests.domain.test_task import shift, task_of
from tests.story import DAY, START, Story


def _called(**more: Any) -> tuple[Story, str, str, dict[str, str]]:
    """Return a story, its task, a unit that is called to it, and its people's assignments."""
    story, task_id = task_of(**more)
    need = Need(roles=(RoleNeed(role=UnitRole.LINE_WORKER, count=2),), muster_point=HERE,
                deadline_at=START + DAY)  # fmt: skip
    story.when(CallMuster, task_id=task_id, need=need, reason="x")
    unit_id = story.the(UnitCalled).unit_id
    return story, task_id, unit_id, dict(story.state.units.by_id[unit_id].people)


def test_who_accepted_by_a_slip_and_does_not_come_is_not_counted() -> None:
    story, task_id, unit_id, people = _called(milestones=())
    who = min(people)
    said: dict[str, Any] = {"assignment_id": people[who], **by(who)}
    story.when(AcceptAssignment, **said)
    story.after(3_000)
    story.when(TakeBackTap, tap=Tap.ACCEPTED, **said).then_includes(TapTakenBack)
    story.when(DeclineAssignment, reason=DeclineReason.ILL, **said)
    story.when(StandDownUnit, unit_id=unit_id, reason="not needed")

    story.when(FinishTask, task_id=task_id, summary="x")

    assert story.the(TaskFinished).statistics.people == 0


def test_who_comes_on_shift_is_counted_though_they_never_said_that_they_set_out() -> None:
    story, task_id, _, people = _called()
    first, other = sorted(people)
    story.when(AcceptAssignment, assignment_id=people[first], **by(first))

    shift(story, task_id, (first, other), 0, 8)

    assert story.state.tasks.by_id[task_id].people == (first,)
