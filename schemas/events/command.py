"""Incident command, objectives, roll calls, calls for help."""

from typing import Annotated

from msgspec import Meta

from schemas.bounds import MEMBERS_MAX, Line, Millis, Position, Text
from schemas.events.envelope import Event
from schemas.ids import ActorId, HelpCallId, IncidentId, MemberId, ObjectiveId, RollCallId, TaskId
from schemas.said import Said


class CommandEstablished(Event):
    incident_id: IncidentId
    commander_id: ActorId
    post: Position | None = None


class CommandTransferred(Event):
    incident_id: IncidentId
    to: ActorId
    briefing: Text


class CommandEnded(Event):
    incident_id: IncidentId
    reason: Said


class ObjectiveSet(Event):
    objective_id: ObjectiveId
    incident_id: IncidentId
    text: Line
    due_at: Millis


class ObjectiveMet(Event):
    objective_id: ObjectiveId
    late: bool
    happened_at: Millis


class ObjectiveDropped(Event):
    objective_id: ObjectiveId
    reason: Said


class ObjectiveOverdue(Event):
    objective_id: ObjectiveId


class RollCallScheduled(Event):
    """Somebody is on scene of an incident or a task: the next roll call comes by the clock."""

    incident_id: IncidentId | None = None
    task_id: TaskId | None = None
    due_at: Millis


class RollCallNotNeeded(Event):
    """Nobody is on scene any more: the clock of roll calls stops."""

    incident_id: IncidentId | None = None
    task_id: TaskId | None = None


class RollCallOpened(Event):
    roll_call_id: RollCallId
    incident_id: IncidentId | None = None
    task_id: TaskId | None = None
    member_ids: Annotated[tuple[MemberId, ...], Meta(min_length=1, max_length=1_000)]
    due_at: Millis
    by_clock: bool


class RollAnswered(Event):
    """They are there. Where another has said so already, it is one more word for it, which stands
    when that other takes theirs back.
    """

    roll_call_id: RollCallId
    member_ids: Annotated[tuple[MemberId, ...], Meta(min_length=1, max_length=MEMBERS_MAX)]
    happened_at: Millis
    by: ActorId


class RollAnswerTakenBack(Event):
    """These have not answered: it was a slip. A roll call that was complete with it is open again,
    and its clock is the one it had.

    `missed`: who of them was missing when the answer came.
    `answered`: of whom somebody else has said that they are there: nobody waits for them.
    """

    roll_call_id: RollCallId
    incident_id: IncidentId | None = None
    task_id: TaskId | None = None
    member_ids: Annotated[tuple[MemberId, ...], Meta(min_length=1, max_length=MEMBERS_MAX)]
    missed: Annotated[tuple[MemberId, ...], Meta(max_length=MEMBERS_MAX)] = ()
    answered: Annotated[tuple[MemberId, ...], Meta(max_length=MEMBERS_MAX)] = ()
    opened_at: Millis
    due_at: Millis
    by: ActorId
    happened_at: Millis


class RollCallMissed(Event):
    """These did not answer in time: an alarm at once."""

    roll_call_id: RollCallId
    member_ids: Annotated[tuple[MemberId, ...], Meta(min_length=1, max_length=1_000)]


class RollCallClosed(Event):
    """Everybody who was called has answered, or somebody has answered for them."""

    roll_call_id: RollCallId


class HelpCalled(Event):
    help_call_id: HelpCallId
    member_id: MemberId
    incident_id: IncidentId | None = None
    place: Position | None = None
    text: Text = ""
    happened_at: Millis
    called_by: ActorId


class HelpTakenBack(Event):
    """It was a mistake: said by who called, or by who had taken it on."""

    help_call_id: HelpCallId
    by: ActorId
    happened_at: Millis


class HelpResolved(Event):
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
    | RollAnswerTakenBack
    | RollCallMissed
    | RollCallClosed
    | HelpCalled
    | HelpTakenBack
    | HelpResolved
)
