"""Grading: the large-area outage table, casualties and losses, and faults below grade IV.

State Council Order 599 annex and Order 493 art. 3; any one criterion is enough and the highest
grade counts. Lower bounds are included («以上»), upper ones are not.
"""

from typing import NamedTuple

from schemas.grading_policy import Grading, GradingRow
from schemas.said import Said
from schemas.sentences import reasons
from schemas.signals.incident import Extent
from schemas.vocabulary import (
    AccidentGrade,
    EventGrade,
    FaultClass,
    ResponseLevel,
    Urgency,
    WarningColour,
)

_FROM_HIGHEST = (EventGrade.I, EventGrade.II, EventGrade.III, EventGrade.IV)
_AS_EVENT = {
    AccidentGrade.EXTRAORDINARY: EventGrade.I,
    AccidentGrade.MAJOR: EventGrade.II,
    AccidentGrade.SERIOUS: EventGrade.III,
    AccidentGrade.ORDINARY: EventGrade.IV,
    AccidentGrade.NONE: EventGrade.FAULT,
}
_PRIORITY_MAX = 10_000
RANK = {grade: rank for rank, grade in enumerate((*_FROM_HIGHEST, EventGrade.FAULT))}


class Grades(NamedTuple):
    """Four separate fields, the urgency of a fault, and the rows that gave them."""

    event: EventGrade
    warning: WarningColour
    response: ResponseLevel
    accident: AccidentGrade
    urgency: Urgency
    priority: int
    rows: tuple[Said, ...]


def grade(extent: Extent, rules: Grading, *, fault_class: FaultClass, urgent: bool) -> Grades:
    """Grade an incident by what is known of it.

    Args:
        extent: the numbers; unknown ones match no row.
        rules: the tables of the policy in force.
        fault_class: of the report; a metering question is never urgent by size.
        urgent: somebody said it is, or lives, a critical site or a guarded site are touched.
    """
    rows = () if extent.grid is None else rules.rows
    found: list[tuple[EventGrade, Said]] = [
        (row_grade, reasons.share_row(row.grid, row.measure, _shown(share), row_grade))
        for row in rows
        if (share := _share(extent, row)) is not None
        and (row_grade := _of_row(row, share)) is not EventGrade.FAULT
    ]
    found.extend(_stations(extent, rules))
    accident, losses = _losses(extent, rules)
    if losses is not None:
        found.append((_AS_EVENT[accident], losses))
    event = min((it for it, _ in found), key=RANK.__getitem__, default=EventGrade.FAULT)
    many = (extent.customers_out or 0) >= rules.urgent_customers_out
    sized = many and fault_class is not FaultClass.METERING
    urgency = (
        Urgency.URGENT if urgent or sized or event is not EventGrade.FAULT else Urgency.GENERAL
    )
    bonus = rules.urgent_priority_bonus if urgency is Urgency.URGENT else 0
    size = min(99, (extent.customers_out or 0) // 10)
    return Grades(
        event=event,
        warning=rules.warning[event],
        response=rules.response[event],
        accident=accident,
        urgency=urgency,
        priority=min(_PRIORITY_MAX, rules.priority[event] + bonus + size),
        rows=tuple(text for _, text in found[:20]),
    )


def _share(extent: Extent, row: GradingRow) -> float | None:
    """Return the percentage a row looks at, None where the row does not apply."""
    before = extent.load_before_mw
    if extent.grid is not row.grid or not _sized_for(row, before):
        return None
    if row.measure == "load":
        if before is None or before <= 0 or extent.load_lost_mw is None:
            return None
        return _percent(extent.load_lost_mw, before)
    if not extent.customers_total or extent.customers_out is None:
        return None
    return _percent(extent.customers_out, extent.customers_total)


def _percent(part: float, whole: float) -> float:
    # Binary fractions put 0.57 of 1.9 MW a hair below 30 %, and the bound is included.
    return round(100 * part / whole, 9)


def _sized_for(row: GradingRow, load_mw: float | None) -> bool:
    if row.load_from_mw == 0 and row.load_below_mw is None:
        return True
    if load_mw is None:
        return False
    return row.load_from_mw <= load_mw and (
        row.load_below_mw is None or load_mw < row.load_below_mw
    )


def _of_row(row: GradingRow, share: float) -> EventGrade:
    bounds = (row.at_i, row.at_ii, row.at_iii, row.at_iv)
    for event, bound in zip(_FROM_HIGHEST, bounds, strict=True):
        if bound is not None and share >= bound:
            return event
    return EventGrade.FAULT


def _stations(extent: Extent, rules: Grading) -> list[tuple[EventGrade, Said]]:
    below, minutes = extent.voltage_below_pct, extent.station_out_voltage_low_min
    if below is None or minutes is None:
        return []
    return [
        (rule.grade, reasons.station_row(_shown(below), minutes, rule.grade))
        for rule in rules.stations
        if below > rule.below_pct and minutes >= rule.minutes
    ]


def _losses(extent: Extent, rules: Grading) -> tuple[AccidentGrade, Said | None]:
    worst: AccidentGrade = AccidentGrade.NONE
    row_said: Said | None = None
    order = list(AccidentGrade)
    for row in rules.losses:
        value = getattr(extent, row.measure)
        if value is None:
            continue
        for accident, bound in (
            (AccidentGrade.EXTRAORDINARY, row.extraordinary),
            (AccidentGrade.MAJOR, row.major),
            (AccidentGrade.SERIOUS, row.serious),
            (AccidentGrade.ORDINARY, row.ordinary),
        ):
            if value >= bound and order.index(accident) < order.index(worst):
                worst = accident
                row_said = reasons.loss_row(row.measure, _shown(value), accident)
    return worst, row_said


def _shown(value: float) -> float:
    """Return a figure as a row shows it: six digits are enough, and a whole number stays one."""
    short = float(f"{value:g}")
    return int(short) if short.is_integer() else short
