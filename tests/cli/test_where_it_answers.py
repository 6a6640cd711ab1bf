"""Publish and watch find the server of their data folder, and no stranger on a well-known port."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from coordinator.home.folder_lock import LOCK_NAME
from schemas.roles import Capability, Role, can
from tests.cli.test_commands import COMMAND, said
from tests.cli.test_folder import COUNTY, Served, founded, served

__all__ = ["founded", "served"]


@pytest.fixture
def report(tmp_path: Path) -> str:
    file = tmp_path / "report.ndjson"
    place = {"lon": 110.7, "lat": 30.0}
    file.write_text(
        json.dumps(
            {"type": "outage_reported", "jurisdiction": COUNTY, "source": "me", "dedup_key": "1",
             "place": place, "extent": {"customers_out": 1200}}
        )
    )  # fmt: skip
    return str(file)


@pytest.fixture
def stranger() -> Iterator[str]:
    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>welcome</html>")

        do_GET = do_POST  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_what_is_published_reaches_the_server_of_the_folder(served: Served, report: str) -> None:
    token = said(
        "token", "mint", "me", "--role", "feed", "--all-jurisdictions", folder=served.folder
    ).stdout.strip()

    done = said("publish", report, "--token", token, folder=served.folder)

    assert done.returncode == 0, done.stderr
    assert "accepted" in done.stdout
    assert "nothing changed" not in done.stdout
    for language, words in (("en", "nothing changed"), ("zh", "无变化")):
        order = ("publish", report, "--token", token, "--language", language)
        again = said(*order, folder=served.folder)
        assert (again.returncode, words in again.stdout) == (0, True), again.stdout


def test_nobody_is_asked_where_no_server_has_the_folder(founded: Path, report: str) -> None:
    for command in (("publish", report), ("watch",)):
        done = said(*command, "--token", "x", folder=founded)

        assert done.returncode == 2
        assert done.stderr == (
            f"coordinator: data-dir: no server has {founded};"
            " start one, or name another with --url\n"
        )


def test_a_server_that_was_killed_is_not_asked(founded: Path, report: str) -> None:
    environment = os.environ | {"COORDINATOR_DATA_DIR": str(founded), "COORDINATOR_PORT": "18757"}
    with subprocess.Popen(
        [*COMMAND, "up"], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert json.loads((founded / LOCK_NAME).read_text())["url"] == url
        process.send_signal(signal.SIGKILL)

    done = said("publish", report, "--token", "x", folder=founded)

    assert done.returncode == 2
    assert "no server has" in done.stderr


def test_a_stranger_who_answers_is_told_in_one_line(
    stranger: str, founded: Path, report: str
) -> None:
    for command in (("publish", report), ("watch",)):
        done = said(*command, "--token", "x", "--url", stranger, folder=founded)

        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "what answers there is no coordinator" in done.stderr


@pytest.mark.parametrize(
    ("language", "why"), [("en", "incident_id: no such incident"), ("zh", "incident_id: ")]
)
def test_a_refusal_is_told_in_words_of_the_readers_language(
    served: Served, tmp_path: Path, language: str, why: str
) -> None:
    minted = said(
        "token", "mint", "desk", "--role", "dispatcher", "--all-jurisdictions", folder=served.folder
    )
    file, unknown = tmp_path / "restore.ndjson", "inc_01KDVDNA00P5ZFDMCWF9DHXT1V"
    line = {"type": "restore_incident", "jurisdiction": COUNTY, "incident_id": unknown}
    file.write_text(json.dumps(line))
    order = ("publish", str(file), "--token", minted.stdout.strip(), "--language", language)

    done = said(*order, folder=served.folder)

    assert "refused" in done.stdout
    assert why in done.stdout
    assert "{" not in done.stdout
    assert any("\u4e00" <= it <= "\u9fff" for it in done.stdout) is (language == "zh")


def test_the_roles_a_token_is_minted_for_are_all_told(tmp_path: Path) -> None:
    shown = " ".join(
        said("token", "mint", "--help", folder=tmp_path).stdout.replace("│", " ").split()
    )

    for role in Role:
        assert (role.value in shown) is not can(role, Capability.BE_COORDINATOR)
