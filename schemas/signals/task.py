"""A task: rush building, moving a line, support; with a deadline, milestones, shifts and people."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Code, Line, Millis, Text
from schemas.ids import MemberId, TaskId
from schemas.roles import Capability
from schemas.signals.envelope import Signal
from schemas.value import Value
from schemas.vocabulary import TaskAim


class Milestone(Value):
    """A step of a task that has a time of its own, UTC milliseconds."""

    milestone: Code
    due_at: Millis


class OpenTask(Signal):
    """A body beside incidents and operations: what has to be done by when, and in which steps."""

    needs: ClassVar = Capability.RUN_TASKS
    type: Literal["open_task"] = "open_task"
    v: Literal[1] = 1
    name: Line
    aim: TaskAim
    deadline_at: Millis
    milestones: Annotated[tuple[Milestone, ...], Field(max_length=50)] = ()


class SetMilestone(Signal):
    """One more milestone, or another time for one that is not met yet."""

    needs: ClassVar = Capability.RUN_TASKS
    type: Literal["set_milestone"] = "set_milestone"
    v: Literal[1] = 1
    task_id: TaskId
    milestone: Code
    due_at: Millis


class MeetMilestone(Signal):
    needs: ClassVar = Capability.TAKE_PART
    type: Literal["meet_milestone"] = "meet_milestone"
    v: Literal[1] = 1
    task_id: TaskId
    milestone: Code


class ReportTaskProgress(Signal):
    """How much of a task is done, percent; less than before where work had to be done again."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["report_task_progress"] = "report_task_progress"
    v: Literal[1] = 1
    task_id: TaskId
    percent: Annotated[int, Field(ge=0, le=100)]
    text: Text = ""


class PlanTaskShift(Signal):
    """Who of a task's units works from when to when; the others rest."""

    needs: ClassVar = Capability.RUN_TASKS
    type: Literal["plan_task_shift"] = "plan_task_shift"
    v: Literal[1] = 1
    task_id: TaskId
    member_ids: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=MEMBERS_MAX)]
    starts_at: Millis
    ends_at: Millis


class MoveTaskDeadline(Signal):
    needs: ClassVar = Capability.RUN_TASKS
    type: Literal["move_task_deadline"] = "move_task_deadline"
    v: Literal[1] = 1
    task_id: TaskId
    deadline_at: Millis
    reason: Line


class FinishTask(Signal):
    """All is done: its units stand down, its branch ends with it.

    Whoever has people out says that they are `all_in`. What is left open is ended `unfinished`, for
    a reason that is said.
    """

    needs: ClassVar = Capability.RUN_TASKS
    type: Literal["finish_task"] = "finish_task"
    v: Literal[1] = 1
    task_id: TaskId
    summary: Text
    lessons: Text = ""
    all_in: bool = False
    unfinished: bool = False
    reason: Line | None = None


class CancelTask(Signal):
    """It is not wanted any more. Whoever has people out says that they are `all_in`."""

    needs: ClassVar = Capability.RUN_TASKS
    type: Literal["cancel_task"] = "cancel_task"
    v: Literal[1] = 1
    task_id: TaskId
    reason: Line
    all_in: bool = False


TaskSignal = (
    OpenTask
    | SetMilestone
    | MeetMilestone
    | ReportTaskProgress
    | PlanTaskShift
    | MoveTaskDeadline
    | FinishTask
    | CancelTask
)
