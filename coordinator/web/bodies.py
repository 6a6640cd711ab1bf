"""Bodies of requests: who sends is asked first, then as much is read as the route takes.

One place for all routes. What comes to them is whole, within bounds, and from somebody known.
"""

import asyncio
import re
from json import JSONDecodeError
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coordinator.documents import BadDocument, read_loose_json
from coordinator.web.identity import holder
from coordinator.web.problems import Problem, asked_language
from schemas.sentences import answers

OPEN_BYTES_MAX: Final = 4_000
"""Where anybody may send: a code, and nothing larger."""
BODY_BYTES_MAX: Final = 100_000
SIGNAL_BYTES_MAX: Final = 1_000_000
POLICY_BYTES_MAX: Final = 300_000
CAP_BYTES_MAX: Final = 5_000_000
BATCH_BYTES_MAX: Final = 16_000_000

_OPEN: Final = frozenset({"/v1/session"})
"""Where a body itself may say who is asking, by a one-time code."""
_LIMITS: Final = (
    (re.compile(r"/v1/signals(:check)?"), SIGNAL_BYTES_MAX),
    (re.compile(r"/v1/signals:batch"), BATCH_BYTES_MAX),
    (re.compile(r"/v1/roster/[^/]+/import"), BATCH_BYTES_MAX),
    (re.compile(r"/v1/cap"), CAP_BYTES_MAX),
    (re.compile(r"/v1/replay/[^/]+/what-if"), POLICY_BYTES_MAX),
)
_WITHOUT: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Their bodies are read by nobody."""
_SILENT_S: Final = 10.0
"""A sender that says nothing for so long has gone."""
_BEGIN_S, _BYTES_PER_S = 20.0, 50_000
"""How long a body may take: a start, and its route's limit at the pace of a weak mobile line."""
_LINGER_S, _LINGER_BYTES = 1.0, 1_000_000
"""How much is still thrown away after a refusal, so that a sender in full flow reads the answer."""


def bytes_max_of(path: str) -> int:
    """Return how large a body a path takes."""
    if path in _OPEN:
        return OPEN_BYTES_MAX
    return next((most for pattern, most in _LIMITS if pattern.fullmatch(path)), BODY_BYTES_MAX)


class Bodies:
    """Reads each body before any route runs, or answers 401, 403, 408, 413 in its stead."""

    def __init__(
        self, app: ASGIApp, *, silent_s: float = _SILENT_S, begin_s: float = _BEGIN_S
    ) -> None:
        self._app = app
        self._silent_s, self._begin_s = silent_s, begin_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _WITHOUT:
            await self._app(scope, receive, send)
            return
        try:
            body = await self._body(Request(scope), receive)
        except Problem as problem:
            problem.headers["Connection"] = "close"
            language = asked_language(Request(scope))
            await _refuse(problem.response(language), scope, receive, send)
            return
        if body is None:  # The sender has gone: nobody to answer, and nothing that was said whole.
            return
        handed_over = False

        async def receive_whole() -> Message:
            nonlocal handed_over
            if handed_over:
                return await receive()
            handed_over = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, receive_whole, send)

    async def _body(self, request: Request, receive: Receive) -> bytes | None:
        """Return the whole body, None if the sender went away before its end."""
        path = request.scope["path"]
        if path not in _OPEN:
            holder(request)
        most = bytes_max_of(path)
        said = request.headers.get("content-length", "")
        if said.isdecimal() and int(said[:20]) > most:
            raise _too_large(most)
        body = bytearray()
        try:
            async with asyncio.timeout(self._begin_s + most / _BYTES_PER_S):
                while True:
                    async with asyncio.timeout(self._silent_s):
                        message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    body += message.get("body", b"")
                    if len(body) > most:
                        raise _too_large(most)
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise Problem(
                408, "too_slow", answers.not_whole_after(len(body)), field="body"
            ) from None


def _too_large(most: int) -> Problem:
    return Problem(413, "too_large", answers.larger_than(most), field="body")


async def _refuse(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once; then let what is under way come to an end before the connection is closed.

    Closed upon a sender in full flow, it would be reset, and the answer lost with it.
    """
    head = {"type": "http.response.start", "status": answer.status_code}
    await send(head | {"headers": answer.raw_headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})
    size, more = 0, True
    try:
        async with asyncio.timeout(_LINGER_S):
            while more and size < _LINGER_BYTES:
                message = await receive()
                size += len(message.get("body", b""))
                more = message["type"] == "http.request" and message.get("more_body", False)
    except TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b"", "more_body": False})


class _BoundedRequest(Request):
    async def json(self) -> Any:
        try:
            return read_loose_json(await self.body())
        except BadDocument as error:
            # The one error that the framework turns into an answer of the body's fields.
            raise JSONDecodeError(error, "", 0) from None  # type: ignore[arg-type]


class BoundedRoute(APIRoute):
    """A route whose typed body is read by the bounded parser, like every other body."""

    def get_route_handler(self) -> Any:
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            return await handle(_BoundedRequest(request.scope, request.receive))

        return bounded
