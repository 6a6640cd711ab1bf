"""Every row of the grading tables at its edges; the highest of all criteria counts."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from coordinator.domain.incident.grading import RANK, Grades, grade
from schemas.default_policy import DEFAULT_POLICY
from schemas.signals.incident import Extent
from schemas.vocabulary import (
    AccidentGrade,
    EventGrade,
    FaultClass,
    GridKind,
    ResponseLevel,
    Urgency,
    WarningColour,
)
from tests.said import english

I, II, III, IV, FAULT = EventGrade  # noqa: E741
RULES = DEFAULT_POLICY.grading

# The table of the overview, written once more by hand: grid, load before the event (MW) that
# chooses the row, measure, lower bounds of I, II, III, IV in percent.
TABLE: tuple[tuple[GridKind, tuple[float, ...], str, tuple[int | None, ...]], ...] = (
    (GridKind.REGIONAL_GRID, (100, 90_000), "load", (30, 10, 7, 4)),
    (GridKind.PROVINCE, (20_000, 70_000), "load", (30, 13, 10, 5)),
    (GridKind.PROVINCE, (5_000, 19_999), "load", (40, 16, 12, 6)),
    (GridKind.PROVINCE, (1_000, 4_999), "load", (None, 50, 20, 10)),
    (GridKind.PROVINCE, (1, 999), "load", (None, None, 40, 25)),
    (GridKind.MUNICIPALITY, (100, 30_000), "load", (50, 20, 10, 5)),
    (GridKind.MUNICIPALITY, (100, 30_000), "customers", (60, 30, 15, 10)),
    (GridKind.PROVINCIAL_CAPITAL, (2_000, 9_000), "load", (60, 40, 20, 10)),
    (GridKind.PROVINCIAL_CAPITAL, (2_000, 9_000), "customers", (70, 50, 30, 15)),
    (GridKind.PROVINCIAL_CAPITAL, (1, 1_999), "load", (None, 40, 20, 10)),
    (GridKind.PROVINCIAL_CAPITAL, (1, 1_999), "customers", (None, 50, 30, 15)),
    (GridKind.PREFECTURE_CITY, (600, 5_000), "load", (None, 60, 40, 20)),
    (GridKind.PREFECTURE_CITY, (600, 5_000), "customers", (None, 70, 50, 30)),
    (GridKind.PREFECTURE_CITY, (1, 599), "load", (None, None, 40, 20)),
    (GridKind.PREFECTURE_CITY, (1, 599), "customers", (None, None, 50, 30)),
    (GridKind.COUNTY_CITY, (150, 900), "load", (None, None, 60, 40)),
    (GridKind.COUNTY_CITY, (150, 900), "customers", (None, None, 70, 50)),
    (GridKind.COUNTY_CITY, (1, 149), "load", (None, None, None, 40)),
    (GridKind.COUNTY_CITY, (1, 149), "customers", (None, None, None, 50)),
)
CUSTOMERS_TOTAL = 100_000


def graded(**numbers: Any) -> Grades:
    return grade(Extent(**numbers), RULES, fault_class=FaultClass.HIGH_VOLTAGE, urgent=False)


def at_share(grid: GridKind, before_mw: float, measure: str, percent: Decimal) -> EventGrade:
    share = percent / 100
    if measure == "load":
        lost = float(Decimal(str(before_mw)) * share)
        return graded(grid=grid, load_before_mw=float(before_mw), load_lost_mw=lost).event
    return graded(
        grid=grid,
        load_before_mw=float(before_mw),
        customers_total=CUSTOMERS_TOTAL,
        customers_out=int(CUSTOMERS_TOTAL * share),
    ).event


def next_lower(bounds: tuple[int | None, ...], index: int) -> EventGrade:
    below = [(I, II, III, IV)[it] for it in range(index + 1, 4) if bounds[it] is not None]
    return below[0] if below else FAULT


EDGES = [
    pytest.param(
        grid,
        before,
        measure,
        bound,
        (I, II, III, IV)[index],
        next_lower(bounds, index),
        id=f"{grid.value}-{before:g}MW-{measure}-{bound}",
    )
    for grid, loads, measure, bounds in TABLE
    for before in loads
    for index, bound in enumerate(bounds)
    if bound is not None
]


@pytest.mark.parametrize(("grid", "before", "measure", "bound", "there", "below"), EDGES)
def test_a_lower_bound_is_included_and_just_below_is_the_next_lower_grade(
    grid: GridKind, before: float, measure: str, bound: int, there: EventGrade, below: EventGrade
) -> None:
    assert at_share(grid, before, measure, Decimal(bound)) is there
    assert at_share(grid, before, measure, Decimal(bound) - Decimal("0.001")) is below


@pytest.mark.parametrize(("grid", "loads", "measure", "bounds"), TABLE)
def test_everything_out_is_the_highest_grade_of_its_row(
    grid: GridKind, loads: tuple[float, ...], measure: str, bounds: tuple[int | None, ...]
) -> None:
    highest = next(
        it for it, bound in zip((I, II, III, IV), bounds, strict=True) if bound is not None
    )

    assert {at_share(grid, it, measure, Decimal(100)) for it in loads} == {highest}


def test_the_default_policy_has_no_row_beside_these() -> None:
    assert len(RULES.rows) == len(TABLE)


def test_a_bound_is_met_although_binary_fractions_fall_short_of_it() -> None:
    assert 100 * 0.57 / 1.9 < 30

    found = graded(grid=GridKind.REGIONAL_GRID, load_before_mw=1.9, load_lost_mw=0.57)

    assert found.event is I


@given(
    row=st.sampled_from(TABLE),
    shares=st.tuples(
        st.decimals(min_value=0, max_value=100, places=2),
        st.decimals(min_value=0, max_value=100, places=2),
    ),
)
def test_more_that_is_out_never_lowers_the_grade(
    row: tuple[GridKind, tuple[float, ...], str, tuple[int | None, ...]],
    shares: tuple[Decimal, Decimal],
) -> None:
    grid, loads, measure, _ = row
    less, more = (at_share(grid, loads[0], measure, it) for it in sorted(shares))

    assert RANK[more] <= RANK[less]


def test_the_highest_of_load_and_customers_counts() -> None:
    by_customers = graded(
        grid=GridKind.MUNICIPALITY,
        load_before_mw=10_000.0,
        load_lost_mw=500.0,
        customers_total=100,
        customers_out=60,
    )

    assert by_customers.event is I
    assert (
        english(by_customers.rows)
        == "municipality load lost 5 %: IV; municipality customers out 60 %: I"
    )


def test_numbers_that_nobody_knows_match_no_row() -> None:
    assert graded(grid=GridKind.PROVINCE, load_lost_mw=9_000.0).event is FAULT
    assert graded(load_before_mw=10_000.0, load_lost_mw=9_000.0).event is FAULT
    assert graded(grid=GridKind.COUNTY_CITY, customers_total=10, customers_out=10).event is FAULT


@pytest.mark.parametrize(
    ("measure", "bounds"),
    [
        ("deaths", (30, 10, 3, 1)),
        ("serious_injuries", (100, 50, 10, 1)),
        ("loss_10k_cny", (10_000.0, 5_000.0, 1_000.0, 1.0)),
    ],
)
def test_casualties_and_losses_give_the_accident_grade_and_the_event_at_least_that(
    measure: str, bounds: tuple[float, ...]
) -> None:
    accidents = list(AccidentGrade)
    step = 0.1 if measure == "loss_10k_cny" else 1
    for index, bound in enumerate(bounds):
        there = graded(**{measure: bound})
        below = graded(**{measure: bound - step})
        assert (there.accident, there.event) == (accidents[index], list(EventGrade)[index])
        assert below.accident is accidents[index + 1]


def test_the_higher_of_the_two_tables_counts_for_the_event_and_the_accident_grade_stays() -> None:
    by_loss = graded(
        grid=GridKind.REGIONAL_GRID, load_before_mw=1_000.0, load_lost_mw=40.0, deaths=10
    )
    by_load = graded(
        grid=GridKind.REGIONAL_GRID, load_before_mw=1_000.0, load_lost_mw=300.0, deaths=1
    )

    assert (by_loss.event, by_loss.accident) == (II, AccidentGrade.MAJOR)
    assert (by_load.event, by_load.accident) == (I, AccidentGrade.ORDINARY)


@pytest.mark.parametrize(
    ("below_pct", "minutes", "event"),
    [
        (20.5, 30, III),
        (20.5, 29, FAULT),
        (20.0, 30, FAULT),
        (10.5, 60, III),
        (10.5, 59, FAULT),
        (10.0, 60, FAULT),
    ],
)
def test_a_station_out_with_low_voltage_around_it_is_grade_iii(
    below_pct: float, minutes: int, event: EventGrade
) -> None:
    found = graded(voltage_below_pct=below_pct, station_out_voltage_low_min=minutes)

    assert found.event is event


@pytest.mark.parametrize(
    ("percent", "warning", "response"),
    [
        (30, WarningColour.RED, ResponseLevel.I),
        (10, WarningColour.ORANGE, ResponseLevel.II),
        (7, WarningColour.YELLOW, ResponseLevel.III),
        (4, WarningColour.BLUE, ResponseLevel.IV),
        (3, WarningColour.NONE, ResponseLevel.NONE),
    ],
)
def test_warning_and_response_follow_the_grade(
    percent: int, warning: WarningColour, response: ResponseLevel
) -> None:
    found = graded(grid=GridKind.REGIONAL_GRID, load_before_mw=100.0, load_lost_mw=float(percent))

    assert (found.warning, found.response) == (warning, response)


def test_a_fault_is_urgent_by_size_by_word_or_not_at_all() -> None:
    assert graded(customers_out=499).urgency is Urgency.GENERAL
    assert graded(customers_out=500).urgency is Urgency.URGENT
    metering = grade(
        Extent(customers_out=500), RULES, fault_class=FaultClass.METERING, urgent=False
    )
    assert metering.urgency is Urgency.GENERAL
    said = grade(Extent(), RULES, fault_class=FaultClass.LOW_VOLTAGE, urgent=True)
    assert said.urgency is Urgency.URGENT


def test_a_jurisdiction_may_scale_the_table_its_own_way() -> None:
    numbers = Extent(grid=GridKind.REGIONAL_GRID, load_before_mw=100.0, load_lost_mw=5.0)
    strict = replace(RULES.rows[0], at_ii=5.0)
    rules = replace(RULES, rows=(strict, *RULES.rows[1:]))

    found = grade(numbers, rules, fault_class=FaultClass.HIGH_VOLTAGE, urgent=False)

    assert found.event is II
