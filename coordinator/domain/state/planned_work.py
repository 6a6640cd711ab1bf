"""Work that is planned on circuits, and who was told of it."""

from immutables import Map
from msgspec import Struct


class PlannedWork(Struct, frozen=True, gc=False):
    """`owed`: important customers to be told, `told`: those who were, each UTC ms by site.

    `reminded`: that notices are due was said; `missed`: that they were not given in time was.
    `begun`: its time has come; `overran`: it is over, and people are still at it. `conflicts`: the
    operations and sites whose guard it is planned into. `set_at`: when its hours were last set.
    """

    work_id: str
    circuit: str
    starts_at: int
    ends_at: int
    text: str
    notice: str
    cuts_supply: bool
    planned_at: int
    set_at: int
    owed: tuple[str, ...] = ()
    told: Map[str, int] = Map()
    public_told_at: int | None = None
    reminded: bool = False
    missed: bool = False
    conflicts: tuple[tuple[str, str], ...] = ()
    begun: bool = False
    overran: bool = False


class PlannedWorks(Struct, frozen=True, gc=False):
    by_id: Map[str, PlannedWork] = Map()
