"""Streams that have no end of their own, ended with the server that answers them."""

import asyncio
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STREAM: Final = b"text/event-stream"
_GONE: Final[MutableMapping[str, Any]] = {"type": "http.disconnect"}
_LAST: Final[MutableMapping[str, Any]] = {"type": "http.response.body", "body": b""}

log = structlog.get_logger()


class OpenStreams:
    """An application whose streams end, whole, as soon as its server is to end.

    A page may follow the boards for days: a server that waited for the last of them would never
    end, and one that cuts them off after a while leaves a traceback for each.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._ending = asyncio.Event()

    def end(self) -> None:
        """End the streams that are open, and those that would still begin."""
        self._ending.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._quietly(scope, receive, send)
            return
        streams, complete = asyncio.Event(), False

        async def said(message: Message) -> None:
            nonlocal complete
            if message["type"] == "http.response.start" and _is_stream(message):
                streams.set()
            complete = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        async def over() -> Message:
            await streams.wait()
            await self._ending.wait()
            return _GONE

        async def heard() -> Message:
            coming, ended = asyncio.ensure_future(receive()), asyncio.ensure_future(over())
            try:
                await asyncio.wait({coming, ended}, return_when=asyncio.FIRST_COMPLETED)
                return coming.result() if coming.done() else _GONE
            finally:
                coming.cancel()
                ended.cancel()

        await self._quietly(scope, heard, said)
        if streams.is_set() and self._ending.is_set() and not complete:
            await send(dict(_LAST))

    async def _quietly(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; who is cut off because the server could wait no longer is one line of the log."""
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            if not self._ending.is_set():
                raise
            log.warning("request.cut_off", method=scope.get("method"))


def _is_stream(start: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(_STREAM)
        for name, value in start["headers"]
    )
