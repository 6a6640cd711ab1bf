"""A first plan for many units, at once: each open place with whoever is cheapest there."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coordinator.domain.unit.greedy import SCARCE_FIRST
from coordinator.planning.batch_plan import Wanted
from coordinator.planning.exchanging import Tables
from schemas.vocabulary import UnitRole

_SCARCE_MIN: Final = 300
"""What it costs to take somebody from a role in which all who are able are needed, minutes."""
_Plan = dict[int, tuple[int, UnitRole]]
"""Person to unit and role."""


class _Serving:
    """What taking somebody costs in a role beside the way: endless once they cannot go any more."""

    def __init__(self, tables: Tables, begun: Mapping[int, tuple[int, UnitRole]]) -> None:
        self._tables = tables
        self._by_unit = tables.cost.T
        self.found: _Plan = dict(begun)
        self._room = tables.room.copy()
        self.price = {role: np.where(able, 0.0, np.inf) for role, able in tables.able.items()}
        for team in np.flatnonzero(self._room <= 0):
            self._close(tables.team == team)
        for row in begun:
            self._bind(row)

    def _bind(self, row: int) -> None:
        team = self._tables.team[row]
        self._close(row)
        self._room[team] -= 1
        if self._room[team] == 0:
            self._close(self._tables.team == team)

    def _close(self, rows: int | NDArray[np.bool_]) -> None:
        for price in self.price.values():
            price[rows] = np.inf

    def fill(self, unit: int, role: UnitRole, count: int) -> None:
        """Take the cheapest who may still go, up to `count`."""
        price = self.price[role]
        while count > 0:
            costs = self._by_unit[unit] + price
            before = count
            for row in _cheapest(costs, count):
                # Somebody's team may be full on the way; then those who are left are looked at.
                if price[row] < np.inf:
                    self.found[row] = (unit, role)
                    self._bind(row)
                    count -= 1
            if count == before:
                return


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
        serving.price[role] += _SCARCE_MIN * np.max(needed, axis=0)
        for at, count in places:
            serving.fill(at, role, count)
    return serving.found


def _cheapest(costs: NDArray[np.float64], count: int) -> list[int]:
    if count == 1 and len(costs):
        return [int(costs.argmin())]
    if len(costs) <= count:
        rows = np.arange(len(costs))
    else:
        rows = np.sort(costs.argpartition(count)[:count])
    found: list[int] = rows[costs[rows].argsort(kind="stable")].tolist()
    return found
