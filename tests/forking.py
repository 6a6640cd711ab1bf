"""The command line as processes that start at once: forked from a program that has imported it.

What a command costs beyond its start is little, and the tests run a hundred of them. Each is a
process of its own all the same, with its own environment, output and end. Those that serve, and
those that are ended by a signal, are started in the tests as a person starts them.
"""

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
_PID_SIZE = 4


class Forking:
    """Runs commands; the program behind it is started when the first is run."""

    def __init__(self) -> None:
        self._program: subprocess.Popen[bytes] | None = None
        self._asking: socket.socket | None = None

    def run(
        self, *arguments: str, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run `coordinator` with these arguments and wait for its end.

        Raises:
            subprocess.TimeoutExpired: it did not end; it is killed.
        """
        out, err = os.memfd_create("out"), os.memfd_create("err")
        telling, told = os.pipe()
        try:
            request = json.dumps([arguments, dict(environment)]).encode()
            socket.send_fds(self._begun(), [request], [out, err, told])
            os.close(told)
            pid = int.from_bytes(os.read(telling, _PID_SIZE), "big")
            if not select.select([telling], [], [], PATIENCE_S)[0]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(list(arguments), PATIENCE_S)
            status = os.waitstatus_to_exitcode(int.from_bytes(os.read(telling, _PID_SIZE), "big"))
            return subprocess.CompletedProcess(arguments, status, _written(out), _written(err))
        finally:
            for it in (out, err, telling):
                os.close(it)

    def _begun(self) -> socket.socket:
        if self._asking is None:
            self._asking, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with there:
                self._program = subprocess.Popen(
                    [sys.executable, "-m", "tests.cli.forking", str(there.fileno())],
                    pass_fds=[there.fileno()],
                )
        return self._asking

    def close(self) -> None:
        if self._asking is not None and self._program is not None:
            self._asking.close()
            self._program.wait()
            self._asking = self._program = None


forking = Forking()


def _written(file: int) -> str:
    with open(os.dup(file), encoding="utf-8") as text:
        text.seek(0)
        return text.read()


def _as_asked(asking: socket.socket) -> list[str] | None:
    """Fork a process for each request, and return what it is to run in that process; None in the
    first one, when nobody asks any more.
    """
    while True:
        request, files, _, _ = socket.recv_fds(asking, _REQUEST_MAX, 3)
        if not request:
            return None
        if os.fork() == 0:
            asking.close()
            return _supervised(request, *files)
        for it in files:
            os.close(it)


def _supervised(request: bytes, out: int, err: int, told: int) -> list[str]:
    """Fork once more: the one tells how the other ends, and the other returns what to run."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid:
        os.write(told, pid.to_bytes(_PID_SIZE, "big"))
        _, status = os.waitpid(pid, 0)
        os.write(told, status.to_bytes(_PID_SIZE, "big"))
        os._exit(0)
    os.close(told)
    arguments, environment = json.loads(request)
    os.environ.clear()
    os.environ.update(environment)
    for file, standard in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(file, standard)
        os.close(file)
    return ["coordinator", *arguments]


def live() -> None:
    """Import all there is, then fork what is asked for."""
    for it in pkgutil.iter_modules(coordinator.cli.__path__):
        import_module(f"coordinator.cli.{it.name}")
    look_for_cycles_seldom()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with closing(socket.socket(fileno=int(sys.argv[1]))) as asking:
        arguments = _as_asked(asking)
    if arguments is not None:
        sys.argv = arguments
        main()


if __name__ == "__main__":
    live()
