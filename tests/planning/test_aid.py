"""Neighbours send nobody twice, keep their minimum, and help what counts most first."""

from coordinator.planning.aid import Lacking, proposed_aid
from coordinator.planning.pool import pool_of
from coordinator.planning.travel import StraightLine
from schemas.default_policy import DEFAULT_POLICY
from schemas.vocabulary import UnitRole
from tests.planning.cases import AT, random_case, random_need, state_of

TRAVEL = StraightLine(DEFAULT_POLICY.muster)
MISSING = {UnitRole.LEADER: 1, UnitRole.DRIVER: 2}


def lacking(unit_id: str, priority: int) -> Lacking:
    return Lacking(unit_id, "inc", random_need(1), MISSING, priority)


def neighbours(*seeds: int) -> dict:  # type: ignore[type-arg]
    return {
        f"county-{it}": (pool_of(state_of(random_case(it)), MISSING, AT), TRAVEL, 10)
        for it in seeds
    }


def test_neighbours_send_nobody_twice_and_keep_their_minimum() -> None:
    sent = 0
    for seed in range(40):
        near = neighbours(seed, seed + 100)
        found = proposed_aid([lacking("unt_a", 1), lacking("unt_b", 9)], near, frozenset())

        people = [member_id for it in found for member_id in it.member_ids]
        assert len(people) == len(set(people))
        for name, (pool, _, _) in near.items():
            leaving = {m for it in found if it.neighbour == name for m in it.member_ids}
            for team_id, room in pool.room.items():
                of_team = [it for it in pool.people if it.team_id == team_id]
                assert sum(it.member_id in leaving for it in of_team) <= room
        for unit_id in ("unt_a", "unt_b"):
            for role, count in MISSING.items():
                given = sum(it.roles.get(role, 0) for it in found if it.unit_id == unit_id)
                assert given <= count
        sent += len(people)
    assert sent > 40


def test_who_is_planned_at_home_stays_at_home() -> None:
    near = neighbours(3, 7)
    everybody = frozenset(it.member_id for pool, _, _ in near.values() for it in pool.people)

    assert proposed_aid([lacking("unt_a", 1)], near, everybody) == ()


def test_what_counts_more_is_helped_first() -> None:
    better = 0
    for seed in range(60):
        found = proposed_aid(
            [lacking("unt_a", 1), lacking("unt_b", 9)], neighbours(seed), frozenset()
        )
        helped = {it.unit_id: sum(it.roles.values()) for it in found}
        assert helped.get("unt_b", 0) >= helped.get("unt_a", 0)
        better += helped.get("unt_b", 0) > helped.get("unt_a", 0)
    assert better
