"""A recorded storm, whole, in its own time: every change decided, answered, logged, summed up.

The map's changes come as they came; a demo province is laid over the footprint and simulated
phones answer. All of it is an exercise: nobody real can be reached.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from coordinator.clock import SetClock
from coordinator.demo.agenda import Agenda
from coordinator.demo.control_room import ControlRoom
from coordinator.demo.phones import Phones
from coordinator.demo.province import Place, province
from coordinator.demo.seed_rosters import personal_data, roster_signals
from coordinator.feeds.areas import Areas
from coordinator.feeds.outage_map import OutageMap, bounding_box, open_lines, read_snapshots
from coordinator.feeds.reading import name_of
from coordinator.home.folder_lock import Use
from coordinator.home.home import Home
from coordinator.log.follow import Step
from coordinator.log.naming import log_id_of
from coordinator.log.parallel_verify import Verifiers
from coordinator.log.ports import DeadLetter
from coordinator.log.sqlite import SqliteSnapshots
from coordinator.settings import Settings
from schemas.default_policy import DEFAULT_POLICY
from schemas.durations import HOUR, MINUTE
from schemas.policy import Policy
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm

_WINDOW_MS = MINUTE
_AFTERWARDS_MS = 2 * HOUR
"""How long the answers to what was called last are waited for."""


class StormSummary(NamedTuple):
    """What became of a storm; counts, seconds, and whether the logs verify.

    `freshest_ms` is how old the freshest `LAST_UPDATE` was when it was seen, None without any.
    """

    read: int
    dead_letters: int
    signals: int
    records: int
    events: dict[str, int]
    grades: dict[str, int]
    promises: dict[str, dict[str, int]]
    answers: dict[str, int]
    freshest_ms: int | None
    seconds: float
    verified: bool
    heads: dict[str, str]
    digests: dict[str, str]


class _Counting:
    """Follows the log and counts; a promise is counted as it stood in the end."""

    name = "storm summary"

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        self.grades: dict[str, str] = {}
        self.promises: dict[tuple[str, str], str] = {}
        self.records = 0

    async def take(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self.records += 1
            for event in step.events:
                kind: str = event.type
                self.events[kind] += 1
                if kind == "incident_graded":
                    self.grades[event.incident_id] = event.grade.value  # type: ignore[attr-defined]
                elif kind == "incident_withdrawn":
                    self.grades.pop(event.incident_id, None)  # type: ignore[attr-defined]
                elif kind.startswith("promise_"):
                    self._promise(kind, event)

    def _promise(self, kind: str, event: Any) -> None:
        key = (event.incident_id, event.promise)
        match kind:
            case "promise_made":
                self.promises.setdefault(key, "running")
            case "promise_kept":
                self.promises[key] = "kept"
            case "promise_broken":
                self.promises[key] = "broken"
            case "promise_corrected":
                self.promises[key] = "kept" if event.kept else "broken"
            case "promise_lapsed":
                self.promises[key] = "broken" if event.broken else "lapsed"
            case "promise_dropped":
                self.promises.pop(key, None)

    def judged(self) -> dict[str, dict[str, int]]:
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for (_, promise), state in self.promises.items():
            found[promise][state] += 1
        return {name: dict(sorted(counts.items())) for name, counts in sorted(found.items())}


class StormRun:
    """One run; `progress` is told (changes read, moment) now and then."""

    def __init__(  # noqa: PLR0913 - what it is made of, by name
        self,
        path: Path,
        settings: Settings,
        *,
        seed: int = 1,
        zone: ZoneInfo | None = None,
        policy: Policy = DEFAULT_POLICY,
        progress: Callable[[int, int], None] = lambda read, at: None,
    ) -> None:
        self._path = path
        self._settings = settings
        self._seed = seed
        self._zone = zone
        self._policy = policy
        self._progress = progress
        self._counting = _Counting()
        self._agenda = Agenda(Realm.EXERCISE)
        self._signals = self._read = 0

    async def run(self) -> StormSummary:
        """Run the storm through and verify the logs.

        Raises:
            BadFile: the file cannot be read, or the data folder already holds logs of another run.
        """
        began = time.monotonic()
        source = read_snapshots if self._path.is_dir() else open_lines
        lines = list(source(self._path))
        box = bounding_box(lines, name=self._path)
        areas, places, start = self._laid_over(lines, box)
        clock = SetClock(start)
        home = Home(
            self._settings,
            clock,
            exercise_sinks=(Phones(self._agenda, seed=self._seed, leaders_restore=False),),
            followers=(self._counting, ControlRoom(self._agenda, places, seed=self._seed)),
            use=Use("coordinator feed outage-map"),
        )
        try:
            for place in places:
                await home.own(place.code, Realm.EXERCISE, self._policy)
            await self._settle(home, places, start)
            reader = OutageMap(areas, Realm.EXERCISE, zone=self._zone)
            await self._play(home, clock, lines, reader)
            return await self._sum_up(home, reader, began)
        finally:
            await home.close()

    def _laid_over(
        self, lines: list[bytes], box: tuple[float, float, float, float]
    ) -> tuple[Areas, list[Place], int]:
        reader = OutageMap(Areas([Place("everywhere", "-", box).geojson()]), Realm.EXERCISE)
        first = next(it.signal.at for it in reader.read(lines) if it.signal is not None)
        start = first - first % HOUR - HOUR
        places = province(self._seed, start, box=box)
        return Areas(place.geojson() for place in places), places, start

    async def _settle(self, home: Home, places: list[Place], at: int) -> None:
        home.vault.put(personal_data(places))
        for place in places:
            await home.owners[place.code].turn(list(roster_signals(place, Realm.EXERCISE, at)))
        await home.outbox.drain()

    async def _play(
        self, home: Home, clock: SetClock, lines: list[bytes], reader: OutageMap
    ) -> None:
        """Go through the storm window by window: its changes, the answers, the deadlines."""
        coming = self._readable(home, lines, reader)
        following, last = next(coming, None), clock.now()
        while following is not None or (self._agenda.next_at or last) < last + _AFTERWARDS_MS:
            at = min(
                it
                for it in (following.at if following else None, self._agenda.next_at)
                if it is not None
            )
            until = max(clock.now(), at - at % _WINDOW_MS + _WINDOW_MS)
            last = until if following is not None else last
            window: dict[str, list[Signal]] = defaultdict(list)
            while following is not None and following.at <= until:
                window[following.jurisdiction].append(following)
                following = next(coming, None)
            for line in self._agenda.take(until):
                signal = self._agenda.signal(line, max(line.at, clock.now()))
                window[signal.jurisdiction].append(signal)
            clock.set(until)
            await self._decide(home, window, until)
            self._progress(self._read, until)

    async def _decide(self, home: Home, window: dict[str, list[Signal]], until: int) -> None:
        turns = []
        for jurisdiction, owner in sorted(home.owners.items()):
            signals = sorted(window.get(jurisdiction, ()), key=lambda it: it.at)
            due = owner.next_deadline
            if signals or (due is not None and due <= until):
                self._signals += len(signals)
                turns.append(owner.turn(signals, until=until))
        await asyncio.gather(*turns)
        await home.outbox.drain()

    def _readable(self, home: Home, lines: list[bytes], reader: OutageMap) -> Iterator[Signal]:
        for it in reader.read(lines):
            self._read += 1
            if it.signal is not None:
                yield it.signal
            elif it.wrong is not None:
                home.letters.put(
                    DeadLetter(
                        home.clock.now(),
                        f"outage-map:{name_of(self._path)}:{it.number}",
                        it.wrong.reason,
                        it.wrong.field,
                        it.wrong.value,
                        it.raw,
                    )
                )

    async def _sum_up(self, home: Home, reader: OutageMap, began: float) -> StormSummary:
        heads, digests, verified = {}, {}, True
        owners = sorted(home.owners.items())
        logs = [home.file.log(log_id_of(it, Realm.EXERCISE)) for it, _ in owners]
        with Verifiers(home.file.path, SqliteSnapshots(home.file)) as verifiers:
            findings = await verifiers.verify(logs)
        for (jurisdiction, owner), finding in zip(owners, findings, strict=True):
            live = owner.confirmed.tip
            verified = verified and finding.fault is None and finding.head.hash == live.hash
            heads[jurisdiction] = f"{finding.head.seq}:{finding.head.hash.hex()}"
            digests[jurisdiction] = finding.digest
        counts = self._counting
        answers = {
            name: counts.events[kind]
            for name, kind in (
                ("offered", "assignment_offered"), ("accepted", "assignment_accepted"),
                ("declined", "assignment_declined"), ("no answer", "assignment_expired"),
                ("on scene", "member_on_scene"), ("released", "assignment_released"),
            )
        }  # fmt: skip
        return StormSummary(
            read=self._read,
            dead_letters=home.letters.count(),
            signals=self._signals,
            records=counts.records,
            events=dict(sorted(counts.events.items())),
            grades=dict(sorted(Counter(counts.grades.values()).items())),
            promises=counts.judged(),
            answers=answers,
            freshest_ms=reader.freshest_ms,
            seconds=round(time.monotonic() - began, 1),
            verified=verified,
            heads=heads,
            digests=digests,
        )
