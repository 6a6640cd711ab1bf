"""The command line as processes that start at once: forked from a program that has imported it.

What a command costs beyond its start is little, and the tests run hundreds. Each is a process of
its own all the same, with its own environment, output and end, and ends with the tests. Servers on
a data folder and drills are started in the tests as a person starts them.
"""

import ctypes
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from importlib import import_module

import coordinator.cli
from coordinator.cli.app import main
from coordinator.gc_tuning import look_for_cycles_seldom
from tests.patience import PATIENCE_S

_REQUEST_MAX = 1_000_000
_NUMBER_SIZE = 4
_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of <sys/prctl.h>."""


class Forked:
    """A process that runs a command."""

    def __init__(self, arguments: tuple[str, ...], telling: int) -> None:
        self._arguments = arguments
        self._telling = telling
        self.pid = _number(telling)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, seconds: float = PATIENCE_S) -> int:
        """Wait for its end; returns its exit code, or the negative number of a signal.

        Raises:
            subprocess.TimeoutExpired: it did not end; it is killed.
        """
        try:
            if not select.select([self._telling], [], [], seconds)[0]:
                self.kill()
                raise subprocess.TimeoutExpired(self._arguments, seconds)
            return os.waitstatus_to_exitcode(_number(self._telling))
        finally:
            os.close(self._telling)


class Forking:
    """Runs commands; the program behind it is started when the first is run."""

    def __init__(self) -> None:
        self._program: subprocess.Popen[bytes] | None = None
        self._asking: socket.socket | None = None

    def start(self, *arguments: str, environment: Mapping[str, str], out: int, err: int) -> Forked:
        """Start `coordinator` with these arguments; `out` and `err` are files it writes to."""
        telling, told = os.pipe()
        request = json.dumps([arguments, dict(environment)]).encode()
        try:
            socket.send_fds(self._begun(), [request], [out, err, told])
        finally:
            os.close(told)
        return Forked(arguments, telling)

    def run(
        self, *arguments: str, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run `coordinator` with these arguments to its end.

        Raises:
            subprocess.TimeoutExpired: it did not end; it is killed.
        """
        out, err = os.memfd_create("out"), os.memfd_create("err")
        try:
            status = self.start(*arguments, environment=environment, out=out, err=err).wait()
            return subprocess.CompletedProcess(arguments, status, _written(out), _written(err))
        finally:
            os.close(out)
            os.close(err)

    def close(self) -> None:
        """End the program, and with it all that still runs of what it forked."""
        if self._asking is not None and self._program is not None:
            self._asking.close()
            self._program.wait()
            self._asking = self._program = None

    def _begun(self) -> socket.socket:
        if self._asking is None:
            self._asking, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with there:
                self._program = subprocess.Popen(
                    [sys.executable, "-m", "tests.forking", str(there.fileno())],
                    pass_fds=[there.fileno()],
                )
        return self._asking


forking = Forking()


def _number(file: int) -> int:
    return int.from_bytes(os.read(file, _NUMBER_SIZE), "big")


def _written(file: int) -> str:
    with open(os.dup(file), encoding="utf-8") as text:
        text.seek(0)
        return text.read()


def _asked_for(asking: socket.socket) -> list[str] | None:
    """Fork a process for each request, and return in that process what it is to run; None in the
    first one, when nobody asks any more.
    """
    while True:
        request, files, _, _ = socket.recv_fds(asking, _REQUEST_MAX, 3)
        if not request:
            return None
        if os.fork() == 0:
            asking.close()
            return _watched_over(request, *files)
        for it in files:
            os.close(it)


def _watched_over(request: bytes, out: int, err: int, told: int) -> list[str]:
    """Fork once more: the one tells how the other ends, and the other returns what to run."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _die_with_parent()
    pid = os.fork()
    if pid:
        os.write(told, pid.to_bytes(_NUMBER_SIZE, "big"))
        _, status = os.waitpid(pid, 0)
        os.write(told, status.to_bytes(_NUMBER_SIZE, "big"))
        os._exit(0)
    _die_with_parent()
    os.close(told)
    arguments, environment = json.loads(request)
    os.environ.clear()
    os.environ.update(environment)
    for file, standard in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(file, standard)
        os.close(file)
    return ["coordinator", *arguments]


def _die_with_parent() -> None:
    # Tests that are broken off leave nothing behind that looks for its brokers for ever.
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def live() -> None:
    """Import all there is, then fork what is asked for."""
    for it in pkgutil.iter_modules(coordinator.cli.__path__):
        import_module(f"coordinator.cli.{it.name}")
    look_for_cycles_seldom()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with closing(socket.socket(fileno=int(sys.argv[1]))) as asking:
        arguments = _asked_for(asking)
    if arguments is not None:
        sys.argv = arguments
        main()


if __name__ == "__main__":
    live()
