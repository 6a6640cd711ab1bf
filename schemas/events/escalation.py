"""An escalation: begun, its steps, paused, ended; and who took it on too late."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import MEMBERS_MAX, Line, Millis
from schemas.events.envelope import Event
from schemas.ids import (
    ActorId,
    EscalationId,
    SubjectId,
)
from schemas.said import Said
from schemas.vocabulary import NoticeKind, Recipient


class EscalationStarted(Event):
    """About an assignment, a shortage, a missed check-in, a roll call, a call for help …"""

    type: Literal["escalation_started"] = "escalation_started"
    v: Literal[1] = 1
    escalation_id: EscalationId
    about: SubjectId
    cause: NoticeKind
    ladder: Line
    text: Said


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
    reason: Said


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
    reason: Said


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
