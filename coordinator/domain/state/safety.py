"""Work tickets, their interlocks, overrides, and the weather."""

from enum import StrEnum

from immutables import Map
from msgspec import Struct

from schemas.signals.safety import Weather
from schemas.vocabulary import Clearance, Interlock, TicketForm, WorkKind


class TicketStage(StrEnum):
    """`FINISHED`: the work has ended and all is clear; the ticket lives until it is ended."""

    DRAFTED = "drafted"
    ISSUED = "issued"
    WORKING = "working"
    STOPPED = "stopped"
    FINISHED = "finished"


class Ticket(Struct, frozen=True, gc=False):
    """One living work ticket.

    `incident_id` or `task_id`: what its unit works at; `work_id`: the planned work it belongs to.
    `text`: what is to be done, as it was typed.
    `formerly`: who had a part in it and gave it up, and was not counted off the line since.
    `confirmed`, `cleared`: by step, who answers for it. `overridden`: by interlock, until when;
    `set_aside_by`: by whom.
    `entered`: whether a step was ever confirmed or set aside; from then on people may be at the
    line, and taking the step back brings nobody away from it.
    `supply_back_at`: since when supply is said to be back while people are at work here;
    `told_again`: how often that was repeated since. `turn`: how many facts there were of it:
    the same word said twice is one, and said again after something happened is another. `since`:
    when its people last did something that its end comes after, as they said.
    """

    ticket_id: str
    incident_id: str | None
    unit_id: str
    form: TicketForm
    kind: WorkKind
    work_leader: str
    guardian: str | None
    issuer: str | None
    permitter: str | None
    crew: tuple[str, ...]
    interlocks: tuple[Interlock, ...]
    text: str = ""
    formerly: tuple[str, ...] = ()
    confirmed: Map[str, str] = Map()
    overridden: Map[str, int] = Map()
    set_aside_by: Map[str, str] = Map()
    cleared: Map[str, str] = Map()
    stage: TicketStage = TicketStage.DRAFTED
    entered: bool = False
    supply_back_at: int | None = None
    told_again: int = 0
    turn: int = 0
    since: int = 0
    task_id: str | None = None
    work_id: str | None = None

    @property
    def clearances(self) -> tuple[Clearance, ...]:
        """What has to be confirmed before the work has ended; earths only where they were laid."""
        if Interlock.GROUNDING in self.interlocks:
            return tuple(Clearance)
        return (Clearance.PEOPLE_OFF, Clearance.TOOLS_OUT)

    @property
    def people_off(self) -> bool:
        return Clearance.PEOPLE_OFF in self.cleared


class Safety(Struct, frozen=True, gc=False):
    """`tickets` holds the living ones."""

    tickets: Map[str, Ticket] = Map()
    weather: Weather = Weather()
    weather_at: int = 0
