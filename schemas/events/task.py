"""A task with a deadline: opened, its milestones and shifts, finished or cancelled."""

from typing import Annotated

from msgspec import Meta

from schemas.bounds import MEMBERS_MAX, Code, Count, Line, Millis, Text
from schemas.events.envelope import Event
from schemas.ids import MemberId, TaskId, UnitId
from schemas.signals.task import Milestone
from schemas.value import Value
from schemas.vocabulary import TaskAim

People = Annotated[tuple[MemberId, ...], Meta(max_length=MEMBERS_MAX)]


class TaskOpened(Event):
    task_id: TaskId
    name: Line
    aim: TaskAim
    deadline_at: Millis
    milestones: Annotated[tuple[Milestone, ...], Meta(max_length=50)] = ()


class MilestoneSet(Event):
    task_id: TaskId
    milestone: Code
    due_at: Millis


class MilestoneMet(Event):
    """`late`: after it was due."""

    task_id: TaskId
    milestone: Code
    happened_at: Millis
    late: bool


class MilestoneMissed(Event):
    task_id: TaskId
    milestone: Code
    due_at: Millis


class TaskProgressReported(Event):
    task_id: TaskId
    percent: Annotated[int, Meta(ge=0, le=100)]
    happened_at: Millis
    text: Text = ""


class TaskJoined(Event):
    """Somebody of a unit of the task has set out to it, or has come: to accept can be a slip."""

    task_id: TaskId
    unit_id: UnitId
    member_id: MemberId


class TaskShiftPlanned(Event):
    task_id: TaskId
    member_ids: People
    starts_at: Millis
    ends_at: Millis


class TaskShiftsTurned(Event):
    """A shift of the task begins or ends: who comes works from now, who goes rests from now."""

    task_id: TaskId
    coming: People = ()
    going: People = ()


class TaskShiftCalledOff(Event):
    """The task ended before this shift began."""

    task_id: TaskId
    member_ids: People
    starts_at: Millis
    ends_at: Millis


class TaskDeadlineMoved(Event):
    task_id: TaskId
    deadline_at: Millis
    reason: Line


class TaskDeadlineMissed(Event):
    task_id: TaskId
    deadline_at: Millis


class TaskStatistics(Value):
    """What a task took. `early_s`: so much before its deadline, negative after it, in seconds."""

    people: Count
    units: Count
    shifts: Count
    milestones: Count
    milestones_met: Count
    milestones_late: Count
    early_s: Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000)]
    lasted_s: Count


class TaskFinished(Event):
    """`unfinished`: ended for the `reason` while something was `left_open`, or not all was done."""

    task_id: TaskId
    summary: Text
    lessons: Text
    happened_at: Millis
    statistics: TaskStatistics
    percent: Annotated[int, Meta(ge=0, le=100)] = 0
    unfinished: bool = False
    reason: Line | None = None
    left_open: Annotated[tuple[Code, ...], Meta(max_length=50)] = ()


class TaskCancelled(Event):
    task_id: TaskId
    reason: Line


TaskEvent = (
    TaskOpened
    | MilestoneSet
    | MilestoneMet
    | MilestoneMissed
    | TaskProgressReported
    | TaskJoined
    | TaskShiftPlanned
    | TaskShiftsTurned
    | TaskShiftCalledOff
    | TaskDeadlineMoved
    | TaskDeadlineMissed
    | TaskFinished
    | TaskCancelled
)
