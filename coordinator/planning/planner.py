"""Follows jurisdictions and says what to propose for the units that wait.

A proposal is a signal like any other: the decider checks it against the state of that moment, and
where none comes in time it forms the unit by its own rule. So nothing here has to be right, quick
or even alive for a unit to set out.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import count
from typing import Final

import structlog
from msgspec.structs import replace

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.unit.muster import priority_of, still_needed
from coordinator.errors import BadInput
from coordinator.log.follow import Step
from coordinator.planning.aid import Aid, Lacking, proposed_aid
from coordinator.planning.batch_plan import Place, Together, Wanted, told_of
from coordinator.planning.many_units import ManyUnits
from coordinator.planning.one_unit import solve
from coordinator.planning.pool import Pool, pool_of
from coordinator.planning.reasons import (
    allotments_of,
    alternatives_to,
    cannot_go,
    explained,
    gaps_of,
    left_for,
    picks_of,
)
from coordinator.planning.seen import Seen
from coordinator.planning.travel import StraightLine, TravelTimes, travel_times
from coordinator.planning.unit_problem import UnitPlan, UnitProblem, can_go, problem_of
from schemas.ids import ulid_of
from schemas.muster import Explanation, Gap, Need
from schemas.signals.unit import MusterProposed
from schemas.vocabulary import Role, UnitRole

log = structlog.get_logger()

ACTOR: Final = "planner"
REASONS_FOR: Final = 20
_ALTERNATIVES_FOR: Final = 5
_NEIGHBOURS_MAX: Final = 5
IMPROVE_FOR_S: Final = 1.0
"""How long a plan for many units is made better before it is sent."""


class Planner:
    """Plans for any number of jurisdictions."""

    def __init__(self, travel: str = "", *, improve_for_s: float = IMPROVE_FOR_S) -> None:
        """Begin with nothing seen.

        Args:
            travel: as `travel_times` takes it.
            improve_for_s: seconds that a plan for many is improved.

        Raises:
            BadInput: `travel` names no file or address that can be used.
        """
        self._travel = travel
        self._improve_for_s = improve_for_s
        self._seen: dict[str, Seen] = {}
        self._travels: dict[str, tuple[object, TravelTimes]] = {}
        self._number = count()

    def show(self, state: Jurisdiction, steps: Sequence[Step] = ()) -> None:
        """Take in a jurisdiction as it is now, and the steps that led there."""
        seen = self._seen.get(state.jurisdiction)
        if seen is None:
            self._seen[state.jurisdiction] = Seen(state)
        else:
            seen.show(state, steps)

    def proposals(self, now: int) -> Iterable[MusterProposed]:
        """Yield proposals for the units that wait and were not planned since anything changed.

        Args:
            now: UTC milliseconds.
        """
        to_plan = self.to_plan(now)
        waiting = self.waiting_in(to_plan, now)
        for jurisdiction in to_plan:
            yield from self.proposals_in(jurisdiction, now, share=len(to_plan), waiting=waiting)

    def to_plan(self, now: int) -> list[str]:
        """Return where units wait that were not planned yet, whoever's time ends first first."""
        found = []
        for name, seen in sorted(self._seen.items()):
            fresh = (
                [it for it in seen.waiting(now) if it.unit_id not in seen.planned]
                if seen.news
                else []
            )
            if fresh:
                found.append((min(it.propose_by for it in fresh), name))
            else:
                seen.news = False
        return [name for _, name in sorted(found)]

    def waiting_in(self, jurisdictions: Iterable[str], now: int) -> int:
        """Return how many units wait in all of these."""
        return sum(len(self._seen[name].waiting(now)) for name in jurisdictions)

    def proposals_in(
        self, jurisdiction: str, now: int, *, share: int = 1, waiting: int = 0
    ) -> Iterable[MusterProposed]:
        """Yield proposals for one jurisdiction, the unit that counts most first.

        Args:
            jurisdiction: one that was shown.
            now: UTC milliseconds.
            share: among how many jurisdictions the time to make plans better is divided.
            waiting: how many units wait in all of them; where they are many, reasons and
                alternatives would cost others their plan.
        """
        seen = self._seen[jurisdiction]
        seen.news = False
        units = seen.waiting(now)
        fresh = {it.unit_id for it in units} - seen.planned
        if not fresh:
            return
        seen.planned |= fresh
        try:
            found = (
                self._one(seen, units[0], now)
                if len(units) == 1 and waiting <= REASONS_FOR
                else self._many(
                    seen, units, now, self._improve_for_s / share, max(waiting, len(units))
                )
            )
            for signal in found:
                seen.handed_in(signal)
                yield signal
        except Exception:
            log.exception("planner.failed", jurisdiction=jurisdiction)

    def explain(
        self, jurisdiction: str, unit: Unit, now: int
    ) -> tuple[UnitProblem, UnitPlan, Explanation]:
        """Return the best unit there is for one that waits, why it is, and out of what.

        Args:
            jurisdiction: one that was shown.
            unit: of it; it need not be called any more.
            now: UTC milliseconds.
        """
        state = self._seen[jurisdiction].state
        began = time.perf_counter()
        problem = self._problem(state, unit, now)
        plan = solve(problem)
        need = still_needed(unit)
        near = cache(partial(self._pools_near, state, plan.missing, now))
        gaps = self._gaps(need, problem, plan, near, now)
        alternatives = alternatives_to(problem, plan) if plan.picks else ()
        elapsed_ms = int((time.perf_counter() - began) * 1_000)
        explanation = explained(
            problem, plan, elapsed_ms=elapsed_ms, alternatives=alternatives, gaps=gaps
        )
        return problem, plan, explanation

    def _one(self, seen: Seen, unit: Unit, now: int) -> Iterable[MusterProposed]:
        problem, plan, explanation = self.explain(seen.state.jurisdiction, unit, now)
        yield from self._said(seen.state, unit, problem, plan, explanation, now)

    def _many(
        self, seen: Seen, units: Sequence[Unit], now: int, improve_for_s: float, waiting: int
    ) -> Iterable[MusterProposed]:
        began = time.perf_counter()
        state = seen.state
        pool = self._pool_for(state, units, now)
        together = self._together(
            state, units, pool, now, previous=seen.together, within_s=improve_for_s
        )
        elapsed_ms = int((time.perf_counter() - began) * 1_000)
        if together is None:
            return
        seen.together = together.places()
        rules, travel = state.policy.muster, self._travel_in(state)
        roles = {role for it in pool.people for role in it.roles}
        near = cache(partial(self._pools_near, state, roles, now))
        alternatives, reasons = waiting <= _ALTERNATIVES_FOR, waiting <= REASONS_FOR
        for unit in sorted(units, key=lambda it: (-priority_of(state, it), it.called_at)):
            need = still_needed(unit)
            whole = problem_of(pool, need, travel, now, turnout_min=rules.turnout_min)
            problem, plan = left_for(whole, together, unit.unit_id)
            explanation = replace(
                explained(
                    problem,
                    plan,
                    elapsed_ms=elapsed_ms,
                    alternatives=(
                        alternatives_to(problem, plan) if alternatives and plan.picks else ()
                    ),
                    gaps=self._gaps(need, problem, plan, near, now),
                    account=told_of(together, len(units)),
                ),
                method=together.method,
            )
            yield from self._said(state, unit, problem, plan, explanation, now, reasons=reasons)

    def together(
        self,
        jurisdiction: str,
        units: Sequence[Unit],
        now: int,
        *,
        previous: Mapping[str, Place] | None = None,
        improve_for_s: float | None = None,
    ) -> Together | None:
        """Return a plan for all units that wait, improved for as long as may be.

        Args:
            jurisdiction: one that was shown.
            units: of it.
            now: UTC milliseconds.
            previous: member id to unit and role of the last plan.
            improve_for_s: how long; None as this planner was made.
        """
        within_s = self._improve_for_s if improve_for_s is None else improve_for_s
        state = self._seen[jurisdiction].state
        pool = self._pool_for(state, units, now)
        return self._together(state, units, pool, now, previous=previous, within_s=within_s)

    def _together(  # noqa: PLR0913 - what there is, and how long to look
        self,
        state: Jurisdiction,
        units: Sequence[Unit],
        pool: Pool,
        now: int,
        *,
        previous: Mapping[str, Place] | None,
        within_s: float,
    ) -> Together | None:
        wanted = [
            Wanted(
                it.unit_id, still_needed(it), priority_of(state, it),
                joins=it.stage is Stage.FORMED,
            )
            for it in units
        ]  # fmt: skip
        many = ManyUnits(
            wanted, pool, self._travel_in(state), now,
            turnout_min=state.policy.muster.turnout_min, previous=previous,
        )  # fmt: skip
        began, best = time.perf_counter(), None
        for better in many.improving():
            best = better
            if time.perf_counter() - began >= within_s:
                break
        return best

    def aid(
        self, lacking: Mapping[str, Sequence[Lacking]], kept: frozenset[str], now: int
    ) -> dict[str, tuple[Aid, ...]]:
        """Return for each jurisdiction what its neighbours could send for what it lacks.

        Args:
            lacking: by jurisdiction.
            kept: members that are planned for units of their own.
            now: UTC milliseconds.
        """
        found: dict[str, tuple[Aid, ...]] = {}
        taken = set(kept)
        for name, units in sorted(lacking.items()):
            state = self._seen[name].state
            roles = {role for it in units for role in it.missing}
            neighbours = {
                other: (
                    self._pool(there, roles, now, without=frozenset()),
                    self._travel_in(there),
                    there.policy.muster.turnout_min,
                )
                for other, there in self._neighbours(state)
            }
            found[name] = proposed_aid(units, neighbours, frozenset(taken))
            taken |= {member_id for it in found[name] for member_id in it.member_ids}
        return found

    def _neighbours(self, state: Jurisdiction) -> list[tuple[str, Jurisdiction]]:
        """Return those that may be asked: of the policy, or all that are known here."""
        names = state.policy.aid.neighbours or sorted(self._seen)
        return [
            (name, self._seen[name].state)
            for name in names
            if name in self._seen
            and name != state.jurisdiction
            and self._seen[name].state.realm is state.realm
        ]

    def _problem(self, state: Jurisdiction, unit: Unit, now: int) -> UnitProblem:
        need = still_needed(unit)
        roles = {it.role for it in need.roles}
        pool = self._pool(state, roles, now, without=frozenset(unit.tried))
        rules = state.policy.muster
        travel = self._travel_in(state)
        return problem_of(pool, need, travel, now, turnout_min=rules.turnout_min)

    def _pool_for(self, state: Jurisdiction, units: Sequence[Unit], now: int) -> Pool:
        """Return who may go to any of these; who said no to one is not asked for another."""
        roles = {need.role for it in units for need in still_needed(it).roles}
        tried = frozenset(member_id for it in units for member_id in it.tried)
        return self._pool(state, roles, now, without=tried)

    def _pool(
        self,
        state: Jurisdiction,
        roles: Iterable[UnitRole],
        now: int,
        *,
        without: frozenset[str],
    ) -> Pool:
        """Leave out who is proposed for another unit: they are as good as sent."""
        seen = self._seen[state.jurisdiction]
        return pool_of(
            state, roles, now, without=without, promised=seen.promised(),
            promised_vehicles=seen.promised_vehicles(),
        )  # fmt: skip

    def _pools_near(
        self, state: Jurisdiction, roles: Collection[UnitRole], now: int
    ) -> dict[str, tuple[Jurisdiction, Pool]]:
        """Return who of the neighbours could be sent in one of these roles."""
        if not roles:
            return {}
        return {
            name: (there, self._pool(there, roles, now, without=frozenset()))
            for name, there in self._neighbours(state)[:_NEIGHBOURS_MAX]
        }

    def _gaps(
        self,
        need: Need,
        problem: UnitProblem,
        plan: UnitPlan,
        near: Callable[[], Mapping[str, tuple[Jurisdiction, Pool]]],
        now: int,
    ) -> tuple[Gap, ...]:
        """Return what is lacking, and who of the neighbours has it; only then are they looked at.

        A unit that lacks nobody, as most do, costs no look at five counties.
        """
        if not plan.missing:
            return ()
        neighbours = {
            name: problem_of(
                pool, need, self._travel_in(there), now,
                turnout_min=there.policy.muster.turnout_min,
            )
            for name, (there, pool) in near().items()
        }  # fmt: skip
        return gaps_of(problem, plan, neighbours)

    def _travel_in(self, state: Jurisdiction) -> TravelTimes:
        rules = state.policy.muster
        kept = self._travels.get(state.jurisdiction)
        if kept is None or kept[0] is not rules:
            try:
                travel = travel_times(self._travel, rules)
            except BadInput as error:
                log.warning("planner.travel", reason=str(error))
                travel = StraightLine(rules)
            kept = self._travels[state.jurisdiction] = (rules, travel)
        return kept[1]

    def _said(  # noqa: PLR0913, PLR0917 - each is another thing, in the order they are read
        self,
        state: Jurisdiction,
        unit: Unit,
        problem: UnitProblem,
        plan: UnitPlan,
        explanation: Explanation,
        now: int,
        *,
        reasons: bool = True,
    ) -> Iterable[MusterProposed]:
        """Say who should go; or, once for each unit that is called, why nobody can."""
        goes = can_go(plan, state, unit)
        if not goes:
            if unit.stage is not Stage.CALLED or unit.explanation is not None:
                return
            explanation = cannot_go(explanation, plan)
        yield MusterProposed(
            signal_id=ulid_of(now, ACTOR, unit.unit_id, str(next(self._number))),
            jurisdiction=state.jurisdiction,
            realm=state.realm,
            at=now,
            actor_id=ACTOR,
            actor_role=Role.SYSTEM,
            unit_id=unit.unit_id,
            picks=picks_of(problem, plan, next_best=reasons) if goes else (),
            allotments=allotments_of(plan) if goes else (),
            explanation=explanation,
        )
