"""Incident command, objectives, roll call, a call for help."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Line, Millis, Position, Text
from schemas.ids import ActorId, HelpCallId, IncidentId, MemberId, ObjectiveId, RollCallId
from schemas.roles import Capability
from schemas.signals.envelope import Signal


class EstablishCommand(Signal):
    needs: ClassVar = Capability.COMMAND_SCENE
    type: Literal["establish_command"] = "establish_command"
    v: Literal[1] = 1
    incident_id: IncidentId
    commander_id: ActorId
    post: Position | None = None


class TransferCommand(Signal):
    needs: ClassVar = Capability.COMMAND_SCENE
    type: Literal["transfer_command"] = "transfer_command"
    v: Literal[1] = 1
    incident_id: IncidentId
    to: ActorId
    briefing: Text


class EndCommand(Signal):
    needs: ClassVar = Capability.COMMAND_SCENE
    type: Literal["end_command"] = "end_command"
    v: Literal[1] = 1
    incident_id: IncidentId
    reason: Line


class SetObjective(Signal):
    """An objective with a clock (benchmark)."""

    needs: ClassVar = Capability.COMMAND_SCENE
    type: Literal["set_objective"] = "set_objective"
    v: Literal[1] = 1
    incident_id: IncidentId
    text: Line
    due_at: Millis


class MeetObjective(Signal):
    needs: ClassVar = Capability.COMMAND_SCENE
    type: Literal["meet_objective"] = "meet_objective"
    v: Literal[1] = 1
    objective_id: ObjectiveId


class DropObjective(Signal):
    needs: ClassVar = Capability.COMMAND_SCENE
    type: Literal["drop_objective"] = "drop_objective"
    v: Literal[1] = 1
    objective_id: ObjectiveId
    reason: Line


class CallRoll(Signal):
    """A roll call (PAR) on demand; the regular one comes by the clock."""

    needs: ClassVar = Capability.COMMAND_SCENE
    type: Literal["call_roll"] = "call_roll"
    v: Literal[1] = 1
    incident_id: IncidentId


class AnswerRoll(Signal):
    needs: ClassVar = Capability.TAKE_PART
    type: Literal["answer_roll"] = "answer_roll"
    v: Literal[1] = 1
    roll_call_id: RollCallId
    member_ids: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=MEMBERS_MAX)]


class TakeBackRollAnswer(Signal):
    """An answer to a roll call was a stray finger: taken back within seconds by who gave it.

    `member_ids`: who counts as not having answered again.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["take_back_roll_answer"] = "take_back_roll_answer"
    v: Literal[1] = 1
    roll_call_id: RollCallId
    member_ids: Annotated[tuple[MemberId, ...], Field(min_length=1, max_length=MEMBERS_MAX)]


class CallHelp(Signal):
    """A member needs help: outranks everything. `hurt`: whoever calls knows that they are."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["call_help"] = "call_help"
    v: Literal[1] = 1
    member_id: MemberId
    place: Position | None = None
    text: Text = ""
    hurt: bool = False


class TakeBackHelp(Signal):
    """Called by mistake: by who called while nobody has taken it on, then by who did."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["take_back_help"] = "take_back_help"
    v: Literal[1] = 1
    help_call_id: HelpCallId


class ResolveHelp(Signal):
    """Somebody has looked. `hurt`: the member is, and is called to nothing until they are fit."""

    needs: ClassVar = Capability.COMMAND_SCENE
    type: Literal["resolve_help"] = "resolve_help"
    v: Literal[1] = 1
    help_call_id: HelpCallId
    outcome: Line
    hurt: bool = False


CommandSignal = (
    EstablishCommand
    | TransferCommand
    | EndCommand
    | SetObjective
    | MeetObjective
    | DropObjective
    | CallRoll
    | AnswerRoll
    | TakeBackRollAnswer
    | CallHelp
    | TakeBackHelp
    | ResolveHelp
)
