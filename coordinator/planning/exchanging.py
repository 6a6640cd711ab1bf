"""Keeping teams together in a plan for many units.

A team that sent few people is taken out of a unit where others, of teams that are there anyway, can
take their places for less.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.vocabulary import UnitRole

_FEW: Final = 4
_WORTH_A_PASS: Final = 50


class Tables(NamedTuple):
    """What a plan costs: people are rows, units are columns.

    `cost` in minutes for each person and unit; `team` of each person; `room` of each team; `able`
    who may fill a role; `with_vehicle` the teams that come to a unit anyway, with a vehicle.
    """

    cost: NDArray[np.int32]
    team: NDArray[np.intp]
    room: NDArray[np.int64]
    able: Mapping[UnitRole, NDArray[np.bool_]]
    with_vehicle: frozenset[tuple[int, int]]
    team_min: int


class Exchanging:
    """A local search over a plan for many units: few of a team make way for one that is there."""

    def __init__(self, tables: Tables, found: Mapping[int, tuple[int, UnitRole]]) -> None:
        """Prepare.

        Args:
            tables: what it costs.
            found: person to unit and role.
        """
        self.held = dict(found)
        self._tables = tables
        self._sent = Counter((int(tables.team[row]), unit) for row, (unit, _) in found.items())
        self._used = Counter(int(tables.team[row]) for row in found)
        self._members: dict[int, list[int]] = defaultdict(list)
        for row, team in enumerate(tables.team):
            self._members[int(team)].append(row)
        self._teams_at: dict[int, set[int]] = defaultdict(set)
        for team, unit in self._sent:
            self._teams_at[unit].add(team)
        for team, unit in tables.with_vehicle:
            self._teams_at[unit].add(team)

    def run(self) -> None:
        """Take teams that sent few to a unit out of it, again and again until nothing is gained."""
        while self._pass():
            pass

    def _pass(self) -> bool:
        groups: dict[tuple[int, int], list[int]] = defaultdict(list)
        for row, (unit, _) in self.held.items():
            groups[int(self._tables.team[row]), unit].append(row)
        few = sorted((len(rows), pair) for pair, rows in groups.items() if len(rows) <= _FEW)
        gained = [self._take_out(*pair) for _, pair in few]
        return sum(gained) < -_WORTH_A_PASS

    def _take_out(self, team: int, unit: int) -> float:
        """Exchange all that a team sent to a unit, if that makes the whole cheaper."""
        rows = [it for it in self._members[team] if self.held.get(it, (None,))[0] == unit]
        done: list[tuple[int, int]] = []
        total = 0.0
        for row in rows:
            best = self._best_for(row)
            if best is None:
                break
            total += best[0]
            self._exchange(row, best[1])
            done.append((row, best[1]))
        if total < 0:
            return total
        for row, other in reversed(done):
            self._exchange(other, row)
        return 0.0

    def _best_for(self, row: int) -> tuple[float, int] | None:
        tables = self._tables
        unit, role = self.held[row]
        mine = int(tables.team[row])
        best: tuple[float, int] | None = None
        able = tables.able[role]
        for team in self._teams_at[unit]:
            if team == mine:
                continue
            for other in self._members[team]:
                if able[other]:
                    gain = self._gain(row, other)
                    if gain is not None and (best is None or (gain, other) < best):
                        best = (gain, other)
        return best

    def _gain(self, row: int, other: int) -> float | None:
        """Return what the whole costs more if `other` takes the place of `row`."""
        tables = self._tables
        unit, _ = self.held[row]
        there = self.held.get(other)
        mine, theirs = int(tables.team[row]), int(tables.team[other])
        change = tables.cost[other, unit] - tables.cost[row, unit]
        if there is None:
            if theirs != mine and self._used[theirs] >= tables.room[theirs]:
                return None
            return float(change + self._teams_change({(mine, unit): -1, (theirs, unit): 1}))
        if there[0] == unit or not tables.able[there[1]][row]:
            return None
        change += tables.cost[row, there[0]] - tables.cost[other, there[0]]
        moved = {
            (mine, unit): -1, (theirs, unit): 1, (theirs, there[0]): -1, (mine, there[0]): 1,
        }  # fmt: skip
        return float(change + self._teams_change(moved))

    def _teams_change(self, moved: Mapping[tuple[int, int], int]) -> int:
        more = 0
        for pair, by in moved.items():
            if pair not in self._tables.with_vehicle:
                before = self._sent[pair]
                more += (before + by > 0) - (before > 0)
        return more * self._tables.team_min

    def _exchange(self, row: int, other: int) -> None:
        tables = self._tables
        place, there = self.held.pop(row), self.held.get(other)
        mine, theirs = int(tables.team[row]), int(tables.team[other])
        self._send(mine, place[0], -1)
        self._send(theirs, place[0], 1)
        if there is not None:
            self._send(theirs, there[0], -1)
            self._send(mine, there[0], 1)
            self.held[row] = there
        else:
            self._used[mine] -= 1
            self._used[theirs] += 1
        self.held[other] = place

    def _send(self, team: int, unit: int, by: int) -> None:
        self._sent[team, unit] += by
        if self._sent[team, unit] > 0:
            self._teams_at[unit].add(team)
