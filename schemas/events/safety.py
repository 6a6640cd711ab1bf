"""Work under tickets: interlocks, stops, overrides, weather, fatigue."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.bounds import MEMBERS_MAX, Line, Millis, Position
from schemas.events.envelope import Event
from schemas.ids import ActorId, IncidentId, MemberId, TicketId, UnitId
from schemas.said import Said
from schemas.signals.safety import Weather
from schemas.vocabulary import Interlock, WorkKind


class TicketDrafted(Event):
    ticket_id: TicketId
    incident_id: IncidentId
    unit_id: UnitId
    kind: WorkKind
    place: Position
    work_leader: MemberId
    guardian: MemberId | None = None
    permitter: ActorId | None = None
    crew: Annotated[tuple[MemberId, ...], Meta(min_length=1, max_length=MEMBERS_MAX)]
    interlocks: Annotated[tuple[Interlock, ...], Meta(max_length=3)]
    text: Line


class InterlockConfirmed(Event):
    ticket_id: TicketId
    interlock: Interlock
    confirmed_by: ActorId
    reference: Line


class InterlockWithdrawn(Event):
    ticket_id: TicketId
    interlock: Interlock
    reason: Line


class WorkStarted(Event):
    ticket_id: TicketId
    incident_id: IncidentId
    happened_at: Millis


WhyStopped = Literal["weather", "interlock", "guardian", "help", "person", "crew", "violation"]


class WorkStopped(Event):
    """By the weather, an interlock, a missing guardian, a violation, a call for help, a person."""

    ticket_id: TicketId
    cause: WhyStopped
    reason: Said


class WorkFinished(Event):
    ticket_id: TicketId
    incident_id: IncidentId
    happened_at: Millis


class SupplyReportedBack(Event):
    """Supply was said to be back while people are at work: they are told, and stay."""

    ticket_id: TicketId
    incident_id: IncidentId
    happened_at: Millis


class SafetyOverridden(Event):
    rule: Literal["interlock", "fatigue"]
    ticket_id: TicketId | None = None
    interlock: Interlock | None = None
    member_id: MemberId | None = None
    approver: ActorId
    reason: Line
    valid_until: Millis


class WeatherChanged(Event):
    weather: Weather
    happened_at: Millis | None = None


class FatigueWatched(Event):
    """A member began to work: their hours run to `limit_at`, relief begins at `relief_at`."""

    member_id: MemberId
    limit_at: Millis
    relief_at: Millis | None = None


class FatigueWatchEnded(Event):
    """The member's work is over: their hours no longer run."""

    member_id: MemberId


class ReliefFellDue(Event):
    """The member will have worked as long as policy allows when somebody called now can be there.

    Whoever they are bound to lets somebody come in their place.
    """

    member_id: MemberId


class FatigueLimitReached(Event):
    """The member has worked as long as policy allows: relief is due."""

    member_id: MemberId
    worked_since: Millis


SafetyEvent = (
    TicketDrafted
    | InterlockConfirmed
    | InterlockWithdrawn
    | WorkStarted
    | WorkStopped
    | WorkFinished
    | SupplyReportedBack
    | SafetyOverridden
    | WeatherChanged
    | FatigueWatched
    | FatigueWatchEnded
    | ReliefFellDue
    | FatigueLimitReached
)
