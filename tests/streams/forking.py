"""Workers that start at once: run as a program that has imported everything and forks.

For each line of JSON on its input, an environment, it forks a worker with it and answers its pid.
"""

import asyncio
import ctypes
import json
import os
import signal
import sys

from coordinator.cli.streaming import work
from coordinator.gc_tuning import look_for_cycles_seldom

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>


def _live(environment: dict[str, str]) -> None:
    # Tests that are broken off leave no worker behind that looks for their brokers for ever.
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    os.environ.update(environment)
    out = os.open(environment["OUTPUT"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    look_for_cycles_seldom()
    asyncio.run(work())


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                _live(json.loads(line))
            finally:
                os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
