"""Tasks at work: interlocks, stops, overrides, weather, fatigue."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Line, Millis, Position
from schemas.events.envelope import Event
from schemas.ids import ActorId, IncidentId, MemberId, TaskId, UnitId
from schemas.said import Said
from schemas.signals.safety import Weather
from schemas.vocabulary import Interlock, TaskKind


class TaskPlanned(Event):
    type: Literal["task_planned"] = "task_planned"
    v: Literal[1] = 1
    task_id: TaskId
    incident_id: IncidentId
    unit_id: UnitId
    kind: TaskKind
    place: Position
    work_leader: MemberId
    guardian: MemberId | None = None
    permitter: ActorId | None = None
    crew: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=MEMBERS_MAX)]
    interlocks: Annotated[tuple[Interlock, ...], Field(max_length=3)]
    text: Line


class InterlockConfirmed(Event):
    type: Literal["interlock_confirmed"] = "interlock_confirmed"
    v: Literal[1] = 1
    task_id: TaskId
    interlock: Interlock
    confirmed_by: ActorId
    reference: Line


class InterlockWithdrawn(Event):
    type: Literal["interlock_withdrawn"] = "interlock_withdrawn"
    v: Literal[1] = 1
    task_id: TaskId
    interlock: Interlock
    reason: Line


class WorkStarted(Event):
    type: Literal["work_started"] = "work_started"
    v: Literal[1] = 1
    task_id: TaskId
    incident_id: IncidentId
    happened_at: Millis


class WorkStopped(Event):
    """By the weather, an interlock, a missing guardian, a violation, a call for help, a person."""

    type: Literal["work_stopped"] = "work_stopped"
    v: Literal[1] = 1
    task_id: TaskId
    cause: Literal["weather", "interlock", "guardian", "help", "person", "crew", "violation"]
    reason: Said


class WorkFinished(Event):
    type: Literal["work_finished"] = "work_finished"
    v: Literal[1] = 1
    task_id: TaskId
    incident_id: IncidentId
    happened_at: Millis


class SupplyReportedBack(Event):
    """Supply was said to be back while people are at work: they are told, and stay."""

    type: Literal["supply_reported_back"] = "supply_reported_back"
    v: Literal[1] = 1
    task_id: TaskId
    incident_id: IncidentId
    happened_at: Millis


class SafetyOverridden(Event):
    type: Literal["safety_overridden"] = "safety_overridden"
    v: Literal[1] = 1
    rule: Literal["interlock", "fatigue"]
    task_id: TaskId | None = None
    interlock: Interlock | None = None
    member_id: MemberId | None = None
    approver: ActorId
    reason: Line
    valid_until: Millis


class WeatherChanged(Event):
    type: Literal["weather_changed"] = "weather_changed"
    v: Literal[1] = 1
    weather: Weather
    happened_at: Millis | None = None


class FatigueWatched(Event):
    """A member began to work: their hours run until `limit_at`."""

    type: Literal["fatigue_watched"] = "fatigue_watched"
    v: Literal[1] = 1
    member_id: MemberId
    limit_at: Millis


class FatigueWatchEnded(Event):
    """The member's work is over: their hours no longer run."""

    type: Literal["fatigue_watch_ended"] = "fatigue_watch_ended"
    v: Literal[1] = 1
    member_id: MemberId


class FatigueLimitReached(Event):
    """The member has worked as long as policy allows: relief is due."""

    type: Literal["fatigue_limit_reached"] = "fatigue_limit_reached"
    v: Literal[1] = 1
    member_id: MemberId
    worked_since: Millis


SafetyEvent = (
    TaskPlanned
    | InterlockConfirmed
    | InterlockWithdrawn
    | WorkStarted
    | WorkStopped
    | WorkFinished
    | SupplyReportedBack
    | SafetyOverridden
    | WeatherChanged
    | FatigueWatched
    | FatigueWatchEnded
    | FatigueLimitReached
)
