"""A first plan for many units, at once: each open place with whoever is cheapest there."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from coordinator.domain.forming import SCARCE_FIRST
from coordinator.planning.exchanging import Tables
from coordinator.planning.together import Wanted
from schemas.vocabulary import UnitRole

_SCARCE_MIN: Final = 300
"""What it costs to take somebody from a role in which all who are able are needed, minutes."""
_Plan = dict[int, tuple[int, UnitRole]]
"""Person to unit and role."""


class _Serving:
    """Who is still free, and how many may still leave each team."""

    def __init__(self, tables: Tables, begun: Mapping[int, tuple[int, UnitRole]]) -> None:
        self._tables = tables
        self.found: _Plan = dict(begun)
        self._free = np.ones(len(tables.team), dtype=bool)
        self._room = tables.room.copy()
        for row in begun:
            self._bind(row)
        full = np.flatnonzero(self._room <= 0)
        self._free[np.isin(tables.team, full)] = False
        self._able = {role: np.flatnonzero(able) for role, able in tables.able.items()}

    def _bind(self, row: int) -> None:
        team = self._tables.team[row]
        self._free[row] = False
        self._room[team] -= 1
        if self._room[team] == 0:
            self._free[self._tables.team == team] = False

    def fill(
        self, unit: int, role: UnitRole, count: int, dearer: NDArray[np.float64] | None = None
    ) -> None:
        """Take the cheapest who are free, up to `count`; `dearer` is added to what each costs."""
        while count:
            rows = self._able[role]
            rows = rows[self._free[rows]]
            if not len(rows):
                return
            # Somebody's team may be full on the way; then those who are left are looked at anew.
            costs = self._tables.cost[rows, unit]
            for row in _cheapest(rows, costs if dearer is None else costs + dearer[rows], count):
                if self._free[row]:
                    self.found[int(row)] = (unit, role)
                    self._bind(int(row))
                    count -= 1


def in_turn(
    tables: Tables,
    units: Sequence[Wanted],
    order: Iterable[int],
    begun: Mapping[int, tuple[int, UnitRole]] | None = None,
) -> _Plan:
    """Serve whole units, one after the other.

    Args:
        tables: what it costs.
        units: that wait.
        order: positions among them.
        begun: who has a place already.
    """
    serving = _Serving(tables, begun or {})
    having = Counter(serving.found.values())
    for unit in order:
        for need in sorted(units[unit].need.roles, key=lambda it: SCARCE_FIRST.index(it.role)):
            serving.fill(unit, need.role, need.count - having[unit, need.role])
    return serving.found


def scarce_first(tables: Tables, units: Sequence[Wanted]) -> _Plan:
    """Serve all units with their leaders, then with their supervisors, and so on.

    Whom others need in a scarcer role is taken last, so that few places stay open.
    """
    serving = _Serving(tables, {})
    wanted: dict[UnitRole, list[tuple[int, int]]] = {role: [] for role in SCARCE_FIRST}
    for at, unit in enumerate(units):
        for need in unit.need.roles:
            wanted[need.role].append((at, need.count))
    scarcity = {
        role: sum(count for _, count in places) / max(1, int(tables.able[role].sum()))
        for role, places in wanted.items()
    }
    for role, places in wanted.items():
        needed = [np.where(tables.able[it], scarcity[it], 0.0) for it in wanted if it is not role]
        dearer = _SCARCE_MIN * np.max(needed, axis=0)
        for at, count in places:
            serving.fill(at, role, count, dearer)
    return serving.found


def _cheapest(rows: NDArray[np.intp], costs: NDArray[Any], count: int) -> NDArray[np.intp]:
    if count == 1:
        return rows[[int(np.argmin(costs))]]
    if len(rows) > 2 * count:
        near = np.argpartition(costs, count)[:count]
        rows, costs = rows[near], costs[near]
    return rows[np.argsort(costs, kind="stable")[:count]]
