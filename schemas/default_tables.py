"""The two long tables of the default policy: grading rows and muster templates."""

from typing import Any, Final, Literal

from schemas.grading_policy import GradingRow
from schemas.muster import ResourceNeed, RoleNeed
from schemas.policy import MusterTemplate
from schemas.vocabulary import (
    EventGrade,
    FaultClass,
    GridKind,
    IncidentKind,
    ResourceKind,
    UnitRole,
)

# (grid, load from MW, load below MW, lower bounds of I, II, III, IV in percent); Order 599 annex.
_LOAD = (
    (GridKind.REGIONAL_GRID, 0, None, 30, 10, 7, 4),
    (GridKind.PROVINCE, 20_000, None, 30, 13, 10, 5),
    (GridKind.PROVINCE, 5_000, 20_000, 40, 16, 12, 6),
    (GridKind.PROVINCE, 1_000, 5_000, None, 50, 20, 10),
    (GridKind.PROVINCE, 0, 1_000, None, None, 40, 25),
    (GridKind.MUNICIPALITY, 0, None, 50, 20, 10, 5),
    (GridKind.PROVINCIAL_CAPITAL, 2_000, None, 60, 40, 20, 10),
    (GridKind.PROVINCIAL_CAPITAL, 0, 2_000, None, 40, 20, 10),
    (GridKind.PREFECTURE_CITY, 600, None, None, 60, 40, 20),
    (GridKind.PREFECTURE_CITY, 0, 600, None, None, 40, 20),
    (GridKind.COUNTY_CITY, 150, None, None, None, 60, 40),
    (GridKind.COUNTY_CITY, 0, 150, None, None, None, 40),
)
_CUSTOMERS = (
    (GridKind.MUNICIPALITY, 0, None, 60, 30, 15, 10),
    (GridKind.PROVINCIAL_CAPITAL, 2_000, None, 70, 50, 30, 15),
    (GridKind.PROVINCIAL_CAPITAL, 0, 2_000, None, 50, 30, 15),
    (GridKind.PREFECTURE_CITY, 600, None, None, 70, 50, 30),
    (GridKind.PREFECTURE_CITY, 0, 600, None, None, 50, 30),
    (GridKind.COUNTY_CITY, 150, None, None, None, 70, 50),
    (GridKind.COUNTY_CITY, 0, 150, None, None, None, 50),
)
_TABLES: Final[tuple[tuple[Literal["load", "customers"], Any], ...]] = (
    ("load", _LOAD),
    ("customers", _CUSTOMERS),
)
GRADING_ROWS: Final = tuple(
    GradingRow(
        grid=grid,
        measure=measure,
        load_from_mw=float(low),
        load_below_mw=None if high is None else float(high),
        **{
            name: None if bound is None else float(bound)
            for name, bound in zip(("at_i", "at_ii", "at_iii", "at_iv"), bounds, strict=True)
        },
    )
    for measure, table in _TABLES
    for grid, low, high, *bounds in table
)


def _roles(**counts: int) -> tuple[RoleNeed, ...]:
    return tuple(RoleNeed(role=UnitRole(role), count=count) for role, count in counts.items())


def _gear(**counts: int) -> tuple[ResourceNeed, ...]:
    return tuple(
        ResourceNeed(kind=ResourceKind(kind), count=count) for kind, count in counts.items()
    )


TEMPLATES: Final = (
    MusterTemplate(
        grades=(EventGrade.I, EventGrade.II),
        roles=_roles(
            leader=1,
            deputy=2,
            safety_supervisor=3,
            line_worker=30,
            live_line_worker=6,
            cable_worker=6,
            relay_worker=4,
            substation_worker=6,
            generator_operator=4,
            driver=6,
            uav_pilot=2,
            communications=1,
            first_aider=1,
        ),
        resources=_gear(repair_vehicle=8, generator_vehicle=4, lighting_tower=2, uav=2),
        arrive_within_min=6 * 60,
        automatic=False,
    ),
    MusterTemplate(
        grades=(EventGrade.III,),
        roles=_roles(
            leader=1,
            deputy=1,
            safety_supervisor=1,
            line_worker=10,
            cable_worker=2,
            relay_worker=2,
            substation_worker=2,
            generator_operator=2,
            driver=2,
            uav_pilot=1,
        ),
        resources=_gear(repair_vehicle=3, generator_vehicle=2, lighting_tower=1),
        arrive_within_min=3 * 60,
        automatic=False,
    ),
    MusterTemplate(
        grades=(EventGrade.IV,),
        roles=_roles(
            leader=1,
            deputy=1,
            safety_supervisor=1,
            line_worker=6,
            cable_worker=1,
            generator_operator=1,
            driver=1,
        ),
        resources=_gear(repair_vehicle=2, generator_vehicle=1),
        arrive_within_min=2 * 60,
    ),
    MusterTemplate(
        kinds=(IncidentKind.NATURAL_DISASTER, IncidentKind.POWER_SAFETY_ACCIDENT),
        roles=_roles(leader=1, deputy=1, safety_supervisor=1, line_worker=4, driver=1),
        resources=_gear(repair_vehicle=2),
        arrive_within_min=90,
    ),
    MusterTemplate(
        customers_from=1_000,
        roles=_roles(leader=1, safety_supervisor=1, line_worker=3, driver=1),
        resources=_gear(repair_vehicle=1),
        arrive_within_min=60,
    ),
    MusterTemplate(
        classes=(FaultClass.METERING, FaultClass.CUSTOMER_INTERNAL, FaultClass.NOT_POWER),
        calm=True,
        roles=_roles(leader=1, safety_supervisor=1),
        resources=_gear(repair_vehicle=1),
        arrive_within_min=60,
        unless_crew_reported=True,
        ring_within_min=15,
    ),
    MusterTemplate(
        customers_below=2,
        calm=True,
        roles=_roles(leader=1, safety_supervisor=1),
        resources=_gear(repair_vehicle=1),
        arrive_within_min=60,
        unless_crew_reported=True,
        ring_within_min=15,
    ),
    MusterTemplate(
        roles=_roles(leader=1, safety_supervisor=1, line_worker=1),
        resources=_gear(repair_vehicle=1),
        arrive_within_min=60,
        unless_crew_reported=True,
    ),
)
