"""What people say of an escalation."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import Line
from schemas.ids import ActorId, EscalationId
from schemas.roles import Capability
from schemas.signals.envelope import Signal


class EscalateTo(Signal):
    """Go straight to a later step, with a reason."""

    needs: ClassVar = Capability.FORM_UNITS
    type: Literal["escalate_to"] = "escalate_to"
    v: Literal[1] = 1
    escalation_id: EscalationId
    step: Annotated[int, Field(ge=0, le=20)]
    reason: Line


class AcknowledgeEscalation(Signal):
    """The person an escalation reached has taken it on; saying so again gives them more time.

    `taken_from` names who has it, where one person takes it over from another.
    """

    needs: ClassVar = Capability.TAKE_PART
    type: Literal["acknowledge_escalation"] = "acknowledge_escalation"
    v: Literal[1] = 1
    escalation_id: EscalationId
    step: Annotated[int, Field(ge=0, le=1_000)] | None = None
    taken_from: ActorId | None = None


EscalationSignal = EscalateTo | AcknowledgeEscalation
