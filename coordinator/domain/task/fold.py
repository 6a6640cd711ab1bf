"""How facts build a task, its clocks, and the hours of those who work at it in shifts."""

from typing import assert_never

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.called_to import goes_on
from coordinator.domain.roster.free_people import with_members
from coordinator.domain.safety.fatigue import works
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import Member
from coordinator.domain.state.tasks import Step, Task, Tasks, TaskShift
from coordinator.domain.task.shifts import has_said_yes, works_since
from schemas.events.task import (
    MilestoneMet,
    MilestoneMissed,
    MilestoneSet,
    TaskCancelled,
    TaskDeadlineMissed,
    TaskDeadlineMoved,
    TaskEvent,
    TaskFinished,
    TaskJoined,
    TaskOpened,
    TaskProgressReported,
    TaskShiftCalledOff,
    TaskShiftPlanned,
    TaskShiftsTurned,
)
from schemas.vocabulary import AssignmentStatus

_OUT = frozenset({AssignmentStatus.EN_ROUTE, AssignmentStatus.ON_SCENE})


def evolve(state: Jurisdiction, event: TaskEvent, at: int) -> Jurisdiction:
    if isinstance(event, TaskOpened):
        return _kept(state, _opened(event, at), at)
    task = state.tasks.by_id.get(event.task_id)
    if task is None:
        return state
    if isinstance(event, TaskFinished | TaskCancelled):
        return _work_on(_gone(state, task), task.task_id, at)
    if isinstance(event, TaskShiftsTurned):
        state = _hours(state, event, at)
    return _kept(state, _changed(task, event, at), at)


def _opened(event: TaskOpened, at: int) -> Task:
    return Task(
        task_id=event.task_id,
        name=event.name,
        aim=event.aim,
        opened_at=at,
        deadline_at=event.deadline_at,
        milestones=Map({it.milestone: Step(it.due_at, set_at=at) for it in event.milestones}),
    )


_Change = (
    MilestoneSet
    | MilestoneMet
    | MilestoneMissed
    | TaskProgressReported
    | TaskJoined
    | TaskShiftPlanned
    | TaskShiftCalledOff
    | TaskShiftsTurned
    | TaskDeadlineMoved
    | TaskDeadlineMissed
)


def _changed(task: Task, event: _Change, at: int) -> Task:  # noqa: C901 - one case for each fact
    match event:
        case MilestoneSet() | MilestoneMet() | MilestoneMissed():
            return replace(task, milestones=_milestones(task, event, at))
        case TaskProgressReported():
            return replace(task, percent=event.percent, percent_at=event.happened_at)
        case TaskJoined():
            people = tuple(sorted({*task.people, event.member_id}))
            units = tuple(sorted({*task.unit_ids, event.unit_id}))
            return replace(task, people=people, unit_ids=units)
        case TaskShiftPlanned():
            shift = TaskShift(event.member_ids, event.starts_at, event.ends_at)
            planned = task.shifts_planned + 1
            return replace(task, shifts=(*task.shifts, shift), shifts_planned=planned)
        case TaskShiftCalledOff():
            off = TaskShift(event.member_ids, event.starts_at, event.ends_at)
            return replace(task, shifts=tuple([it for it in task.shifts if it != off]))
        case TaskShiftsTurned():
            there = {*task.on_shift, *event.coming} - set(event.going)
            shifts = tuple(it for it in task.shifts if it.ends_at > at)
            return replace(task, on_shift=tuple(sorted(there)), shifts=shifts)
        case TaskDeadlineMoved():
            return replace(task, deadline_at=event.deadline_at, deadline_missed=False)
        case TaskDeadlineMissed():
            return replace(task, deadline_missed=True)
        case _:
            assert_never(event)


def _milestones(
    task: Task, event: MilestoneSet | MilestoneMet | MilestoneMissed, at: int
) -> Map[str, Step]:
    name, steps = event.milestone, task.milestones
    match event:
        case MilestoneSet():
            known = steps.get(name)
            return steps.set(name, Step(event.due_at, set_at=at if known is None else known.set_at))
        case MilestoneMet():
            return steps.set(name, replace(steps[name], met_at=event.happened_at, late=event.late))
        case MilestoneMissed():
            return steps.set(name, replace(steps[name], missed=True))


def _hours(state: Jurisdiction, event: TaskShiftsTurned, at: int) -> Jurisdiction:
    """Who goes rests from now on, bound as they are; who comes works, anew if they have rested.

    Neither touches whoever left the task since, or has not said yet that they come.
    """
    changed = dict[str, Member]()
    for member_id in event.going:
        member = state.roster.members.get(member_id)
        if member is not None and works(member) and has_said_yes(state, member, event.task_id):
            changed[member_id] = replace(member, idle_since=at)
    for member_id in event.coming:
        member = state.roster.members.get(member_id)
        if member is not None and has_said_yes(state, member, event.task_id):
            since = works_since(state, member, at)
            changed[member_id] = replace(member, worked_since=since, idle_since=None)
    return replace(state, roster=with_members(state.roster, changed))


def _kept(state: Jurisdiction, task: Task, at: int) -> Jurisdiction:
    """Keep a task and wind its clocks: what is open and not missed yet is awaited."""
    timers, id_ = state.timers, task.task_id
    for name, step in sorted(task.milestones.items()):
        key = f"{id_}/{name}"
        if step.met_at is None and not step.missed:
            timers = timers.set("milestone", key, max(step.due_at, at))
        else:
            timers = timers.clear("milestone", key)
    if task.deadline_missed:
        timers = timers.clear("task_deadline", id_)
    else:
        timers = timers.set("task_deadline", id_, task.deadline_at)
    turns = [it for shift in task.shifts for it in (shift.starts_at, shift.ends_at) if it > at]
    timers = timers.set("task_shift", id_, min(turns)) if turns else timers.clear("task_shift", id_)
    return replace(state, tasks=Tasks(state.tasks.by_id.set(id_, task)), timers=timers)


def _work_on(state: Jurisdiction, task_id: str, at: int) -> Jurisdiction:
    """Whoever rested by the shifts of a task that is over works again, if their unit goes on with
    something else: there is no plan any more by which they rest.
    """
    changed = dict[str, Member]()
    for _, unit in sorted(state.units.by_id.items()):
        for member_id in unit.people if unit.task_id == task_id and goes_on(state, unit) else ():
            member = state.roster.members.get(member_id)
            held = (
                None if member is None else state.assignments.by_id.get(member.assignment_id or "")
            )
            if member is None or held is None or member.idle_since is None:
                continue
            if held.status in _OUT:
                since = works_since(state, member, at)
                changed[member_id] = replace(member, worked_since=since, idle_since=None)
    return replace(state, roster=with_members(state.roster, changed)) if changed else state


def _gone(state: Jurisdiction, task: Task) -> Jurisdiction:
    timers, id_ = state.timers.clear("task_deadline", task.task_id), task.task_id
    timers = timers.clear("task_shift", id_)
    for name in task.milestones:
        timers = timers.clear("milestone", f"{id_}/{name}")
    return replace(state, tasks=Tasks(state.tasks.by_id.delete(id_)), timers=timers)
