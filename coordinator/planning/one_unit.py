"""One unit, proven: the last needed member there as early as can be, then the least cost.

Readiness is found by bisection over arrival times with a matching; the cost by a mixed-integer
program (HiGHS) over who can be there by then. People alike to the rules are kept only as far
as a unit could use them, which loses no optimum. It stops on proof or nodes, never on the clock, so
that equal inputs give equal plans.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Final

import numpy as np
import scipy
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array

from coordinator.domain.unit.greedy import SCARCE_FIRST
from coordinator.planning.matching import assigned, can_fill, fillable
from coordinator.planning.unit_problem import (
    IN_TIME,
    LATE_TOO,
    TIRED_TOO,
    WITH_THE_RESERVE,
    Candidate,
    UnitPlan,
    UnitProblem,
    Vehicle,
    allowed,
    cost_of,
    missing_of,
)
from schemas.policy import Planning
from schemas.said import Said
from schemas.vocabulary import ResourceKind, Skill, UnitRole

SOLVER: Final = f"HiGHS in scipy {scipy.__version__}"
_NODES_MAX: Final = 20_000
_MISSING: Final = 100_000
_NEAREST: Final = 12
_HALF: Final = 0.5
_HEADS: Final = (UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR)
_HEADS_COUNT: Final = 20
"""How many other open places one of its heads weighs."""
_POOLS: Final = (IN_TIME, WITH_THE_RESERVE, LATE_TOO, TIRED_TOO)


def solve(problem: UnitProblem, *, late_by_min: int = 0, reserve: bool | None = None) -> UnitPlan:
    """Return the best unit, or the best part of one.

    The reserve is asked where the need cannot be met in time without it, and who would be late
    where it cannot be met with it; who has just finished elsewhere is asked last.
    `reserve` True asks the reserve at once, False never.

    Args:
        problem: the need and who may go.
        late_by_min: how many minutes later than possible the unit may be ready.
        reserve: see above.
    """
    pools = _pools(problem, reserve)
    name, pool, filled = _pool_of(problem, pools)
    if not filled:
        return _nobody(problem, name)
    ready = min(_earliest(pool, problem.room, filled) + late_by_min, _latest(pool))
    plan = _cheapest(problem, pool, filled, ready, name)
    if plan.missing != _missing(problem.roles, filled):
        plan = _with_skills_kept(problem, pools, name, filled, late_by_min)
    return plan


def _pools(problem: UnitProblem, reserve: bool | None) -> list[tuple[Said, list[Candidate]]]:
    """Return who may be asked, each pool within the next one."""
    names = {None: _POOLS, True: _POOLS[1:], False: (IN_TIME, LATE_TOO, TIRED_TOO)}[reserve]
    return [
        (
            name,
            [it for it in allowed(problem, name) if reserve is not False or not it.person.reserve],
        )
        for name in names
    ]


def _pool_of(
    problem: UnitProblem, pools: Sequence[tuple[Said, list[Candidate]]]
) -> tuple[Said, list[Candidate], dict[UnitRole, int]]:
    """Return the smallest pool that meets the need, or the one that meets most of it."""
    everybody = pools[-1][1]
    for name, pool in pools:
        if can_fill(pool, problem.room, problem.roles):
            return name, pool, dict(problem.roles)
    filled = fillable(everybody, problem.room, problem.roles, SCARCE_FIRST)
    for name, pool in pools:
        if can_fill(pool, problem.room, filled):
            return name, pool, filled
    return pools[-1][0], everybody, filled


def _with_skills_kept(
    problem: UnitProblem,
    pools: Sequence[tuple[Said, list[Candidate]]],
    first: Said,
    filled: Mapping[UnitRole, int],
    late_by_min: int,
) -> UnitPlan:
    """Solve where what the jurisdiction keeps of a skill stands against a unit.

    It is no matter of single teams, so a matching cannot tell: the program is asked which pool
    leaves the least open, and by bisection when that can be had first.
    """
    best: UnitPlan | None = None
    chosen: list[Candidate] = []
    names = [name for name, _ in pools]
    for name, pool in pools[names.index(first) :]:
        plan = _cheapest(problem, pool, filled, _latest(pool), name)
        if best is None or _left_open(plan) < _left_open(best):
            best, chosen = plan, pool
        if plan.missing == _missing(problem.roles, filled):
            break
    if best is None or not best.picks:
        return _nobody(problem, first)
    times = sorted({it.arrival_min for it in chosen if it.arrival_min <= best.ready_min})
    low, high = 0, len(times) - 1
    while low < high:
        middle = (low + high) // 2
        plan = _cheapest(problem, chosen, filled, times[middle], best.pool)
        if _left_open(plan) == _left_open(best):
            high, best = middle, plan
        else:
            low = middle + 1
    ready = min(times[low] + late_by_min, _latest(chosen))
    return _cheapest(problem, chosen, filled, ready, best.pool)


def _left_open(plan: UnitPlan) -> int:
    return sum(_price_of(role) * count for role, count in plan.missing.items())


def _price_of(role: UnitRole) -> int:
    """Return what an open place costs the program: a unit cannot go without its heads."""
    return _HEADS_COUNT * _MISSING if role in _HEADS else _MISSING


def _missing(roles: Mapping[UnitRole, int], filled: Mapping[UnitRole, int]) -> dict[UnitRole, int]:
    return {
        it: count - filled.get(it, 0) for it, count in roles.items() if count > filled.get(it, 0)
    }


def _latest(pool: Sequence[Candidate]) -> int:
    return max(it.arrival_min for it in pool)


def _earliest(
    pool: Sequence[Candidate], room: Mapping[str, int], filled: Mapping[UnitRole, int]
) -> int:
    """Return the first minute at which everybody needed can be there."""
    times = sorted({it.arrival_min for it in pool})
    low, high = 0, len(times) - 1
    # Most units come from near by: double first, so that far people are seldom looked at.
    step = max(1, len(times) // 64)
    while step < high and not _ready_by(pool, room, filled, times[step]):
        low, step = step + 1, 2 * step
    high = min(high, step)
    while low < high:
        middle = (low + high) // 2
        if _ready_by(pool, room, filled, times[middle]):
            high = middle
        else:
            low = middle + 1
    return times[low]


def _ready_by(
    pool: Sequence[Candidate],
    room: Mapping[str, int],
    filled: Mapping[UnitRole, int],
    minute: int,
) -> bool:
    return can_fill([it for it in pool if it.arrival_min <= minute], room, filled)


def _nobody(problem: UnitProblem, pool: Said) -> UnitPlan:
    return UnitPlan((), (), dict(problem.roles), 0, 0, None, pool, SOLVER)


def _cheapest(
    problem: UnitProblem,
    pool: Sequence[Candidate],
    filled: Mapping[UnitRole, int],
    ready: int,
    name: Said,
) -> UnitPlan:
    people = _useful(problem, [it for it in pool if it.arrival_min <= ready], filled)
    vehicles = _near(problem, {it.person.team_id for it in people})
    model = _Model(problem, people, filled, vehicles)
    result = model.solve()
    chosen = [it for it, value in zip(people, result.x, strict=False) if value > _HALF]
    taken = model.vehicles_in(result.x)
    picks = assigned(chosen, filled, SCARCE_FIRST)
    cost = cost_of(problem, picks, taken)
    missing = missing_of(problem, picks)
    expected = _missing(problem.roles, filled)
    unfilled = sum(
        _price_of(role) * (count - expected.get(role, 0)) for role, count in missing.items()
    )
    # Where there is nothing to decide there is no bound but the result itself.
    least = result.fun if result.mip_dual_bound is None else result.mip_dual_bound
    bound = ceil(least - unfilled - 1e-6)
    return UnitPlan(
        picks=tuple(picks),
        vehicles=tuple(taken),
        missing=missing,
        ready_min=max((it.arrival_min for it, _ in picks), default=0),
        cost_min=cost,
        bound_min=max(0, min(cost, bound)),
        pool=name,
        solver=SOLVER,
    )


def _useful(
    problem: UnitProblem, people: Iterable[Candidate], filled: Mapping[UnitRole, int]
) -> list[Candidate]:
    """Drop who could never be in a best unit: there are enough cheaper ones just like them."""
    kinds: dict[tuple[str, tuple[UnitRole, ...], object], list[Candidate]] = {}
    for it in people:
        who = it.person
        roles = tuple(role for role in who.roles if role in filled)
        if roles:
            key = (who.team_id, roles, (who.covers, who.operates, who.keeps))
            kinds.setdefault(key, []).append(it)
    found: list[Candidate] = []
    for (team_id, roles, _), alike in kinds.items():
        wanted = min(problem.room.get(team_id, 0), sum(filled[role] for role in roles))
        alike.sort(key=lambda it: (it.cost_min, it.person.member_id))
        found.extend(alike[:wanted])
    return sorted(found, key=lambda it: (it.cost_min, it.person.member_id))


def _near(problem: UnitProblem, teams: set[str]) -> list[Vehicle]:
    """Return the vehicles worth looking at: the nearest of each kind, and those of the teams."""
    found: list[Vehicle] = []
    for kind, count in sorted(problem.vehicles_wanted.items()):
        here = sorted(
            (it for it in problem.vehicles if it.kind is kind),
            key=lambda it: (it.arrival_min, it.resource_id),
        )
        near = here[: count + _NEAREST]
        theirs = [it for it in here[count + _NEAREST :] if it.team_id in teams]
        found.extend([*near, *theirs[:_NEAREST]])
    return found


class _Model:
    """The program: who goes, which team sends anybody, which roles each kind of person fills."""

    def __init__(
        self,
        problem: UnitProblem,
        people: Sequence[Candidate],
        filled: Mapping[UnitRole, int],
        vehicles: Sequence[Vehicle],
    ) -> None:
        self._vehicles = vehicles
        self._costs: list[float] = []
        self._whole: list[int] = []
        self._upper: list[float] = []
        self._rows: list[tuple[dict[int, float], float, float]] = []
        self._people = [self._column(it.cost_min, 1) for it in people]
        self._place(people, filled)
        self._teams(people, problem.room, problem.weights)
        self._cover(people, problem)
        for skill, room in problem.skill_room.items():
            holders = [at for at, it in enumerate(people) if skill in it.person.keeps]
            self._row({self._people[at]: 1 for at in holders}, high=max(0, room))
        self._carry(people, vehicles, problem)

    def _column(self, cost: float, upper: float, *, whole: bool = True) -> int:
        self._costs.append(cost)
        self._whole.append(int(whole))
        self._upper.append(upper)
        return len(self._costs) - 1

    def _row(self, terms: dict[int, float], low: float = -np.inf, high: float = np.inf) -> None:
        if terms:
            self._rows.append((terms, low, high))

    def _place(self, people: Sequence[Candidate], filled: Mapping[UnitRole, int]) -> None:
        """Everybody taken fills a role: kinds of people flow into roles, whole by themselves."""
        kinds: dict[tuple[UnitRole, ...], list[int]] = {}
        for column, it in zip(self._people, people, strict=True):
            able = tuple(role for role in it.person.roles if role in filled)
            kinds.setdefault(able, []).append(column)
        into: dict[UnitRole, dict[int, float]] = {role: {} for role in filled}
        for able, columns in kinds.items():
            flows = [self._column(0, filled[role], whole=False) for role in able]
            for role, flow in zip(able, flows, strict=True):
                into[role][flow] = 1
            terms: dict[int, float] = dict.fromkeys(columns, 1)
            self._row({**terms, **dict.fromkeys(flows, -1)}, 0, 0)
        for role, terms in into.items():
            lacking = self._column(_price_of(role), filled[role], whole=False)
            self._row({**terms, lacking: 1}, filled[role], filled[role])

    def _teams(
        self, people: Sequence[Candidate], room: Mapping[str, int], weights: Planning
    ) -> None:
        teams: dict[str, list[int]] = {}
        for column, it in zip(self._people, people, strict=True):
            teams.setdefault(it.person.team_id, []).append(column)
        for team_id, columns in teams.items():
            sends = self._column(weights.team_min, 1)
            for column in columns:
                self._row({column: 1, sends: -1}, high=0)
            if len(columns) > room[team_id]:
                self._row({**dict.fromkeys(columns, 1.0), sends: -room[team_id]}, high=0)

    def _cover(self, people: Sequence[Candidate], problem: UnitProblem) -> None:
        for at, rule in enumerate(problem.weights.coverage):
            if problem.size < rule.unit_from:
                continue
            short = self._column(rule.penalty_min, rule.count, whole=False)
            having = [
                column
                for column, it in zip(self._people, people, strict=True)
                if at in it.person.covers
            ]
            self._row({**dict.fromkeys(having, 1.0), short: 1}, low=rule.count)

    def _carry(
        self, people: Sequence[Candidate], vehicles: Sequence[Vehicle], problem: UnitProblem
    ) -> None:
        """Vehicles of each kind, and for each team how many of its own nobody can bring.

        By Hall's condition that number is the greatest lack over all sets of skills wanted.
        """
        columns = [self._column(it.arrival_min, 1) for it in vehicles]
        self._vehicle_columns = columns
        for kind, count in problem.vehicles_wanted.items():
            of_kind = [at for at, it in zip(columns, vehicles, strict=True) if it.kind is kind]
            number = min(count, len(of_kind))
            self._row(dict.fromkeys(of_kind, 1.0), number, number)
        for team_id in sorted({it.team_id for it in vehicles}):
            theirs = [
                (at, it) for at, it in zip(columns, vehicles, strict=True) if it.team_id == team_id
            ]
            skills = sorted({it.operated_by for _, it in theirs})
            lack = self._column(problem.weights.driverless_min, len(theirs), whole=False)
            for subset in _subsets(skills):
                terms: dict[int, float] = {at: 1 for at, it in theirs if it.operated_by in subset}
                for column, one in zip(self._people, people, strict=True):
                    if one.person.team_id == team_id and not subset.isdisjoint(one.person.operates):
                        terms[column] = -1
                self._row({**terms, lack: -1}, high=0)

    def vehicles_in(self, values: Sequence[float]) -> list[Vehicle]:
        pairs = zip(self._vehicle_columns, self._vehicles, strict=True)
        found = [it for at, it in pairs if values[at] > _HALF]
        kinds = list(ResourceKind)
        return sorted(found, key=lambda it: (kinds.index(it.kind), it.resource_id))

    def solve(self) -> OptimizeResult:
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for at, (terms, _, _) in enumerate(self._rows):
            rows.extend([at] * len(terms))
            columns.extend(terms.keys())
            values.extend(terms.values())
        shape = (len(self._rows), len(self._costs))
        matrix = csr_array((values, (rows, columns)), shape=shape)
        lows = [low for _, low, _ in self._rows]
        highs = [high for _, _, high in self._rows]
        result = milp(
            np.array(self._costs),
            integrality=np.array(self._whole),
            bounds=Bounds(0, np.array(self._upper)),
            constraints=LinearConstraint(matrix, lows, highs),
            options={"mip_rel_gap": 0.0, "node_limit": _NODES_MAX},
        )
        if result.x is None:
            raise RuntimeError(f"HiGHS gave no unit: {result.message}")
        return result


def _subsets(skills: Sequence[Skill]) -> list[frozenset[Skill]]:
    found: list[frozenset[Skill]] = [frozenset()]
    for skill in skills:
        found += [it | {skill} for it in found]
    return found[1:]
