"""Which roles can be filled at all: people into exclusive roles, each team within its room."""

from collections.abc import Iterable, Mapping, Sequence

from coordinator.planning.unit_problem import Candidate
from schemas.vocabulary import UnitRole


class Matching:
    """A largest assignment, grown one place at a time; what is placed once stays placed.

    Args:
        candidates: who may be taken.
        room: how many of each team may leave.
    """

    def __init__(self, candidates: Sequence[Candidate], room: Mapping[str, int]) -> None:
        self._candidates = candidates
        self._room = room
        self._able: dict[UnitRole, list[int]] = {}
        for index, it in enumerate(candidates):
            for role in it.person.roles:
                self._able.setdefault(role, []).append(index)
        self.role_of: dict[int, UnitRole] = {}
        self._taken: dict[str, list[int]] = {}

    def place(self, role: UnitRole) -> bool:
        """Fill one more place of a role, moving others between places if need be."""
        return self._place(role, set(), set())

    def _place(self, role: UnitRole, people: set[int], teams: set[str]) -> bool:  # noqa: C901 - an augmenting path: three ways to make room, one recursion
        candidates = self._candidates
        for index in self._able.get(role, ()):
            if index in people:
                continue
            people.add(index)
            team_id = candidates[index].person.team_id
            held = self.role_of.get(index)
            if held is not None:
                if self._place(held, people, teams):
                    self.role_of[index] = role
                    return True
                continue
            there = self._taken.setdefault(team_id, [])
            if len(there) < self._room.get(team_id, 0):
                there.append(index)
                self.role_of[index] = role
                return True
            if team_id in teams:
                continue
            teams.add(team_id)
            # The team has no room: somebody of it makes way if their place can be filled otherwise.
            for other in list(there):
                if other in people:
                    continue
                people.add(other)
                if self._place(self.role_of[other], people, teams):
                    # The one found may be of this team only by way of an exchange.
                    there.remove(other)
                    del self.role_of[other]
                    there.append(index)
                    self.role_of[index] = role
                    return True
        return False


def fillable(
    candidates: Sequence[Candidate],
    room: Mapping[str, int],
    roles: Mapping[UnitRole, int],
    order: Iterable[UnitRole],
) -> dict[UnitRole, int]:
    """Return how many places of each role can be filled together, first roles first."""
    matching, found = Matching(candidates, room), dict[UnitRole, int]()
    for role in order:
        for _ in range(roles.get(role, 0)):
            if not matching.place(role):
                break
            found[role] = found.get(role, 0) + 1
    return found


def can_fill(
    candidates: Sequence[Candidate], room: Mapping[str, int], roles: Mapping[UnitRole, int]
) -> bool:
    """Whether all these places can be filled together."""
    able: dict[UnitRole, int] = dict.fromkeys(roles, 0)
    for it in candidates:
        for role in it.person.roles:
            if role in able:
                able[role] += 1
    if any(able[role] < count for role, count in roles.items()):
        return False
    matching = Matching(candidates, room)
    scarce = sorted(roles, key=lambda role: able[role] - roles[role])
    return all(matching.place(role) for role in scarce for _ in range(roles[role]))


def assigned(
    chosen: Sequence[Candidate], roles: Mapping[UnitRole, int], order: Iterable[UnitRole]
) -> list[tuple[Candidate, UnitRole]]:
    """Give each of the chosen a role; the ablest get the first roles where it can be."""
    people = sorted(chosen, key=lambda it: (-it.person.ability, it.person.member_id))
    matching = Matching(people, {it.person.team_id: len(people) for it in people})
    for role in order:
        for _ in range(roles.get(role, 0)):
            matching.place(role)
    ranked = {role: rank for rank, role in enumerate(order)}
    found = [(people[index], role) for index, role in matching.role_of.items()]
    return sorted(found, key=lambda it: (ranked[it[1]], it[0].person.member_id))
