"""Connections of those who say nothing: each has a time to say its request, and all have an end.

Nobody is asked for a token before a request is there, so that these bounds hold for everybody.
"""

import asyncio
import resource
from collections import Counter
from typing import Final

import h11
import structlog
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: Final = 15.0
"""How long the head of a request may take, with the quiet before it, on a weak mobile line, too."""
_MOST: Final = 10_000
_FEWEST: Final = 16

log = structlog.get_logger()


def connections_max() -> int:
    """Return how many connections are held: half of the files that a process may open."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return _MOST
    return max(_FEWEST, min(_MOST, files // 2))


class BoundedConnection(H11Protocol):
    """A connection that is closed with 408 if no request comes, and that makes room for others."""

    head_s = HEAD_S
    connections_max = _MOST
    _deadline: asyncio.TimerHandle | None = None
    _waits_since = 0.0

    @classmethod
    def within(cls, head_s: float, connections_max: int) -> type["BoundedConnection"]:
        bounds = {"head_s": head_s, "connections_max": connections_max}
        return type(cls.__name__, (cls,), bounds)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        if len(self.connections) >= self.connections_max:
            self._make_room(transport)
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete and not self.transport.is_closing():
            self._wait()

    def _wait(self) -> None:
        """Begin to wait for a request; bytes that come meanwhile move nothing but itself."""
        self._stop_waiting()
        self._waits_since = self.loop.time()
        self._deadline = self.loop.call_later(self.head_s, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        if self.transport.is_closing():
            return
        if self.conn.our_state is h11.IDLE:
            head = h11.Response(
                status_code=408,
                headers=[("Connection", "close"), ("Content-Length", "0")],
                reason="Request Timeout",
            )
            for part in (head, h11.EndOfMessage()):
                self.transport.write(self.conn.send(part) or b"")
        self.transport.close()

    def _waits(self) -> int:
        """Return 2 while no request is there, 1 while one is not whole, 0 while one is answered."""
        if self._deadline is not None:
            return 2
        return int(self.cycle.more_body)

    def _make_room(self, transport: asyncio.Transport) -> None:
        """Close what waits longest, of the address that lets most wait; the one that came, if none.

        A connection that is being answered is never closed for another.
        """
        waiting = [
            it
            for it in self.connections
            if isinstance(it, BoundedConnection) and not it.transport.is_closing()
        ]
        most = max((it._waits() for it in waiting), default=0)
        waiting = [it for it in waiting if it._waits() == most]
        if not most:
            log.warning("connection.refused", held=len(self.connections))
            transport.abort()
            return
        held = Counter(map(_address, waiting))
        closed = min(waiting, key=lambda it: (-held[_address(it)], it._waits_since))
        log.warning("connection.closed_for_another", held=len(self.connections))
        closed.transport.abort()


def _address(connection: H11Protocol) -> str:
    return "" if connection.client is None else connection.client[0]
