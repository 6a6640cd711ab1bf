"""The customer rung before anybody drives: what came of it."""

from enum import StrEnum
from typing import ClassVar, Literal

from schemas.bounds import Millis, Text
from schemas.ids import IncidentId
from schemas.roles import Capability
from schemas.signals.envelope import Signal


class CallOutcome(StrEnum):
    """What came of ringing a customer."""

    SOLVED = "solved"
    APPOINTMENT = "appointment"
    VISIT = "visit"
    NO_ANSWER = "no_answer"


class RecordCustomerCall(Signal):
    """The desk rang whoever reported a small fault that hurts nobody.

    `visit_at` is when somebody will come, UTC milliseconds: it goes with the outcome `appointment`,
    and with no other.
    """

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["record_customer_call"] = "record_customer_call"
    v: Literal[1] = 1
    incident_id: IncidentId
    outcome: CallOutcome
    visit_at: Millis | None = None
    text: Text = ""


CustomerCallSignal = RecordCustomerCall
