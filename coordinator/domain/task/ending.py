"""How a task ends: never over people at work or out, and what is left open is named."""

from collections.abc import Iterable, Iterator

from coordinator.domain.assignment.staying import nobody_sought
from coordinator.domain.at_work import at_work, naming
from coordinator.domain.cause import Cause
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.tasks import Task
from coordinator.domain.state.units import Unit
from coordinator.domain.unit.vacancy import is_with
from schemas.durations import HOUR
from schemas.events import task as events
from schemas.events.envelope import Event
from schemas.said import TEXT_MAX, Said
from schemas.sentences import notices, reasons, tasks
from schemas.signals.task import CancelTask, FinishTask
from schemas.vocabulary import NoticeKind, Recipient

_ALL = 100
"""Percent."""


def end(
    state: Jurisdiction, task: Task, signal: FinishTask | CancelTask, cause: Cause
) -> Iterable[Event]:
    """Finish or cancel a task: its coming shifts are called off, and whom they were of hears it."""
    refused = _people_there(state, task, signal)
    if not refused and isinstance(signal, FinishTask):
        refused = _left_open(task, signal)
    if refused:
        return refused
    over = calmed(state, task.task_id, reasons.TASK_OVER)
    called_off = tuple(_called_off(task, cause))
    if isinstance(signal, CancelTask):
        cancelled = events.TaskCancelled(task_id=task.task_id, reason=signal.reason)
        return (*called_off, cancelled, *over)
    return (
        *called_off,
        events.TaskFinished(
            task_id=task.task_id,
            summary=signal.summary,
            lessons=signal.lessons,
            happened_at=cause.happened_at,
            statistics=_statistics(task, cause),
            percent=task.percent,
            unfinished=signal.unfinished,
            reason=signal.reason,
            left_open=_open_milestones(task),
        ),
        *over,
    )


def calmed(state: Jurisdiction, task_id: str, reason: Said) -> Iterable[Event]:
    """End the alarm of a task that was late."""
    return escalation.call_off(state, about=task_id, cause_kind=NoticeKind.TASK_LATE, reason=reason)


def _people_there(
    state: Jurisdiction, task: Task, signal: FinishTask | CancelTask
) -> tuple[Event, ...]:
    """Refuse over people at work, whatever is said, and over people out, unless they are in."""
    units = _units(state, task)
    tickets = tuple(it for unit in units for it in at_work(state, unit.unit_id))
    if tickets:
        rule = tasks.task_not_over_people_at_work(naming(tickets))
        return refuse(rule, field="task_id", value=task.task_id)
    out = sorted({it for unit in units for it in unit.people if is_with(state, unit, it)})
    if out and not signal.all_in:
        return refuse(tasks.people_still_out(tuple(out)), field="all_in", value=False)
    people = {it for unit in units for it in unit.people}
    return nobody_sought(state, people, field="task_id", value=task.task_id)


def _units(state: Jurisdiction, task: Task) -> list[Unit]:
    return [it for _, it in sorted(state.units.by_id.items()) if it.task_id == task.task_id]


def _left_open(task: Task, signal: FinishTask) -> tuple[Event, ...]:
    """Refuse what is not finished, unless just that is said, and why."""
    if signal.unfinished:
        if signal.reason is None:
            return refuse(tasks.UNFINISHED_HAS_REASON, field="reason", value=None)
        return ()
    if signal.reason is not None:
        return refuse(tasks.REASON_OF_UNFINISHED, field="reason", value=signal.reason)
    names = _open_milestones(task)
    if names:
        rule = tasks.milestones_open(len(names), "、".join(names)[:TEXT_MAX])
        return refuse(rule, field="unfinished", value=False)
    # Of a task whose progress nobody ever told, nothing is known but its milestones.
    if task.percent_at and task.percent < _ALL:
        return refuse(tasks.not_all_done(task.percent), field="unfinished", value=False)
    return ()


def _open_milestones(task: Task) -> tuple[str, ...]:
    steps = sorted(task.milestones.items(), key=lambda it: (it[1].due_at, it[0]))
    return tuple(name for name, it in steps if it.met_at is None)


def _called_off(task: Task, cause: Cause) -> Iterator[Event]:
    for shift in task.shifts:
        if shift.starts_at <= cause.at:
            continue
        yield events.TaskShiftCalledOff(
            task_id=task.task_id,
            member_ids=shift.member_ids,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
        )
        yield notify(
            cause,
            NoticeKind.SHIFT_CALLED_OFF,
            Recipient.MEMBER,
            notices.task_shift_called_off(task.task_id, shift.starts_at, shift.ends_at),
            about=task.task_id,
            targets=shift.member_ids,
            lasts_ms=max(HOUR, shift.ends_at - cause.at),
        )


def _statistics(task: Task, cause: Cause) -> events.TaskStatistics:
    steps = list(task.milestones.values())
    return events.TaskStatistics(
        people=len(task.people),
        units=len(task.unit_ids),
        shifts=task.shifts_planned,
        milestones=len(steps),
        milestones_met=sum(it.met_at is not None for it in steps),
        milestones_late=sum(it.late for it in steps),
        early_s=(task.deadline_at - cause.happened_at) // 1_000,
        lasted_s=max(0, cause.happened_at - task.opened_at) // 1_000,
    )
