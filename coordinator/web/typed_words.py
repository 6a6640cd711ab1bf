"""The words that people typed, put back into answers where the record has only tokens of them.

Done to every answer that is shown to people, so that no way in can forget it. The pages of the
log are answered as they are: their hashes speak of the tokens.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from icalendar import vText
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coordinator.replay.markup import inline
from coordinator.web.ports import Station
from coordinator.web.tokens import Holder
from schemas.roles import Capability, can

_JSON: Final = ("application/json", "application/problem+json", "text/event-stream")
_RECORDS: Final = ("/v1/log/", "/v1/schemas", "/v1/dead-letters")
"""What is shown as it was recorded, or as it came in: anybody may have written a dead letter."""
_TOKEN: Final = b"told:"
_READ: Final = 200
_REFUSED: Final = 409


class TypedWords:
    """Middleware inside whatever compresses."""

    def __init__(self, app: ASGIApp, station: Station) -> None:
        self._app = app
        self._station = station

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_RECORDS):
            await self._app(scope, receive, send)
            return
        held: Message | None = None
        written: Callable[[str], str] | None = None

        async def sending(message: Message) -> None:
            nonlocal held, written
            if message["type"] == "http.response.start":
                written = _written_in(message, scope["method"])
                if written is not None:
                    held = message
                    return
            elif written is not None and message["type"] == "http.response.body":
                more = message.get("more_body", False)
                body = message.get("body", b"")
                body = with_words(body, self._station, scope, written)
                message = {**message, "body": body}
                if held is not None:
                    headers = MutableHeaders(scope=held)
                    if not more and "content-length" in headers:
                        headers["content-length"] = str(len(message.get("body", b"")))
                    await send(held)
                    held = None
            await send(message)

        await self._app(scope, receive, sending)


def _in_json(words: str) -> str:
    return msgspec.json.encode(words).decode()[1:-1]


def _in_calendar(words: str) -> str:
    return vText(" ".join(words.split())).to_ical().decode()


_WRITTEN: Final[Mapping[str, Callable[[str], str]]] = {
    **dict.fromkeys(_JSON, _in_json), "text/markdown": inline, "text/calendar": _in_calendar,
}  # fmt: skip
"""How words are written in an answer of each kind, so that they end where they end."""


def with_words(
    document: bytes, station: Station, scope: Scope, written: Callable[[str], str] = _in_json
) -> bytes:
    """Return an answer with the words in it, if who asked may read them.

    Args:
        document: JSON, unless `written` says otherwise.
        station: keeps the words.
        scope: of the request; says who asked.
        written: how words are written in the document.
    """
    if _TOKEN not in document or not _may_read(scope):
        return document
    return station.put_back(document.decode(), written).encode()


def _written_in(start: Message, method: str) -> Callable[[str], str] | None:
    """Return how words are written in an answer; None where none are put back.

    They are put back in what is read, and in a refusal, which tells what is on the record. Other
    answers tell what was asked: whoever asks for a token would get the words of somebody else.
    """
    if start["status"] != _REFUSED and (method != "GET" or start["status"] != _READ):
        return None
    headers = MutableHeaders(scope=start)
    if "content-encoding" in headers:
        return None
    return _WRITTEN.get(headers.get("content-type", "").partition(";")[0])


def _may_read(scope: Scope) -> bool:
    """Say whether who asked may see who is meant: a desk, or a member on their own page."""
    holder: Holder | None = scope.get("state", {}).get("holder")
    if holder is None:
        return False
    return holder.member_id is not None or can(holder.role, Capability.SEE_NAMES)
