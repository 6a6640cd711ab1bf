"""Cases for the planner, from a seed: the demo province as one jurisdiction, and needs in it."""

import random
from collections.abc import Sequence
from dataclasses import replace

from coordinator.demo.province import province
from coordinator.demo.seed_rosters import roster_signals
from coordinator.domain.jurisdiction import decide, fold, found
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.planning.batch_plan import Wanted
from coordinator.planning.repair_order import Crew, Damage, Damages
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.ids import ulid_of
from schemas.muster import Need, ResourceNeed, RoleNeed
from schemas.signals.clock import DeadlinePassed
from schemas.vocabulary import Realm, ResourceKind, Role, UnitRole

START = 1_790_000_000_000 - 1_790_000_000_000 % 28_800_000
AT = START + 2_000
CODE = "province"

TWELVE = {
    UnitRole.LEADER: 1, UnitRole.DEPUTY: 1, UnitRole.SAFETY_SUPERVISOR: 1, UnitRole.LINE_WORKER: 6,
    UnitRole.CABLE_WORKER: 1, UnitRole.GENERATOR_OPERATOR: 1, UnitRole.DRIVER: 1,
}  # fmt: skip
SEVENTY_TWO = {
    UnitRole.LEADER: 1, UnitRole.DEPUTY: 2, UnitRole.SAFETY_SUPERVISOR: 3, UnitRole.LINE_WORKER: 32,
    UnitRole.LIVE_LINE_WORKER: 5, UnitRole.CABLE_WORKER: 6, UnitRole.RELAY_WORKER: 4,
    UnitRole.SUBSTATION_WORKER: 6, UnitRole.GENERATOR_OPERATOR: 4, UnitRole.DRIVER: 5,
    UnitRole.UAV_PILOT: 2, UnitRole.COMMUNICATIONS: 1, UnitRole.FIRST_AIDER: 1,
}  # fmt: skip


def whole_province(seed: int = 1) -> Jurisdiction:
    """Return 6,414 members of 310 teams under one roof, at the beginning of a shift."""
    state = fold(Jurisdiction(), [found(CODE, Realm.EXERCISE, DEFAULT_POLICY)], START)
    for place in province(seed, START, days=1):
        for signal in roster_signals(replace(place, code=CODE), Realm.EXERCISE, START):
            state = decide(state, signal).state
    turn = DeadlinePassed(
        signal_id=ulid_of(START, "turn"), jurisdiction=CODE, realm=Realm.EXERCISE,
        at=START + 1_000, actor_id="clock", actor_role=Role.SYSTEM,
    )  # fmt: skip
    return decide(state, turn).state


def needs(state: Jurisdiction, roles: dict[UnitRole, int], count: int, seed: int) -> Sequence[Need]:
    """Return needs at places spread as the teams are."""
    chance = random.Random(f"{seed}/{sum(roles.values())}")
    teams = sorted(state.roster.teams)
    return [need_at(_near(state, chance.choice(teams), chance), roles) for _ in range(count)]


def need_at(place: Position, roles: dict[UnitRole, int]) -> Need:
    size = sum(roles.values())
    return Need(
        roles=tuple(RoleNeed(role=role, count=count) for role, count in roles.items()),
        resources=(
            ResourceNeed(kind=ResourceKind.REPAIR_VEHICLE, count=max(1, size // 6)),
            ResourceNeed(kind=ResourceKind.GENERATOR_VEHICLE, count=max(1, size // 12)),
        ),
        muster_point=place,
        deadline_at=START + 4 * 3_600_000,
    )


def _near(state: Jurisdiction, team_id: str, chance: random.Random) -> Position:
    base = state.roster.teams[team_id].base
    return Position(
        lon=base.lon + chance.uniform(-0.1, 0.1), lat=base.lat + chance.uniform(-0.1, 0.1)
    )


def many_wanted(state: Jurisdiction, count: int, seed: int) -> list[Wanted]:
    """Return units of three to twelve people, all over the province, of five priorities."""
    chance = random.Random(f"many {seed}")
    found = []
    for number in range(count):
        roles = {UnitRole.LEADER: 1, UnitRole.SAFETY_SUPERVISOR: 1}
        roles[UnitRole.LINE_WORKER] = chance.randint(1, 6)
        for role, most in ((UnitRole.DRIVER, 2), (UnitRole.CABLE_WORKER, 1)):
            if several := chance.randint(0, most):
                roles[role] = several
        (need,) = needs(state, roles, 1, number)
        priority = chance.choice((100, 100, 500, 2_000, 3_000))
        found.append(Wanted(f"unt_{number:03}", need, priority))
    return found


def damages(seed: int, count: int, crews: int) -> Damages:
    """Return damage on a few feeders within half a degree, with some critical sites."""
    chance = random.Random(f"damage {seed}/{count}")

    def place() -> Position:
        return Position(lon=110 + 0.5 * chance.random(), lat=30 + 0.5 * chance.random())

    return Damages(
        damages=tuple(
            Damage(
                id=f"d{it}",
                place=place(),
                repair_min=chance.randint(20, 240),
                customers=chance.choice((0, 3, 40, 900, 4_000)),
                critical_sites=int(chance.random() < 0.1),
                after=f"d{chance.randrange(it)}" if it and chance.random() < 0.5 else None,
            )
            for it in range(count)
        ),
        crews=tuple(Crew(id=f"c{it}", place=place()) for it in range(crews)),
    )
