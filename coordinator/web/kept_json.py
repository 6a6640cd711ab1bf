"""A large answer that is the same for everybody: written and compressed once, kept as bytes."""

import asyncio
import gzip
from collections.abc import Callable
from threading import Lock

import msgspec
from fastapi import Request, Response


class KeptJson:
    """Made in a thread when it is first asked for: whoever decides does not wait for that."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._lock = Lock()
        self._kept: tuple[bytes, bytes] | None = None

    async def response(self, request: Request) -> Response:
        plain, compressed = await asyncio.to_thread(self._once)
        packed = "gzip" in request.headers.get("accept-encoding", "")
        headers = {"Vary": "Accept-Encoding"} | ({"Content-Encoding": "gzip"} if packed else {})
        body = compressed if packed else plain
        return Response(body, media_type="application/json", headers=headers)

    def _once(self) -> tuple[bytes, bytes]:
        with self._lock:
            if self._kept is not None:
                return self._kept
            plain = msgspec.json.encode(self._make())
            made = self._kept = plain, gzip.compress(plain, mtime=0)
            return made
