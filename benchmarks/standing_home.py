"""A home on a log that is there, served as a process of its own; its clock stands at the end of it.

Run as `python -m benchmarks.standing_home FOLDER PORT MOMENT`; MOMENT in UTC milliseconds.
"""

import asyncio
import sys
from pathlib import Path

from coordinator.cli.serving import free_socket, serve_until_interrupted, web_of
from coordinator.clock import SetClock
from coordinator.gc_tuning import look_for_cycles_seldom
from coordinator.home.home import Home
from coordinator.settings import Settings


async def serve(folder: Path, port: int, moment: int) -> None:
    settings = Settings(data_dir=folder, port=port, log_level="warning")
    home = await Home.open(settings, SetClock(moment), {})
    await serve_until_interrupted(web_of(home), settings, free_socket(settings))
    await home.close()


if __name__ == "__main__":
    look_for_cycles_seldom()
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
