"""Guards of guaranteed power, taken out one at a time: the simulator has to notice each."""

from typing import Any

from coordinator.domain.operation import coverage
from tests.simulation.mutation import Mutation


def _never(*_: Any) -> None:
    return None


GUARDS = (
    Mutation(
        "gaps-awaited",
        "what nobody covers is told before it begins",
        ((coverage, "next_told_at", _never),),
    ),
)
