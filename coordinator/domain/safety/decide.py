"""The safety interlock: work starts when named people have confirmed, and stops on the weather.

A task has a leader, a guardian who does not work, and a permit giver who is not the leader.
Interlocks and fatigue can be set aside by an approver on record; the grounding and the weather
cannot.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from coordinator.domain.at_work import at_work_here, begun
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.incident.fold import start_closing
from coordinator.domain.member_rights import nobody_is_there, speaks_for_task
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.safety import interlock, supply_back
from coordinator.domain.safety.crew import broken_crew_rule, broken_presence
from coordinator.domain.safety.fatigue import (
    end_watch,
    evolve_override,
    evolve_watch,
    limit_reached,
    watch_hours,
)
from coordinator.domain.safety.weather import forbidden_by, reported
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Task, TaskStage
from schemas.catalogue import members
from schemas.events.assignment import (
    AssignmentAborted,
    AssignmentDone,
    AssignmentReleased,
    MemberEnRoute,
    MemberOnScene,
)
from schemas.events.command import HelpCalled
from schemas.events.envelope import Event
from schemas.events.incident import IncidentReopened, IncidentRestored
from schemas.events.safety import (
    FatigueLimitReached,
    FatigueWatched,
    FatigueWatchEnded,
    InterlockConfirmed,
    InterlockWithdrawn,
    ReliefFellDue,
    SafetyEvent,
    SafetyOverridden,
    SupplyReportedBack,
    TaskPlanned,
    WeatherChanged,
    WhyStopped,
    WorkFinished,
    WorkStarted,
    WorkStopped,
)
from schemas.events.unit import UnitStoodDown
from schemas.events.violation import ViolationRecorded
from schemas.policy import WeatherLimit
from schemas.said import Said
from schemas.sentences import notices, reasons, work
from schemas.signals.safety import (
    ConfirmInterlock,
    FinishWork,
    OverrideSafety,
    PauseWork,
    PlanTask,
    SafetySignal,
    StartWork,
    WeatherReported,
    WithdrawInterlock,
)
from schemas.vocabulary import NoticeKind, Recipient, ViolationClass

_NO_LIMIT = WeatherLimit()


def evolve(state: Jurisdiction, event: SafetyEvent, at: int) -> Jurisdiction:
    safety = state.safety
    match event:
        case WeatherChanged():
            since = at if event.happened_at is None else event.happened_at
            return replace(state, safety=replace(safety, weather=event.weather, weather_at=since))
        case TaskPlanned():
            tasks = safety.tasks.set(event.task_id, _planned(event))
        case WorkFinished():
            return _ended(state, event, at)
        case FatigueWatched() | FatigueWatchEnded() | ReliefFellDue() | FatigueLimitReached():
            return evolve_watch(state, event)
        case SafetyOverridden() if event.rule == "fatigue":
            return evolve_override(state, event)
        case _:
            task = safety.tasks.get(event.task_id or "")
            if task is None:
                return state
            changed = _evolve_task(task, event)
            tasks = safety.tasks.set(task.task_id, changed)
    state = replace(state, safety=replace(safety, tasks=tasks))
    return _closing(state, event.incident_id, at) if isinstance(event, WorkStarted) else state


def _ended(state: Jurisdiction, event: WorkFinished, at: int) -> Jurisdiction:
    task = state.safety.tasks.get(event.task_id)
    tasks = state.safety.tasks.delete(event.task_id)
    state = replace(state, safety=replace(state.safety, tasks=tasks))
    return state if task is None or not begun(task) else _closing(state, event.incident_id, at)


def _closing(state: Jurisdiction, incident_id: str, at: int) -> Jurisdiction:
    """The clock that closes what is restored waits for the end of the work."""
    incident = state.incidents.by_id.get(incident_id)
    return state if incident is None else start_closing(state, incident, at)


def _planned(event: TaskPlanned) -> Task:
    return Task(
        task_id=event.task_id,
        incident_id=event.incident_id,
        unit_id=event.unit_id,
        kind=event.kind,
        work_leader=event.work_leader,
        guardian=event.guardian,
        permitter=event.permitter,
        crew=event.crew,
        interlocks=event.interlocks,
    )


def _evolve_task(  # noqa: C901 - one case for each fact
    task: Task,
    event: InterlockConfirmed
    | InterlockWithdrawn
    | SafetyOverridden
    | WorkStarted
    | WorkStopped
    | SupplyReportedBack,
) -> Task:
    match event:
        case InterlockConfirmed():
            return replace(task, confirmed=task.confirmed.set(event.interlock, event.confirmed_by))
        case InterlockWithdrawn():
            confirmed = task.confirmed
            if event.interlock in confirmed:
                confirmed = confirmed.delete(event.interlock)
            return replace(task, confirmed=confirmed)
        case SafetyOverridden():
            if event.interlock is None:
                return task
            return replace(task, overridden=task.overridden.set(event.interlock, event.valid_until))
        case WorkStarted():
            return replace(task, stage=TaskStage.WORKING)
        case WorkStopped():
            return replace(task, stage=TaskStage.STOPPED)
        case SupplyReportedBack():
            return replace(task, supply_back_at=event.happened_at)


def decide(state: Jurisdiction, signal: SafetySignal, cause: Cause) -> Iterable[Event]:
    match signal:
        case PlanTask():
            return _plan(state, signal, cause)
        case WeatherReported():
            return reported(state.safety, signal, cause)
        case OverrideSafety():
            return interlock.override(state, signal, cause)
        case _:
            task = state.safety.tasks.get(signal.task_id)
            if task is None:
                return refuse(work.NO_SUCH_TASK, field="task_id", value=signal.task_id)
            return _at_task(state, task, signal, cause)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:  # noqa: C901 - one case for each fact
    match event:
        case WeatherChanged():
            return _stop_for_weather(state, cause)
        case InterlockWithdrawn():
            task = state.safety.tasks.get(event.task_id)
            if task is None or task.stage is not TaskStage.WORKING:
                return ()
            return _stopped(task, "interlock", reasons.interlock_withdrawn(event.interlock), cause)
        case HelpCalled():
            return _stop_for_help(state, event, cause)
        case MemberEnRoute() | MemberOnScene():
            return watch_hours(state, event, cause)
        case ViolationRecorded():
            return _stop_for_violation(state, event, cause)
        case UnitStoodDown():
            return _finish_with_unit(state, event.unit_id, cause)
        case IncidentRestored():
            return supply_back.alarm(state, event, cause)
        case IncidentReopened():
            return _no_supply(state, event.incident_id)
        case WorkFinished():
            return supply_back.call_off_alarm(state, event.task_id, reasons.WORK_ENDED)
        case AssignmentAborted() | AssignmentDone() | AssignmentReleased():
            return (
                *end_watch(state, event.assignment_id),
                *_crew_left(state, event.assignment_id, cause),
            )
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    if kind == "relief":
        return (ReliefFellDue(member_id=id_),)
    return limit_reached(state, id_, cause)


def _plan(state: Jurisdiction, signal: PlanTask, cause: Cause) -> Iterable[Event]:
    broken = broken_crew_rule(state, signal)
    if broken is not None:
        rule, field, value = broken
        return refuse(rule, field=field, value=value)
    return (
        TaskPlanned(
            task_id=cause.mint("tsk"),
            incident_id=signal.incident_id,
            unit_id=signal.unit_id,
            kind=signal.kind,
            place=signal.place,
            work_leader=signal.work_leader,
            guardian=signal.guardian,
            permitter=signal.permitter,
            crew=signal.crew,
            interlocks=state.policy.safety.interlocks.get(signal.kind, ()),
            text=signal.text,
        ),
    )


def _at_task(  # noqa: C901 - one case for each signal
    state: Jurisdiction,
    task: Task,
    signal: ConfirmInterlock | WithdrawInterlock | StartWork | PauseWork | FinishWork,
    cause: Cause,
) -> Iterable[Event]:
    match signal:
        case ConfirmInterlock():
            return interlock.confirm(state, task, signal)
        case WithdrawInterlock():
            return interlock.withdraw(task, signal)
        case StartWork():
            return _start(state, task, signal, cause)
        case PauseWork():
            if task.stage is not TaskStage.WORKING:
                return ()
            by: WhyStopped = "guardian" if signal.actor_id == task.guardian else "person"
            why = reasons.as_typed(signal.reason)
            return (WorkStopped(task_id=task.task_id, cause=by, reason=why),)
        case FinishWork():
            if task.stage is TaskStage.PLANNED:
                return refuse(work.NEVER_STARTED, field="task_id", value=task.task_id)
            said_by = signal.reported_by or signal.actor_id
            if not (speaks_for_task(state, said_by, task) or nobody_is_there(state, task)):
                return refuse(
                    work.END_BY_WHO_IS_THERE,
                    field="reported_by",
                    value=said_by,
                )
            return (_finished(task, cause.happened_at),)


def _start(state: Jurisdiction, task: Task, signal: StartWork, cause: Cause) -> Iterable[Event]:
    if task.stage is TaskStage.WORKING:
        return ()
    lacking = interlock.lacking(task, cause.at)
    if lacking is not None:
        return refuse(
            work.INTERLOCKS_BEFORE_WORK,
            field="interlock",
            value=lacking,
        )
    broken = broken_presence(state, task)
    if broken is not None:
        rule, field, value = broken
        return refuse(rule, field=field, value=value)
    limit = state.policy.safety.weather.get(task.kind, _NO_LIMIT)
    forbidden = forbidden_by(state.safety.weather, limit)
    if forbidden is not None:
        return refuse(work.weather_forbids(forbidden), field="weather", value=None)
    return (
        WorkStarted(
            task_id=task.task_id, incident_id=task.incident_id, happened_at=cause.happened_at
        ),
    )


def _working(state: Jurisdiction) -> list[Task]:
    tasks = (task for task in state.safety.tasks.values() if task.stage is TaskStage.WORKING)
    return sorted(tasks, key=lambda it: it.task_id)


def _stopped(task: Task, by: WhyStopped, reason: Said, cause: Cause) -> Iterable[Event]:
    return (
        WorkStopped(task_id=task.task_id, cause=by, reason=reason),
        notify(
            cause,
            NoticeKind.WORK_STOPPED,
            Recipient.MEMBER,
            notices.stop_work(reason),
            about=task.task_id,
            targets=tuple(sorted({task.work_leader, *task.crew})),
        ),
    )


def _stop_for_weather(state: Jurisdiction, cause: Cause) -> Iterable[Event]:
    for task in _working(state):
        limit = state.policy.safety.weather.get(task.kind, _NO_LIMIT)
        forbidden = forbidden_by(state.safety.weather, limit)
        if forbidden is not None:
            yield from _stopped(task, "weather", forbidden, cause)


def _stop_for_help(state: Jurisdiction, event: HelpCalled, cause: Cause) -> Iterable[Event]:
    for task in _working(state):
        if task.incident_id == event.incident_id or event.member_id in task.crew:
            yield from _stopped(task, "help", notices.needs_help(event.member_id), cause)


def _stop_for_violation(
    state: Jurisdiction, event: ViolationRecorded, cause: Cause
) -> Iterable[Event]:
    task = state.safety.tasks.get(event.task_id or "")
    if task is None or task.stage is not TaskStage.WORKING:
        return ()
    if event.grade is ViolationClass.GENERAL:
        return ()
    return _stopped(task, "violation", reasons.as_typed(event.clause), cause)


def _crew_left(state: Jurisdiction, assignment_id: str, cause: Cause) -> Iterable[Event]:
    """A task without its leader, its guardian or enough people does not go on."""
    assignment = state.assignments.by_id.get(assignment_id)
    member_id = "" if assignment is None else assignment.member_id
    for task in _working(state):
        if member_id in (task.work_leader, task.guardian):
            yield from _stopped(task, "crew", reasons.left_scene(member_id), cause)
        elif member_id in task.crew and broken_presence(state, task) is not None:
            yield from _stopped(task, "crew", reasons.TOO_FEW_LEFT, cause)


def _no_supply(state: Jurisdiction, incident_id: str) -> Iterable[Event]:
    for task in at_work_here(state, incident_id):
        yield from supply_back.call_off_alarm(state, task.task_id, reasons.DARK_AGAIN)


def _finish_with_unit(state: Jurisdiction, unit_id: str, cause: Cause) -> Iterable[Event]:
    for task in sorted(state.safety.tasks.values(), key=lambda it: it.task_id):
        if task.unit_id == unit_id:
            yield _finished(task, cause.at)


def _finished(task: Task, happened_at: int) -> WorkFinished:
    return WorkFinished(task_id=task.task_id, incident_id=task.incident_id, happened_at=happened_at)


CONCEPT: Final = Concept(
    name="safety",
    signals=members(SafetySignal),
    decide=decide,
    facts=members(SafetyEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            WeatherChanged,
            InterlockWithdrawn,
            HelpCalled,
            UnitStoodDown,
            AssignmentAborted,
            AssignmentDone,
            AssignmentReleased,
            MemberEnRoute,
            MemberOnScene,
            ViolationRecorded,
            IncidentRestored,
            IncidentReopened,
            WorkFinished,
        }
    ),
    react=react,
    timers=frozenset({"fatigue", "relief"}),
    due=due,
)
