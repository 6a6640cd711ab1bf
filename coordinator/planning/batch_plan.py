"""A plan for many units as it is told: what is wanted, who gets whom, who is served last."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import scipy

from coordinator.domain.unit.greedy import SCARCE_FIRST
from coordinator.planning.unit_problem import Candidate, UnitPlan, Vehicle
from schemas.muster import Need
from schemas.said import Said
from schemas.sentences import choices
from schemas.vocabulary import UnitRole

SOLVER: Final = f"sparse assignment in scipy {scipy.__version__}"
Picks = Sequence[tuple[Candidate, UnitRole]]
Place = tuple[str, UnitRole]
"""A unit's id and a role in it."""


class Wanted(NamedTuple):
    """A unit that waits; a higher `priority` counts more.

    `joins`: it is out and lacks people, who need no leader or supervisor among them.
    """

    unit_id: str
    need: Need
    priority: int
    joins: bool = False


class Together(NamedTuple):
    """A plan for all. `cost_min` counts what is not served too; `bound_min` no plan is below.

    `served_last` are the units that get nobody, least first to be served at the end.
    """

    plans: Mapping[str, UnitPlan]
    cost_min: int
    bound_min: int | None
    served_last: tuple[str, ...]
    method: Said

    def places(self) -> dict[str, Place]:
        """Return who goes where, by member id."""
        return {
            it.person.member_id: (unit_id, role)
            for unit_id, plan in self.plans.items()
            for it, role in plan.picks
        }


def plan_of(
    wanted: Wanted, picks: Picks, vehicles: Sequence[Vehicle], *, team_min: int, how: Said
) -> UnitPlan:
    """Return the plan of one unit among many; without people it takes no vehicles.

    Args:
        wanted: the unit.
        picks: its people, in any order.
        vehicles: what was given to it.
        team_min: what each team that sends anybody costs, minutes.
        how: by which step it was found.
    """
    mine = sorted(picks, key=lambda it: (SCARCE_FIRST.index(it[1]), it[0].person.member_id))
    having = Counter(role for _, role in mine)
    teams = {it.person.team_id for it, _ in mine}
    return UnitPlan(
        picks=tuple(mine),
        vehicles=tuple(vehicles) if mine else (),
        missing={
            it.role: it.count - having[it.role]
            for it in wanted.need.roles
            if it.count > having[it.role]
        },
        ready_min=max((it.arrival_min for it, _ in mine), default=0),
        cost_min=sum(it.cost_min for it, _ in mine) + team_min * len(teams),
        bound_min=None,
        pool=how,
        solver=SOLVER,
    )


def told_of(together: Together, units: int) -> tuple[Said, ...]:
    """Return what a plan for many says of itself, who is served last among it."""
    told = [choices.with_others(units - 1)]
    if together.bound_min:
        over = 100 * (together.cost_min / together.bound_min - 1)
        told.append(choices.over_the_best(round(max(0.0, over), 1)))
    if together.served_last:
        told.append(choices.get_nobody(len(together.served_last), together.served_last[:5]))
    return tuple(told)
