"""The planner as a process of its own beside a home: told that there is news, it answers proposals.

Lines in: the time now, UTC milliseconds, and the logs that grew. Lines out: signals, JSON; an empty
one once all is read that is there. It reads the home's file, never writes it, and ends when nobody
speaks to it.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path
from typing import Final

import structlog

from coordinator.errors import CoordinatorError
from coordinator.log.naming import jurisdiction_of
from coordinator.log.sqlite import SqliteFile, SqliteSnapshots
from coordinator.planning.following import Following
from coordinator.planning.planner import REASONS_FOR, Planner

log = structlog.get_logger()

_GATHER_MAX_S: Final = 0.5


async def run(database: Path, travel: str) -> None:  # noqa: C901 - one loop until the input ends
    """Plan until the input ends.

    Args:
        database: the home's file.
        travel: as `travel_times` takes it.
    """
    lines: asyncio.Queue[bytes] = asyncio.Queue()
    reading = asyncio.create_task(_read(lines))
    file = SqliteFile(database)
    planner = Planner(travel)
    following, snapshots = Following(planner), SqliteSnapshots(file)
    ready, news, now = False, set(file.log_ids()), "0"
    log_ids: dict[str, str] = {}
    while True:
        told = [await lines.get()]
        # One reading serves all that was told meanwhile.
        while not lines.empty():
            told.append(lines.get_nowait())
        if not told[-1]:
            break
        for line in told:
            now, *named = line.decode().split()
            news.update(named)
        for log_id in sorted(news):
            log_ids[jurisdiction_of(log_id)] = log_id
            await _catch_up(following, file, snapshots, log_id)
        news.clear()
        began = time.monotonic()
        to_plan = planner.to_plan(int(now))
        waiting = planner.waiting_in(to_plan, int(now))
        for name in to_plan:
            # What came while others were planned is planned with the rest.
            await _catch_up(following, file, snapshots, log_ids[name])
            found = planner.proposals_in(name, int(now), share=len(to_plan), waiting=waiting)
            for signal in found:
                _say(signal.model_dump_json())
        if not ready:
            _say("")
            ready = True
        if waiting > REASONS_FOR:
            # A round costs each county the same for one unit as for many: what comes meanwhile is
            # planned together, and half of the time is left to others.
            await asyncio.sleep(min(time.monotonic() - began, _GATHER_MAX_S))
    await reading
    file.close()


async def _catch_up(
    following: Following, file: SqliteFile, snapshots: SqliteSnapshots, log_id: str
) -> None:
    try:
        await following.catch_up(file.log(log_id), snapshots)
    except CoordinatorError as error:
        log.warning("planner.log_not_read", log_id=log_id, reason=str(error))


async def _read(lines: asyncio.Queue[bytes]) -> None:
    """Pass lines on as they come; an empty one is the end."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while True:
        line = await reader.readline()
        lines.put_nowait(line)
        if not line:
            return


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--travel", default="")
    given = parser.parse_args()
    asyncio.run(run(given.database, given.travel))


if __name__ == "__main__":
    main()
