"""A thread that keeps its connections opens one for many messages, and keeps nothing else."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from coordinator.outbox import kept_connections
from coordinator.outbox.kept_connections import keep_connections


class Service:
    """Counts connections, keeps the cookies it is given, and sets one each time."""

    def __init__(self) -> None:
        self.connections = 0
        self.cookies: list[str | None] = []
        self.logins: list[str | None] = []
        self.moved_to: str | None = None
        self.closes = False
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                service.connections += 1

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                service.cookies.append(self.headers.get("cookie"))
                service.logins.append(self.headers.get("authorization"))
                self.send_response(200 if service.moved_to is None else 307)
                if service.moved_to is not None:
                    self.send_header("Location", service.moved_to)
                self.send_header("Set-Cookie", "who=me")
                self.send_header("Content-Length", "0")
                if service.closes:
                    self.send_header("Connection", "close")
                self.end_headers()

            def log_message(self, *said: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    serving = threading.Thread(target=made.server.serve_forever, daemon=True)
    serving.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    serving.join()


@pytest.fixture
def keeping() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1, initializer=keep_connections) as thread:
        yield thread
        thread.submit(_close).result()


def _close() -> None:
    kept_connections._kept.session.close()


def posted(thread: ThreadPoolExecutor, service: Service) -> int:
    given: dict[str, Any] = {"json": {"message": "come"}, "timeout": 5}
    return thread.submit(lambda: requests.post(service.url, **given)).result().status_code


def test_many_messages_share_a_connection(service: Service, keeping: ThreadPoolExecutor) -> None:
    assert [posted(keeping, service) for _ in range(5)] == [200] * 5
    by_name = keeping.submit(lambda: requests.request("POST", service.url, data="{}", timeout=5))
    assert by_name.result().status_code == 200

    assert service.connections == 1


def test_no_cookie_goes_from_one_message_to_the_next(
    service: Service, keeping: ThreadPoolExecutor
) -> None:
    posted(keeping, service)
    posted(keeping, service)

    assert service.cookies == [None, None]


def test_a_proxy_of_the_environment_is_asked_as_without_it(
    service: Service, keeping: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")

    for _ in range(2):
        with pytest.raises(requests.exceptions.ProxyError):
            posted(keeping, service)
    assert service.connections == 0


def test_a_connection_that_was_idle_is_not_trusted(
    service: Service, keeping: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted(keeping, service)
    monkeypatch.setattr(kept_connections, "_IDLE_MAX_S", 0.05)
    time.sleep(0.1)
    posted(keeping, service)

    assert service.connections == 2


def test_a_service_that_closes_each_time_is_spoken_to_anew(
    service: Service, keeping: ThreadPoolExecutor
) -> None:
    service.closes = True

    assert [posted(keeping, service) for _ in range(3)] == [200] * 3
    assert service.connections == 3


def test_threads_that_did_not_ask_for_it_keep_nothing(
    service: Service, keeping: ThreadPoolExecutor
) -> None:
    posted(keeping, service)
    with ThreadPoolExecutor(1) as other:
        for _ in range(2):
            posted(other, service)

    assert service.connections == 3


def test_who_has_moved_is_followed(service: Service, keeping: ThreadPoolExecutor) -> None:
    other = Service()
    serving = threading.Thread(target=other.server.serve_forever, daemon=True)
    serving.start()
    service.moved_to = other.url

    assert [posted(keeping, service) for _ in range(3)] == [200] * 3
    assert (len(service.cookies), len(other.cookies)) == (3, 3)
    stays = {"data": "{}", "timeout": 5, "allow_redirects": False}
    stayed = keeping.submit(lambda: requests.request("POST", service.url, **stays)).result()  # type: ignore[arg-type]
    assert stayed.status_code == 307
    other.server.shutdown()
    other.server.server_close()
    serving.join()


def test_a_login_is_sent_to_its_host_and_to_no_other(
    service: Service,
    keeping: ThreadPoolExecutor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    logins = tmp_path / "netrc"
    logins.write_text("machine 127.0.0.1 login me password word\n")
    monkeypatch.setenv("NETRC", str(logins))
    posted(keeping, service)
    posted(keeping, service)
    elsewhere = service.url.replace("127.0.0.1", "localhost")
    keeping.submit(lambda: requests.post(elsewhere, data="{}", timeout=5)).result()
    own = {"data": "{}", "timeout": 5, "auth": ("you", "other")}
    keeping.submit(lambda: requests.post(service.url, **own)).result()  # type: ignore[arg-type]

    known, given = "Basic bWU6d29yZA==", "Basic eW91Om90aGVy"
    assert service.logins == [known, known, None, given]
