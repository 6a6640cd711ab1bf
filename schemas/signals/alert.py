"""Disaster alerts, in the terms of CAP 1.2, already mapped to this jurisdiction."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.bounds import Code, Line, Millis, Text
from schemas.roles import Capability
from schemas.signals.envelope import Signal
from schemas.vocabulary import Hazard, WarningColour


class AlertReceived(Signal):
    """One CAP info block for one jurisdiction.

    Identity is sender + identifier; `references` name the messages this one updates or cancels.
    Severity, urgency and certainty stay separate inputs.
    """

    needs: ClassVar = Capability.SPEAK_FOR_SOURCE
    type: Literal["alert_received"] = "alert_received"
    v: Literal[1] = 1
    sender: Line
    identifier: Line
    sent_at: Millis
    message: Literal["alert", "update", "cancel"]
    references: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    hazard: Hazard
    event: Line
    colour: WarningColour
    severity: Literal["extreme", "severe", "moderate", "minor", "unknown"]
    urgency: Literal["immediate", "expected", "future", "past", "unknown"]
    certainty: Literal["observed", "likely", "possible", "unlikely", "unknown"]
    onset_at: Millis | None = None
    expires_at: Millis | None = None
    area: Line
    headline: Line | None = None
    instruction: Text = ""
    issuer: Code | None = None


class CancelAlert(Signal):
    """A person ends a warning that no message ended (ERL art. 70: at once when danger is gone)."""

    needs: ClassVar = Capability.RUN_INCIDENTS
    type: Literal["cancel_alert"] = "cancel_alert"
    v: Literal[1] = 1
    sender: Line
    identifier: Line
    reason: Line


AlertSignal = AlertReceived | CancelAlert
