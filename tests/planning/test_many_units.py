"""Many units over one pool: sound at every step, never worse, and steady."""

from collections import Counter
from collections.abc import Mapping

import pytest

from coordinator.planning.batch_plan import Place, Together, Wanted
from coordinator.planning.many_units import ManyUnits
from coordinator.planning.pool import pool_of
from coordinator.planning.travel import StraightLine
from tests.planning.cases import AT, on_paper, random_case, random_need, state_of
from tests.planning.checker import Case, violations_together

CASES = range(150)


def wanted(seed: int, number: int) -> list[Wanted]:
    return [
        Wanted(f"unt_{it}", random_need(seed, it, size=4), 100 * (it % 4)) for it in range(number)
    ]


def planning(
    case: Case, units: list[Wanted], previous: Mapping[str, Place] | None = None
) -> ManyUnits:
    state = state_of(case)
    roles = {need.role for it in units for need in it.need.roles}
    pool = pool_of(state, roles, AT)
    rules = state.policy.muster
    return ManyUnits(
        units, pool, StraightLine(rules), AT, turnout_min=rules.turnout_min, previous=previous
    )


def last(many: ManyUnits) -> Together:
    *_, best = many.improving()
    return best


@pytest.mark.parametrize("part", range(5))
def test_no_answer_on_the_way_breaks_a_hard_rule(part: int) -> None:
    served = 0
    for seed in CASES[part::5]:
        case, units = random_case(seed, people=120), wanted(seed, 6)
        for plan in planning(case, units).improving():
            papers = [on_paper(it.need, plan.plans[it.unit_id]) for it in units]
            assert violations_together(case, papers) == [], f"seed {seed} {plan.method}"
            served += sum(bool(it["people"]) for it in papers)
    assert served > 50


def test_each_answer_is_at_least_as_good_as_the_one_before() -> None:
    better = 0
    for seed in range(40):
        costs = [
            it.cost_min
            for it in planning(random_case(seed, people=120), wanted(seed, 6)).improving()
        ]
        assert costs == sorted(costs, reverse=True)
        better += len(costs) > 1
    assert better > 10


def test_no_plan_is_below_the_bound() -> None:
    for seed in range(40):
        plan = last(planning(random_case(seed, people=120), wanted(seed, 6)))
        assert plan.bound_min is None or plan.bound_min <= plan.cost_min


def test_what_counts_more_is_served_and_who_is_served_last_is_said() -> None:
    short = 0
    for seed in range(80):
        units = wanted(seed, 8)
        plan = last(planning(random_case(seed, people=60), units))
        for unit in units:
            nobody = not plan.plans[unit.unit_id].picks
            assert nobody == (unit.unit_id in plan.served_last)
        short += bool(plan.served_last) and len(plan.served_last) < len(units)
    assert short > 10


def test_a_unit_without_people_takes_no_vehicle_and_missing_places_are_counted() -> None:
    for seed in range(30):
        units = wanted(seed, 8)
        plan = last(planning(random_case(seed, people=60), units))
        for unit in units:
            its = plan.plans[unit.unit_id]
            having = Counter(role for _, role in its.picks)
            for need in unit.need.roles:
                assert having[need.role] + its.missing.get(need.role, 0) == need.count
            assert its.picks or not its.vehicles


def test_little_is_moved_when_one_unit_is_called_off() -> None:
    moved_with, moved_without, planned = 0, 0, 0
    for seed in range(25):
        case, units = random_case(seed, people=160), wanted(seed, 8)
        before = last(planning(case, units)).places()
        fewer = units[1:]
        stays = {it: place for it, place in before.items() if place[0] != units[0].unit_id}
        sticky = last(planning(case, fewer, previous=stays)).places()
        free = last(planning(case, fewer)).places()
        planned += len(stays)
        moved_with += sum(unit_of(sticky, it) != unit for it, (unit, _) in stays.items())
        moved_without += sum(unit_of(free, it) != unit for it, (unit, _) in stays.items())
    assert moved_with < moved_without / 2
    assert moved_with < planned / 20


def unit_of(plan: Mapping[str, Place], member_id: str) -> str | None:
    return plan[member_id][0] if member_id in plan else None
