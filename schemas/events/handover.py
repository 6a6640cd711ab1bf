"""The desk handed over from one duty to the next."""

from schemas.bounds import Millis, Text
from schemas.events.envelope import Event
from schemas.ids import ActorId


class DeskHandedOver(Event):
    """The note in force, in place of the one before."""

    handed_over_by: ActorId
    handed_over_at: Millis
    stands_until: Millis
    text: Text


class DeskHandoverPassed(Event):
    """Nobody wrote a newer note in time: the old one is no longer shown as how things stand."""


HandoverEvent = DeskHandedOver | DeskHandoverPassed
