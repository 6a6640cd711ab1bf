"""A worker whose clocks stand until a signal is taken: deadlines pass by the signals' times only.

Each county has its own, which shows the time of the newest signal that it was given.
Started by the benchmarks and by the tests that compare both homes: `python -m … MILLISECONDS`.
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any, Final

from coordinator.cli.log_lines import set_up_logging
from coordinator.cli.serving import free_socket, server_of, until_interrupted
from coordinator.clock import SetClock
from coordinator.engine.intake import Arrival
from coordinator.gc_tuning import look_for_cycles_seldom
from coordinator.settings import read_settings
from streams import ownership
from streams.inputs import JurisdictionInputs
from streams.ownership import OwnedJurisdiction, Tools
from streams.running import run_worker

_NEVER: Final = 4_102_444_800_000


class _TellTheTime(JurisdictionInputs):
    """Signals that set the clock of their county; none of them is ahead of it."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more | {"now": lambda: _NEVER})

    async def fetch(self, *, signals_max: int, until: int | None) -> Sequence[Arrival]:
        found = await super().fetch(signals_max=signals_max, until=until)
        for it in found:
            self._clock.set(it.signal.at)  # type: ignore[attr-defined]
        return found


class _ByItsOwnClock(OwnedJurisdiction):
    def __init__(self, entry: Any, on: Any, tools: Tools) -> None:
        super().__init__(entry, on, tools._replace(clock=SetClock(tools.clock.now())))


async def _main(at: int) -> None:
    ownership.JurisdictionInputs = _TellTheTime  # type: ignore[misc]
    ownership.OwnedJurisdiction = _ByItsOwnClock  # type: ignore[misc]
    settings = read_settings()
    set_up_logging(settings)
    listening = free_socket(settings)
    print(listening.getsockname()[1], flush=True)
    await run_worker(settings, SetClock(at), until_interrupted(), server_of, listening)


if __name__ == "__main__":
    look_for_cycles_seldom()
    asyncio.run(_main(int(sys.argv[1])))
