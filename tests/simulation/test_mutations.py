"""Every guard that is taken out is missed; one that is not has another behind it."""

import os

import pytest

from coordinator.simulation.world import Outcome, options_of, simulate
from tests.simulation.mutation import Mutation
from tests.simulation.mutations import MUTATIONS

FIRST = 5_000
SEEDS_OF_OTHERS = int(os.environ.get("SIMULATION_SEEDS_OF_OTHERS", "6"))
"""How many seeds those guards are left out for that have another behind them."""


def first_failure(
    mutation: Mutation, seeds_max: int, *, first: int = FIRST
) -> tuple[Outcome | None, int]:
    """Return the first run that the missing guard breaks, and how many seeds it took."""
    tried, seed = 0, first
    with mutation.applied():
        while tried < seeds_max:
            options, seed = options_of(seed), seed + 1
            if mutation.shape not in (None, options.shape):
                continue
            tried += 1
            outcome = simulate(options)
            if outcome.broken is not None:
                return outcome, tried
    return None, tried


@pytest.mark.parametrize(
    "mutation", [it for it in MUTATIONS if not it.because], ids=lambda it: it.name
)
def test_a_guard_taken_out_is_missed(mutation: Mutation) -> None:
    for seed in mutation.broke_at:
        outcome, tried = first_failure(mutation, 1, first=seed)
        if outcome is not None:
            return
    outcome, tried = first_failure(mutation, mutation.seeds_max)

    assert outcome is not None, f"{tried} seeds held without: {mutation.guard}"


@pytest.mark.parametrize("mutation", [it for it in MUTATIONS if it.because], ids=lambda it: it.name)
def test_a_guard_with_another_behind_it_is_not_missed(mutation: Mutation) -> None:
    outcome, _ = first_failure(mutation, SEEDS_OF_OTHERS)

    assert outcome is None, f"it is load-bearing after all: {outcome.broken}"


def test_nothing_is_left_taken_out() -> None:
    for seed in (FIRST, FIRST + 1):
        assert simulate(options_of(seed)).broken is None
