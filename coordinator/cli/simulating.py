"""`simulate`: many seeds, a line of progress, and a failure small enough to read."""

import gc
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from typing import NamedTuple

import structlog

from coordinator.errors import CoordinatorError
from coordinator.gc_tuning import look_for_cycles_seldom
from coordinator.simulation.faults import Fault, Shape, read_faults
from coordinator.simulation.shrinking import shrink, told
from coordinator.simulation.world import Options, options_of, simulate

_PROGRESS_S = 10.0
_HANDED_OVER = 2_000
_SILENT = 50
_NEW_OBJECTS = 500_000
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class InvariantBroken(CoordinatorError):
    """A simulated world broke an invariant."""

    code = "invariant_broken"


class _Ran(NamedTuple):
    counts: dict[str, int]
    struck: dict[Fault, int]
    broken: str | None
    core_s: float


class _Tally:
    """The figures of a stretch of seeds, each of which can be added to those of another."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.done = 0
        self.began = time.monotonic()
        self.core_s = 0.0
        self.counts: Counter[str] = Counter()
        self.worlds: Counter[Shape] = Counter()
        self.struck: Counter[Fault] = Counter()
        self.failures: dict[int, str] = {}

    @property
    def next(self) -> int:
        return self.first + self.done

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def speed(self) -> float:
        return self.done / max(self.seconds, 0.001)

    def add(self, options: Options, ran: _Ran) -> None:
        self.done += 1
        self.core_s += ran.core_s
        self.counts.update(ran.counts)
        self.worlds[options.shape] += 1
        self.struck.update(ran.struck)
        if ran.broken is not None:
            self.failures[options.seed] = ran.broken

    def line(self) -> str:
        """Return the figures as one line of JSON."""
        figures = {
            "from": self.first,
            "next": self.next,
            "seeds": self.done,
            "seconds": round(self.seconds, 1),
            "seeds_per_s": round(self.speed, 2),
            "core_s": round(self.core_s, 1),
            "worlds": {it.value: self.worlds[it] for it in Shape},
            "struck": {it.value: self.struck[it] for it in sorted(self.struck)},
            "counts": dict(sorted(self.counts.items())),
            "failures": {str(seed): what for seed, what in self.failures.items()},
        }
        return json.dumps(figures, ensure_ascii=False)

    def say(self) -> None:
        held = f"{self.done - len(self.failures)} of {self.done} seeds hold every invariant"
        print(f"{held}, from {self.first}; {self.speed:.1f} a second; next: --from {self.next}")
        rows = {
            **{f"worlds with a log on a {it.value}": self.worlds[it] for it in Shape},
            **self.counts,
            **{f"struck: {it.value}": self.struck[it] for it in sorted(self.struck)},
        }
        for name, count in rows.items():
            print(f"  {name:<32} {count:>12,}")
        for seed, what in self.failures.items():
            print(f"  seed {seed}: {what}")


def simulate_seeds(  # noqa: C901 - one loop, told in two forms
    seeds: Sequence[int],
    faults: str | None,
    storm_hours: float,
    *,
    processes: int,
    keep_going: bool,
    every: int,
    as_json: bool,
) -> None:
    """Run every seed; Ctrl-C or SIGTERM ends it after the seed at hand and tells what was done.

    Args:
        seeds: which, one after the other.
        faults: by name with commas, None for those of each seed.
        storm_hours: how long it storms.
        processes: how many run side by side.
        keep_going: note what breaks and go on, instead of ending and shrinking it.
        every: with JSON, a line of figures after so many seeds; 0 for one line at the end.
        as_json: print lines of JSON.

    Raises:
        InvariantBroken: with the seed and a shrunk history.
        BadInput: a fault that is none.
    """
    chosen = None if faults is None else read_faults(faults.split(","))
    wanted = (options_of(seed, faults=chosen)._replace(storm_hours=storm_hours) for seed in seeds)
    tally, broken, said = _Tally(seeds[0]), list[Options](), time.monotonic()
    with _stopped_between_seeds() as stopped:
        for options, ran in _run_all(wanted, processes, stopped):
            tally.add(options, ran)
            if ran.broken is not None:
                broken.append(options)
            if stopped or (broken and not keep_going):
                break
            if as_json and every and tally.done == every:
                print(tally.line(), flush=True)
                tally = _Tally(tally.next)
            elif not as_json and time.monotonic() - said > _PROGRESS_S:
                said = time.monotonic()
                print(f"{tally.done} of {len(seeds)} seeds, {tally.speed:.1f} a second")
                sys.stdout.flush()
    if as_json and (tally.done or not every):
        print(tally.line(), flush=True)
    elif not as_json:
        tally.say()
    if broken:
        raise InvariantBroken(_told(broken, keep_going=keep_going))


def _told(broken: Sequence[Options], *, keep_going: bool) -> str:
    if keep_going:
        seeds = ", ".join(str(it.seed) for it in broken)
        return f"{len(broken)} seeds broke an invariant: {seeds}"
    _begin()
    return f"seed {broken[0].seed}: {told(shrink(simulate(broken[0])))}"


@contextmanager
def _stopped_between_seeds() -> Iterator[list[int]]:
    """Let Ctrl-C end the run after the seed at hand: what was done is told, nothing is torn."""
    stopped: list[int] = []
    before = {it: signal.signal(it, lambda number, _: stopped.append(number)) for it in _SIGNALS}
    try:
        yield stopped
    finally:
        for it, handler in before.items():
            signal.signal(it, handler)


def _run_all(
    wanted: Iterator[Options], processes: int, stopped: list[int]
) -> Iterator[tuple[Options, _Ran]]:
    if processes == 1:
        _begin()
        for options in wanted:
            yield options, _ran(options)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin_beside) as pool:
        try:
            # A million seeds are not handed over at once: each waits in memory until it is done.
            while some := list(islice(wanted, _HANDED_OVER)):
                yield from zip(some, pool.map(_ran, some, chunksize=4), strict=True)
        except BrokenProcessPool:
            # A SIGTERM for all of the group ends the others, too.
            if not stopped:
                raise
        finally:
            pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Faults are expected here: what the engine says of them would drown what matters."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(_SILENT))
    look_for_cycles_seldom()
    # Not within a world, unless it is a long one: a look costs a tenth of it and finds little.
    gc.set_threshold(_NEW_OBJECTS)


def _begin_beside() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _begin()


def _ran(options: Options) -> _Ran:
    began = time.process_time()
    outcome = simulate(options)
    broken = None if outcome.broken is None else str(outcome.broken)
    gc.collect()
    return _Ran(outcome.counts, outcome.struck, broken, time.process_time() - began)
