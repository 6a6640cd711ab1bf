"""The customer rung before anybody drives: due, made, and when somebody has to go after all."""

from typing import Literal

from schemas.bounds import Millis, Text
from schemas.events.envelope import Event
from schemas.ids import ActorId, IncidentId
from schemas.signals.customer_call import CallOutcome


class CustomerCallDue(Event):
    """The desk has to ring the customer; if nobody has by then, somebody goes."""

    incident_id: IncidentId
    ring_by: Millis


class CustomerCalled(Event):
    """What came of a call; `visit_at` is the time that was agreed on."""

    incident_id: IncidentId
    outcome: CallOutcome
    called_by: ActorId
    happened_at: Millis
    visit_at: Millis | None = None
    text: Text = ""


class VisitFellDue(Event):
    """Somebody has to go: the call led to it, nobody made it, or the time agreed on comes near."""

    incident_id: IncidentId
    why: Literal["nobody_rang", "not_reached", "asked_for", "appointment"]


class CustomerCallDropped(Event):
    """Nobody has to ring or to go for it any more: somebody goes already, or it is over."""

    incident_id: IncidentId


class AppointmentTakenOver(Event):
    """A customer of what was merged into it agreed to an earlier time: somebody comes then."""

    incident_id: IncidentId
    visit_at: Millis


CustomerCallEvent = (
    CustomerCallDue | CustomerCalled | VisitFellDue | CustomerCallDropped | AppointmentTakenOver
)
