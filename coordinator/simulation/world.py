"""One run: a storm with faults, then fair weather until everything has come to an end."""

import asyncio
import random
from functools import partial
from typing import NamedTuple

from coordinator.simulation import damage, endings
from coordinator.simulation.cluster import Cluster
from coordinator.simulation.faults import Fault, Shape, chosen
from coordinator.simulation.history import History
from coordinator.simulation.invariants import Broken, Invariant
from coordinator.simulation.loop import Stuck, run, sleep
from coordinator.simulation.weather import Weather
from schemas.vocabulary import Realm

_STORM_HOURS = 4.0
_HOUR = 3_600.0
_FAIR_HOURS_MAX = 240
_JUMP_MS = 600_000
_SETTLES_S = 60.0


class Options(NamedTuple):
    """What makes a run: the same options give the same history to the byte."""

    seed: int
    shape: Shape
    faults: frozenset[Fault]
    storm_hours: float = _STORM_HOURS

    def __str__(self) -> str:
        names = ",".join(sorted(it.value for it in self.faults)) or "none"
        return (
            f"seed={self.seed} shape={self.shape.value} storm_hours={self.storm_hours:g}"
            f" faults={names}"
        )


class Outcome(NamedTuple):
    options: Options
    broken: Broken | None
    lines: list[str]
    digest: str
    counts: dict[str, int]
    struck: dict[Fault, int]


def options_of(seed: int, *, faults: frozenset[Fault] | None = None) -> Options:
    """Return the options of a seed; faults that are given are used instead of its own."""
    shape = Shape.FILE if seed % 2 == 0 else Shape.PARTITION
    return Options(seed, shape, chosen(seed, shape) if faults is None else faults)


def simulate(options: Options) -> Outcome:
    """Run once."""
    world = World(options)
    try:
        run(world.main())
    except Stuck as stuck:
        world.broke(Broken(Invariant.KEEPS_DECIDING, str(stuck)))
    history = world.history
    outcome = Outcome(
        options,
        world.broken,
        history.lines,
        history.digest(),
        dict(sorted(history.counts.items())),
        dict(sorted(world.weather.struck.items())),
    )
    world.take_apart()
    return outcome


class World:
    def __init__(self, options: Options) -> None:
        self.history = History()
        self.broken: Broken | None = None
        self.clusters: tuple[Cluster, ...] = ()
        self._options = options
        self._chance = random.Random(f"{options.seed}/world")
        self.weather = Weather(options.faults)

    def broke(self, broken: Broken) -> None:
        """Note the first invariant that did not hold; the run ends."""
        if self.broken is None:
            self.broken = broken
            self._over.set()

    async def main(self) -> None:  # noqa: C901 - the life of a world, in its order
        options, chance = self._options, self._chance
        self._over = asyncio.Event()
        realm = Realm.EXERCISE if chance.random() < 0.3 else Realm.ACTUAL
        planner = chance.random() < 0.7
        east, west = (
            Cluster(
                code,
                neighbour,
                options.shape,
                realm,
                self.weather,
                self.history,
                self.broke,
                seed=options.seed,
                planner=planner,
            )
            for code, neighbour in (("east", "west"), ("west", "east"))
        )
        east.peer, west.peer = west, east
        clusters = self.clusters = (east, west)
        keeping = [asyncio.create_task(it.keep_owned()) for it in clusters]
        for it in clusters:
            it.desk.open_the_day(options.storm_hours)
            it.long_work.open_the_day(options.storm_hours)
        trouble = asyncio.create_task(self._trouble(clusters))
        await self._pass(options.storm_hours * _HOUR)
        trouble.cancel()
        self._clear(clusters)
        hours = 0
        while self.broken is None and hours < _FAIR_HOURS_MAX:
            await self._pass(6 * _HOUR)
            hours += 6
            if all(endings.nothing_open(it) for it in clusters):
                # What the last record led to is on its way still.
                await self._pass(_SETTLES_S)
                break
        for it in clusters:
            it.check(partial(endings.check, it))
        for task in keeping:
            task.cancel()
        if self.broken is None:
            await self._damage(clusters)
        for it in clusters:
            for node in it.alive:
                node.process.kill()

    def take_apart(self) -> None:
        """Let go of everything, once it is over."""
        for cluster in self.clusters:
            cluster.take_apart()
        vars(self).clear()

    async def _damage(self, clusters: tuple[Cluster, ...]) -> None:
        """Once all is over and proved, harm one of the logs and start a reader on it."""
        chance = random.Random(f"{self._options.seed}/damage")
        harms = [it for it in damage.HARMS if it in self._options.faults]
        if not harms:
            return
        cluster, fault = chance.choice(clusters), chance.choice(harms)
        try:
            said = await damage.strike(cluster, fault, chance)
        except Broken as broken:
            self.broke(broken)
        else:
            if said is not None:
                self.weather.struck[fault] += 1
                self.history.write("world", said)

    async def _pass(self, seconds: float) -> None:
        if self.broken is not None:
            return
        try:
            await asyncio.wait_for(self._over.wait(), seconds)
        except TimeoutError:
            return

    def _clear(self, clusters: tuple[Cluster, ...]) -> None:
        """The faults stop: clocks are right again, and what stood still goes on."""
        self.weather.clear = True
        self.history.write("world", "fair weather")
        for cluster in clusters:
            for node in cluster.alive:
                node.process.skew_ms = 0
                node.process.stand_still(0)

    async def _trouble(self, clusters: tuple[Cluster, ...]) -> None:
        """Do something bad to a process, again and again."""
        chance, weather = self._chance, self.weather
        while True:
            await sleep(chance.expovariate(1 / 240))
            cluster = chance.choice(clusters)
            if not cluster.alive:
                continue
            process = chance.choice(cluster.alive).process
            match chance.choice((Fault.KILL, Fault.PAUSE, Fault.SECOND_OWNER, Fault.CLOCK_JUMP)):
                case Fault.KILL if weather.strikes(Fault.KILL, chance):
                    process.say("is killed")
                    process.kill()
                case Fault.PAUSE if weather.strikes(Fault.PAUSE, chance):
                    seconds = chance.random() * 300
                    process.say(f"stands still for {seconds:.0f} s")
                    process.stand_still(seconds)
                    if chance.random() < 0.7:
                        cluster.start_node()
                case Fault.SECOND_OWNER if weather.strikes(Fault.SECOND_OWNER, chance):
                    cluster.start_node()
                case Fault.CLOCK_JUMP if weather.strikes(Fault.CLOCK_JUMP, chance):
                    jump_ms = chance.randint(-_JUMP_MS, _JUMP_MS)
                    cluster.set_off(process, process.skew_ms + jump_ms)
                    process.say(f"has its clock {process.skew_ms} ms off")
                case _:
                    pass
