"""Why these people: each place's next best, alternatives, and who could close a gap."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from msgspec.structs import replace

from coordinator.planning.batch_plan import Together
from coordinator.planning.one_unit import solve
from coordinator.planning.unit_problem import (
    LATE_TOO,
    WITH_THE_RESERVE,
    Candidate,
    UnitPlan,
    UnitProblem,
    allowed,
    cost_of,
)
from schemas.muster import Allotment, Alternative, Explanation, Gap, NextBest, Pick
from schemas.said import Said
from schemas.sentences import choices
from schemas.vocabulary import UnitRole
from schemas.why_not import WhyNot

_TOGETHER: Final = 8
_MAY_WAIT_MIN: Final = 15
_LOOKED_AT: Final = 12
_MINUTES_MAX: Final = 10_080
_COULD_CHANGE: Final = (
    WhyNot.RESTING,
    WhyNot.OFF_DUTY,
    WhyNot.ON_LEAVE,
    WhyNot.ON_DUTY_MINIMUM_OF_TEAM,
    WhyNot.ASKED_BEFORE,
)
"""What keeps people out that somebody could decide otherwise, or wait for."""
_Name = Literal["faster", "teams_together", "spares_the_reserve"]


def picks_of(problem: UnitProblem, plan: UnitPlan, *, next_best: bool = True) -> tuple[Pick, ...]:
    """Return the people of a plan, each with the reason a dispatcher reads."""
    others = _next_best(problem, plan) if next_best else None
    team = Counter(it.person.team_id for it, _ in plan.picks)
    return tuple(
        Pick(
            member_id=it.person.member_id,
            role=role,
            arrival_min=min(it.arrival_min, _MINUTES_MAX),
            reasons=_reasons(it, team[it.person.team_id], others),
            next_best=others.get(it.person.member_id) if others else None,
        )
        for it, role in plan.picks
    )


def allotments_of(plan: UnitPlan) -> tuple[Allotment, ...]:
    return tuple(Allotment(resource_id=it.resource_id, kind=it.kind) for it in plan.vehicles)


def left_for(
    problem: UnitProblem, together: Together, unit_id: str
) -> tuple[UnitProblem, UnitPlan]:
    """Return what one unit of a plan for many could choose from if the others keep theirs.

    Args:
        problem: of the unit over the whole pool.
        together: the plan.
        unit_id: of the unit.
    """
    plan = together.plans[unit_id]
    others = [
        it.person for id_, its in together.plans.items() if id_ != unit_id for it, _ in its.picks
    ]
    taken = {it.member_id for it in others}
    teams = Counter(it.team_id for it in others)
    skills = Counter(skill for it in others for skill in it.keeps)
    here = tuple(it for it in problem.candidates if it.person.member_id not in taken)
    removed = {**problem.removed, WhyNot.PLANNED_ELSEWHERE: len(problem.candidates) - len(here)}
    vehicles = {it.resource_id for id_, its in together.plans.items() if id_ != unit_id
                for it in its.vehicles}  # fmt: skip
    left = replace(
        problem,
        candidates=here,
        vehicles=tuple(it for it in problem.vehicles if it.resource_id not in vehicles),
        room={team_id: room - teams[team_id] for team_id, room in problem.room.items()},
        skill_room={skill: room - skills[skill] for skill, room in problem.skill_room.items()},
        removed={reason: count for reason, count in removed.items() if count},
    )
    return left, replace(plan, cost_min=cost_of(problem, plan.picks, plan.vehicles))


def _reasons(
    it: Candidate, of_team: int, others: Mapping[str, NextBest] | None
) -> tuple[Said, ...]:
    person = it.person
    found = [
        choices.minutes_away(it.arrival_min),
        choices.STANDBY if person.standby else choices.ON_SHIFT,
    ]
    if person.reserve:
        found.append(choices.RESERVE)
    if person.straight_back:
        found.append(choices.STRAIGHT_BACK)
    if of_team > 1:
        found.append(choices.of_one_team(of_team))
    if others is None:
        # Nobody looked for one, and that there is none is not known.
        return tuple(found)
    other = others.get(person.member_id)
    if other is None:
        found.append(choices.NO_SUBSTITUTE)
    elif other.later_min:
        found.append(choices.later_without(other.later_min))
    return tuple(found)


def _next_best(problem: UnitProblem, plan: UnitPlan) -> dict[str, NextBest]:  # noqa: C901 - a search with its bounds
    """Exchange each person for one who stays behind, and return the exchange that hurts least."""
    chosen = {it.person.member_id for it, _ in plan.picks}
    used = Counter(it.person.team_id for it, _ in plan.picks)
    free: dict[UnitRole, list[Candidate]] = {}
    same_pool = {it.person.member_id for it in allowed(problem, plan.pool)}
    for it in problem.candidates:
        if it.person.member_id not in chosen:
            for role in it.person.roles:
                free.setdefault(role, []).append(it)
    for there in free.values():
        there.sort(
            key=lambda it: (
                it.person.member_id not in same_pool,
                max(it.arrival_min, plan.ready_min),
                it.cost_min,
            )
        )
    found: dict[str, NextBest] = {}
    for at, (leaving, role) in enumerate(plan.picks):
        best: tuple[bool, int, int, str] | None = None
        looked_at = 0
        for other in free.get(role, ()):
            team_id = other.person.team_id
            taken = used[team_id] - (leaving.person.team_id == team_id)
            if taken >= problem.room.get(team_id, 0) or not _skills_allow(problem, plan, at, other):
                continue
            picks = [*plan.picks[:at], (other, role), *plan.picks[at + 1 :]]
            ready = max(it.arrival_min for it, _ in picks)
            dearer = cost_of(problem, picks, plan.vehicles) - plan.cost_min
            member_id = other.person.member_id
            later = max(0, ready - plan.ready_min)
            key = (member_id not in same_pool, later, dearer, member_id)
            best = key if best is None else min(best, key)
            looked_at += 1
            if looked_at == _LOOKED_AT:
                break
        if best is not None:
            _, later, dearer, member_id = best
            found[leaving.person.member_id] = NextBest(
                member_id=member_id, later_min=min(later, _MINUTES_MAX), dearer=dearer
            )
    return found


def _skills_allow(problem: UnitProblem, plan: UnitPlan, at: int, other: Candidate) -> bool:
    for skill in other.person.keeps:
        staying = (it for index, (it, _) in enumerate(plan.picks) if index != at)
        if sum(skill in it.person.keeps for it in staying) >= problem.skill_room.get(skill, 0):
            return False
    return True


def alternatives_to(problem: UnitProblem, plan: UnitPlan) -> tuple[Alternative, ...]:
    """Return other whole units that are better in one thing: time, fewer teams, the reserve."""
    found: list[Alternative] = []
    if plan.pool not in (WITH_THE_RESERVE, LATE_TOO):
        other = solve(problem, reserve=True)
        if other.ready_min < plan.ready_min:
            found.append(_alternative("faster", problem, other))
    weights = problem.weights
    together = replace(
        problem,
        weights=replace(weights, team_min=_TOGETHER * max(1, weights.team_min)),
    )
    other = solve(together, late_by_min=_MAY_WAIT_MIN, reserve=None)
    if other.teams < plan.teams and other.missing == plan.missing:
        found.append(_alternative("teams_together", problem, other))
    if plan.reserve:
        other = solve(problem, reserve=False)
        if other.reserve < plan.reserve and other.missing == plan.missing:
            found.append(_alternative("spares_the_reserve", problem, other))
    return tuple(found)


def _alternative(name: _Name, problem: UnitProblem, plan: UnitPlan) -> Alternative:
    return Alternative(
        name=name,
        ready_min=min(plan.ready_min, _MINUTES_MAX),
        cost=cost_of(problem, plan.picks, plan.vehicles),
        teams=plan.teams,
        reserve=plan.reserve,
        picks=picks_of(problem, plan, next_best=False),
    )


def gaps_of(
    problem: UnitProblem, plan: UnitPlan, neighbours: Mapping[str, UnitProblem]
) -> tuple[Gap, ...]:
    """Return what is missing, and who could close it.

    Args:
        problem: of the unit.
        plan: the best part of it.
        neighbours: the same need over the pools of jurisdictions that may be asked for aid.
    """
    return tuple(
        Gap(role=role, count=count, by=tuple(_closing(problem, plan, role, neighbours))[:10])
        for role, count in plan.missing.items()
    )


def _closing(
    problem: UnitProblem, plan: UnitPlan, role: UnitRole, neighbours: Mapping[str, UnitProblem]
) -> Sequence[Said]:
    found: list[Said] = []
    chosen = {it.person.member_id for it, _ in plan.picks}
    for name, theirs in sorted(neighbours.items()):
        able = [it for it in theirs.candidates if role in it.person.roles]
        could = _within_room(able, theirs.room)
        if could:
            nearest = min(it.arrival_min for it in able)
            found.append(choices.neighbour_could_send(name, could, nearest))
    used = Counter(it.person.team_id for it, _ in plan.picks)
    kept = [
        it
        for it in problem.candidates
        if role in it.person.roles
        and it.person.member_id not in chosen
        and used[it.person.team_id] >= problem.room.get(it.person.team_id, 0)
    ]
    if kept:
        found.append(choices.below_minimum(len(kept)))
    for reason in _COULD_CHANGE:
        count = problem.removed.get(reason, 0)
        if count:
            found.append(choices.not_looked_at(reason, count))
    return found


def _within_room(people: Sequence[Candidate], room: Mapping[str, int]) -> int:
    per_team = Counter(it.person.team_id for it in people)
    return sum(min(count, room.get(team_id, 0)) for team_id, count in per_team.items())


def explained(  # noqa: PLR0913 - each is another thing, and given by name where it is called
    problem: UnitProblem,
    plan: UnitPlan,
    *,
    elapsed_ms: int,
    alternatives: tuple[Alternative, ...] = (),
    gaps: tuple[Gap, ...] = (),
    account: tuple[Said, ...] = (),
) -> Explanation:
    """Return what is stored with the proposal."""
    proven = plan.bound_min == plan.cost_min
    return Explanation(
        method=choices.ready_first(plan.pool),
        cost=plan.cost_min,
        bound=plan.bound_min,
        considered=len(problem.candidates),
        removed=dict(problem.removed),
        account=account or _summary(plan, problem, proven=proven),
        ready_min=min(plan.ready_min, _MINUTES_MAX),
        teams=plan.teams,
        solver=plan.solver,
        elapsed_ms=elapsed_ms,
        travel=problem.travel,
        gaps=gaps,
        alternatives=alternatives,
    )


def cannot_go(explanation: Explanation, plan: UnitPlan) -> Explanation:
    """Return an explanation that says that what was found is no unit that may set out."""
    few = choices.too_few_could_go(len(plan.picks)) if plan.picks else choices.NOBODY_COULD_GO
    return replace(explanation, account=(choices.nobody_sent(few),), alternatives=())


def _summary(plan: UnitPlan, problem: UnitProblem, *, proven: bool) -> tuple[Said, ...]:
    ready = choices.ready_late if plan.ready_min > problem.late_after_min else choices.ready_in
    found = [
        choices.people_from_teams(len(plan.picks), problem.size, plan.teams),
        ready(plan.ready_min),
    ]
    if plan.reserve:
        found.append(choices.of_the_reserve(plan.reserve))
    found.append(choices.PROVEN_BEST if proven else choices.NOT_PROVEN_BEST)
    return tuple(found)
