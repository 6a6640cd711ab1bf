"""An address that came from outside: read strictly, and in the one way the HTTP client reads it.

Two parsers that differ about `https://push.example.org\\@elsewhere/` make a check of the one worth
nothing for what the other sends. So whatever could be read in two ways is no address here, and what
is left is asked of the client itself: where would you go?
"""

import re
from typing import Final, NamedTuple

LOOPBACK: Final = ("127.0.0.1", "localhost")
"""A service on this very machine, where the operator named it, may do without TLS: for a trial."""

_HOST: Final = r"[a-z0-9-]+(?:\.[a-z0-9-]+)*"
_ADDRESS: Final = re.compile(
    rf"(https?)://({_HOST})(?::([0-9]{{1,5}}))?/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{{2}})*"
)
_SERVICE: Final = re.compile(rf"\.?{_HOST}")
_HTTPS_PORT: Final = 443


class Address(NamedTuple):
    """Where to, and the very text that goes to the client."""

    url: str
    host: str


def is_service(name: str) -> bool:
    """Say whether a name is a host's, or with a dot before it that of all hosts below it."""
    return _SERVICE.fullmatch(name) is not None


def read_address(text: str) -> Address | None:
    """Return where an address leads: by https, to a plain host name, at its own port.

    None for whatever else: with a name and password, a backslash, a control character, a letter
    that is not ASCII, a dot at the end, another port; and for what the client reads otherwise.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    scheme, host, port = found.groups()
    if scheme == "http" and host not in LOOPBACK:
        return None
    if scheme == "https" and port is not None and int(port) != _HTTPS_PORT:
        return None
    return Address(text, host) if _client_goes_to(text) == (scheme, host, port) else None


def _client_goes_to(text: str) -> tuple[str | None, str | None, str | None] | None:
    from requests import Request, RequestException  # noqa: PLC0415 - slow to import
    from urllib3.exceptions import LocationParseError  # noqa: PLC0415
    from urllib3.util import parse_url  # noqa: PLC0415

    try:
        made = parse_url(Request("POST", text).prepare().url or "")
    except (RequestException, LocationParseError, ValueError):
        return None
    port = None if made.port is None else str(made.port)
    return None if made.auth is not None else (made.scheme, made.host, port)
