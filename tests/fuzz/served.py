"""A server of two counties in a process of its own, and who speaks to it."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.process_costs import pss_mb
from coordinator.clock import WallClock
from coordinator.demo.province import province
from coordinator.demo.seed_rosters import personal_data, roster_signals
from coordinator.home.home import Home
from coordinator.settings import Settings
from schemas.default_policy import DEFAULT_POLICY
from schemas.vocabulary import Realm, Role
from tests.patience import PATIENCE_S

HERE: Final = "yunhe"
_COMMAND: Final = "from coordinator.cli.app import main; main()"


class Server(NamedTuple):
    """`tokens` by role; `ids` of what is there, for whoever wants to be understood."""

    process: "subprocess.Popen[str]"
    url: str
    tokens: dict[Role, str]
    ids: list[str]

    def memory_mb(self) -> float:
        return pss_mb(self.process.pid)

    def lives(self) -> bool:
        return self.process.poll() is None


async def _filled(folder: Path) -> tuple[dict[Role, str], list[str]]:
    clock = WallClock()
    places = province(1, clock.now(), days=1)[:2]
    home = await Home.open(
        Settings(data_dir=folder), clock, {it.code: (Realm.ACTUAL, DEFAULT_POLICY) for it in places}
    )
    home.vault.put(personal_data(places))
    for place in places:
        for signal in roster_signals(place, Realm.ACTUAL, clock.now()):
            assert (await home.submit(signal)).refused is None
    person = places[0].people[0].member_id
    tokens = {
        role: home.tokens.mint(
            person if role is Role.MEMBER else f"the-{role.value}",
            role,
            member_id=person if role is Role.MEMBER else None,
        )
        for role in (Role.MEMBER, Role.DISPATCHER, Role.COMMANDER, Role.AUDITOR, Role.FEED)
    }
    ids = [person, places[0].people[1].member_id, places[0].teams[0].team_id]
    await home.close()
    return tokens, ids


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """Serve a folder until the block ends; what the server prints is shown if a test fails."""
    tokens, ids = asyncio.run(_filled(folder))
    environment = os.environ | {
        "COORDINATOR_PORT": "18990",
        "COORDINATOR_PORT_OR_NEXT": "true",
        "COORDINATOR_LOG_LEVEL": "error",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "up", "--data-dir", str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        url = _address(process.stdout.readline())
        # A pipe that nobody reads would hold the server up.
        threading.Thread(target=_shown, args=(process,), daemon=True).start()
        yield Server(process, url, tokens, ids)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        process.stdout.close()


def _address(line: str) -> str:
    return line.rsplit(maxsplit=1)[-1].rstrip("/")


def _shown(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="")
