"""What a process and all it started cost, as Linux counts it."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")


def family_of(pid: int) -> list[int]:
    """Return a process and all that descend from it and live."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):
                found += map(int, task.read_text(encoding="ascii").split())
    return found


def seconds_of(pid: int) -> float:
    """Return the processor time that a process and all it started took so far."""
    ticks = 0
    for it in family_of(pid):
        with suppress(OSError):
            after_name = Path(f"/proc/{it}/stat").read_text(encoding="utf-8").rpartition(")")[2]
            # User and system time: of itself, and of the children that ended.
            ticks += sum(map(int, after_name.split()[11:15]))
    return ticks / _TICKS


def pss_mb(pid: int) -> float:
    """Return the memory that a process and all it started hold; what is shared counts in parts."""
    kilobytes = 0
    for it in family_of(pid):
        with suppress(OSError):
            for line in Path(f"/proc/{it}/smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
    return kilobytes / 1_024
