"""How incidents are graded, and when the response to one may end: tables and thresholds as data."""

from typing import Annotated, Literal

from schemas.bounds import Megawatts, Minutes, Percent
from schemas.value import Value, bounded
from schemas.vocabulary import EventGrade, GridKind, ResponseLevel, WarningColour

Threshold = Annotated[float, *bounded(ge=0, le=1_000_000_000)] | None
Loss = Annotated[float, *bounded(ge=0, le=1_000_000_000)]
Priority = Annotated[int, *bounded(ge=0, le=10_000)]


class GradingRow(Value):
    """One row of the large-area outage table: lower bounds in percent, inclusive («以上»)."""

    grid: GridKind
    measure: Literal["load", "customers"]
    load_from_mw: Megawatts = 0.0
    load_below_mw: Megawatts | None = None
    at_i: Threshold = None
    at_ii: Threshold = None
    at_iii: Threshold = None
    at_iv: Threshold = None


class LossRow(Value):
    """Casualty and loss (Order 493 art. 3): lower bounds, inclusive; loss in CNY 10,000 (万元)."""

    measure: Literal["deaths", "serious_injuries", "loss_10k_cny"]
    extraordinary: Loss
    major: Loss
    serious: Loss
    ordinary: Loss


class StationRule(Value):
    """A whole station out with low voltage nearby is grade III."""

    below_pct: Percent
    minutes: Minutes
    grade: EventGrade


class Grading(Value):
    rows: Annotated[tuple[GradingRow, ...], *bounded(max_length=100)]
    losses: Annotated[tuple[LossRow, ...], *bounded(max_length=10)]
    stations: Annotated[tuple[StationRule, ...], *bounded(max_length=10)]
    urgent_customers_out: Annotated[int, *bounded(ge=1, le=100_000_000)]
    warning: dict[EventGrade, WarningColour]
    response: dict[EventGrade, ResponseLevel]
    led_by: dict[ResponseLevel, Literal["province", "city", "county"]]
    activate_automatically: Annotated[tuple[EventGrade, ...], *bounded(max_length=5)]
    priority: dict[EventGrade, Priority]
    urgent_priority_bonus: Priority
    customers_here: Annotated[int, *bounded(ge=1, le=1_000_000_000)] | None = None
    """How many customers the county has; a report of more is not counted. None: not known."""
    load_here_mw: Annotated[float, *bounded(gt=0, le=1_000_000)] | None = None
    """How much load the county ever had, MW; a report of more is not counted. None: not known."""


class Termination(Value):
    """When the response may end: shares of lost load restored, in percent."""

    load_restored_pct: Annotated[float, *bounded(ge=0, le=100)]
    key_areas_restored_pct: Annotated[float, *bounded(ge=0, le=100)]
