"""What happened, in order, as lines a person can read; two equal runs have equal lines."""

import hashlib
from collections import Counter
from typing import Final

from coordinator.simulation.loop import now
from schemas.durations import DAY

START: Final = 1_790_000_000_000 - 1_790_000_000_000 % DAY
"""When the simulated world begins, UTC milliseconds: midnight of a day in 2026."""


class History:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.counts: Counter[str] = Counter()

    def write(self, who: str, what: str) -> None:
        self.lines.append(f"{now():>12.3f}  {who:<14} {what}")

    def count(self, what: str) -> None:
        self.counts[what] += 1

    def digest(self) -> str:
        return hashlib.sha256("".join(f"{it}\n" for it in self.lines).encode()).hexdigest()
