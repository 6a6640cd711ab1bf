"""What policy says of the safety of work: steps, who answers, what is set aside, the weather."""

from typing import Annotated

from msgspec import field

from schemas.ids import ActorId
from schemas.value import Value, bounded
from schemas.vocabulary import Heard, Interlock, Overridable, Role, TicketRole, WorkKind


class WeatherLimit(Value):
    """Weather that forbids a kind of work; wind from `wind_force_from` up (Beaufort)."""

    thunder: bool = False
    rain: bool = False
    heavy_rain: bool = False
    snow: bool = False
    hail: bool = False
    fog: bool = False
    wind_force_from: Annotated[int, *bounded(ge=0, le=18)] = 18
    humidity_above_pct: Annotated[float, *bounded(ge=0, le=100)] = 100.0
    temperature_from_c: Annotated[float, *bounded(ge=-70, le=100)] = 100.0


class OverrideRule(Value):
    """By which roles something may be set aside, and for how long at most, in minutes."""

    by: Annotated[tuple[Role, ...], *bounded(max_length=7)] = ()
    at_most_min: Annotated[int, *bounded(ge=1, le=10_080)] = 60


class TicketRules(Value):
    """Who answers for what on a work ticket.

    `apart`: pairs of roles that are never one person.
    `named`: by role the people on the utility's published list (三种人名单); where a role has
    none, anybody who may speak for the ticket.
    `heard`: by which ways a desk may have heard what it passes on of issue, permit and the steps
    before work; where there is none, each says it themself.
    `told_again_min`: how often an alarm about supply that is back is repeated until all are clear.
    """

    apart: Annotated[tuple[tuple[TicketRole, TicketRole], ...], *bounded(max_length=20)]
    named: dict[TicketRole, Annotated[tuple[ActorId, ...], *bounded(max_length=2_000)]] = field(
        default_factory=dict
    )
    heard: Annotated[tuple[Heard, ...], *bounded(max_length=len(Heard))] = tuple(Heard)
    told_again_min: Annotated[int, *bounded(ge=1, le=60)] = 2


class SafetyRules(Value):
    """Steps before work in their order, weather limits, guardians; who answers and who overrides.

    What `overrides` does not name is set aside by nobody.
    """

    interlocks: dict[WorkKind, Annotated[tuple[Interlock, ...], *bounded(max_length=4)]]
    tickets: TicketRules
    overrides: dict[Overridable, OverrideRule] = field(default_factory=dict)
    weather: dict[WorkKind, WeatherLimit]
    guardian_for: Annotated[tuple[WorkKind, ...], *bounded(max_length=10)]
    crew_min: Annotated[int, *bounded(ge=1, le=20)]
