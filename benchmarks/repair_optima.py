"""Proven optima for the order of repairs; run as a program it proves them again, which takes long.

CP-SAT: a route for each crew, customers with power once a repair and all that feeds it are done.
"""

from typing import Any, Final

from ortools.sat.python import cp_model

from benchmarks.planning_cases import damages
from coordinator.planning.repair_order import CRITICAL, Damages
from coordinator.planning.travel import StraightLine
from schemas.default_policy import DEFAULT_POLICY

OPTIMA: Final[dict[int, tuple[int, ...]]] = {
    7: (
        9_107_873,
        4_003_160,
        3_767_108,
        4_374_640,
        4_911_299,
        2_872_253,
        3_143_656,
        922_611,
        5_858_472,
        4_417_482,
    ),
    10: (3_227_116, 5_544_622, 9_410_243, 1_876_442, 12_180_773, 3_527_600),
}
"""Damages (two crews) to the least weighted minutes of `damages(seed, n, 2)`, seeds from 0 on."""


def optimum(asked: Damages, seconds: float) -> tuple[int, bool]:
    """Return the least weighted minutes found, and whether they are proven."""
    travel = StraightLine(DEFAULT_POLICY.muster)
    places = [it.place for it in asked.damages]
    between = travel.minutes(places, places).tolist()
    first = travel.minutes([it.place for it in asked.crews], places).tolist()
    horizon = sum(it.repair_min for it in asked.damages) + 200 * len(places)
    model = cp_model.CpModel()
    count = len(places)
    ends = [model.new_int_var(0, horizon, "") for _ in range(count)]
    by: list[list[Any]] = [[] for _ in range(count)]
    for crew in range(len(asked.crews)):
        arcs = [(0, 0, model.new_bool_var(""))]
        for at in range(count):
            taken, begins = model.new_bool_var(""), model.new_bool_var("")
            by[at].append(taken)
            arcs += [(at + 1, at + 1, ~taken), (0, at + 1, begins)]
            arcs.append((at + 1, 0, model.new_bool_var("")))
            way = first[crew][at] + asked.crews[crew].free_in_min + asked.damages[at].repair_min
            model.add(ends[at] >= way).only_enforce_if(begins)
            for other in range(count):
                if other != at:
                    follows = model.new_bool_var("")
                    arcs.append((other + 1, at + 1, follows))
                    step = between[other][at] + asked.damages[at].repair_min
                    model.add(ends[at] >= ends[other] + step).only_enforce_if(follows)
        model.add_circuit(arcs)
    for places_of_one in by:
        model.add_exactly_one(places_of_one)
    index = {it.id: at for at, it in enumerate(asked.damages)}
    power = [model.new_int_var(0, horizon, "") for _ in range(count)]
    for at, it in enumerate(asked.damages):
        model.add(power[at] >= ends[at])
        if it.after is not None:
            model.add(power[at] >= power[index[it.after]])
    weights = [max(1, it.customers) + CRITICAL * it.critical_sites for it in asked.damages]
    model.minimize(sum(weight * at for weight, at in zip(weights, power, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    return int(solver.objective_value), status == cp_model.OPTIMAL


def main() -> None:
    for count, cases in ((7, 10), (10, 6)):
        for seed in range(cases):
            value, proven = optimum(damages(seed, count, 2), 300)
            print(f"{count} damages, seed {seed}: {value} {'proven' if proven else 'NOT proven'}")


if __name__ == "__main__":
    main()
