"""A storm from a seed, for the drill: a warning, then gusts of faults, a substation, a hospital."""

import random

from coordinator.demo.agenda import Agenda
from coordinator.demo.province import Place, circuit_of
from schemas.bounds import Position
from schemas.durations import HOUR, MINUTE, SECOND
from schemas.signals.incident import Extent
from schemas.signals.operation import GuardPost
from schemas.signals.safety import Weather
from schemas.vocabulary import (
    ActivationBasis,
    AreaClass,
    FaultClass,
    GridKind,
    GuaranteeLevel,
    Hazard,
    IncidentKind,
    Role,
    WarningColour,
)

_CAUSES = (
    "树木压线",
    "雷击",
    "导线断线",
    "电杆倾倒",
    "异物搭线",
    "电缆进水",
    "变压器烧损",
    "跌落熔断",
)
_AT_HOME = (
    (FaultClass.CUSTOMER_INTERNAL, "家中空开跳闸"),
    (FaultClass.METERING, "电能表黑屏"),
    (FaultClass.LOW_VOLTAGE, "单户无电"),
    (FaultClass.NOT_POWER, "欠费停电咨询"),
)


def write_storm(agenda: Agenda, places: list[Place], *, seed: int, start: int, minutes: int) -> int:
    """Note a storm of `minutes` on the agenda, beginning at `start`; return how many reports."""
    chance = random.Random(f"storm {seed} {start}")
    for place in places:
        _warn(agenda, place, start)
        _weather(agenda, place, start, minutes)
    worst = places[chance.randrange(len(places))]
    _guard(agenda, worst, start + 10 * SECOND, minutes)
    _substation(agenda, worst, chance, start + 12 * MINUTE)
    _hospital(agenda, worst, start + 18 * MINUTE)
    count = 0
    for place in places:
        heavy = 2.2 if place is worst else 0.4 + chance.random()
        count += _faults(agenda, place, chance, start, minutes, heavy)
        count += _households(agenda, place, start, minutes, seed=seed)
    return count


def _warn(agenda: Agenda, place: Place, at: int) -> None:
    agenda.write(
        at, place.code, "weather-office", Role.FEED,
        type="alert_received", sender="weather@demo", identifier=f"storm-{at}", sent_at=at,
        message="alert", hazard=Hazard.TYPHOON, event="台风", colour=WarningColour.ORANGE,
        severity="severe", urgency="expected", certainty="likely", expires_at=at + 12 * HOUR,
        area=place.name, headline="台风橙色预警", instruction="",
    )  # fmt: skip


def _weather(agenda: Agenda, place: Place, start: int, minutes: int) -> None:
    for minute, weather in (
        (1, Weather(rain=True, wind_force=6)),
        (minutes // 3, Weather(rain=True, heavy_rain=True, thunder=True, wind_force=9)),
        (2 * minutes // 3, Weather(rain=True, wind_force=5)),
        (minutes, Weather()),
    ):
        agenda.write(
            start + minute * MINUTE, place.code, "weather-office", Role.FEED,
            type="weather_reported", weather=weather,
        )  # fmt: skip


def _faults(  # noqa: PLR0913, PLR0917 - each is another thing, in the order they are read
    agenda: Agenda, place: Place, chance: random.Random, start: int, minutes: int, heavy: float
) -> int:
    """Reports in gusts: few at first, most in the second quarter of the storm."""
    count = int(minutes * heavy / 6) + 1
    for index in range(count):
        minute = min(minutes - 1, max(0.1, chance.gauss(minutes * 0.38, minutes * 0.22)))
        at = start + int(minute * MINUTE) + (index == 0) * SECOND
        team = chance.choice(place.teams)
        circuit = circuit_of(place.code, 8 + chance.randrange(40))
        where = Position(
            lon=round(team.base.lon + chance.uniform(-0.05, 0.05), 5),
            lat=round(team.base.lat + chance.uniform(-0.05, 0.05), 5),
        )
        customers = int(chance.paretovariate(0.9) * 12)
        agenda.write(
            at, place.code, "95598", Role.FEED,
            type="outage_reported", source="95598", dedup_key=f"{start // SECOND}-{index}",
            kind=IncidentKind.EQUIPMENT_FAULT,
            fault_class=FaultClass.HIGH_VOLTAGE if customers > 60 else FaultClass.LOW_VOLTAGE,
            place=where, area_class=team.area_class, circuit=circuit,
            device=f"{circuit}-T{chance.randrange(900):03d}",
            extent=Extent(customers_out=min(customers, 4_000)), cause=chance.choice(_CAUSES),
        )  # fmt: skip
        if chance.random() < 0.25:  # A neighbour calls about the same thing.
            agenda.write(
                at + chance.randrange(30, 600) * SECOND, place.code, "95598", Role.FEED,
                type="outage_reported", source="95598",
                dedup_key=f"{start // SECOND}-{index}-b", place=where, circuit=circuit,
                area_class=team.area_class, extent=Extent(customers_out=1),
            )  # fmt: skip
    return count


def _households(agenda: Agenda, place: Place, start: int, minutes: int, *, seed: int) -> int:
    """Single homes that ring up, storm or not: most of them need no crew."""
    chance = random.Random(f"homes {seed} {place.code} {start}")
    count = minutes // 30 + 1
    for index in range(count):
        team = chance.choice(place.teams)
        fault, cause = chance.choice(_AT_HOME)
        agenda.write(
            start + chance.randrange(minutes * 60) * SECOND, place.code, "95598", Role.FEED,
            type="outage_reported", source="95598", dedup_key=f"{start // SECOND}-home-{index}",
            kind=IncidentKind.CUSTOMER_FAULT, fault_class=fault, cause=cause,
            customer_ref=f"{place.code.upper()}-{chance.randrange(10**8):08d}",
            place=Position(
                lon=round(team.base.lon + chance.uniform(-0.05, 0.05), 5),
                lat=round(team.base.lat + chance.uniform(-0.05, 0.05), 5),
            ),
            area_class=team.area_class, extent=Extent(customers_out=1),
        )  # fmt: skip
    return count


def _substation(agenda: Agenda, place: Place, chance: random.Random, at: int) -> None:
    agenda.write(
        at, place.code, "scada", Role.FEED,
        type="outage_reported", source="scada", dedup_key=f"station-{at}",
        kind=IncidentKind.NATURAL_DISASTER, place=place.teams[0].base,
        area_class=AreaClass.URBAN, device=f"{place.code.upper()}-110kV-S1",
        extent=Extent(
            grid=GridKind.PREFECTURE_CITY, load_before_mw=900.0,
            load_lost_mw=float(chance.randrange(200, 320)), customers_total=600_000,
            customers_out=chance.randrange(90_000, 150_000),
        ), cause="110 kV 变电站全停",
    )  # fmt: skip


def _hospital(agenda: Agenda, place: Place, at: int) -> None:
    hospital = place.sites[0]
    agenda.write(
        at, place.code, "scada", Role.FEED,
        type="outage_reported", source="scada", dedup_key=f"hospital-{at}",
        place=hospital.place, area_class=AreaClass.URBAN, circuit=hospital.circuit,
        extent=Extent(customers_out=40), cause="电缆故障",
    )  # fmt: skip
    agenda.write(
        at + MINUTE, place.code, "scada", Role.FEED,
        type="site_supply_reported", site_id=hospital.site_id, supply="own", endurance_min=95,
    )  # fmt: skip
    agenda.write(
        at + 80 * MINUTE, place.code, "scada", Role.FEED,
        type="site_supply_reported", site_id=hospital.site_id, supply="grid",
    )  # fmt: skip


def _guard(agenda: Agenda, place: Place, at: int, minutes: int) -> None:
    """A guaranteed-power operation at the command post and the hospital, with one silence."""
    sites = (place.sites[0], place.sites[3])
    agenda.write(
        at, place.code, "control-room", Role.COMMANDER,
        type="open_operation", name="防汛保电", level=GuaranteeLevel.SPECIAL,
        basis=ActivationBasis.ORGANISER_NOTICE, basis_reference="防指〔2026〕7号",
        site_ids=tuple(it.site_id for it in sites), guard_from=at + 5 * MINUTE,
        guard_until=at + (minutes + 60) * MINUTE, plan_approved_by="保电领导小组",
    )  # fmt: skip


def guard_posts(  # noqa: PLR0913 - each is another thing, and given by name where it is called
    agenda: Agenda, place: Place, operation_id: str, at: int, *, until: int, seed: int
) -> None:
    """Post people at the sites of an operation that was opened, and let them check in."""
    chance = random.Random(f"guard {seed} {operation_id}")
    for index, site in enumerate((place.sites[0], place.sites[3])):
        reserve = [it.member_id for it in place.people if it.standing == "reserve"]
        people = tuple(sorted(reserve[index * 2 : index * 2 + 2]))
        agenda.write(
            at, place.code, "control-room", Role.COMMANDER,
            type="post_guard", operation_id=operation_id,
            post=GuardPost(
                site_id=site.site_id, member_ids=people, start_orderer=people[1],
                start_operator=people[0],
            ),
            starts_at=at, ends_at=until,
        )  # fmt: skip
        for step in ("surveyed", "single_line_filed", "plan_filed", "drilled"):
            agenda.write(
                at + SECOND, place.code, "control-room", Role.COMMANDER,
                type="report_preparation", operation_id=operation_id, site_id=site.site_id,
                step=step,
            )  # fmt: skip
        turn = at + 20 * MINUTE
        while turn < until:
            if chance.random() < 0.9:
                agenda.write(
                    turn, place.code, people[0], Role.MEMBER,
                    type="check_in", operation_id=operation_id, site_id=site.site_id,
                    member_id=people[0], kind=chance.choice(("check_in", "zero_report", "patrol")),
                )  # fmt: skip
            turn += 25 * MINUTE
