"""Incident command, objectives, roll calls, calls for help."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Line, Millis, Position, Text
from schemas.events.envelope import Event
from schemas.ids import ActorId, HelpCallId, IncidentId, MemberId, ObjectiveId, RollCallId
from schemas.said import Said


class CommandEstablished(Event):
    type: Literal["command_established"] = "command_established"
    v: Literal[1] = 1
    incident_id: IncidentId
    commander_id: ActorId
    post: Position | None = None


class CommandTransferred(Event):
    type: Literal["command_transferred"] = "command_transferred"
    v: Literal[1] = 1
    incident_id: IncidentId
    to: ActorId
    briefing: Text


class CommandEnded(Event):
    type: Literal["command_ended"] = "command_ended"
    v: Literal[1] = 1
    incident_id: IncidentId
    reason: Said


class ObjectiveSet(Event):
    type: Literal["objective_set"] = "objective_set"
    v: Literal[1] = 1
    objective_id: ObjectiveId
    incident_id: IncidentId
    text: Line
    due_at: Millis


class ObjectiveMet(Event):
    type: Literal["objective_met"] = "objective_met"
    v: Literal[1] = 1
    objective_id: ObjectiveId
    late: bool
    happened_at: Millis


class ObjectiveDropped(Event):
    type: Literal["objective_dropped"] = "objective_dropped"
    v: Literal[1] = 1
    objective_id: ObjectiveId
    reason: Said


class ObjectiveOverdue(Event):
    type: Literal["objective_overdue"] = "objective_overdue"
    v: Literal[1] = 1
    objective_id: ObjectiveId


class RollCallScheduled(Event):
    """Somebody is on scene: the next roll call comes by the clock."""

    type: Literal["roll_call_scheduled"] = "roll_call_scheduled"
    v: Literal[1] = 1
    incident_id: IncidentId
    due_at: Millis


class RollCallNotNeeded(Event):
    """Nobody is on scene any more: the clock of roll calls stops."""

    type: Literal["roll_call_not_needed"] = "roll_call_not_needed"
    v: Literal[1] = 1
    incident_id: IncidentId


class RollCallOpened(Event):
    type: Literal["roll_call_opened"] = "roll_call_opened"
    v: Literal[1] = 1
    roll_call_id: RollCallId
    incident_id: IncidentId
    member_ids: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=1_000)]
    due_at: Millis
    by_clock: bool


class RollAnswered(Event):
    type: Literal["roll_answered"] = "roll_answered"
    v: Literal[1] = 1
    roll_call_id: RollCallId
    member_ids: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=MEMBERS_MAX)]
    happened_at: Millis


class RollCallMissed(Event):
    """These did not answer in time: an alarm at once."""

    type: Literal["roll_call_missed"] = "roll_call_missed"
    v: Literal[1] = 1
    roll_call_id: RollCallId
    member_ids: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=1_000)]


class RollCallClosed(Event):
    type: Literal["roll_call_closed"] = "roll_call_closed"
    v: Literal[1] = 1
    roll_call_id: RollCallId
    complete: bool


class HelpCalled(Event):
    type: Literal["help_called"] = "help_called"
    v: Literal[1] = 1
    help_call_id: HelpCallId
    member_id: MemberId
    incident_id: IncidentId | None = None
    place: Position | None = None
    text: Text = ""
    happened_at: Millis


class HelpResolved(Event):
    type: Literal["help_resolved"] = "help_resolved"
    v: Literal[1] = 1
    help_call_id: HelpCallId
    outcome: Line


CommandEvent = (
    CommandEstablished
    | CommandTransferred
    | CommandEnded
    | ObjectiveSet
    | ObjectiveMet
    | ObjectiveDropped
    | ObjectiveOverdue
    | RollCallScheduled
    | RollCallNotNeeded
    | RollCallOpened
    | RollAnswered
    | RollCallMissed
    | RollCallClosed
    | HelpCalled
    | HelpResolved
)
