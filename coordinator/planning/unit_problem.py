"""One need over a pool, in minutes: what the solvers are given and what they give back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from coordinator.planning.pool import OPERATED_BY, Pool, Sendable
from coordinator.planning.travel import TravelTimes
from schemas.bounds import Position
from schemas.durations import MINUTE
from schemas.muster import Need
from schemas.policy import Planning
from schemas.said import Said
from schemas.sentences import choices
from schemas.vocabulary import ResourceKind, Skill, UnitRole
from schemas.why_not import WhyNot


class Candidate(Struct, frozen=True, gc=False):
    """Somebody who may go to this place, with the minutes until they are there."""

    person: Sendable
    arrival_min: int

    @property
    def cost_min(self) -> int:
        return self.arrival_min + self.person.burden_min


class Vehicle(Struct, frozen=True, gc=False):
    resource_id: str
    kind: ResourceKind
    team_id: str
    operated_by: Skill
    arrival_min: int


class UnitProblem(Struct, frozen=True):
    """`late_after_min`: minutes from now to the need's deadline."""

    roles: Mapping[UnitRole, int]
    vehicles_wanted: Mapping[ResourceKind, int]
    candidates: tuple[Candidate, ...]
    vehicles: tuple[Vehicle, ...]
    room: Mapping[str, int]
    skill_room: Mapping[Skill, int]
    late_after_min: int
    weights: Planning
    removed: Mapping[WhyNot, int]
    travel: Said

    @property
    def size(self) -> int:
        return sum(self.roles.values())


class UnitPlan(Struct, frozen=True):
    """`cost_min` and `bound_min` as the policy weighs; equal ones are a proof.

    `pool` says who was allowed: `in time`, `with the reserve`, `late too`, or also who has
    just finished elsewhere.
    """

    picks: tuple[tuple[Candidate, UnitRole], ...]
    vehicles: tuple[Vehicle, ...]
    missing: Mapping[UnitRole, int]
    ready_min: int
    cost_min: int
    bound_min: int | None
    pool: Said
    solver: str

    @property
    def teams(self) -> int:
        return len({it.person.team_id for it, _ in self.picks})

    @property
    def reserve(self) -> int:
        return sum(it.person.reserve for it, _ in self.picks)


IN_TIME: Final = choices.IN_TIME
WITH_THE_RESERVE: Final = choices.WITH_RESERVE
LATE_TOO: Final = choices.LATE_TOO
TIRED_TOO: Final = choices.TIRED_TOO


def allowed(problem: UnitProblem, pool: Said) -> list[Candidate]:
    """Return who belongs to one of the pools, each of which holds the one before."""
    if pool == TIRED_TOO:
        return list(problem.candidates)
    fresh = [it for it in problem.candidates if not it.person.straight_back]
    if pool == LATE_TOO:
        return fresh
    in_time = [it for it in fresh if it.arrival_min <= problem.late_after_min]
    return in_time if pool == WITH_THE_RESERVE else [it for it in in_time if not it.person.reserve]


def problem_of(
    pool: Pool, need: Need, travel: TravelTimes, at: int, *, turnout_min: int
) -> UnitProblem:
    """Return the problem of one need.

    Args:
        pool: who may be sent.
        need: roles, vehicles, place, deadline.
        travel: how long the way takes.
        at: UTC milliseconds.
        turnout_min: from call to setting out.
    """
    roles = {it.role: it.count for it in need.roles}
    people = [it for it in pool.people if not roles.keys().isdisjoint(it.roles)]
    places: dict[Position, int] = {}
    for person in people:
        places.setdefault(person.place, len(places))
    for vehicle in pool.vehicles:
        places.setdefault(vehicle.base, len(places))
    minutes = travel.minutes(list(places), [need.muster_point])[:, 0].tolist() if places else []
    wanted = {it.kind: it.count for it in need.resources}
    return UnitProblem(
        roles=roles,
        vehicles_wanted=wanted,
        candidates=tuple(Candidate(it, turnout_min + minutes[places[it.place]]) for it in people),
        vehicles=tuple(
            Vehicle(
                it.resource_id,
                it.kind,
                it.team_id,
                OPERATED_BY.get(it.kind, Skill.DRIVING),
                turnout_min + minutes[places[it.base]],
            )
            for it in pool.vehicles
            if it.kind in wanted
        ),
        room=pool.room,
        skill_room=pool.skill_room,
        late_after_min=max(0, (need.deadline_at - at) // MINUTE),
        weights=pool.weights,
        removed=pool.removed,
        travel=choices.turning_out(travel.name, turnout_min),
    )


def cost_of(
    problem: UnitProblem,
    picks: Sequence[tuple[Candidate, UnitRole]],
    vehicles: Sequence[Vehicle],
) -> int:
    """Return what a unit costs in minutes, as the policy weighs; what is missing costs nothing."""
    weights, people = problem.weights, [it for it, _ in picks]
    teams = {it.person.team_id for it in people}
    lacking = 0
    for at, rule in enumerate(weights.coverage):
        if problem.size >= rule.unit_from:
            having = sum(at in it.person.covers for it in people)
            lacking += rule.penalty_min * max(0, rule.count - having)
    return (
        sum(it.cost_min for it in people)
        + weights.team_min * len(teams)
        + lacking
        + sum(it.arrival_min for it in vehicles)
        + weights.driverless_min * driverless(people, vehicles)
    )


def driverless(people: Sequence[Candidate], vehicles: Sequence[Vehicle]) -> int:
    """Return how many vehicles nobody of their own team comes along to bring."""
    return sum(
        _unmatched(
            [it.operated_by for it in vehicles if it.team_id == team_id],
            [it.person.operates for it in people if it.person.team_id == team_id],
        )
        for team_id in {it.team_id for it in vehicles}
    )


def _unmatched(wanted: Sequence[Skill], having: Sequence[frozenset[Skill]]) -> int:
    holder: dict[int, int] = {}

    def place(vehicle: int, seen: set[int]) -> bool:
        for person, skills in enumerate(having):
            if wanted[vehicle] in skills and person not in seen:
                seen.add(person)
                if person not in holder or place(holder[person], seen):
                    holder[person] = vehicle
                    return True
        return False

    return sum(not place(it, set()) for it in range(len(wanted)))


def missing_of(
    problem: UnitProblem, picks: Sequence[tuple[Candidate, UnitRole]]
) -> dict[UnitRole, int]:
    having = Counter(role for _, role in picks)
    return {
        role: count - having[role] for role, count in problem.roles.items() if count > having[role]
    }


def can_go(plan: UnitPlan, state: Jurisdiction, unit: Unit | None = None) -> bool:
    """Whether what was found may set out: with a leader, a supervisor, and not too few.

    Who joins a `unit` that is out needs none of that.
    """
    if unit is not None and unit.stage is Stage.FORMED:
        return bool(plan.picks)
    heads = {UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR}
    enough = len(plan.picks) >= max(2, state.policy.muster.smallest)
    return enough and heads <= {role for _, role in plan.picks}
