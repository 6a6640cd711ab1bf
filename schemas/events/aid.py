"""Mutual aid, each side's own record of the same conversation."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import Line, Millis
from schemas.events.envelope import Event
from schemas.ids import AidId, IncidentId, JurisdictionId, SignalId
from schemas.muster import Need
from schemas.said import Said
from schemas.signals.aid import AidVerb, CrewHandover, HoursOfCrew, UnfitOfCrew

Side = Literal["asking", "lending"]


class AidOpened(Event):
    """A conversation begins on this side."""

    aid_id: AidId
    side: Side
    peer: JurisdictionId
    incident_id: IncidentId | None = None
    need: Need
    reason: Said


class AidAnswered(Event):
    aid_id: AidId
    accepts: bool
    reason: Said


class AidCrewPromised(Event):
    """A crew is sent. `hours`: what its people have worked at home; who is rested is not named."""

    aid_id: AidId
    package: CrewHandover
    arrives_at: Millis
    hours: HoursOfCrew = ()


class AidCrewLate(Event):
    """The crew that a neighbour has sent did not come when it was to: nobody counts on it now."""

    aid_id: AidId


class AidCrewArrived(Event):
    aid_id: AidId
    briefing_acknowledged_by: Line = "-"


class AidReturnWanted(Event):
    aid_id: AidId
    reason: Said


class AidCrewReleased(Event):
    """A crew is let go. `hours`: what its people have worked, at home and where they were; `unfit`:
    who of them is hurt or ill.
    """

    aid_id: AidId
    reason: Said
    hours: HoursOfCrew = ()
    unfit: UnfitOfCrew = ()


class AidCrewReturned(Event):
    aid_id: AidId


class AidCalledOff(Event):
    aid_id: AidId
    by: Side
    reason: Said


class AidMessageSent(Event):
    """A word for the peer: the outbox makes it a signal. Said again until it is heard.

    `heard_signal` stands on an acknowledgement only: the peer's signal that was heard.
    """

    aid_id: AidId
    peer: JurisdictionId
    verb: AidVerb | Literal["aid_heard"]
    attempt: Annotated[int, Meta(ge=0, le=1_000)] = 0
    resend_at: Millis | None = None
    heard: AidVerb | None = None
    heard_signal: SignalId | None = None


class AidMessageHeard(Event):
    """The peer said that it heard this word of ours, or nobody waits for that any longer."""

    aid_id: AidId
    verb: AidVerb
    given_up: bool = False


AidEvent = (
    AidOpened
    | AidAnswered
    | AidCrewPromised
    | AidCrewLate
    | AidCrewArrived
    | AidReturnWanted
    | AidCrewReleased
    | AidCrewReturned
    | AidCalledOff
    | AidMessageSent
    | AidMessageHeard
)
