"""Whether it storms: faults strike while it does, and stop when it clears."""

import random

from coordinator.simulation.faults import Fault


class Weather:
    def __init__(self, faults: frozenset[Fault]) -> None:
        self._faults = faults
        self.clear = False

    def can(self, fault: Fault) -> bool:
        return fault in self._faults and not self.clear

    def strikes(self, fault: Fault, chance: random.Random, share: float) -> bool:
        """Return whether a fault strikes now; the die is cast only where it could."""
        return self.can(fault) and chance.random() < share
