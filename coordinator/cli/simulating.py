"""`simulate`: many seeds, a line of progress, and a failure small enough to read."""

import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import NamedTuple

import structlog

from coordinator.cli.data import print_json
from coordinator.errors import CoordinatorError
from coordinator.garbage import look_for_cycles_seldom
from coordinator.simulation.faults import Fault, read_faults
from coordinator.simulation.shrinking import shrink, told
from coordinator.simulation.world import Options, Outcome, options_of, simulate

_PROGRESS_S = 10.0
_SILENT = 50


class InvariantBroken(CoordinatorError):
    """A simulated world broke an invariant."""

    code = "invariant_broken"


class _Ran(NamedTuple):
    seed: int
    digest: str
    counts: dict[str, int]
    broken: str | None


def simulate_seeds(
    seeds: Sequence[int],
    faults: str | None,
    storm_hours: float,
    *,
    processes: int,
    as_json: bool,
) -> None:
    """Run every seed until one breaks an invariant; Ctrl-C ends it and tells what was done.

    Raises:
        InvariantBroken: with the seed and a shrunk history.
        BadInput: a fault that is none.
    """
    chosen = None if faults is None else read_faults(faults.split(","))
    wanted = [options_of(seed, faults=chosen)._replace(storm_hours=storm_hours) for seed in seeds]
    began, said, done = time.monotonic(), time.monotonic(), 0
    counts: Counter[str] = Counter()
    struck: Counter[Fault] = Counter()
    with _stopped_between_seeds() as stopped:
        for options, ran in zip(wanted, _run_all(wanted, processes), strict=False):
            done += 1
            counts.update(ran.counts)
            struck.update(options.faults)
            if ran.broken is not None:
                outcome = shrink(_quietly(options))
                raise InvariantBroken(f"seed {ran.seed}: {told(outcome)}")
            if not as_json and time.monotonic() - said > _PROGRESS_S:
                said = time.monotonic()
                speed = done / (said - began)
                print(f"{done} of {len(wanted)} seeds, {speed:.1f} a second", flush=True)
            if stopped:
                break
    seconds = time.monotonic() - began
    figures = {
        "seeds": done,
        "first": seeds[0],
        "seconds": round(seconds, 1),
        "seeds_per_s": round(done / seconds, 2),
        "counts": dict(sorted(counts.items())),
        "faults": {it.value: struck[it] for it in sorted(struck)},
    }
    if as_json:
        print_json(figures)
        return
    print(f"{done} seeds from {seeds[0]} hold every invariant, {done / seconds:.1f} a second")
    for name, count in sorted(counts.items()):
        print(f"  {name:<28} {count:>12,}")


@contextmanager
def _stopped_between_seeds() -> Iterator[list[int]]:
    """Let Ctrl-C end the run after the seed at hand: what was done is told, nothing is torn."""
    stopped: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: stopped.append(number))
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


def _run_all(wanted: Sequence[Options], processes: int) -> Iterator[_Ran]:
    if processes == 1:
        _begin()
        yield from map(_ran, wanted)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin_beside) as pool:
        try:
            yield from pool.map(_ran, wanted, chunksize=4)
        finally:
            pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Faults are expected here: what the engine says of them would drown what matters."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(_SILENT))
    look_for_cycles_seldom()


def _begin_beside() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _begin()


def _quietly(options: Options) -> Outcome:
    _begin()
    return simulate(options)


def _ran(options: Options) -> _Ran:
    outcome = simulate(options)
    broken = None if outcome.broken is None else str(outcome.broken)
    return _Ran(options.seed, outcome.digest, outcome.counts, broken)
