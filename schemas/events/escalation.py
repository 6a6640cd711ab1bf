"""An escalation: begun, its steps, paused, ended; and who took it on too late."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import MEMBERS_MAX, Line, Millis
from schemas.events.envelope import Event
from schemas.ids import (
    ActorId,
    EscalationId,
    IncidentId,
    SubjectId,
)
from schemas.said import Said
from schemas.vocabulary import NoticeKind, Recipient


class EscalationStarted(Event):
    """About an assignment, a shortage, a missed check-in, a roll call, a call for help …

    `told`: desks that whoever raised it has told already; they are not told twice of one thing.
    """

    escalation_id: EscalationId
    about: SubjectId
    cause: NoticeKind
    ladder: Line
    text: Said
    incident_id: IncidentId | None = None
    told: Annotated[tuple[Recipient, ...], Meta(max_length=6)] = ()


class EscalationGrew(Event):
    """The same cause at the same incident once more, or said anew: one alarm, not another one."""

    escalation_id: EscalationId
    about: SubjectId
    text: Said


class EscalationEased(Event):
    """A part of what it is about is over, for this reason; the rest goes on."""

    escalation_id: EscalationId
    about: SubjectId
    reason: Said


class EscalationStepTaken(Event):
    """`step` counts within the ladder, `attempt` over all of them: a reply names the attempt."""

    escalation_id: EscalationId
    step: Annotated[int, Meta(ge=0, le=20)]
    attempt: Annotated[int, Meta(ge=0, le=1_000)]
    loop: Annotated[int, Meta(ge=0, le=5)] = 0
    action: Literal["remind", "next_candidate", "notify", "call_aid"]
    recipient: Recipient
    targets: Annotated[tuple[ActorId, ...], Meta(max_length=MEMBERS_MAX)] = ()
    next_at: Millis
    forced_by: ActorId | None = None


class EscalationStepSkipped(Event):
    """The step resolved to nobody: the next one is taken at once."""

    escalation_id: EscalationId
    step: Annotated[int, Meta(ge=0, le=20)]
    reason: Said


class EscalationPaused(Event):
    """Acknowledged: it waits, and goes on if nothing follows until `resume_at`.

    `taken_from` had it before, and whoever took it from them knew so.
    """

    escalation_id: EscalationId
    by: ActorId
    resume_at: Millis
    taken_from: ActorId | None = None


class EscalationResumed(Event):
    escalation_id: EscalationId


class EscalationStopped(Event):
    escalation_id: EscalationId
    reason: Said


class EscalationExhausted(Event):
    """Every step and repeat was taken: a person is called, and told that nobody answered.

    What is said once for an incident stays, in silence, until its cause is over. A call for help
    stays too, and begins again from its first step at `again_at` (UTC ms).
    """

    escalation_id: EscalationId
    again_at: Millis | None = None


class LateAcknowledgementRecorded(Event):
    escalation_id: EscalationId
    step: Annotated[int, Meta(ge=0, le=1_000)] | None = None


EscalationEvent = (
    EscalationStarted
    | EscalationGrew
    | EscalationEased
    | EscalationStepTaken
    | EscalationStepSkipped
    | EscalationPaused
    | EscalationResumed
    | EscalationStopped
    | EscalationExhausted
    | LateAcknowledgementRecorded
)
