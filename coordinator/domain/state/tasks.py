"""Tasks with a deadline, and who works at them in which shift."""

from immutables import Map
from msgspec import Struct

from schemas.vocabulary import TaskAim


class Step(Struct, frozen=True, gc=False):
    """A milestone: due, met or missed, UTC milliseconds; `set_at`: when it was set at first."""

    due_at: int
    met_at: int | None = None
    late: bool = False
    missed: bool = False
    set_at: int = 0


class TaskShift(Struct, frozen=True, gc=False):
    member_ids: tuple[str, ...]
    starts_at: int
    ends_at: int


class Task(Struct, frozen=True, gc=False):
    """`people` are all who ever set out to it with a unit of it, `unit_ids` those units;
    `shifts` the running and coming ones, `shifts_planned` counts all; `on_shift` who works now;
    `ready_to_energise_at`: since when none of its tickets is on a line any more.
    """

    task_id: str
    name: str
    aim: TaskAim
    opened_at: int
    deadline_at: int
    milestones: Map[str, Step] = Map()
    percent: int = 0
    percent_at: int = 0
    people: tuple[str, ...] = ()
    unit_ids: tuple[str, ...] = ()
    shifts: tuple[TaskShift, ...] = ()
    shifts_planned: int = 0
    on_shift: tuple[str, ...] = ()
    deadline_missed: bool = False
    ready_to_energise_at: int | None = None


class Tasks(Struct, frozen=True, gc=False):
    by_id: Map[str, Task] = Map()
