"""Connections that are kept for a moment, where each message would open one of its own.

What speaks to services asks `requests`, which makes a session, and with TLS a handshake, for each
message: in a flood most of what sending costs. A thread that says so here keeps one session.
Nothing else is kept between messages: no cookie, no header, no credential.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import urlsplit

_IDLE_MAX_S: Final = 1.0
"""A service may close what is idle just when the next message is on its way; none does so soon."""
_HOSTS_MAX: Final = 20
"""Connections of one thread; a lane speaks to one service."""


class _Kept(threading.local):
    keeps = False
    session: Any = None
    used_at = 0.0


_kept = _Kept()
_installing = threading.Lock()


def keep_connections() -> None:
    """Let this thread keep its connections: what it asks by `requests` from now on shares them."""
    _install()
    _kept.keeps = True


def _install() -> None:
    import requests  # noqa: PLC0415 - slow to import, and for those only who send

    with _installing:
        if not isinstance(requests.request, partial):
            # By its own name, and as what `post`, `get` and the rest ask.
            requests.request = requests.api.request = partial(_request, requests.request)


def _request(otherwise: Callable[..., Any], method: str, url: str, **given: Any) -> Any:
    """Ask as `requests.request` does; threads that keep nothing ask it itself."""
    if not _kept.keeps:
        return otherwise(method, url, **given)
    if _kept.session is None or time.monotonic() - _kept.used_at > _IDLE_MAX_S:
        _renew()
    try:
        return _kept.session.request(method=method, url=url, **given)
    finally:
        _kept.used_at = time.monotonic()


def _renew() -> None:
    from requests import Session  # noqa: PLC0415 - the same
    from requests.adapters import HTTPAdapter  # noqa: PLC0415

    if _kept.session is not None:
        _kept.session.close()
    session = Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_connections=_HOSTS_MAX, pool_maxsize=1))
    session.merge_environment_settings = partial(  # type: ignore[method-assign]
        _remembered, {}, session.merge_environment_settings
    )
    _kept.session = session


def _remembered(  # noqa: PLR0913, PLR0917 - as `requests` asks for it
    known: dict[object, dict[str, Any]],
    look: Callable[..., dict[str, Any]],
    url: str,
    proxies: dict[str, str] | None,
    stream: object,
    verify: object,
    cert: object,
) -> dict[str, Any]:
    """Return what the environment says of proxies and certificates for a host, looked at once."""
    if proxies:
        return look(url, proxies, stream, verify, cert)
    key = (urlsplit(url)[:2], stream, verify, cert)
    if key not in known:
        known[key] = look(url, {}, stream, verify, cert)
    return {**known[key], "proxies": dict(known[key]["proxies"])}
