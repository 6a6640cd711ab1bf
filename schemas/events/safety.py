"""What is set aside and until when, weather, fatigue."""

from typing import Literal

from schemas.bounds import Line, Millis
from schemas.events.envelope import Event
from schemas.ids import ActorId, MemberId, TicketId
from schemas.signals.safety import Weather
from schemas.vocabulary import Interlock


class SafetyOverridden(Event):
    rule: Literal["interlock", "fatigue"]
    ticket_id: TicketId | None = None
    interlock: Interlock | None = None
    member_id: MemberId | None = None
    approver: ActorId
    reason: Line
    valid_until: Millis


class SafetyOverrideEnded(Event):
    """A rule that was set aside holds again: its time is over, or somebody withdrew it.

    `withdrawn_by`, `reason`: who did, and why; neither where its time was over.
    """

    rule: Literal["interlock", "fatigue"]
    ticket_id: TicketId | None = None
    interlock: Interlock | None = None
    member_id: MemberId | None = None
    withdrawn_by: ActorId | None = None
    reason: Line | None = None


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
    SafetyOverridden
    | SafetyOverrideEnded
    | WeatherChanged
    | FatigueWatched
    | FatigueWatchEnded
    | ReliefFellDue
    | FatigueLimitReached
)
