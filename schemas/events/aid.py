"""Mutual aid, each side's own record of the same conversation."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.bounds import Line, Millis
from schemas.events.envelope import Event
from schemas.ids import AidId, IncidentId, JurisdictionId, SignalId
from schemas.muster import Need
from schemas.said import Said
from schemas.signals.aid import AidVerb, CrewHandover

Side = Literal["asking", "lending"]


class AidOpened(Event):
    """A conversation begins on this side."""

    type: Literal["aid_opened"] = "aid_opened"
    v: Literal[1] = 1
    aid_id: AidId
    side: Side
    peer: JurisdictionId
    incident_id: IncidentId | None = None
    need: Need
    reason: Said


class AidAnswered(Event):
    type: Literal["aid_answered"] = "aid_answered"
    v: Literal[1] = 1
    aid_id: AidId
    accepts: bool
    reason: Said


class AidCommitted(Event):
    type: Literal["aid_committed"] = "aid_committed"
    v: Literal[1] = 1
    aid_id: AidId
    package: CrewHandover
    arrives_at: Millis


class AidArrived(Event):
    type: Literal["aid_arrived"] = "aid_arrived"
    v: Literal[1] = 1
    aid_id: AidId
    briefing_acknowledged_by: Line = "-"


class AidReturnWanted(Event):
    type: Literal["aid_return_wanted"] = "aid_return_wanted"
    v: Literal[1] = 1
    aid_id: AidId
    reason: Said


class AidReleased(Event):
    type: Literal["aid_released"] = "aid_released"
    v: Literal[1] = 1
    aid_id: AidId
    reason: Said


class AidReturned(Event):
    type: Literal["aid_returned"] = "aid_returned"
    v: Literal[1] = 1
    aid_id: AidId


class AidCancelled(Event):
    type: Literal["aid_cancelled"] = "aid_cancelled"
    v: Literal[1] = 1
    aid_id: AidId
    by: Side
    reason: Said


class AidMessageSent(Event):
    """A word for the peer: the outbox makes it a signal. Said again until it is heard.

    `heard_signal` stands on an acknowledgement only: the peer's signal that was heard.
    """

    type: Literal["aid_message_sent"] = "aid_message_sent"
    v: Literal[1] = 1
    aid_id: AidId
    peer: JurisdictionId
    verb: AidVerb | Literal["aid_heard"]
    attempt: Annotated[int, Field(ge=0, le=1_000)] = 0
    resend_at: Millis | None = None
    heard: AidVerb | None = None
    heard_signal: SignalId | None = None


class AidMessageHeard(Event):
    """The peer said that it heard this word of ours, or nobody waits for that any longer."""

    type: Literal["aid_message_heard"] = "aid_message_heard"
    v: Literal[1] = 1
    aid_id: AidId
    verb: AidVerb
    given_up: bool = False


AidEvent = (
    AidOpened
    | AidAnswered
    | AidCommitted
    | AidArrived
    | AidReturnWanted
    | AidReleased
    | AidReturned
    | AidCancelled
    | AidMessageSent
    | AidMessageHeard
)
