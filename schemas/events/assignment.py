"""An assignment's own state, the escalations behind it, and the notices that leave."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import Line, Millis, Minutes, Position, Text
from schemas.events.envelope import Event
from schemas.ids import (
    AssignmentId,
    IncidentId,
    MemberId,
    UnitId,
)
from schemas.said import Said
from schemas.vocabulary import AssignmentStatus, DeclineReason, NoticeKind, Tap, UnitRole


class AssignmentOffered(Event):
    """Delivered to the member by the outbox, until `expires_at` at the latest.

    `straight_back`: to who has just finished elsewhere, because there is nobody else.
    `instead_of`: the assignment whose place it fills, where somebody will not come or has gone.
    """

    assignment_id: AssignmentId
    unit_id: UnitId
    incident_id: IncidentId | None = None
    member_id: MemberId
    role: UnitRole
    muster_point: Position
    arrive_by: Millis
    answer_by: Millis
    expires_at: Millis
    straight_back: bool = False
    instead_of: AssignmentId | None = None


class CallOutLeft(Event):
    """A call-out has left for its member, beside the inbox: the time to answer begins now.

    `answer_by` takes the place of the one it was offered with.
    """

    assignment_id: AssignmentId
    answer_by: Millis


class AssignmentAcknowledged(Event):
    assignment_id: AssignmentId
    happened_at: Millis


class AssignmentAccepted(Event):
    assignment_id: AssignmentId
    happened_at: Millis
    arrival_min: Minutes | None = None


class AssignmentDeclined(Event):
    assignment_id: AssignmentId
    happened_at: Millis
    reason: DeclineReason
    text: Line | None = None


class AssignmentExpired(Event):
    """No answer is not a decline: it is kept apart, and the next candidate is called."""

    assignment_id: AssignmentId


class MemberEnRoute(Event):
    assignment_id: AssignmentId
    happened_at: Millis
    arrival_min: Minutes | None = None


class MemberOnScene(Event):
    assignment_id: AssignmentId
    happened_at: Millis


class AssignmentDone(Event):
    """`all_in`: a leader's word that everybody of the unit is in: it stands down with it."""

    assignment_id: AssignmentId
    happened_at: Millis
    text: Text = ""
    all_in: bool = False


class AssignmentAborted(Event):
    assignment_id: AssignmentId
    happened_at: Millis
    reason: Line


class AssignmentReleased(Event):
    assignment_id: AssignmentId
    reason: Said


class TapTakenBack(Event):
    """A member's last word was a stray finger: they are back where they were before it.

    `alarms`: those that stood before it, about their silence or their unit's; they stand again.
    """

    assignment_id: AssignmentId
    tap: Tap
    back_to: AssignmentStatus
    alarms: Annotated[tuple[NoticeKind, ...], Meta(max_length=3)] = ()
    happened_at: Millis


class AnswerOverdue(Event):
    """No answer in time: it is escalated, the assignment stands."""

    assignment_id: AssignmentId


class ArrivalOverdue(Event):
    """Accepted but not arrived in time: it is escalated again."""

    assignment_id: AssignmentId


class LateAnswerRecorded(Event):
    """An answer that no longer applies: kept as said, changes nothing else."""

    assignment_id: AssignmentId
    answer: Line
    step: Annotated[int, Meta(ge=0, le=1_000)] | None = None
    status: AssignmentStatus
    happened_at: Millis


Milestone = Literal["acknowledged", "accepted", "en_route", "on_scene", "done"]
"""What a member tells of an assignment on the way."""


class LateFactJoined(Event):
    """An offline crew's fact that precedes what is recorded: its event time is filled in."""

    assignment_id: AssignmentId
    fact: Milestone
    happened_at: Millis


AssignmentOver = (
    AssignmentDeclined | AssignmentExpired | AssignmentDone | AssignmentAborted | AssignmentReleased
)
"""What ends an assignment, until a tap that is taken back lets it go on."""

AssignmentEvent = (
    AssignmentOffered
    | CallOutLeft
    | AssignmentAcknowledged
    | AssignmentAccepted
    | AssignmentDeclined
    | AssignmentExpired
    | MemberEnRoute
    | MemberOnScene
    | AssignmentDone
    | AssignmentAborted
    | AssignmentReleased
    | TapTakenBack
    | AnswerOverdue
    | ArrivalOverdue
    | LateAnswerRecorded
    | LateFactJoined
)
