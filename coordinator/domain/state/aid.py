"""Conversations of mutual aid, as this side knows them."""

from enum import StrEnum

from immutables import Map
from msgspec import Struct

from schemas.events.aid import Side
from schemas.muster import Need
from schemas.said import Said
from schemas.signals.aid import CrewHandover, UnfitGuest, WorkedHours


class AidStage(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    COMMITTED = "committed"
    ARRIVED = "arrived"
    RELEASED = "released"
    RETURNED = "returned"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Conversation(Struct, frozen=True, gc=False):
    """`late`: a crew that was sent did not come in its time. `hours`: what its people had worked
    when they last changed hands; `unfit`: who of them was hurt or ill when they were given back.

    `unheard` maps each word the peer has not yet heard to the times it was said again."""

    aid_id: str
    side: Side
    peer: str
    stage: AidStage
    need: Need
    last_reason: Said
    incident_id: str | None = None
    package: CrewHandover | None = None
    hours: tuple[WorkedHours, ...] = ()
    unfit: tuple[UnfitGuest, ...] = ()
    arrives_at: int = 0
    return_wanted: bool = False
    late: bool = False
    unheard: Map[str, int] = Map()


class Aid(Struct, frozen=True, gc=False):
    by_id: Map[str, Conversation] = Map()
