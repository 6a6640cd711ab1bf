"""Work tickets, their interlocks, overrides, and the weather."""

from enum import StrEnum

from immutables import Map
from msgspec import Struct

from schemas.signals.safety import Weather
from schemas.vocabulary import Interlock, WorkKind


class TicketStage(StrEnum):
    PLANNED = "planned"
    WORKING = "working"
    STOPPED = "stopped"
    FINISHED = "finished"


class Ticket(Struct, frozen=True, gc=False):
    """`supply_back_at`: since when supply is said to be back while people are at work here."""

    ticket_id: str
    incident_id: str
    unit_id: str
    kind: WorkKind
    work_leader: str
    guardian: str | None
    permitter: str | None
    crew: tuple[str, ...]
    interlocks: tuple[Interlock, ...]
    confirmed: Map[str, str] = Map()
    overridden: Map[str, int] = Map()
    stage: TicketStage = TicketStage.PLANNED
    supply_back_at: int | None = None


class Safety(Struct, frozen=True, gc=False):
    """`tickets` holds the unfinished ones."""

    tickets: Map[str, Ticket] = Map()
    weather: Weather = Weather()
    weather_at: int = 0
