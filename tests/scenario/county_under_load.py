"""Homes under load, to be killed: run as a program.

It imports everything once; for each line `FOLDER RUN` on its input it forks a process that opens
the home there and sends signals until it is killed. That process writes a line for each receipt.
"""

import asyncio
import logging
import os
import random
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from coordinator.clock import WallClock
from coordinator.home.home import Home
from coordinator.settings import Settings
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.ids import ulid
from schemas.policy import Policy
from schemas.signals.envelope import Signal
from schemas.signals.incident import OutageGone
from schemas.vocabulary import Realm
from tests.engine.county import away, outage, roster, say

COUNTIES = ("anning", "baishui", "yunhe")
FOUNDING: dict[str, tuple[Realm, Policy]] = dict.fromkeys(COUNTIES, (Realm.ACTUAL, DEFAULT_POLICY))
_SENDERS = 4
_WORDS = 100_000


def settings_in(folder: Path) -> Settings:
    return Settings(data_dir=folder, batch_max=16, snapshot_every=200)


def words(county: str, run: int, sender: int) -> Iterator[Signal]:
    """What one sender says in one run: the same whenever it is asked again."""
    chance = random.Random(f"{county} {run} {sender}")
    for number in range(_WORDS):
        key = f"{run}/{sender}/{number}"
        named: dict[str, Any] = {
            "jurisdiction": county,
            "signal_id": ulid(run * _WORDS + number, chance.randbytes(10)),
        }
        if number == 0 and sender == 0:
            yield roster(key, days=9_000, **named)
        elif number % 16 == 1:
            place = Position(lat=chance.uniform(30, 31), lon=chance.uniform(114, 115))
            yield outage(key, device=key, place=place, **named)
        elif number % 16 == 9:
            gone = f"{run}/{sender}/{number - 8}"
            yield say(OutageGone, key, source="phone", dedup_key=gone, reason="restored", **named)
        else:
            there = chance.random() < 0.8
            yield away(chance.randrange(12), key, available=there, **named)


async def _said_in_vain(home: Home, county: str, run: int, sender: int) -> list[Signal]:
    """The last words of the run before: two that are on the log and one that is not."""
    log = home.file.log(county)
    last: list[Signal] = []
    for signal in words(county, run, sender) if run >= 0 else ():
        last.append(signal)
        if await log.find(signal.signal_id) is None:
            break
    return last[-3:]


async def _send(home: Home, county: str, run: int, sender: int) -> None:
    for signal in await _said_in_vain(home, county, run - 1, sender):
        await _submit(home, signal)
    for signal in words(county, run, sender):
        await _submit(home, signal)


async def _submit(home: Home, signal: Signal) -> None:
    receipt = await home.submit(signal.model_copy(update={"at": home.clock.now()}))
    line = f"receipt {signal.jurisdiction} {receipt.signal_id} {receipt.seq} {receipt.hash.hex()}"
    # One write of less than a pipe's atomic size: a kill never leaves half a line.
    os.write(1, f"{line}\n".encode())


async def _live(folder: Path, run: int) -> None:
    home = await Home.open(settings_in(folder), WallClock(), FOUNDING, in_memory_tokens=True)
    os.write(1, b"open\n")
    async with asyncio.TaskGroup() as senders:
        for county in COUNTIES:
            for sender in range(_SENDERS):
                senders.create_task(_send(home, county, run, sender))


def _run_until_killed(folder: Path, run: int) -> None:
    try:
        asyncio.run(_live(folder, run))
    finally:
        traceback.print_exc()
        os.write(1, b"failed\n")
        os._exit(1)


def main() -> None:
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for line in sys.stdin:
        folder, run = line.split()
        child = os.fork()
        if not child:
            os.write(1, f"pid {os.getpid()}\n".encode())
            _run_until_killed(Path(folder), int(run))
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
