"""A service of the outside world: a real HTTP server on this machine that keeps what it hears."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Heard(NamedTuple):
    """One request; header names in small letters."""

    path: str
    headers: dict[str, str]
    body: bytes


class Listener:
    """`answers` says with which status a path is answered; 201 where it says nothing.

    An answer of 0 is none: the connection stays open and silent until the listener ends.
    """

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.answers: dict[str, int] = {}
        self.port = 0
        self.over = threading.Event()

    def at(self, path: str) -> list[Heard]:
        return [it for it in self.heard if it.path == path]

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen until the block ends."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            listener.heard.append(Heard(self.path, headers, body))
            status = listener.answers.get(self.path, 201)
            if status == 0:
                listener.over.wait()
                return
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", listener.address("/elsewhere"))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *said: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    listener.port = server.server_address[1]
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield listener
    finally:
        listener.over.set()
        server.shutdown()
        server.server_close()
        serving.join()
