"""Disaster alerts and the readiness they raise."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import Line, Millis, Text
from schemas.events.envelope import Event
from schemas.ids import AlertId
from schemas.vocabulary import Hazard, WarningColour


class AlertRaised(Event):
    alert_id: AlertId
    sender: Line
    identifier: Line
    sent_at: Millis
    hazard: Hazard
    event: Line
    colour: WarningColour
    severity: Line
    urgency: Line
    certainty: Line
    onset_at: Millis | None = None
    expires_at: Millis
    area: Line
    headline: Line | None = None
    instruction: Text = ""


class AlertUpdated(Event):
    """A later message of the same chain: level, times or area changed."""

    alert_id: AlertId
    identifier: Line
    sent_at: Millis
    colour: WarningColour
    onset_at: Millis | None = None
    expires_at: Millis
    area: Line
    headline: Line | None = None
    instruction: Text = ""


class AlertRepeated(Event):
    """Same sender and identifier, or older than what we hold: counted, nothing added."""

    sender: Line
    identifier: Line


class CancelRemembered(Event):
    """A cancel or an update came before its alert: that one will not be raised any more.

    `alert_id`: the alert that the update made of it.
    """

    sender: Line
    identifier: Line
    forget_at: Millis
    alert_id: AlertId | None = None


class CancelForgotten(Event):
    """The alert that was cancelled beforehand has not come in time, or will not any more."""

    sender: Line
    identifier: Line


class AlertEnded(Event):
    alert_id: AlertId
    cause: Literal["cancelled", "expired", "by_person"]
    reason: Line = "-"


class ReadinessChanged(Event):
    """The jurisdiction's readiness: the highest colour of its live alerts, and what it asks for."""

    colour: WarningColour
    measures: Annotated[tuple[Line, ...], Meta(max_length=20)] = ()


AlertEvent = (
    AlertRaised
    | AlertUpdated
    | AlertRepeated
    | CancelRemembered
    | CancelForgotten
    | AlertEnded
    | ReadinessChanged
)
