"""Live disaster alerts and the readiness they add up to."""

from immutables import Map
from msgspec import Struct

from schemas.vocabulary import Hazard, WarningColour


class Alert(Struct, frozen=True, gc=False):
    alert_id: str
    sender: str
    identifier: str
    sent_at: int
    hazard: Hazard
    event: str
    colour: WarningColour
    onset_at: int | None
    expires_at: int
    area: str


class Alerts(Struct, frozen=True, gc=False):
    """`by_message` finds an alert by `sender|identifier` of any message of its chain.

    `cancelled` are messages that were cancelled before they came, and when that is forgotten.
    """

    by_id: Map[str, Alert] = Map()
    by_message: Map[str, str] = Map()
    cancelled: Map[str, int] = Map()
    readiness: WarningColour = WarningColour.NONE
