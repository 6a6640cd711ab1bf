"""A worker whose clock stands at a given moment: deadlines pass by the signals' own times only.

Started by the benchmarks and by the tests that compare both homes: `python -m … MILLISECONDS`.
"""

import asyncio
import sys

from coordinator.cli.log_lines import set_up_logging
from coordinator.cli.serving import free_socket, server_of, until_interrupted
from coordinator.clock import SetClock
from coordinator.gc_tuning import look_for_cycles_seldom
from coordinator.settings import read_settings
from streams.running import run_worker


async def _main(at: int) -> None:
    settings = read_settings()
    set_up_logging(settings)
    listening = free_socket(settings)
    print(listening.getsockname()[1], flush=True)
    await run_worker(settings, SetClock(at), until_interrupted(), server_of, listening)


if __name__ == "__main__":
    look_for_cycles_seldom()
    asyncio.run(_main(int(sys.argv[1])))
