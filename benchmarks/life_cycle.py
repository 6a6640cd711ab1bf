"""One incident's life, many at a time: reported, a unit of three called, seen, accepted, on the
way, on scene, restored, closed. The signals are made beforehand; only deciding them is timed.
"""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from coordinator.boards.drawing import Boards
from coordinator.boards.memory import MemoryBoards, MemoryFeed
from coordinator.clock import SetClock
from coordinator.demo.province import Place, province
from coordinator.demo.seed_rosters import roster_signals
from coordinator.engine.owner import Owner
from coordinator.log.follow import Step
from coordinator.log.ports import SnapshotStore
from coordinator.log.sqlite import SqliteFile, SqliteLog, SqliteSnapshots
from schemas import catalogue
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.ids import ulid_of
from schemas.roster import Shift
from schemas.signals.envelope import Signal
from schemas.signals.incident import Extent
from schemas.vocabulary import AreaClass, Realm, Role

START = 1_790_000_000_000 - 1_790_000_000_000 % 28_800_000
_WEEK_MS = 7 * 86_400_000
_SHIFTS_AT_ONCE = 400
_SAID = ("acknowledge_assignment", "accept_assignment", "depart", "arrive")


class Counted:
    """A follower that counts the events of what was decided."""

    name = "counted"

    def __init__(self) -> None:
        self.events = 0

    async def take(self, steps: Sequence[Step]) -> None:
        self.events += sum(len(it.events) for it in steps)


class LifeCycle:
    """A jurisdiction of the demo province, owned, with boards, on a SQLite log."""

    def __init__(  # noqa: PLR0913 - what it is made of, by name
        self,
        folder: Path,
        *,
        at_once: int,
        snapshot_every: int = 10**9,
        every_ms: int = 120_000,
        days: int = 14,
        county: int = 0,
    ) -> None:
        """Prepare a county.

        Args:
            folder: where its log is written.
            at_once: incidents that live side by side.
            snapshot_every: records between two snapshots.
            every_ms: from one such group of incidents to the next.
            days: how many days of shifts there are; rostered week by week, a fortnight ahead.
            county: which county of the demo province.
        """
        self.clock = SetClock(START)
        folder.mkdir(parents=True, exist_ok=True)
        self.file = SqliteFile(folder / "coordinator.db")
        self.counted = Counted()
        store = MemoryBoards()
        self.boards = Boards(store, MemoryFeed(store))
        self.place: Place = province(1, START, days=days)[county]
        self._shifts = self.place.shifts
        self._rostered_to = START + 2 * _WEEK_MS
        self.place.shifts = self._starting(START, self._rostered_to)
        self.log: SqliteLog = self.file.log(self.place.code)
        self.snapshots: SnapshotStore = SqliteSnapshots(self.file)
        self.owner = Owner(
            self.log,
            self.snapshots,
            self.clock,
            (self.boards, self.counted),
            snapshot_every=snapshot_every,
        )
        self.signals = 0
        self.seconds = 0.0
        self._at_once = at_once
        self._every_ms = every_ms
        self._number = count()
        self._coming = self.batches()

    async def open(self) -> None:
        await self.owner.open(self.place.code, Realm.ACTUAL, DEFAULT_POLICY)
        await self.owner.turn(list(roster_signals(self.place, Realm.ACTUAL, START)))

    def close(self) -> None:
        self.file.close()

    def say(self, type_: str, role: Role, actor: str, **fields: Any) -> Signal:
        at = self.clock.now()
        signal: Signal = catalogue.SIGNALS[type_](
            signal_id=ulid_of(at, self.place.code, str(next(self._number))),
            jurisdiction=self.place.code,
            at=at,
            actor_id=actor,
            actor_role=role,
            **fields,
        )
        return signal

    def _starting(self, begin: int, end: int) -> list[Shift]:
        return [it for it in self._shifts if begin <= it.starts_at < end]

    async def _roster_next_week(self) -> None:
        begin, end = self._rostered_to, self._rostered_to + _WEEK_MS
        shifts = self._starting(begin, end)
        for start in range(0, len(shifts), _SHIFTS_AT_ONCE):
            part = tuple(shifts[start : start + _SHIFTS_AT_ONCE])
            signal = self.say("import_roster", Role.COMMANDER, "roster", shifts=part)
            await self.owner.turn([signal], until=self.clock.now())
        self._rostered_to = end

    async def _decide(self, signals: Sequence[Signal]) -> None:
        began = time.perf_counter()
        await self.owner.turn(signals, until=self.clock.now())
        self.seconds += time.perf_counter() - began
        self.signals += len(signals)

    async def lives(self, signals_wanted: int) -> None:
        """Let incidents live until so many signals are decided in all."""
        await self._lives(lambda: self.signals >= signals_wanted)

    async def lives_to(self, events_wanted: int) -> None:
        """Let incidents live until so many events are on the log."""
        await self._lives(lambda: self.counted.events >= events_wanted)

    async def _lives(self, enough: Callable[[], bool]) -> None:
        async for signals in self._coming:
            await self._decide(signals)
            if self.clock.now() + _WEEK_MS >= self._rostered_to:
                await self._roster_next_week()
            if enough():
                self._draw_the_rest()
                return

    def _draw_the_rest(self) -> None:
        """What waits to be drawn is part of what the signals cost."""
        began = time.perf_counter()
        self.boards.draw([self.place.code])
        self.seconds += time.perf_counter() - began

    async def batches(self) -> AsyncIterator[list[Signal]]:
        """Yield batch after batch; the caller has each decided before it asks for the next."""
        while True:
            reports = [self._report(index) for index in range(self._at_once)]
            incidents = [f"inc_{it.signal_id}" for it in reports]
            yield reports
            for said in _SAID:
                self.clock.set(self.clock.now() + self._every_ms // 8)
                yield self._answers(incidents, said)
            yield [
                self.say("restore_incident", Role.DISPATCHER, "desk", incident_id=it)
                for it in incidents
            ]
            yield [
                self.say("close_incident", Role.DISPATCHER, "desk", incident_id=it)
                for it in incidents
            ]
            self.clock.set(self.clock.now() + self._every_ms // 2)

    def _report(self, index: int) -> Signal:
        base = self.place.teams[index % len(self.place.teams)].base
        number = next(self._number)
        return self.say(
            "outage_reported",
            Role.FEED,
            "scada",
            source="scada",
            dedup_key=f"r{number}",
            device=f"T{number}",
            place=Position(lon=base.lon, lat=base.lat),
            area_class=AreaClass.URBAN,
            extent=Extent(customers_out=20),
        )

    def _answers(self, incidents: Sequence[str], said: str) -> list[Signal]:
        state, signals = self.owner.state, []
        for incident_id in incidents:
            for unit_id in state.units.by_incident.get(incident_id, ()):
                unit = state.units.by_id[unit_id]
                for member_id, assignment_id in sorted(unit.people.items()):
                    fields = {"assignment_id": assignment_id}
                    signals.append(self.say(said, Role.MEMBER, member_id, **fields))
        return signals
