"""What a jurisdiction owns: people, teams, shifts, vehicles, sites, grid cells.

No name and no phone number: those stay in the vault, found by member id.
"""

from typing import Annotated

from schemas.bounds import Code, Count, Line, Megawatts, Millis, Minutes, Position
from schemas.ids import GridCellId, MemberId, ResourceId, ShiftId, SiteId, TeamId
from schemas.value import Value, bounded
from schemas.vocabulary import (
    AreaClass,
    CustomerClass,
    PartyStanding,
    ResourceKind,
    SiteKind,
    Skill,
    Standing,
)


class Certificate(Value):
    """A special-operation certificate: six years, review every three (SAWS Order 30)."""

    skill: Skill
    number: Code
    valid_until: Millis


class Person(Value):
    """A member of a service team as the rules see them.

    From `leaves_at` on (UTC milliseconds) they belong to it no more, and are called to nothing.
    """

    member_id: MemberId
    team_id: TeamId
    standing: Standing = Standing.MEMBER
    party: PartyStanding = PartyStanding.NONE
    skills: Annotated[tuple[Skill, ...], *bounded(max_length=18)] = ()
    certificates: Annotated[tuple[Certificate, ...], *bounded(max_length=18)] = ()
    home: Position
    home_branch: Line = "-"
    ability: Annotated[int, *bounded(ge=0, le=100)] = 50
    leaves_at: Millis | None = None


class Team(Value):
    """A standing service team (共产党员服务队): certified, numbered, with a home area."""

    team_id: TeamId
    number: Code
    name: Line
    base: Position
    area_class: AreaClass = AreaClass.URBAN
    on_duty_minimum: Annotated[int, *bounded(ge=0, le=200)] = 2


class Shift(Value):
    """Who is on call from when to when; `standby` is reachable but not on duty."""

    shift_id: ShiftId
    team_id: TeamId
    member_ids: Annotated[tuple[MemberId, ...], *bounded(min_length=1, max_length=200)]
    starts_at: Millis
    ends_at: Millis
    standby: bool = False


class Resource(Value):
    """A vehicle or piece of equipment: scarce, in one place at a time."""

    resource_id: ResourceId
    kind: ResourceKind
    team_id: TeamId
    base: Position
    capacity_kw: Annotated[int, *bounded(ge=0, le=100_000)] = 0


class Supply(Value):
    """One more line that a site can be fed by, beside its first."""

    circuit: Code
    device: Code | None = None


class Site(Value):
    """A critical site: who must not lose power, by which lines, how long its own supply lasts.

    `circuit` and `device` are its first supply, `further_supplies` all others: an outage or work on
    any of them touches the site. `warn_left_min`: so many minutes before its own supply ends the
    site is alarmed of; none means as the policy says.
    """

    site_id: SiteId
    kind: SiteKind
    customer_class: CustomerClass
    name: Line
    place: Position
    circuit: Code | None = None
    device: Code | None = None
    security_load_kw: Annotated[int, *bounded(ge=0, le=1_000_000)] = 0
    own_supply_kw: Annotated[int, *bounded(ge=0, le=1_000_000)] = 0
    own_supply_endurance_min: Minutes = 0
    supply_count: Annotated[int, *bounded(ge=0, le=8)] = 1
    further_supplies: Annotated[tuple[Supply, ...], *bounded(max_length=7)] = ()
    warn_left_min: Annotated[tuple[Minutes, ...], *bounded(max_length=10)] = ()

    @property
    def circuits(self) -> tuple[str, ...]:
        """Every circuit that feeds it, the first one first."""
        first = () if self.circuit is None else (self.circuit,)
        return tuple(dict.fromkeys((*first, *(it.circuit for it in self.further_supplies))))

    @property
    def devices(self) -> tuple[str, ...]:
        """Every device that feeds it, the first one first."""
        every = (self.device, *(it.device for it in self.further_supplies))
        return tuple(dict.fromkeys(it for it in every if it is not None))


class GridCell(Value):
    """A service grid cell: team covers the area, one member covers the point (包区包点)."""

    cell_id: GridCellId
    centre: Position
    team_id: TeamId
    member_id: MemberId | None = None
    customers: Count = 0
    load_mw: Megawatts = 0.0
