"""An assignment's own state, the escalations behind it, and the notices that leave."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import Line, Millis, Minutes, Position, Text
from schemas.events.envelope import Event
from schemas.ids import (
    AssignmentId,
    IncidentId,
    MemberId,
    UnitId,
)
from schemas.said import Said
from schemas.vocabulary import AssignmentStatus, DeclineReason, UnitRole


class AssignmentOffered(Event):
    """Delivered to the member by the outbox, until `expires_at` at the latest."""

    type: Literal["assignment_offered"] = "assignment_offered"
    v: Literal[1] = 1
    assignment_id: AssignmentId
    unit_id: UnitId
    incident_id: IncidentId | None = None
    member_id: MemberId
    role: UnitRole
    muster_point: Position
    arrive_by: Millis
    answer_by: Millis
    expires_at: Millis


class AssignmentAcknowledged(Event):
    type: Literal["assignment_acknowledged"] = "assignment_acknowledged"
    v: Literal[1] = 1
    assignment_id: AssignmentId
    happened_at: Millis


class AssignmentAccepted(Event):
    type: Literal["assignment_accepted"] = "assignment_accepted"
    v: Literal[1] = 1
    assignment_id: AssignmentId
    happened_at: Millis
    arrival_min: Minutes | None = None


class AssignmentDeclined(Event):
    type: Literal["assignment_declined"] = "assignment_declined"
    v: Literal[1] = 1
    assignment_id: AssignmentId
    happened_at: Millis
    reason: DeclineReason
    text: Line | None = None


class AssignmentExpired(Event):
    """No answer is not a decline: it is kept apart, and the next candidate is called."""

    type: Literal["assignment_expired"] = "assignment_expired"
    v: Literal[1] = 1
    assignment_id: AssignmentId


class MemberEnRoute(Event):
    type: Literal["member_en_route"] = "member_en_route"
    v: Literal[1] = 1
    assignment_id: AssignmentId
    happened_at: Millis
    arrival_min: Minutes | None = None


class MemberOnScene(Event):
    type: Literal["member_on_scene"] = "member_on_scene"
    v: Literal[1] = 1
    assignment_id: AssignmentId
    happened_at: Millis


class AssignmentDone(Event):
    type: Literal["assignment_done"] = "assignment_done"
    v: Literal[1] = 1
    assignment_id: AssignmentId
    happened_at: Millis
    text: Text = ""


class AssignmentAborted(Event):
    type: Literal["assignment_aborted"] = "assignment_aborted"
    v: Literal[1] = 1
    assignment_id: AssignmentId
    happened_at: Millis
    reason: Line


class AssignmentReleased(Event):
    type: Literal["assignment_released"] = "assignment_released"
    v: Literal[1] = 1
    assignment_id: AssignmentId
    reason: Said


class AnswerOverdue(Event):
    """No answer in time: it is escalated, the assignment stands."""

    type: Literal["answer_overdue"] = "answer_overdue"
    v: Literal[1] = 1
    assignment_id: AssignmentId


class ArrivalOverdue(Event):
    """Accepted but not arrived in time: it is escalated again."""

    type: Literal["arrival_overdue"] = "arrival_overdue"
    v: Literal[1] = 1
    assignment_id: AssignmentId


class LateAnswerRecorded(Event):
    """An answer that no longer applies: kept as said, changes nothing else."""

    type: Literal["late_answer_recorded"] = "late_answer_recorded"
    v: Literal[1] = 1
    assignment_id: AssignmentId
    answer: Line
    step: Annotated[int, Field(ge=0, le=1_000)] | None = None
    status: AssignmentStatus
    happened_at: Millis


class LateFactJoined(Event):
    """An offline crew's fact that precedes what is recorded: its event time is filled in."""

    type: Literal["late_fact_joined"] = "late_fact_joined"
    v: Literal[1] = 1
    assignment_id: AssignmentId
    fact: Literal["acknowledged", "accepted", "en_route", "on_scene", "done"]
    happened_at: Millis


AssignmentEvent = (
    AssignmentOffered
    | AssignmentAcknowledged
    | AssignmentAccepted
    | AssignmentDeclined
    | AssignmentExpired
    | MemberEnRoute
    | MemberOnScene
    | AssignmentDone
    | AssignmentAborted
    | AssignmentReleased
    | AnswerOverdue
    | ArrivalOverdue
    | LateAnswerRecorded
    | LateFactJoined
)
