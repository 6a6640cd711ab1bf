"""Vehicles come first in a plan for many units: who drives them is chosen after them."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from coordinator.planning.batch_plan import Wanted
from coordinator.planning.pool import OPERATED_BY
from coordinator.planning.unit_problem import Vehicle
from schemas.roster import Resource
from schemas.vocabulary import Skill


def give_vehicles(
    units: Sequence[Wanted], vehicles: Sequence[Resource], minutes: NDArray[np.int32]
) -> dict[int, list[Vehicle]]:
    """Give each unit its vehicles, the nearest overall; the first units where there are few.

    Args:
        units: what counts more first.
        vehicles: that are free.
        minutes: until each is at each unit, shape (vehicles, units).
    """
    given: dict[int, list[Vehicle]] = defaultdict(list)
    for kind in sorted({it.kind for unit in units for it in unit.need.resources}):
        rows = [at for at, it in enumerate(vehicles) if it.kind is kind]
        wanted = [
            unit
            for unit, it in enumerate(units)
            for need in it.need.resources
            if need.kind is kind
            for _ in range(need.count)
        ][: len(rows)]
        if not wanted:
            continue
        edges = minutes[np.ix_(rows, wanted)].T
        for slot, row in zip(*linear_sum_assignment(edges), strict=True):
            it, operated_by = vehicles[rows[row]], OPERATED_BY.get(kind, Skill.DRIVING)
            arrival = int(edges[slot, row])
            given[wanted[slot]].append(
                Vehicle(it.resource_id, kind, it.team_id, operated_by, arrival)
            )
    return given
