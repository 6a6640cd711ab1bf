"""Whether it storms: faults strike while it does, and stop when it clears."""

import random
from collections import Counter

from coordinator.simulation.faults import Fault


class Weather:
    """`struck` counts how often each fault really struck, not only that it could."""

    def __init__(self, faults: frozenset[Fault]) -> None:
        self._faults = faults
        self.clear = False
        self.struck: Counter[Fault] = Counter()

    def can(self, fault: Fault) -> bool:
        return fault in self._faults and not self.clear

    def strikes(self, fault: Fault, chance: random.Random, share: float = 1.0) -> bool:
        """Return whether a fault strikes now; the die is cast only where it could."""
        struck = self.can(fault) and (share >= 1 or chance.random() < share)
        if struck:
            self.struck[fault] += 1
        return struck
