"""What a member says about an assignment, or somebody says for them."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from schemas.bounds import Line, Minutes, Position, Text
from schemas.ids import AssignmentId, MemberId
from schemas.roles import Capability
from schemas.signals.envelope import Signal
from schemas.vocabulary import DeclineReason, Tap, Unfit

CALL_OUTS_MAX: Final = 200
"""Call-outs of which one signal may tell."""


class AssignmentAnswer(Signal):
    """`step` is the escalation step it belongs to; a late one is recorded, not misapplied."""

    assignment_id: AssignmentId
    step: Annotated[int, Field(ge=0, le=1_000)] | None = None


class AcknowledgeAssignment(AssignmentAnswer):
    """Seen, not yet answered."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["acknowledge_assignment"] = "acknowledge_assignment"
    v: Literal[1] = 1


class AcceptAssignment(AssignmentAnswer):
    needs: ClassVar = Capability.TAKE_PART
    type: Literal["accept_assignment"] = "accept_assignment"
    v: Literal[1] = 1
    arrival_min: Minutes | None = None


class DeclineAssignment(AssignmentAnswer):
    """Declining needs a reason."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["decline_assignment"] = "decline_assignment"
    v: Literal[1] = 1
    reason: DeclineReason
    text: Line | None = None


class Depart(AssignmentAnswer):
    needs: ClassVar = Capability.TAKE_PART
    type: Literal["depart"] = "depart"
    v: Literal[1] = 1
    arrival_min: Minutes | None = None


class Arrive(AssignmentAnswer):
    needs: ClassVar = Capability.TAKE_PART
    type: Literal["arrive"] = "arrive"
    v: Literal[1] = 1
    place: Position | None = None


class FinishAssignment(AssignmentAnswer):
    """Whoever leads a unit names who `leads_now` those left, or says that they are `all_in`."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["finish_assignment"] = "finish_assignment"
    v: Literal[1] = 1
    text: Text = ""
    leads_now: MemberId | None = None
    all_in: bool = False


class AbortAssignment(AssignmentAnswer):
    """The member cannot go on: injury, breakdown, blocked road.

    `unfit`: because they are hurt or ill; nobody calls them again before they say they are fit.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["abort_assignment"] = "abort_assignment"
    v: Literal[1] = 1
    reason: Line = "-"
    unfit: Unfit | None = None


class TakeBackTap(AssignmentAnswer):
    """A member's own last word was a stray finger: taken back within seconds, both on record."""

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["take_back_tap"] = "take_back_tap"
    v: Literal[1] = 1
    tap: Tap


class ReleaseMember(AssignmentAnswer):
    """The dispatcher or the leader lets the member go."""

    needs: ClassVar = Capability.FORM_UNITS
    type: Literal["release_member"] = "release_member"
    v: Literal[1] = 1
    reason: Line


class CallOutsLeft(Signal):
    """Whoever sends call-outs to phones tells that these have left, some at a time."""

    needs: ClassVar = Capability.BE_COORDINATOR
    type: Literal["call_outs_left"] = "call_outs_left"
    v: Literal[1] = 1
    assignment_ids: Annotated[
        tuple[AssignmentId, ...], Field(min_length=1, max_length=CALL_OUTS_MAX)
    ]


AssignmentSignal = (
    AcknowledgeAssignment
    | AcceptAssignment
    | DeclineAssignment
    | Depart
    | Arrive
    | FinishAssignment
    | AbortAssignment
    | TakeBackTap
    | ReleaseMember
    | CallOutsLeft
)
