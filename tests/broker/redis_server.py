"""A real Redis for the tests: Debian's server as a child process."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_START_S = 10.0


class RedisServer:
    """One server, without a file; it forgets everything when it ends."""

    def __init__(self, folder: Path, *, options: Sequence[str] = ()) -> None:
        """Prepare.

        Args:
            folder: where it lives.
            options: `{port}` stands for its port.
        """
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        given = options or ("--port", "{port}")
        self._options = [it.format(port=self.port) for it in given]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["redis-server", *self._options, "--save", "", "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError(f"redis-server does not listen on {self.port}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def can_run() -> str | None:
    """Return what is missing, None if nothing is."""
    return None if shutil.which("redis-server") else "no redis-server"


@contextmanager
def redis_server(*options: str) -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory(prefix="redis-") as name:
        server = RedisServer(Path(name), options=options)
        server.start()
        try:
            yield server
        finally:
            server.stop()
