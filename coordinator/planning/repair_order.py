"""In which order damage is repaired: the least customer-minutes, critical sites first.

Crews may work on a line before what feeds it is repaired, but its customers have power only when
both are (soft precedence). The order begins with Horn's rule, the weight of what hangs on a repair
over its time (Horn 1972; Tan et al. 2019 for distribution networks), each next one to the crew that
finishes it first; then repairs are moved between places and crews as long as that gains anything.
"""

import random
from collections.abc import Iterable, Sequence
from typing import Annotated, Final, NamedTuple

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from coordinator.planning.travel import Minutes as Table
from coordinator.planning.travel import TravelTimes
from schemas.bounds import Code, Count, Minutes, Position, Strict

CRITICAL: Final = 10_000
"""What a critical site weighs, in customers."""
_TRIES_MAX: Final = 150_000
_KICKS: Final = 120
_KICKED: Final = 3


class Damage(Strict):
    """Something to repair. `after` feeds it: its customers have power once both are repaired."""

    id: Code
    place: Position
    repair_min: Annotated[int, Field(ge=1, le=100_000)]
    customers: Count = 0
    critical_sites: Annotated[int, Field(ge=0, le=1_000)] = 0
    after: Code | None = None


class Crew(Strict):
    """Who repairs, where they are, and in how many minutes they are free."""

    id: Code
    place: Position
    free_in_min: Minutes = 0


class Damages(Strict):
    """What is asked: damage and crews."""

    damages: Annotated[tuple[Damage, ...], Field(min_length=1, max_length=2_000)]
    crews: Annotated[tuple[Crew, ...], Field(min_length=1, max_length=500)]

    @model_validator(mode="after")
    def _a_forest(self) -> "Damages":
        known = {it.id: it.after for it in self.damages}
        if len(known) < len(self.damages):
            raise PydanticCustomError("two_damages_of_one_id", "two have the same id")
        for it in self.damages:
            seen, above = {it.id}, it.after
            while above is not None:
                if above not in known:
                    raise PydanticCustomError(
                        "no_such_damage", "{after} is no damage here", {"after": above}
                    )
                if above in seen:
                    raise PydanticCustomError(
                        "damage_after_itself", "{after} hangs on itself", {"after": above}
                    )
                seen.add(above)
                above = known[above]
        return self


class Repair(NamedTuple):
    """One repair in the order; minutes from now."""

    damage: str
    crew: str
    begins_min: int
    ends_min: int
    power_min: int


class Order(NamedTuple):
    """`weighted_min`: minutes without power times what hangs on them, over all damage.

    `biggest_first_min` and `as_listed_min` are the same of two simple orders, for comparison.
    """

    repairs: tuple[Repair, ...]
    weighted_min: int
    biggest_first_min: int
    as_listed_min: int

    @property
    def gain_pct(self) -> float:
        """How much less than biggest first, percent."""
        if not self.biggest_first_min:
            return 0.0
        return 100 * (1 - self.weighted_min / self.biggest_first_min)


def best_order(asked: Damages, travel: TravelTimes) -> Order:
    """Return who repairs what, in which order.

    Args:
        asked: damage and crews.
        travel: how long the ways take.
    """
    search = _Search(asked, travel)
    biggest = search.cost(search.listed(search.by_weight()))
    listed = search.cost(search.listed(range(len(asked.damages))))
    found = []
    for order in (search.by_horn(), search.by_ratio(), search.by_weight()):
        routes = search.listed(order)
        found.append((search.improve(routes), routes))
    cost, routes = search.kicked(*min(found))
    return Order(search.told(routes), cost, biggest, listed)


class _Search:
    """Routes are lists of damage, one for each crew."""

    def __init__(self, asked: Damages, travel: TravelTimes) -> None:
        self._asked = asked
        places = [it.place for it in asked.damages]
        self._between: list[list[int]] = travel.minutes(places, places).tolist()
        first: Table = travel.minutes([it.place for it in asked.crews], places)
        free = np.array([it.free_in_min for it in asked.crews])
        self._first: list[list[int]] = (first + free[:, None]).tolist()
        self._minutes = [it.repair_min for it in asked.damages]
        self.weights = [max(1, it.customers) + CRITICAL * it.critical_sites for it in asked.damages]
        index = {it.id: at for at, it in enumerate(asked.damages)}
        self._after = [-1 if it.after is None else index[it.after] for it in asked.damages]
        self._downwards = _from_the_root(self._after)

    def by_weight(self) -> list[int]:
        return sorted(range(len(self.weights)), key=lambda it: (-self.weights[it], it))

    def by_ratio(self) -> list[int]:
        """Order each by its own weight over its time (Smith's rule)."""
        ratios = [weight / time for weight, time in zip(self.weights, self._minutes, strict=True)]
        return sorted(range(len(ratios)), key=lambda it: (-ratios[it], it))

    def by_horn(self) -> list[int]:
        """Order by the best ratio of weight to time that a subtree beginning there can have."""
        ratios = _ratios(self._after, self._downwards, self.weights, self._minutes)
        # What feeds others comes before them at equal ratios.
        depth = {it: at for at, it in enumerate(self._downwards)}
        return sorted(range(len(ratios)), key=lambda it: (-ratios[it], depth[it]))

    def listed(self, order: Iterable[int]) -> list[list[int]]:
        """Give each in turn to the crew that finishes it first."""
        routes: list[list[int]] = [[] for _ in self._asked.crews]
        ends = [0] * len(routes)
        for damage in order:
            finish = [
                (self._way(crew, route[-1] if route else -1, damage, end), crew)
                for crew, (route, end) in enumerate(zip(routes, ends, strict=True))
            ]
            end, crew = min(finish)
            routes[crew].append(damage)
            ends[crew] = end
        return routes

    def _way(self, crew: int, last: int, damage: int, end: int) -> int:
        there = self._first[crew][damage] if last < 0 else end + self._between[last][damage]
        return there + self._minutes[damage]

    def ends(self, routes: Sequence[Sequence[int]]) -> list[int]:
        found = [0] * len(self._minutes)
        for crew, route in enumerate(routes):
            last, end = -1, 0
            for damage in route:
                end = self._way(crew, last, damage, end)
                found[damage], last = end, damage
        return found

    def power(self, ends: Sequence[int]) -> list[int]:
        """Return when each has power: once it and all that feeds it are repaired."""
        found = list(ends)
        for it in self._downwards:
            above = self._after[it]
            if above >= 0 and found[above] > found[it]:
                found[it] = found[above]
        return found

    def cost(self, routes: Sequence[Sequence[int]]) -> int:
        power = self.power(self.ends(routes))
        return sum(weight * at for weight, at in zip(self.weights, power, strict=True))

    def improve(self, routes: list[list[int]]) -> int:
        """Move single repairs, and exchange two, while that gains anything; return the cost."""
        best, tries = self.cost(routes), 0
        going = True
        while going and tries < _TRIES_MAX:
            going = False
            for damage in range(len(self._minutes)):
                place = self._place_of(routes, damage)
                better = self._best_move(routes, damage, place, best)
                tries += sum(map(len, routes)) + len(routes)
                if better is not None:
                    best, going = better, True
            for one, other in self._pairs():
                tries += 1
                self._exchange(routes, one, other)
                cost = self.cost(routes)
                if cost < best:
                    best, going = cost, True
                else:
                    self._exchange(routes, one, other)
                if tries >= _TRIES_MAX:
                    break
        return best

    def kicked(self, cost: int, routes: list[list[int]]) -> tuple[int, list[list[int]]]:
        """Move some at random and improve again, a number of times; return the best found."""
        chance = random.Random(len(self._minutes))  # noqa: S311 - equal questions, equal answers
        for _ in range(_KICKS // len(self._minutes)):
            tried = [list(it) for it in routes]
            for _ in range(_KICKED):
                crew, at = self._place_of(tried, chance.randrange(len(self._minutes)))
                damage = tried[crew].pop(at)
                route = chance.choice(tried)
                route.insert(chance.randint(0, len(route)), damage)
            better = self.improve(tried)
            if better < cost:
                cost, routes = better, tried
        return cost, routes

    def _best_move(
        self, routes: list[list[int]], damage: int, place: tuple[int, int], best: int
    ) -> int | None:
        crew, at = place
        del routes[crew][at]
        found: tuple[int, int, int] | None = None
        for other, route in enumerate(routes):
            for position in range(len(route) + 1):
                route.insert(position, damage)
                cost = self.cost(routes)
                del route[position]
                if cost < best and (found is None or cost < found[0]):
                    found = (cost, other, position)
        if found is None:
            routes[crew].insert(at, damage)
            return None
        routes[found[1]].insert(found[2], damage)
        return found[0]

    def _pairs(self) -> Iterable[tuple[int, int]]:
        for one in range(len(self._minutes)):
            for other in range(one + 1, len(self._minutes)):
                yield one, other

    def _exchange(self, routes: list[list[int]], one: int, other: int) -> None:
        (a, i), (b, j) = self._place_of(routes, one), self._place_of(routes, other)
        routes[a][i], routes[b][j] = other, one

    @staticmethod
    def _place_of(routes: Sequence[Sequence[int]], damage: int) -> tuple[int, int]:
        return next((crew, it.index(damage)) for crew, it in enumerate(routes) if damage in it)

    def told(self, routes: Sequence[Sequence[int]]) -> tuple[Repair, ...]:
        ends = self.ends(routes)
        power, found = self.power(ends), []
        for crew, route in enumerate(routes):
            for damage in route:
                found.append(
                    Repair(
                        damage=self._asked.damages[damage].id,
                        crew=self._asked.crews[crew].id,
                        begins_min=ends[damage] - self._minutes[damage],
                        ends_min=ends[damage],
                        power_min=power[damage],
                    )
                )
        return tuple(sorted(found, key=lambda it: (it.begins_min, it.damage)))


def _from_the_root(after: Sequence[int]) -> list[int]:
    """Return all, each behind what feeds it."""
    found: list[int] = []
    below: dict[int, list[int]] = {}
    for it, above in enumerate(after):
        below.setdefault(above, []).append(it)
    waiting = list(below.get(-1, ()))
    while waiting:
        it = waiting.pop(0)
        found.append(it)
        waiting.extend(below.get(it, ()))
    return found


def _ratios(
    after: Sequence[int], downwards: Sequence[int], weights: Sequence[int], minutes: Sequence[int]
) -> list[float]:
    """Return for each the best weight over time of a subtree that begins with it.

    Horn's argument: parts below are taken in by falling ratio as long as each is above the whole's.
    """
    parts: list[list[tuple[float, int, int]]] = [[] for _ in after]
    found = [0.0] * len(after)
    for it in reversed(downwards):
        weight, time = weights[it], minutes[it]
        left: list[tuple[float, int, int]] = []
        for ratio, more, longer in sorted(parts[it], reverse=True):
            if ratio * time > weight:
                weight, time = weight + more, time + longer
            else:
                left.append((ratio, more, longer))
        found[it] = weight / time
        if after[it] >= 0:
            parts[after[it]].extend([(found[it], weight, time), *left])
    return found
