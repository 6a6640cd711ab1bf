"""Seeds that were never run before, each time; equal seeds, equal histories."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

import coordinator.simulation
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.timers import timers_of
from coordinator.simulation.comparing import Compared
from coordinator.simulation.damage import HARMS
from coordinator.simulation.faults import Fault, Shape, possible
from coordinator.simulation.invariants import WHY, Invariant
from coordinator.simulation.loop import Stuck, run
from coordinator.simulation.shrinking import shrink, told
from coordinator.simulation.world import Options, options_of, simulate
from tests.simulation.mutations import MUTATIONS

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "60"))
FIRST = int(os.environ.get("SIMULATION_FROM", int.from_bytes(os.urandom(5))))
_PROGRAM = """
import structlog
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
from coordinator.gc_tuning import look_for_cycles_seldom
from coordinator.simulation.world import options_of, simulate
look_for_cycles_seldom()
for seed in range({first}, {first} + {count}):
    print(simulate(options_of(seed)).digest)
"""


def beside(first: int, count: int) -> "subprocess.Popen[str]":
    """Run the same seeds in another process, with another hash seed."""
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM.format(first=first, count=count)],
        env=os.environ | {"PYTHONHASHSEED": "4711"},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_new_seeds_hold_every_invariant_and_are_the_same_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with capsys.disabled():
        print(f"\nsimulating seeds {FIRST} to {FIRST + SEEDS - 1}, each twice", flush=True)
    digests = []
    with beside(FIRST, SEEDS) as other:
        for seed in range(FIRST, FIRST + SEEDS):
            outcome = simulate(options_of(seed))
            assert outcome.broken is None, f"{outcome.options}: {outcome.broken}"
            digests.append(outcome.digest)
        said, _ = other.communicate()

    assert said.split() == digests
    assert len(set(digests)) == SEEDS


def test_every_fault_at_once_is_stood() -> None:
    for seed, shape in ((7, Shape.FILE), (8, Shape.PARTITION)):
        outcome = simulate(Options(seed, shape, frozenset(possible(shape))))

        assert outcome.broken is None, f"{outcome.options}: {outcome.broken}"


def test_every_fault_strikes_in_a_hundred_seeds() -> None:
    struck = {fault for seed in range(100) for fault in options_of(seed).faults}

    assert struck == set(Fault)


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


def test_a_failure_is_made_small_and_tells_how_to_repeat_it() -> None:
    mutation = next(it for it in MUTATIONS if it.name == "file-refuses-duplicates")
    with mutation.applied():
        whole = next(
            outcome
            for outcome in (simulate(options_of(seed)) for seed in range(0, 40, 2))
            if outcome.broken is not None
        )
        small = shrink(whole, runs_max=20)

        assert small.broken is not None
        assert whole.broken is not None
        assert small.broken.invariant is whole.broken.invariant
        assert len(small.options.faults) < len(whole.options.faults)
        text = told(small)
        assert f"--from {whole.options.seed}" in text
        assert small.lines[-1] in text
        again = simulate(small.options)
    assert again.digest == small.digest


def test_every_invariant_has_a_reason_and_a_place_where_it_is_held() -> None:
    folder = Path(coordinator.simulation.__file__).parent
    source = "".join(it.read_text("utf-8") for it in sorted(folder.glob("*.py")))

    for invariant in Invariant:
        assert WHY[invariant]
        assert source.count(f"Invariant.{invariant.name}") > 1, f"{invariant} is never held"


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("fault", HARMS)
def test_damage_at_rest_is_told_in_each_kind_of_log(fault: Fault, shape: Shape) -> None:
    outcome = simulate(Options(11, shape, frozenset({fault}), storm_hours=0.25))

    assert outcome.broken is None, f"{outcome.options}: {outcome.broken}"
    assert outcome.struck == {fault: 1}
    assert "world" in outcome.lines[-1]


def test_two_states_are_compared_where_they_changed() -> None:
    one = Jurisdiction(jurisdiction="east", timers=timers_of({"guard:a": 1, "guard:b": 2}))
    compared = Compared()

    assert compared.difference(one, replace(one)) is None
    later = replace(one, timers=one.timers.set("guard", "b", 3))
    assert compared.difference(later, one) == "timers"
    assert compared.difference(later, replace(later)) is None
    members = one.roster.members.set("mem_1", None)  # type: ignore[arg-type]
    with_member = replace(one, roster=replace(one.roster, members=members))
    assert compared.difference(with_member, later) in {"roster", "timers"}
