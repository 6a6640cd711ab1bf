"""An assignment's own state, the escalations behind it, and the notices that leave."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Line, Millis, Minutes, Position, Text
from schemas.events.envelope import Event
from schemas.ids import (
    ActorId,
    AssignmentId,
    EscalationId,
    IncidentId,
    MemberId,
    NoticeId,
    SubjectId,
    UnitId,
)
from schemas.vocabulary import AssignmentStatus, DeclineReason, NoticeKind, Recipient, UnitRole


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
    reason: Line


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


class EscalationStarted(Event):
    """About an assignment, a shortage, a missed check-in, a roll call, a call for help …"""

    type: Literal["escalation_started"] = "escalation_started"
    v: Literal[1] = 1
    escalation_id: EscalationId
    about: SubjectId
    cause: NoticeKind
    ladder: Line
    text: Line


class EscalationStepTaken(Event):
    """`step` counts within the ladder, `attempt` over all of them: a reply names the attempt."""

    type: Literal["escalation_step_taken"] = "escalation_step_taken"
    v: Literal[1] = 1
    escalation_id: EscalationId
    step: Annotated[int, Field(ge=0, le=20)]
    attempt: Annotated[int, Field(ge=0, le=1_000)]
    loop: Annotated[int, Field(ge=0, le=5)] = 0
    action: Literal["remind", "next_candidate", "notify", "call_aid"]
    recipient: Recipient
    targets: Annotated[tuple[ActorId, ...], Field(max_length=MEMBERS_MAX)] = ()
    next_at: Millis
    forced_by: ActorId | None = None


class EscalationStepSkipped(Event):
    """The step resolved to nobody: the next one is taken at once."""

    type: Literal["escalation_step_skipped"] = "escalation_step_skipped"
    v: Literal[1] = 1
    escalation_id: EscalationId
    step: Annotated[int, Field(ge=0, le=20)]
    reason: Line


class EscalationPaused(Event):
    """Acknowledged: it waits, and goes on if nothing follows until `resume_at`."""

    type: Literal["escalation_paused"] = "escalation_paused"
    v: Literal[1] = 1
    escalation_id: EscalationId
    by: ActorId
    resume_at: Millis


class EscalationResumed(Event):
    type: Literal["escalation_resumed"] = "escalation_resumed"
    v: Literal[1] = 1
    escalation_id: EscalationId


class EscalationStopped(Event):
    type: Literal["escalation_stopped"] = "escalation_stopped"
    v: Literal[1] = 1
    escalation_id: EscalationId
    reason: Line


class EscalationExhausted(Event):
    """Every step and repeat was taken: a person is called, and told that nobody answered."""

    type: Literal["escalation_exhausted"] = "escalation_exhausted"
    v: Literal[1] = 1
    escalation_id: EscalationId


class LateAcknowledgementRecorded(Event):
    type: Literal["late_acknowledgement_recorded"] = "late_acknowledgement_recorded"
    v: Literal[1] = 1
    escalation_id: EscalationId
    step: Annotated[int, Field(ge=0, le=1_000)] | None = None


EscalationEvent = (
    EscalationStarted
    | EscalationStepTaken
    | EscalationStepSkipped
    | EscalationPaused
    | EscalationResumed
    | EscalationStopped
    | EscalationExhausted
    | LateAcknowledgementRecorded
)


class NoticeRaised(Event):
    """Somebody must be told. The outbox delivers it; who is silent is left out there and logged."""

    type: Literal["notice_raised"] = "notice_raised"
    v: Literal[1] = 1
    notice_id: NoticeId
    kind: NoticeKind
    recipient: Recipient
    targets: Annotated[tuple[ActorId, ...], Field(max_length=1_000)] = ()
    about: SubjectId | None = None
    text: Line
    expires_at: Millis


class SignalRefused(Event):
    """The signal broke a rule. On record, so that the sender is told and a replay agrees."""

    type: Literal["signal_refused"] = "signal_refused"
    v: Literal[1] = 1
    rule: Line
    field: Line | None = None
    value: Line | None = None


class RuleWarned(Event):
    """A «generally not» (一般不) rule was set aside with a reason, or a soft limit was passed."""

    type: Literal["rule_warned"] = "rule_warned"
    v: Literal[1] = 1
    rule: Line
    about: SubjectId | None = None
    override_reason: Line | None = None


NoticeEvent = NoticeRaised | SignalRefused | RuleWarned
