"""A task: a body with a deadline beside incident and operation (抢建、迁改、支援).

It has milestones, progress, units that are called for it, shifts, and may have a branch. Nothing
promises a customer anything by it, and nothing closes it but who runs it. Its work is ordered by
the tickets of its units; while any of them is at work, the task is neither finished nor cancelled.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.escalation.fold import together
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.tasks import Task
from coordinator.domain.task import ending
from coordinator.domain.task.fold import evolve
from coordinator.domain.task.shifts import (
    at_line,
    ended_late,
    has_said_yes,
    kept,
    lacking,
    plan,
    turned,
)
from schemas.catalogue import members
from schemas.events import task as events
from schemas.events.assignment import MemberEnRoute, MemberOnScene
from schemas.events.envelope import Event
from schemas.events.operation import GuardPosted
from schemas.events.roster import MemberUnfit
from schemas.events.safety import SafetyOverridden
from schemas.events.task import TaskEvent
from schemas.events.ticket import (
    InterlockConfirmed,
    TicketEnded,
    TicketHandedOver,
    WorkStarted,
)
from schemas.said import Said
from schemas.sentences import notices, reasons, tasks
from schemas.signals.task import (
    CancelTask,
    FinishTask,
    MeetMilestone,
    MoveTaskDeadline,
    OpenTask,
    PlanTaskShift,
    ReportTaskProgress,
    SetMilestone,
    TaskSignal,
)
from schemas.vocabulary import NoticeKind, Recipient

_MILESTONES_MAX: Final = 50


def decide(state: Jurisdiction, signal: TaskSignal, cause: Cause) -> Iterable[Event]:  # noqa: C901 - one case for each signal
    if isinstance(signal, OpenTask):
        return _open(signal, cause)
    task = state.tasks.by_id.get(signal.task_id)
    if task is None:
        return refuse(tasks.NO_SUCH_TASK, field="task_id", value=signal.task_id)
    match signal:
        case SetMilestone():
            return _set(task, signal, cause)
        case MeetMilestone():
            return _meet(task, signal, cause)
        case ReportTaskProgress():
            return _progress(task, signal, cause)
        case PlanTaskShift():
            return plan(state, task, signal, cause.at)
        case MoveTaskDeadline():
            return _move(task, signal, cause)
        case FinishTask() | CancelTask():
            return ending.end(state, task, signal, cause)


def _open(signal: OpenTask, cause: Cause) -> Iterable[Event]:
    if signal.deadline_at <= cause.at:
        return refuse(tasks.DEADLINE_AHEAD, field="deadline_at", value=signal.deadline_at)
    names = [it.milestone for it in signal.milestones]
    if len(set(names)) != len(names):
        return refuse(tasks.EACH_MILESTONE_ONCE, field="milestones", value=len(names))
    for it in signal.milestones:
        if not cause.at < it.due_at <= signal.deadline_at:
            return refuse(tasks.milestone_by_deadline(it.milestone), field="milestones",
                          value=it.due_at)  # fmt: skip
    return (
        events.TaskOpened(
            task_id=cause.mint("tsk"),
            name=signal.name,
            aim=signal.aim,
            deadline_at=signal.deadline_at,
            milestones=signal.milestones,
        ),
    )


def _set(task: Task, signal: SetMilestone, cause: Cause) -> Iterable[Event]:
    step = task.milestones.get(signal.milestone)
    if step is not None and step.met_at is not None:
        return refuse(tasks.MILESTONE_MET, field="milestone", value=signal.milestone)
    if step is not None and step.due_at == signal.due_at:
        return ()
    if not cause.at < signal.due_at <= task.deadline_at:
        rule = tasks.milestone_by_deadline(signal.milestone)
        return refuse(rule, field="due_at", value=signal.due_at)
    if step is None and len(task.milestones) >= _MILESTONES_MAX:
        rule = tasks.milestones_at_most(_MILESTONES_MAX)
        return refuse(rule, field="milestone", value=signal.milestone)
    return (
        events.MilestoneSet(task_id=task.task_id, milestone=signal.milestone, due_at=signal.due_at),
    )


def _meet(task: Task, signal: MeetMilestone, cause: Cause) -> Iterable[Event]:
    step = task.milestones.get(signal.milestone)
    if step is None:
        return refuse(tasks.NO_SUCH_MILESTONE, field="milestone", value=signal.milestone)
    if step.met_at is not None:
        return ()
    return (
        events.MilestoneMet(
            task_id=task.task_id,
            milestone=signal.milestone,
            happened_at=cause.happened_at,
            late=cause.happened_at > step.due_at,
        ),
    )


def _late(task: Task) -> list[Said]:
    """Return all that is late of a task now, the deadline last."""
    id_ = task.task_id
    texts = [
        notices.milestone_missed(id_, name, it.due_at)
        for name, it in sorted(task.milestones.items())
        if it.missed and it.met_at is None
    ]
    if task.deadline_missed:
        texts.append(notices.task_deadline_missed(id_, task.deadline_at))
    return texts


def _said_now(state: Jurisdiction, task_id: str, reason: Said) -> Iterable[Event]:
    """Something was settled: the alarm names what is late still, and is over where nothing is."""
    return escalation.said_now(
        state,
        about=task_id,
        cause_kind=NoticeKind.TASK_LATE,
        texts=_late(state.tasks.by_id[task_id]),
        reason=reason,
    )


def _alarm(state: Jurisdiction, task_id: str, cause: Cause) -> Iterable[Event]:
    return escalation.start(
        state,
        cause,
        about=task_id,
        cause_kind=NoticeKind.TASK_LATE,
        ladder="promise",
        text=together(_late(state.tasks.by_id[task_id])),
    )


def _progress(task: Task, signal: ReportTaskProgress, cause: Cause) -> Iterable[Event]:
    if cause.happened_at < task.percent_at:
        return refuse(tasks.PROGRESS_NEWER_KNOWN, field="percent", value=signal.percent)
    if signal.percent == task.percent and not signal.text:
        return ()
    return (
        events.TaskProgressReported(
            task_id=task.task_id,
            percent=signal.percent,
            happened_at=cause.happened_at,
            text=signal.text,
        ),
    )


def _move(task: Task, signal: MoveTaskDeadline, cause: Cause) -> Iterable[Event]:
    if signal.deadline_at == task.deadline_at:
        return ()
    if signal.deadline_at <= cause.at:
        return refuse(tasks.DEADLINE_AHEAD, field="deadline_at", value=signal.deadline_at)
    for name, step in sorted(task.milestones.items()):
        if step.met_at is None and step.due_at > signal.deadline_at:
            rule = tasks.milestone_by_deadline(name)
            return refuse(rule, field="deadline_at", value=signal.deadline_at)
    return (
        events.TaskDeadlineMoved(
            task_id=task.task_id, deadline_at=signal.deadline_at, reason=signal.reason
        ),
    )


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:  # noqa: C901 - one case for each fact
    match event:
        case events.MilestoneMissed() | events.TaskDeadlineMissed():
            return _alarm(state, event.task_id, cause)
        case events.MilestoneMet():
            return _said_now(state, event.task_id, reasons.MILESTONES_MET)
        case events.MilestoneSet() | events.TaskDeadlineMoved():
            return _said_now(state, event.task_id, reasons.TASK_PLANNED_ANEW)
        case MemberEnRoute() | MemberOnScene():
            return _joined(state, event.assignment_id)
        case events.TaskShiftsTurned():
            return _joined_by_shift(state, event)
        case events.TaskShiftPlanned():
            task = state.tasks.by_id[event.task_id]
            return turned(state, task, cause.at) if event.starts_at <= cause.at else ()
        case MemberUnfit():
            return kept(state, (event.member_id,), cause)
        case GuardPosted():
            return kept(state, event.post.member_ids, cause)
        case TicketEnded():
            return ended_late(state, event, cause.at)
        case InterlockConfirmed() | SafetyOverridden() | WorkStarted() | TicketHandedOver():
            return at_line(state, event.ticket_id or "")
    return ()


def _joined_by_shift(state: Jurisdiction, event: events.TaskShiftsTurned) -> Iterator[Event]:
    """Who comes on shift and has accepted takes part, though they never said that they set out."""
    for member_id in event.coming:
        member = state.roster.members.get(member_id)
        if member is not None and has_said_yes(state, member, event.task_id):
            yield from _joined(state, member.assignment_id or "")


def _joined(state: Jurisdiction, assignment_id: str) -> Iterable[Event]:
    held = state.assignments.by_id.get(assignment_id)
    unit = None if held is None else state.units.by_id.get(held.unit_id)
    task = None if unit is None else state.tasks.by_id.get(unit.task_id or "")
    if held is None or unit is None or task is None:
        return ()
    if held.member_id in task.people and unit.unit_id in task.unit_ids:
        return ()
    return (
        events.TaskJoined(task_id=task.task_id, unit_id=unit.unit_id, member_id=held.member_id),
    )


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    task_id, _, milestone = id_.partition("/")
    task = state.tasks.by_id[task_id]
    if kind == "task_shift":
        return (*turned(state, task, cause.at), *lacking(state, task, cause))
    if kind == "milestone":
        by = task.milestones[milestone].due_at
        fact: Event = events.MilestoneMissed(task_id=task_id, milestone=milestone, due_at=by)
        text = notices.milestone_missed(task_id, milestone, by)
    else:
        fact = events.TaskDeadlineMissed(task_id=task_id, deadline_at=task.deadline_at)
        text = notices.task_deadline_missed(task_id, task.deadline_at)
    return (
        fact,
        notify(cause, NoticeKind.TASK_LATE, Recipient.DISPATCHER, text, about=task_id),
    )


CONCEPT: Final = Concept(
    name="task",
    signals=members(TaskSignal),
    decide=decide,
    facts=members(TaskEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            events.MilestoneMissed,
            events.TaskDeadlineMissed,
            events.MilestoneMet,
            events.MilestoneSet,
            events.TaskDeadlineMoved,
            MemberEnRoute,
            MemberOnScene,
            events.TaskShiftPlanned,
            events.TaskShiftsTurned,
            MemberUnfit,
            GuardPosted,
            TicketEnded,
            InterlockConfirmed,
            SafetyOverridden,
            WorkStarted,
            TicketHandedOver,
        }
    ),
    react=react,
    timers=frozenset({"milestone", "task_deadline", "task_shift"}),
    due=due,
)
