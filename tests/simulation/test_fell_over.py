"""A process of a simulated world that ends by an error of its own is a failure, not a restart."""

from typing import Any

import pytest

from coordinator.engine.lanes import Lanes
from coordinator.simulation.invariants import Invariant
from coordinator.simulation.world import options_of, simulate


def test_a_line_that_falls_over_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, take = 0, Lanes.take

    def falls_over(self: Lanes[Any], most: int) -> list[Any]:
        nonlocal taken
        taken += 1
        if taken == 40:
            raise ZeroDivisionError
        return take(self, most)

    monkeypatch.setattr(Lanes, "take", falls_over)
    # Seeds that are even keep their log in a file, where a line is waited in.
    broken = simulate(options_of(4, faults=frozenset())).broken

    assert broken is not None
    assert broken.invariant is Invariant.KEEPS_DECIDING
    assert "ZeroDivisionError" in str(broken)
