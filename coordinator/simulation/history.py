"""What happened, in order, as lines a person can read; two equal runs have equal lines."""

import asyncio
import hashlib
from collections import Counter
from typing import Final

START: Final = 1_790_000_000_000 - 1_790_000_000_000 % 86_400_000
"""When the simulated world begins, UTC milliseconds: midnight of a day in 2026."""


class History:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.counts: Counter[str] = Counter()
        self._digest = hashlib.sha256()

    def write(self, who: str, what: str) -> None:
        seconds = asyncio.get_running_loop().time()
        line = f"{seconds:>12.3f}  {who:<14} {what}"
        self.lines.append(line)
        self._digest.update(line.encode() + b"\n")

    def count(self, what: str) -> None:
        self.counts[what] += 1

    def digest(self) -> str:
        return self._digest.hexdigest()
