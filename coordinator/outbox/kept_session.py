"""A session that asks its environment once for each host, and not again for each message.

`requests` looks for proxies, certificates and a `.netrc` at each message, merges the cookies of a
session that has none, and looks up the pool of connections it used a moment ago: twice what the
message itself costs. What is asked in an unusual way (a proxy, a certificate, cookies, hooks,
files) goes the library's own way. Slow to import; for those only who send.
"""

from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import urlsplit

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_netrc_auth

_HOSTS_MAX: Final = 20
"""Connections of one thread; a lane speaks to one service."""
_USUAL: Final = frozenset(
    {"headers", "params", "data", "json", "auth", "timeout", "allow_redirects", "verify"}
)


class KeptSession(Session):
    """Keeps connections and what the environment says; no cookie, no header, no credential."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self.mount(scheme, _KeptPools(pool_connections=_HOSTS_MAX, pool_maxsize=1))
        self._environment: dict[object, dict[str, Any]] = {}
        self._logins: dict[str, Any] = {}

    def request(self, method: str, url: str, **given: Any) -> Response:  # type: ignore[override]
        """Ask as `requests.request` does."""
        headers = given.get("headers") or {}
        if given.keys() - _USUAL or None in headers.values():
            return super().request(method, url, **given)
        settings = self.merge_environment_settings(
            url, {}, stream=None, verify=given.get("verify"), cert=None
        )
        if settings["proxies"]:
            return super().request(method, url, **given)
        merged = CaseInsensitiveDict(self.headers)
        merged.update(headers)
        prepared = PreparedRequest()
        prepared.prepare(
            method=method.upper(),
            url=url,
            headers=merged,
            data=given.get("data"),
            json=given.get("json"),
            params=given.get("params") or None,
            auth=given.get("auth") or self._login(url),
        )
        return self.send(
            prepared,
            timeout=given.get("timeout"),
            allow_redirects=given.get("allow_redirects", True),
            **settings,
        )

    def _login(self, url: str) -> Any:
        """Return what a `.netrc` says of a host, looked up once."""
        host = urlsplit(url).netloc
        if host not in self._logins:
            self._logins[host] = get_netrc_auth(url)
        return self._logins[host]

    def merge_environment_settings(
        self, url: str, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> dict[str, Any]:
        """Return what the environment says of proxies and certificates, asked once for a host."""
        if proxies:
            return dict(super().merge_environment_settings(url, proxies, stream, verify, cert))
        key = (urlsplit(url)[:2], stream, verify, cert)
        if key not in self._environment:
            self._environment[key] = dict(
                super().merge_environment_settings(url, {}, stream, verify, cert)
            )
        known = self._environment[key]
        return {**known, "proxies": dict(known["proxies"])}


class _KeptPools(HTTPAdapter):
    """Finds the pool of a host, with its certificates, once."""

    def __init__(self, **given: Any) -> None:
        self._pools: dict[object, Any] = {}
        super().__init__(**given)

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: Any,
        proxies: dict[str, str] | None = None,
        cert: Any = None,
    ) -> Any:
        if proxies or cert:
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        url = request.url or ""
        key = (urlsplit(url)[:2], verify)
        pool = self._pools.get(key)
        if pool is None:
            if len(self._pools) >= _HOSTS_MAX:
                self._pools.clear()
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            super().cert_verify(pool, url, verify, cert)
            self._pools[key] = pool
        return pool

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        if cert or conn not in self._pools.values():
            super().cert_verify(conn, url, verify, cert)

    def close(self) -> None:
        self._pools.clear()
        super().close()
