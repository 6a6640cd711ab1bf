"""All units that wait at once, one pool: who goes where, and who is served last.

Vehicles first. A first answer by priority, at once; then a bipartite matching of people to places
(each team's minimum stays behind as places of its own), which is the best there is but for what
teams cost; then the cost of sending a team is spread over those it sent and the matching repeated,
and people exchanged where that keeps teams together. Units that cannot go without a leader or a
supervisor give their people back. Each answer is usable; every later one is at least as good.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from coordinator.domain.unit.greedy import SCARCE_FIRST
from coordinator.planning.batch_plan import Place, Together, Wanted, plan_of
from coordinator.planning.exchanging import Exchanging, Tables
from coordinator.planning.giving_vehicles import give_vehicles
from coordinator.planning.initial_plan import in_turn, scarce_first
from coordinator.planning.pool import Pool, Sendable
from coordinator.planning.travel import TravelTimes
from coordinator.planning.unit_problem import Candidate
from schemas.durations import MINUTE
from schemas.said import Said
from schemas.sentences import choices
from schemas.vocabulary import UnitRole

_UNSERVED: Final = 3_000
_LEADING: Final = 3
_LATE: Final = 60
_NEAREST: Final = 60
_ROUNDS: Final = 4
_SMALLEST: Final = 2
_HEADS: Final = (UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR)


class _Slot(NamedTuple):
    unit: int
    role: UnitRole
    unserved: int


class ManyUnits:
    """One planning of many units over one pool."""

    def __init__(  # noqa: PLR0913 - what it is made of, by name
        self,
        units: Sequence[Wanted],
        pool: Pool,
        travel: TravelTimes,
        at: int,
        *,
        turnout_min: int,
        previous: Mapping[str, Place] | None = None,
    ) -> None:
        """Lay the tables out.

        Args:
            units: that wait.
            pool: who may be sent.
            travel: how long the way takes.
            at: UTC milliseconds.
            turnout_min: from call to setting out.
            previous: member id to unit and role of the last plan, which are not left for little.
        """
        self.units = sorted(units, key=lambda it: (-it.priority, it.need.deadline_at, it.unit_id))
        self._pool, self._weights = pool, pool.weights
        self._sizes = [sum(it.count for it in unit.need.roles) for unit in self.units]
        # Bases are shared: few places stand for many people. Pairs of numbers are quick to look up.
        keys = [(it.lon, it.lat) for it in (person.place for person in pool.people)]
        bases = [(it.base.lon, it.base.lat) for it in pool.vehicles]
        known = {
            (it.lon, it.lat): it
            for it in (*(who.place for who in pool.people), *(it.base for it in pool.vehicles))
        }
        places = {key: at_ for at_, key in enumerate(known)}
        points = [it.need.muster_point for it in self.units]
        table = travel.minutes(list(known.values()), points) + turnout_min
        rows = np.array([places[it] for it in keys], dtype=np.intp)
        # A unit's column is read as a whole, again and again: it lies in one piece.
        self.arrival = np.ascontiguousarray(table.T)[:, rows].T
        burden = np.array([it.burden_min for it in pool.people], dtype=np.int32)
        late_after = np.array([max(0, (it.need.deadline_at - at) // MINUTE) for it in self.units])
        by_unit = self.arrival.T + burden[None, :]
        by_unit += _LATE * (late_after[:, None] < self.arrival.T)
        self._cost = by_unit.T
        self._kept: list[tuple[int, tuple[int, UnitRole]]] = []
        self._stay_with(previous or {})
        names = dict.fromkeys(it.team_id for it in pool.people)
        teams = {team_id: number for number, team_id in enumerate(names)}
        self.team_of = np.array([teams[it.team_id] for it in pool.people], dtype=np.intp)
        self.room_of = np.array([pool.room[it] for it in teams], dtype=np.int64)
        self._who_can = {
            role: np.array([role in it.roles for it in pool.people], dtype=bool)
            for role in SCARCE_FIRST
        }
        by_vehicle = table[[places[it] for it in bases]]
        self.vehicles = give_vehicles(self.units, pool.vehicles, by_vehicle)
        self.with_vehicle = {
            (teams[it.team_id], unit)
            for unit, given in self.vehicles.items()
            for it in given
            if it.team_id in teams
        }
        self.tables = Tables(
            self._cost, self.team_of, self.room_of, self._who_can, frozenset(self.with_vehicle),
            self._weights.team_min,
        )  # fmt: skip
        self._brought_to = _by_unit(self.with_vehicle)
        self._sent_to: dict[int, list[int]] = {}
        self.slots = self._slots_of()
        self._bound: int | None = None

    def improving(self) -> Iterator[Together]:
        """Yield a first plan at once and then better ones, until there is nothing left to try.

        Where everybody can be served as planned before, that plan stays: each move costs trust.
        """
        if not self.units:
            return
        if self._kept:
            kept = self._with_skills_kept(self._viable(self._kept_and_filled(), None))
            yield self._told(kept, self.cost_of(kept), choices.AS_PLANNED_BEFORE)
            if not self._unserved(kept):
                return
        best, best_cost = scarce_first(self.tables, self.units), None
        shares: dict[tuple[int, int], float] = {}
        for round_ in range(_ROUNDS + 1):
            if round_:
                found = self._matched(shares)
                if self._bound is None:
                    self._bound = self._bound_by(found, shares)
                found = self._viable(found, shares)
                shares = self._shares(found)
                found = self._kept_together(found)
            else:
                found = self._viable(best, None)
            found = self._with_skills_kept(found)
            cost = self.cost_of(found)
            if best_cost is None or cost < best_cost:
                best, best_cost = found, cost
                yield self._told(
                    best, cost, choices.exchange_round(round_) if round_ else choices.BY_PRIORITY
                )

    def _stay_with(self, previous: Mapping[str, Place]) -> None:
        columns = {it.unit_id: at for at, it in enumerate(self.units)}
        for row, person in enumerate(self._pool.people):
            place = previous.get(person.member_id)
            column = None if place is None else columns.get(place[0])
            if place is not None and column is not None:
                self._kept.append((row, (column, place[1])))
                self._cost[row, column] -= self._weights.sticky_min

    def _slots_of(self) -> list[_Slot]:
        found = []
        for unit, wanted in enumerate(self.units):
            for need in sorted(wanted.need.roles, key=lambda it: SCARCE_FIRST.index(it.role)):
                weight = _LEADING if need.role in _HEADS else 1
                unserved = weight * (_UNSERVED + wanted.priority)
                found.extend([_Slot(unit, need.role, unserved)] * need.count)
        return found

    def _kept_and_filled(self) -> dict[int, tuple[int, UnitRole]]:
        """Leave who was planned where they are, as far as their places still are."""
        found: dict[int, tuple[int, UnitRole]] = {}
        room = self.room_of.copy()
        left = Counter((it.unit, it.role) for it in self.slots)
        for row, place in self._kept:
            if left[place] > 0 and room[self.team_of[row]] > 0 and self._who_can[place[1]][row]:
                found[row] = place
                left[place] -= 1
                room[self.team_of[row]] -= 1
        return in_turn(self.tables, self.units, range(len(self.units)), found)

    def _matched(  # noqa: C901 - one graph, built in three parts
        self, shares: Mapping[tuple[int, int], float], slots: Sequence[_Slot] | None = None
    ) -> dict[int, tuple[int, UnitRole]]:
        """Return the best matching of people to places if teams cost these shares."""
        slots = self.slots if slots is None else slots
        if not slots:
            return {}
        people = len(self._pool.people)
        rows, columns, costs = [], [], []
        groups: dict[tuple[int, UnitRole], list[int]] = defaultdict(list)
        for at, slot in enumerate(slots):
            groups[slot.unit, slot.role].append(at)
        fixed: dict[int, NDArray[np.float64]] = {}
        for (unit, role), places in groups.items():
            if unit not in fixed:
                fixed[unit] = self._cost[:, unit] + self._team_shares(unit, shares)
            able = np.flatnonzero(self._who_can[role])
            costs_here = fixed[unit][able]
            most = _NEAREST + 4 * len(places)
            if len(able) > most:
                near = np.argpartition(costs_here, most)[:most]
                able, costs_here = able[near], costs_here[near]
            for at in places:
                rows.append(np.full(len(able), at))
                columns.append(able)
                costs.append(costs_here)
        # Nobody for a place: at the price of leaving it open.
        count = len(slots)
        rows.append(np.arange(count))
        columns.append(people + np.arange(count))
        costs.append(np.array([it.unserved for it in slots], dtype=np.float64))
        height = count
        for team in range(len(self.room_of)):
            members = np.flatnonzero(self.team_of == team)
            for _ in range(max(0, len(members) - int(self.room_of[team]))):
                rows.append(np.full(len(members), height))
                columns.append(members)
                costs.append(np.zeros(len(members)))
                height += 1
        lowest = min(float(it.min()) for it in costs if len(it))
        graph = csr_array(
            # An edge of no weight would be no edge.
            (np.concatenate(costs) - lowest + 1.0, (np.concatenate(rows), np.concatenate(columns))),
            shape=(height, people + count),
        )
        taken, by = min_weight_full_bipartite_matching(graph)
        return {
            int(row): (slots[slot].unit, slots[slot].role)
            for slot, row in zip(taken, by, strict=True)
            if slot < count and row < people
        }

    def _team_shares(
        self, unit: int, shares: Mapping[tuple[int, int], float]
    ) -> NDArray[np.float64]:
        """Return what each person adds to the cost of teams at a unit.

        At first the least that could be; then what it was in the plan before, and all of it for a
        team that sent nobody.
        """
        team_min = self._weights.team_min
        if shares:
            found = np.full(len(self.room_of), float(team_min))
        else:
            found = team_min / np.minimum(self.room_of, self._sizes[unit]).clip(min=1)
        for team in self._sent_to.get(unit, ()) if shares else ():
            found[team] = shares.get((team, unit), team_min)
        for team in self._brought_to.get(unit, ()):
            found[team] = 0
        return found[self.team_of]

    def _bound_by(
        self, found: Mapping[int, tuple[int, UnitRole]], shares: Mapping[tuple[int, int], float]
    ) -> int:
        """Return what the first matching costs: each team's share is the least it could be.

        Far people were left out of it, so this is a bound up to that; see the benchmark.
        """
        fixed = {unit: self._team_shares(unit, shares) for unit in range(len(self.units))}
        cost = sum(self._cost[row, unit] + fixed[unit][row] for row, (unit, _) in found.items())
        return int(cost) + self._unserved(found) + self.vehicle_cost()

    def _shares(self, found: Mapping[int, tuple[int, UnitRole]]) -> dict[tuple[int, int], float]:
        """Spread what a team costs a unit over those it sent: who comes alone pays it all."""
        sent = Counter((int(self.team_of[row]), unit) for row, (unit, _) in found.items())
        self._sent_to = _by_unit(sent)
        return {pair: self._weights.team_min / count for pair, count in sent.items()}

    def _viable(
        self,
        found: dict[int, tuple[int, UnitRole]],
        shares: Mapping[tuple[int, int], float] | None,
    ) -> dict[int, tuple[int, UnitRole]]:
        """Take people back from units that cannot go, and give them to those that can."""
        dropped: set[int] = set()
        while True:
            unable = [it for it in self._unable(found) if it not in dropped]
            if not unable:
                return found
            if shares is None:
                return {row: it for row, it in found.items() if it[0] not in unable}
            # The least of them first: what it gives back may be what another lacks.
            dropped |= set(unable[len(unable) // 2 :])
            found = self._matched(shares, [it for it in self.slots if it.unit not in dropped])

    def _with_skills_kept(
        self, found: dict[int, tuple[int, UnitRole]]
    ) -> dict[int, tuple[int, UnitRole]]:
        """Leave at home whom the jurisdiction keeps for a skill; the last units do without."""
        if not self._pool.skill_room:
            return found
        people = self._pool.people
        for skill, room in self._pool.skill_room.items():
            going = sorted(row for row in found if skill in people[row].keeps)
            going.sort(key=lambda row: found[row][0])
            for row in going[max(0, room) :]:
                del found[row]
        unable = set(self._unable(found))
        return {row: it for row, it in found.items() if it[0] not in unable}

    def _unable(self, found: Mapping[int, tuple[int, UnitRole]]) -> list[int]:
        """Return the units that have people and may not go, first ones first."""
        having: dict[int, Counter[UnitRole]] = defaultdict(Counter)
        for unit, role in found.values():
            having[unit][role] += 1
        return sorted(
            unit
            for unit, roles in having.items()
            if not self.units[unit].joins
            and (roles.total() < _SMALLEST or any(not roles[it] for it in _HEADS))
        )

    def _kept_together(
        self, found: dict[int, tuple[int, UnitRole]]
    ) -> dict[int, tuple[int, UnitRole]]:
        """Exchange people between units, or with who stays, where the whole gets cheaper."""
        search = Exchanging(self.tables, found)
        search.run()
        return search.held

    @property
    def people(self) -> Sequence[Sendable]:
        return self._pool.people

    @property
    def team_min(self) -> int:
        return self._weights.team_min

    def able(self, role: UnitRole) -> NDArray[np.bool_]:
        """Return who may fill a role."""
        return self._who_can[role]

    def plain_costs(self, unit: int) -> NDArray[np.int32]:
        """Return what each person costs at a unit, without what their team costs."""
        return self._cost[:, unit]

    def least_costs(self, unit: int) -> NDArray[np.float64]:
        """Return the same with the least share of what their team could cost."""
        return self._cost[:, unit] + self._team_shares(unit, {})

    def cost_of(self, found: Mapping[int, tuple[int, UnitRole]]) -> int:
        """Return what a plan costs in minutes as the policy weighs, with what is not served."""
        pairs = {(int(self.team_of[row]), unit) for row, (unit, _) in found.items()}
        teams = len(pairs - self.with_vehicle)
        way = sum(int(self._cost[row, unit]) for row, (unit, _) in found.items())
        return way + self._weights.team_min * teams + self._unserved(found) + self.vehicle_cost()

    def _unserved(self, found: Mapping[int, tuple[int, UnitRole]]) -> int:
        served = Counter(found.values())
        wanted = Counter((it.unit, it.role) for it in self.slots)
        price = {(it.unit, it.role): it.unserved for it in self.slots}
        return sum(price[it] * (count - served[it]) for it, count in wanted.items())

    def vehicle_cost(self) -> int:
        return sum(it.arrival_min for given in self.vehicles.values() for it in given)

    def _told(self, found: Mapping[int, tuple[int, UnitRole]], cost: int, how: Said) -> Together:
        people = self._pool.people
        picks: dict[int, list[tuple[Candidate, UnitRole]]] = defaultdict(list)
        for row, (unit, role) in found.items():
            picks[unit].append((Candidate(people[row], int(self.arrival[row, unit])), role))
        plans = {
            wanted.unit_id: plan_of(
                wanted, picks[unit], self.vehicles.get(unit, ()), team_min=self.team_min, how=how
            )
            for unit, wanted in enumerate(self.units)
        }
        last = [it.unit_id for it in self.units if not plans[it.unit_id].picks]
        return Together(plans, cost, self._bound, tuple(last), choices.all_together(how))


def _by_unit(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for team, unit in pairs:
        found[unit].append(team)
    return found
