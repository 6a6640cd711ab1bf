"""The program as an installation starts it, in a process of its own, and how soon it is ready."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Final

from benchmarks.flood_home import ADDRESSES
from benchmarks.flood_world import Reporter

_COMMAND: Final = "from coordinator.cli.app import main; main()"
_ASKED_EVERY_S: Final = 0.01
_PATIENCE_S: Final = 60.0


async def started(folder: Path, port: int) -> tuple[Process, int]:
    """Serve a data folder that `flood_home.prepare` has made; return the process and its port.

    Args:
        folder: of the data.
        port: where it listens, or the next that is free.
    """
    environment = os.environ | {
        "COORDINATOR_PORT": str(port),
        "COORDINATOR_PORT_OR_NEXT": "true",
        "COORDINATOR_NOTIFY_URLS": str(folder / ADDRESSES),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _COMMAND, "up", "--data-dir", str(folder),
        stdout=PIPE, stderr=DEVNULL, env=environment,
    )  # fmt: skip
    if process.stdout is None:
        raise RuntimeError("the program has no output")
    said = await process.stdout.readline()
    return process, int(said.decode().strip().rstrip("/").split(":")[-1])


async def until_ready(port: int, token: str) -> None:
    """Ask whether it is ready until it says so.

    Raises:
        TimeoutError: it does not within a minute.
    """
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            with suppress(OSError, RuntimeError, asyncio.IncompleteReadError):
                await Reporter(port, token).ask("GET", "/ready")
                return
            await asyncio.sleep(_ASKED_EVERY_S)
