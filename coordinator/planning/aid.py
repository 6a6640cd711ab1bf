"""What neighbours could send for what one jurisdiction lacks: a proposal for mutual aid.

It is read by a dispatcher, who calls for aid or does not; nobody is bound by it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from coordinator.planning.pool import Pool
from coordinator.planning.travel import TravelTimes
from schemas.muster import Need
from schemas.vocabulary import UnitRole


class Lacking(NamedTuple):
    """What a unit lacks after all its own people were looked at."""

    unit_id: str
    incident_id: str | None
    need: Need
    missing: Mapping[UnitRole, int]
    priority: int


class Aid(NamedTuple):
    """`neighbour` could send these for the unit, the last of them there in `ready_min`."""

    neighbour: str
    unit_id: str
    incident_id: str | None
    roles: Mapping[UnitRole, int]
    member_ids: tuple[str, ...]
    ready_min: int


def proposed_aid(  # noqa: C901 - a greedy choice and its bookkeeping
    lacking: Sequence[Lacking],
    neighbours: Mapping[str, tuple[Pool, TravelTimes, int]],
    kept: frozenset[str],
) -> tuple[Aid, ...]:
    """Return who could send whom: what counts most first, each from the nearest who is free.

    Args:
        lacking: units that lack people.
        neighbours: by name, who may be sent there, their ways, and minutes to turn out.
        kept: members their own jurisdictions plan for their own units.
    """
    taken = set(kept)
    room = {
        (name, team_id): count
        for name, (pool, _, _) in neighbours.items()
        for team_id, count in pool.room.items()
    }
    for name, (pool, _, _) in neighbours.items():
        for it in pool.people:
            if it.member_id in kept:
                room[name, it.team_id] -= 1
    found: list[Aid] = []
    for unit in sorted(lacking, key=lambda it: (-it.priority, it.unit_id)):
        near = []
        for name, (pool, travel, turnout_min) in sorted(neighbours.items()):
            people = [it for it in pool.people if any(role in unit.missing for role in it.roles)]
            if people:
                way = travel.minutes([it.place for it in people], [unit.need.muster_point])[:, 0]
                near += [
                    (
                        int(minutes) + turnout_min + it.burden_min,
                        int(minutes) + turnout_min,
                        name,
                        it,
                    )
                    for minutes, it in zip(way, people, strict=True)
                ]
        near.sort(key=lambda it: (it[0], it[2], it[3].member_id))
        left = dict(unit.missing)
        sent: dict[str, list[tuple[str, UnitRole]]] = {}
        ready: Counter[str] = Counter()
        for _, minutes, name, person in near:
            role = next((it for it in person.roles if left.get(it)), None)
            if role is None or person.member_id in taken or room[name, person.team_id] <= 0:
                continue
            taken.add(person.member_id)
            room[name, person.team_id] -= 1
            left[role] -= 1
            sent.setdefault(name, []).append((person.member_id, role))
            ready[name] = max(ready[name], minutes)
        found += [
            Aid(
                neighbour=name,
                unit_id=unit.unit_id,
                incident_id=unit.incident_id,
                roles=dict(Counter(role for _, role in people)),
                member_ids=tuple(sorted(member_id for member_id, _ in people)),
                ready_min=ready[name],
            )
            for name, people in sorted(sent.items())
        ]
    return tuple(found)
