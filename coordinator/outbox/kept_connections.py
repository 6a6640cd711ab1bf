"""Connections that are kept for a moment, where each message would open one of its own.

What speaks to services asks `requests`, which makes a session, and with TLS a handshake, for each
message: in a flood most of what sending costs. A thread that says so here keeps one session.
Nothing else is kept between messages: no cookie, no header, no credential.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

_IDLE_MAX_S: Final = 1.0
"""A service may close what is idle just when the next message is on its way; none does so soon."""


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
    from coordinator.outbox.kept_session import KeptSession  # noqa: PLC0415 - the same

    if _kept.session is not None:
        _kept.session.close()
    _kept.session = KeptSession()
