"""Seeds that were never run before, each time; equal seeds, equal histories."""

import asyncio
import os
import subprocess
import sys

import pytest

from coordinator.simulation.faults import Fault, Shape, possible
from coordinator.simulation.loop import Stuck, run
from coordinator.simulation.world import Options, options_of, simulate

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "60"))
FIRST = int(os.environ.get("SIMULATION_FROM", int.from_bytes(os.urandom(5))))
_PROGRAM = """
from coordinator.simulation.world import options_of, simulate
for seed in ({seeds}):
    print(simulate(options_of(seed)).digest)
"""


def test_new_seeds_hold_every_invariant(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\nsimulating seeds {FIRST} to {FIRST + SEEDS - 1}", flush=True)
    for seed in range(FIRST, FIRST + SEEDS):
        outcome = simulate(options_of(seed))
        assert outcome.broken is None, f"{outcome.options}: {outcome.broken}"


def test_every_fault_at_once_is_stood() -> None:
    for seed, shape in ((7, Shape.FILE), (8, Shape.PARTITION)):
        outcome = simulate(Options(seed, shape, frozenset(possible(shape))))

        assert outcome.broken is None, f"{outcome.options}: {outcome.broken}"


def test_every_fault_strikes_in_a_hundred_seeds() -> None:
    struck = {fault for seed in range(100) for fault in options_of(seed).faults}

    assert struck == set(Fault)


def test_the_same_seed_is_the_same_history_whatever_the_hash_seed() -> None:
    seeds = ", ".join(str(FIRST + number) for number in range(4)) + ","
    digests = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM.format(seeds=seeds)],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("0", "4711")
    }

    assert len(digests) == 1
    assert len(set(digests.pop().split())) == 4


def test_a_storm_without_faults_brings_units_to_people() -> None:
    outcome = simulate(options_of(3, faults=frozenset()))

    assert outcome.broken is None
    assert outcome.counts["accepted"] > 100
    assert outcome.counts["effect delivered"] > 20


def test_a_world_where_all_wait_for_ever_is_told() -> None:
    async def wait() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(Stuck):
        run(wait())
