"""Workers and gateways as processes, to be killed, paused and asked how they are."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import httpx

from tests.forking import Forked, forking

_T = TypeVar("_T")
_SESSION_S = "2"
_PATIENCE_S = 180.0
"""How long a machine that is busy with other work may need; a test that passes never waits so."""


class Stand(NamedTuple):
    """By which claim a worker owns a jurisdiction, 0 if it does not, and where it is."""

    epoch: int
    seq: int


class Machine:
    """One process; its health is asked for over HTTP."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid = pid
        self.url = f"http://127.0.0.1:{port}"

    def tell(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.tell(signal.SIGKILL)

    def health(self) -> dict[str, Any]:
        try:
            answer = httpx.get(f"{self.url}/health", timeout=2)
        except httpx.HTTPError:
            return {}
        found: dict[str, Any] = answer.json()
        return found

    def stand(self, jurisdiction: str) -> Stand:
        health = self.health().get("jurisdictions", {}).get(jurisdiction)
        if health is None or health["stopped_because"] is not None:
            return Stand(0, -1)
        return Stand(health["epoch"], health["seq"])


class Machines:
    def __init__(self, bootstrap: str, redis_url: str, folder: Path, **settings: str) -> None:
        """Prepare.

        Args:
            bootstrap: brokers.
            redis_url: their Redis.
            folder: where they write.
            settings: further variables of theirs.
        """
        self._settings = settings
        self.bootstrap = bootstrap
        self.redis_url = redis_url
        self.folder = folder
        self.workers: list[Machine] = []
        self._begun: list[Forked] = []

    def _environment(self, name: str, port: int) -> dict[str, str]:
        return (
            os.environ
            | self._settings
            | {
                "COORDINATOR_BOOTSTRAP": self.bootstrap,
                "COORDINATOR_REDIS_URL": self.redis_url,
                "COORDINATOR_DATA_DIR": str(self.folder / name),
                "COORDINATOR_PORT": str(port),
                "COORDINATOR_SESSION_S": _SESSION_S,
                "COORDINATOR_SNAPSHOT_EVERY": "300",
            }
        )

    def worker(self) -> Machine:
        """Start one more worker."""
        machine = self._start("worker")
        self.workers.append(machine)
        return machine

    def gateway(self) -> Machine:
        """Start a gateway and wait until it is ready."""
        return self._command("gateway")

    def planner(self) -> Machine:
        """Start a planner and wait until it has read the logs."""
        return self._command("planner")

    def _command(self, name: str) -> Machine:
        machine = self._start(name)
        until(lambda: machine.health().get("ready"), what=f"the {name} is ready")
        return machine

    def _start(self, name: str) -> Machine:
        port = free_port()
        with (self.folder / f"{name}.txt").open("ab") as output:
            file = output.fileno()
            environment = self._environment(name, port)
            forked = forking.start(name, environment=environment, out=file, err=file)
        self._begun.append(forked)
        return Machine(forked.pid, port)

    def owned(self) -> dict[str, int]:
        """Return who is owned now, by the workers that answer, with the epoch."""
        found: dict[str, int] = {}
        for it in self.workers:
            for name, health in it.health().get("jurisdictions", {}).items():
                if health["stopped_because"] is None:
                    found[name] = max(found.get(name, 0), health["epoch"])
        return found

    def said(self) -> str:
        """Return what the workers wrote."""
        return (self.folder / "worker.txt").read_text("utf-8", "replace")

    def close(self) -> None:
        for it in self._begun:
            it.kill()
            it.wait()


@contextmanager
def machines(bootstrap: str, redis_url: str, folder: Path, **settings: str) -> Iterator[Machines]:
    made = Machines(bootstrap, redis_url, folder, **settings)
    try:
        yield made
    finally:
        made.close()


def until(look: Callable[[], _T], *, what: str, seconds: float = _PATIENCE_S) -> _T:
    """Look until there is something to see."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
