"""Orders of repairs: near the best of all, and what is said of them is so."""

import json
from itertools import permutations, product
from typing import Any

import pytest
from pydantic import ValidationError

from benchmarks.planning_cases import damages
from coordinator.planning.repair_order import CRITICAL, Crew, Damage, Damages, Order, best_order
from coordinator.planning.standing_damage import standing_damage
from coordinator.planning.travel import StraightLine
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from tests.county import FAR, HERE, county, outage, unit_on_scene
from tests.story import HOUR

TRAVEL = StraightLine(DEFAULT_POLICY.muster)


def case(seed: int, count: int, crews: int) -> Damages:
    """Return a case of the benchmark in which every second crew is busy for an hour."""
    asked = damages(seed, count, crews)
    busy = [
        it.model_copy(update={"free_in_min": 60 * (at % 2)}) for at, it in enumerate(asked.crews)
    ]
    return asked.model_copy(update={"crews": tuple(busy)})


def weighted_min(asked: Damages, routes: dict[str, list[str]]) -> int:
    """Return what an order costs, worked out here on its own."""
    damage = {it.id: it for it in asked.damages}
    ends: dict[str, int] = {}
    for crew in asked.crews:
        at, now = crew.place, crew.free_in_min
        for it in routes.get(crew.id, ()):
            way = int(TRAVEL.minutes([at], [damage[it].place])[0, 0])
            now += way + damage[it].repair_min
            ends[it], at = now, damage[it].place

    def power(it: str) -> int:
        above = damage[it].after
        return ends[it] if above is None else max(ends[it], power(above))

    return sum(
        (max(1, it.customers) + CRITICAL * it.critical_sites) * power(it.id) for it in asked.damages
    )


def routes_of(order: Order) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for it in sorted(order.repairs, key=lambda it: it.begins_min):
        found.setdefault(it.crew, []).append(it.damage)
    return found


def best_of_all(asked: Damages) -> int:
    names = [it.id for it in asked.damages]
    crews = [it.id for it in asked.crews]
    best = None
    for order in permutations(names):
        for given in product(crews, repeat=len(names)):
            routes: dict[str, list[str]] = {}
            for it, crew in zip(order, given, strict=True):
                routes.setdefault(crew, []).append(it)
            cost = weighted_min(asked, routes)
            best = cost if best is None else min(best, cost)
    assert best is not None
    return best


def test_an_order_is_near_the_best_of_all() -> None:
    over = []
    for seed in range(12):
        asked = case(seed, 4, 2)
        order = best_order(asked, TRAVEL)
        over.append(order.weighted_min / best_of_all(asked))

    assert max(over) <= 1.05
    assert sum(over) / len(over) <= 1.01


def test_what_is_said_of_an_order_is_so() -> None:
    for seed in range(40):
        asked = case(seed, 12, 3)
        order = best_order(asked, TRAVEL)

        assert {it.damage for it in order.repairs} == {it.id for it in asked.damages}
        assert len(order.repairs) == len(asked.damages)
        assert weighted_min(asked, routes_of(order)) == order.weighted_min
        assert order.weighted_min <= order.biggest_first_min
        ends = {it.damage: it.ends_min for it in order.repairs}
        power = {it.damage: it.power_min for it in order.repairs}
        for it in asked.damages:
            above = 0 if it.after is None else power[it.after]
            assert power[it.id] == max(ends[it.id], above)


def test_an_order_gains_much_over_the_order_of_arrival() -> None:
    orders = [best_order(case(seed, 30, 4), TRAVEL) for seed in range(5)]

    assert sum(it.weighted_min for it in orders) < 0.6 * sum(it.as_listed_min for it in orders)
    assert all(it.gain_pct > 0 for it in orders)


def test_a_critical_site_comes_first() -> None:
    near = Position(lon=110.0, lat=30.0)
    asked = Damages(
        damages=(
            Damage(id="village", place=near, repair_min=60, customers=3_000),
            Damage(id="hospital", place=near, repair_min=60, customers=1, critical_sites=1),
        ),
        crews=(Crew(id="one", place=near),),
    )

    assert [it.damage for it in best_order(asked, TRAVEL).repairs] == ["hospital", "village"]


def test_what_feeds_many_comes_before_what_is_bigger_by_itself() -> None:
    here = Position(lon=110.0, lat=30.0)
    feeder: dict[str, Any] = {"place": here, "repair_min": 60}
    asked = Damages(
        damages=(
            Damage(id="big", place=here, repair_min=60, customers=500),
            Damage(id="feeder", **feeder),
            *(Damage(id=f"t{it}", place=here, repair_min=1, customers=400, after="feeder")
              for it in range(4)),
        ),
        crews=(Crew(id="one", place=here),),
    )  # fmt: skip

    first = best_order(asked, TRAVEL).repairs[0].damage

    assert first != "big"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"after": "nothing"}, "no damage here"),
        ({"after": "d1"}, "hangs on itself"),
        ({"repair_min": 0}, "repair_min"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], words: str) -> None:
    document = case(1, 3, 1).model_dump()
    document["damages"] = [it | (change if it["id"] == "d1" else {}) for it in document["damages"]]

    with pytest.raises(ValidationError, match=words):
        Damages.model_validate_json(json.dumps(document))


def test_the_open_incidents_of_a_county_are_its_damage() -> None:
    story = county(size=5)
    served, unit_id = unit_on_scene(story)
    assert standing_damage(story.state, story.at) is None  # everything has a unit
    hospital = outage(story, "hospital", circuit="C-7", place=HERE)
    feeder = outage(story, "feeder", device=None, circuit="C-9", place=FAR)
    story.after(3 * HOUR)  # those of the second unit never answered: nobody is sent any more

    asked = standing_damage(story.state, story.at)

    assert asked is not None
    assert [it.id for it in asked.crews] == [unit_id]
    found = {it.id: it for it in asked.damages}
    assert set(found) == {hospital, feeder}
    assert served not in found
    assert found[hospital].critical_sites == 1
    assert best_order(asked, TRAVEL).repairs[0].damage == hospital


def test_a_device_hangs_on_the_circuit_that_feeds_it() -> None:
    story = county(size=5)
    unit_on_scene(story)
    outage(story, "hospital", circuit="C-7", place=HERE)
    feeder = outage(story, "feeder", device=None, circuit="C-9", place=FAR)
    story.after(3 * HOUR)  # later than two reports on one circuit are taken for one incident
    outage(story, "other", place=FAR)
    below = outage(story, "below", circuit="C-9", place=Position(lon=110.4, lat=30.3))

    asked = standing_damage(story.state, story.at)

    assert asked is not None
    assert {it.id: it.after for it in asked.damages}[below] == feeder
