"""How far the plan for 500 units can be from the best: a bound raised, and parts planned anew.

The flow bound lets a team cost each of its people an equal share. Here the shares are prices that
are moved (Lagrangian relaxation, subgradient with momentum): every one of them gives a bound, the
best is kept. Then neighbouring units are planned anew by HiGHS, all at once and to 0.2 %, with
everybody else kept: what that gains says how much the plan leaves. Takes long; prints as it goes.
"""

import argparse
from collections import Counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array

from benchmarks.planning import at_home, planning
from benchmarks.planning_cases import AT, many_wanted, whole_province
from coordinator.planning.many_units import ManyUnits
from coordinator.planning.pool import pool_of
from schemas.vocabulary import UnitRole

_NEVER: Final = 1e7
_STEP: Final = 0.08
_MOMENTUM: Final = 0.6
_OF_TEAM: Final = 0.02
_PATIENCE: Final = 3
_Plan = dict[int, tuple[int, UnitRole]]
_Table = NDArray[np.float64]


class Raising:
    """Prices on `a person goes to a unit only if their team does`, and on the team as a whole."""

    def __init__(self, many: ManyUnits, cost: int) -> None:
        """Begin at the flow bound.

        Args:
            many: the units and the pool.
            cost: of the best plan known.
        """
        self._many, self._cost = many, cost
        people, units, teams = len(many.people), len(many.units), len(many.room_of)
        self._starts = np.searchsorted(many.team_of, np.arange(teams))
        self._team_cost: _Table = np.full((teams, units), float(many.team_min))
        for pair in many.with_vehicle:
            self._team_cost[pair] = 0
        sizes = [sum(it.count for it in unit.need.roles) for unit in many.units]
        self._most = np.minimum(many.room_of[:, None], sizes).clip(1).astype(float)
        self._own: _Table = np.zeros((people, units))
        self._whole: _Table = self._team_cost / self._most
        self._drift: tuple[Any, Any] = (0.0, 0.0)
        self._kept = (self._own, self._whole)
        self._step, self._failed = _STEP, 0
        self._base = np.asarray(many.tables.cost, dtype=float)
        self._units = np.array([it.unit for it in many.slots])
        self._able = np.array([many.able(it.role) for it in many.slots])
        self._open = np.array([float(it.unserved) for it in many.slots])
        self._home = np.where(np.array(at_home(many)), 0.0, _NEVER)
        self.bound = -1.0

    def step(self) -> float:
        """Move the prices once, and return the bound they gave."""
        many, slots = self._many, len(self._many.slots)
        costs = self._base + self._own + self._whole[many.team_of]
        served = np.minimum(np.where(self._able, costs.T[self._units], _NEVER), self._open[:, None])
        table = np.vstack([served, self._home])
        rows, columns = linear_sum_assignment(table)
        goes: _Table = np.zeros_like(self._own)
        for row, column in zip(rows, columns, strict=True):
            if row < slots and served[row, column] < self._open[row]:
                goes[column, self._units[row]] += 1
        left = self._team_cost - self._per_team(self._own) - self._most * self._whole
        sends = left < -1e-9
        found = table[rows, columns].sum() + np.minimum(left, 0).sum() + many.vehicle_cost()
        self._keep(float(found))
        self._move(goes, sends, float(found))
        return float(found)

    def _per_team(self, table: _Table) -> _Table:
        return np.add.reduceat(table, self._starts, axis=0)

    def _keep(self, found: float) -> None:
        if found > self.bound + 1:
            self.bound, self._failed = found, 0
            self._kept = (self._own.copy(), self._whole.copy())
            return
        self._failed += 1
        if self._failed >= _PATIENCE:
            self._step, self._failed, self._drift = self._step / 1.5, 0, (0.0, 0.0)
            self._own, self._whole = self._kept[0].copy(), self._kept[1].copy()

    def _move(self, goes: _Table, sends: NDArray[np.bool_], found: float) -> None:
        own = goes - sends[self._many.team_of]
        whole = self._per_team(goes) - self._most * sends
        own[(self._own <= 0) & (own < 0)] = 0
        whole[(self._whole <= 0) & (whole < 0)] = 0
        own, whole = _MOMENTUM * self._drift[0] + own, _MOMENTUM * self._drift[1] + whole
        self._drift = (own, whole)
        length = float((own**2).sum() + _OF_TEAM * (whole**2).sum())
        step = self._step * (0.99 * self._cost - found) / max(length, 1.0)
        self._own = np.maximum(0, self._own + step * own)
        self._whole = np.maximum(0, self._whole + _OF_TEAM * step * whole)


def anew(many: ManyUnits, held: _Plan, units: list[int]) -> _Plan:  # noqa: C901 - one program of integers, built in one go
    """Plan some units anew with whom they have and who stays at home near them."""
    tables = many.tables
    inside = {row: place for row, place in held.items() if place[0] in units}
    outside = {row: place for row, place in held.items() if place[0] not in units}
    room = tables.room - np.bincount(tables.team[list(outside)], minlength=len(tables.room))
    usual = np.median([tables.cost[row, unit] for row, (unit, _) in inside.items()])
    near = np.flatnonzero(tables.cost[:, units].min(axis=1) <= 1.5 * usual)
    people = [*inside, *(int(it) for it in near if int(it) not in held)]
    wanted = Counter(inside.values())
    costs: list[float] = []
    terms: dict[tuple[object, ...], dict[int, float]] = {}
    columns: dict[int, tuple[int, tuple[int, UnitRole]]] = {}
    for row in people:
        team = int(tables.team[row])
        for unit, role in wanted:
            if not tables.able[role][row]:
                continue
            at = len(costs)
            costs.append(float(tables.cost[row, unit]))
            columns[at] = row, (unit, role)
            for key in (("person", row), ("place", unit, role), ("team", team)):
                terms.setdefault(key, {})[at] = 1
            if (team, unit) not in tables.with_vehicle:
                terms.setdefault(("sends", team, unit, row), {})[at] = 1
    sends: dict[tuple[object, ...], int] = {}
    for key in [it for it in terms if it[0] == "sends"]:
        if key[1:3] not in sends:
            sends[key[1:3]] = len(costs)
            costs.append(float(tables.team_min))
        terms[key][sends[key[1:3]]] = -1
    highs = [_limit(key, wanted, room) for key in terms]
    lows = [high if key[0] == "place" else -np.inf for key, high in zip(terms, highs, strict=True)]
    found = milp(
        np.array(costs),
        integrality=np.ones(len(costs)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(_matrix(list(terms.values()), len(costs)), lows, highs),
        options={"mip_rel_gap": 0.002, "node_limit": 200},
    )
    if found.x is None:
        return held
    return outside | dict(place for at, place in columns.items() if found.x[at] > 0.5)


def _limit(key: tuple[Any, ...], wanted: Counter[Any], room: NDArray[np.int64]) -> float:
    match key[0]:
        case "place":
            return float(wanted[key[1:]])
        case "team":
            return float(room[key[1]])
        case "person":
            return 1.0
    return 0.0


def _matrix(rows: list[dict[int, float]], width: int) -> csr_array:
    at = np.repeat(np.arange(len(rows)), [len(it) for it in rows])
    columns = np.concatenate([list(it) for it in rows])
    values = np.concatenate([list(it.values()) for it in rows])
    return csr_array((values, (at, columns)), shape=(len(rows), width))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=70)
    parser.add_argument("--parts", type=int, default=12, help="how many are planned anew")
    parser.add_argument("--neighbours", type=int, default=6, help="units in each")
    options = parser.parse_args()
    state = whole_province()
    units = many_wanted(state, 500, 1)
    roles = {need.role for it in units for need in it.need.roles}
    many = planning(state, units, pool_of(state, roles, AT))
    *_, best = many.improving()
    raising = Raising(many, best.cost_min)
    for at in range(options.steps):
        raising.step()
        over = 100 * (best.cost_min / raising.bound - 1)
        print(f"step {at}: bound {raising.bound:,.0f}, the plan {over:.2f} % over", flush=True)
    row_of = {it.member_id: row for row, it in enumerate(many.people)}
    unit_of = {it.unit_id: at for at, it in enumerate(many.units)}
    held = {row_of[it]: (unit_of[unit], role) for it, (unit, role) in best.places().items()}
    points = np.array([(it.need.muster_point.lon, it.need.muster_point.lat) for it in many.units])
    chance = np.random.default_rng(1)
    for _ in range(options.parts):
        far = ((points - points[chance.integers(len(points))]) ** 2).sum(axis=1)
        near = [int(it) for it in np.argsort(far)[: options.neighbours]]
        gain = many.cost_of(held) - many.cost_of(anew(many, held, near))
        print(f"{options.neighbours} units anew: {gain} of {best.cost_min:,} gained", flush=True)


if __name__ == "__main__":
    main()
