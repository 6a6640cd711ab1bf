"""Shifts at a task: who may be planned, who comes and who goes when one turns."""

from collections.abc import Iterable, Iterator

from coordinator.domain.at_work import at_work_here, begun, people_at, to_count
from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.operation.coverage import posted_from
from coordinator.domain.refusal import refuse
from coordinator.domain.safety.fatigue import works
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import Member
from coordinator.domain.state.safety import Ticket
from coordinator.domain.state.tasks import Task, TaskShift
from schemas.durations import HOUR
from schemas.events import task as events
from schemas.events.envelope import Event
from schemas.events.notice import RuleWarned
from schemas.events.ticket import TicketEnded
from schemas.sentences import notices, tasks
from schemas.signals.task import PlanTaskShift
from schemas.vocabulary import AssignmentStatus, NoticeKind, Recipient
from schemas.why_not import WhyNot


def people_of(state: Jurisdiction, task_id: str) -> set[str]:
    """Return who is bound to a unit of a task now."""
    return {
        member_id
        for unit in state.units.by_id.values()
        if unit.task_id == task_id
        for member_id in unit.people
    }


def plan(state: Jurisdiction, task: Task, signal: PlanTaskShift, at: int) -> Iterable[Event]:
    """Plan a shift of people of the task: refused where two overlap, warned of if one is long."""
    if signal.ends_at <= max(signal.starts_at, at):
        return refuse(tasks.SHIFT_ENDS_AHEAD, field="ends_at", value=signal.ends_at)
    if len(set(signal.member_ids)) != len(signal.member_ids):
        return refuse(tasks.ON_SHIFT_ONCE, field="member_ids", value=len(signal.member_ids))
    there = people_of(state, task.task_id)
    for member_id in signal.member_ids:
        if member_id not in there:
            return refuse(tasks.OF_A_UNIT_OF_THE_TASK, field="member_ids", value=member_id)
        if any(
            member_id in it.member_ids
            and it.starts_at < signal.ends_at
            and signal.starts_at < it.ends_at
            for it in task.shifts
        ):
            return refuse(tasks.ONE_SHIFT_AT_A_TIME, field="member_ids", value=member_id)
        why = _kept_from(state, member_id, signal.starts_at, signal.ends_at)
        if why is not None:
            rule = tasks.kept_from_shift(member_id, why)
            return refuse(rule, field="member_ids", value=member_id)
    return (
        events.TaskShiftPlanned(
            task_id=task.task_id,
            member_ids=tuple(sorted(signal.member_ids)),
            starts_at=signal.starts_at,
            ends_at=signal.ends_at,
        ),
        *_warned(state, task, signal),
    )


def _kept_from(state: Jurisdiction, member_id: str, begin: int, end: int) -> WhyNot | None:
    """Return what keeps somebody from a shift from `begin` to `end` (UTC ms), None for nothing:
    they are hurt or ill, or stand guard in those hours.
    """
    member = state.roster.members.get(member_id)
    if member is not None and member.unfit is not None:
        return WhyNot.UNFIT
    return WhyNot.ON_GUARD if posted_from(state, member_id, begin, end) is not None else None


def kept(state: Jurisdiction, people: Iterable[str], cause: Cause) -> Iterator[Event]:
    """Tell the desk for which shifts that are not over some people are planned who are kept from
    them now: the shift begins, or goes on, without them unless somebody plans anew.
    """
    for _, task in sorted(state.tasks.by_id.items()):
        for shift in task.shifts:
            if shift.ends_at > cause.at:
                yield from _kept_from_shift(state, task, shift, set(people), cause)


def _kept_from_shift(
    state: Jurisdiction, task: Task, shift: TaskShift, people: set[str], cause: Cause
) -> Iterator[Event]:
    gone = sorted(
        it
        for it in people.intersection(shift.member_ids)
        if _kept_from(state, it, shift.starts_at, shift.ends_at) is not None
    )
    if gone:
        text = tasks.shift_without(task.task_id, shift.starts_at, gone)
        yield notify(cause, NoticeKind.TASK_LATE, Recipient.DISPATCHER, text, about=task.task_id)


def _warned(state: Jurisdiction, task: Task, signal: PlanTaskShift) -> Iterator[Event]:
    hours = state.policy.hours
    long = (signal.ends_at - signal.starts_at) / HOUR
    if long > hours.work_max_h:
        rule = tasks.shift_too_long(int(long), hours.work_max_h)
        yield RuleWarned(rule=rule, about=task.task_id)
    for member_id in sorted(signal.member_ids):
        near = (
            max(signal.starts_at - it.ends_at, it.starts_at - signal.ends_at)
            for it in task.shifts
            if member_id in it.member_ids
        )
        rest = min(near, default=None)
        if rest is not None and rest < hours.rest_min_h * HOUR:
            rule = tasks.rest_too_short(member_id, rest // HOUR, hours.rest_min_h)
            yield RuleWarned(rule=rule, about=task.task_id)


def turned(state: Jurisdiction, task: Task, at: int) -> Iterable[Event]:
    """Say who comes and who goes at `at` (UTC ms): their hours are watched by that."""
    wanted = {
        member_id
        for it in task.shifts
        if it.starts_at <= at < it.ends_at
        for member_id in it.member_ids
    }
    planned = {member_id for it in task.shifts for member_id in it.member_ids}
    bound = people_of(state, task.task_id)
    coming = sorted((wanted & bound) - set(task.on_shift))
    # Who works by no plan goes on as they are; who is planned for another hour rests now.
    members = state.roster.members
    working = {it for it in planned & bound if it in members and works(members[it])}
    # Whoever is on a line, or left their part there uncounted, works until their ticket has ended,
    # whatever was planned.
    at_work = {who for it in _tickets_of(state, task.task_id) for who in to_count(it)}
    going = sorted((set(task.on_shift) | working) - wanted - at_work)
    yield events.TaskShiftsTurned(task_id=task.task_id, coming=tuple(coming), going=tuple(going))


def _tickets_of(state: Jurisdiction, task_id: str) -> Iterator[Ticket]:
    """Yield the begun tickets of a task, and of the incidents that its units are of, too."""
    units = [it for it in state.units.by_id.values() if it.task_id == task_id]
    for here in sorted({task_id} | {it.incident_id for it in units if it.incident_id is not None}):
        yield from at_work_here(state, here)


def at_line(state: Jurisdiction, ticket_id: str) -> Iterable[Event]:
    """Whoever rests by the shifts of a task and is at a ticket that has begun works from now on.

    They are on shift until it has ended (`ended_late`), whatever was planned.
    """
    ticket = state.safety.tickets.get(ticket_id)
    if ticket is None or not begun(ticket):
        return
    coming = dict[str, list[str]]()
    for member_id in sorted(people_at(ticket)):
        member = state.roster.members.get(member_id)
        held = None if member is None else state.assignments.by_id.get(member.assignment_id or "")
        unit = None if held is None else state.units.by_id.get(held.unit_id)
        task_id = None if unit is None else unit.task_id
        if member is None or member.idle_since is None or task_id not in state.tasks.by_id:
            continue
        if task_id is not None and has_said_yes(state, member, task_id):
            coming.setdefault(task_id, []).append(member_id)
    for task_id, people in sorted(coming.items()):
        yield events.TaskShiftsTurned(task_id=task_id, coming=tuple(people), going=())


def lacking(state: Jurisdiction, task: Task, cause: Cause) -> Iterable[Event]:
    """Name to the desk who is planned for a shift that begins now and is bound to the task no more:
    nobody else knows that they do not come.
    """
    # The clock may come late: what has begun since it should have spoken begins now.
    since = state.timers.get("task_shift", task.task_id) or cause.at
    begin_now = [it for it in task.shifts if since <= it.starts_at <= cause.at]
    wanted = {member_id for it in begin_now for member_id in it.member_ids}
    there = people_of(state, task.task_id)
    gone = sorted(wanted - there)
    if gone:
        text = notices.task_shift_lacks(task.task_id, gone)
        yield notify(cause, NoticeKind.TASK_LATE, Recipient.DISPATCHER, text, about=task.task_id)
    # Whoever is hurt, or stands guard, is bound still, and does not come either.
    for it in begin_now:
        yield from _kept_from_shift(state, task, it, there, cause)


def ended_late(state: Jurisdiction, ended: TicketEnded, at: int) -> Iterable[Event]:
    """A ticket has ended: whoever stayed for it past the end of their shift rests from now on."""
    tasks_of = {
        it.task_id
        for it in state.units.by_id.values()
        if (it.task_id is not None and it.task_id == ended.task_id)
        or (it.incident_id is not None and it.incident_id == ended.incident_id)
    }
    for _, task in sorted((id_, it) for id_, it in state.tasks.by_id.items() if id_ in tasks_of):
        on = {it for shift in task.shifts if shift.starts_at <= at < shift.ends_at
              for it in shift.member_ids}  # fmt: skip
        if set(task.on_shift) - on:
            yield from turned(state, task, at)


def has_said_yes(state: Jurisdiction, member: Member, task_id: str) -> bool:
    """Whether somebody is bound to a unit of a task and has accepted: their hours may count."""
    assignment = state.assignments.by_id.get(member.assignment_id or "")
    unit = None if assignment is None else state.units.by_id.get(assignment.unit_id)
    if assignment is None or unit is None or unit.task_id != task_id:
        return False
    return assignment.status not in (AssignmentStatus.OFFERED, AssignmentStatus.ACKNOWLEDGED)


def works_since(state: Jurisdiction, member: Member, at: int) -> int:
    """Return since when the hours of who comes on shift at `at` count (UTC ms): a rest too short
    is none, and they go on from where they were.
    """
    rest, idle = state.policy.hours.rest_min_h * HOUR, member.idle_since
    rested = idle is not None and at - idle >= rest
    return at if rested or member.worked_since is None else member.worked_since
