"""What ships is listed whole, and asked about: whether a vulnerability is known of it."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.test_packaging import PROJECT, name_of, pins_of
from tools import audit
from tools.sbom import document, pinned
from tools.vendor import ROOT, TARGET

LOCK = "zlib-ng==0.4.3 \\\n    --hash=sha256:" + "a" * 64 + "\nyarl==1.18.0 \\\n    --hash=sha256:"
LOCK += "b" * 64 + "\n"
KNOWN = {
    "id": "PYSEC-2026-1",
    "aliases": ["CVE-2026-0001"],
    "summary": "it listens to anybody",
    "affected": [
        {
            "package": {"name": "yarl", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.18.1"}]}],
        }
    ],
}


@contextmanager
def advisories(known: dict[str, Any] | None) -> Iterator[str]:
    """Serve advisories as OSV does: one package has what is known, the others nothing."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = known is not None and asked["package"]["name"] == "yarl"
            body = json.dumps({"vulns": [known]} if found else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.txt"
    file.write_text(LOCK, encoding="utf-8")
    return file


def components() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(document())["components"]
    return found


def test_the_bill_of_materials_is_what_its_schema_allows() -> None:
    made = document()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(made) is None
    assert "://" not in made.replace("http://cyclonedx.org/schema/", "")
    assert document() == made


def test_it_lists_every_pin_with_each_of_its_hashes_and_nothing_else() -> None:
    listed = {
        (it["name"], it["version"]): sorted(sum_["content"] for sum_ in it["hashes"])
        for it in components()
        if it["purl"].startswith("pkg:pypi/")
    }
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    locked: dict[tuple[str, str], list[str]] = {}
    pin = ("", "")
    for name, version, sum_ in re.findall(r"^([\w.-]+)==(\S+)|--hash=sha256:(\w+)", text, re.M):
        if name:
            pin = (name, version)
            locked[pin] = []
        else:
            locked[pin].append(sum_)

    assert listed == {it: sorted(sums) for it, sums in locked.items()}
    # Where a package has one version for older Pythons and one for newer ones, both are there.
    twice = {name for name, _ in locked if sum(name == it for it, _ in locked) > 1}
    marked = {it["name"] for it in components() if "python:marker" in str(it.get("properties"))}
    assert twice <= marked


def test_it_lists_every_script_of_others_and_what_is_built_into_it() -> None:
    shipped = json.loads((TARGET / "VENDOR.json").read_text(encoding="utf-8"))
    listed = {it["properties"][0]["value"]: it for it in components() if "npm" in it["purl"]}

    assert listed.keys() == {it["file"] for it in shipped}
    for it in shipped:
        ours = listed[it["file"]]
        assert ours["hashes"] == [{"alg": "SHA-256", "content": it["sha256"]}]
        assert ours["licenses"] == [{"expression": it["licence"]}]
        held = {
            "/".join(filter(None, (c.get("group"), c["name"]))) for c in ours.get("components", ())
        }
        assert held == {part["name"] for part in it["holds"]}


def test_what_is_depended_on_by_name_is_told_from_what_came_with_it() -> None:
    made = json.loads(document())
    [ours] = [it for it in made["dependencies"] if it["ref"] == PROJECT["project"]["name"]]

    named = {name_of(it) for it in PROJECT["project"]["dependencies"]}
    said = {it.partition("/")[2].split("@")[0] for it in ours["dependsOn"] if "pypi" in it}
    assert said == named
    assert len(said) < len(pins_of("requirements.txt"))


def test_a_known_vulnerability_ends_with_one_and_is_named(lock: Path) -> None:
    with advisories(KNOWN) as url:
        lines, code = audit.judge(*audit.ask([lock], "-s", "osv", "--osv-url", url))

    assert code == 1
    assert lines == [
        "audit: yarl 1.18.0: PYSEC-2026-1, mended in 1.18.1",
        "audit: 2 packages asked about, 1 known vulnerabilities",
    ]


def test_where_nothing_is_known_it_ends_with_nothing(lock: Path) -> None:
    with advisories(None) as url:
        lines, code = audit.judge(*audit.ask([lock], "-s", "osv", "--osv-url", url))

    assert (lines, code) == (["audit: 2 packages asked about, 0 known vulnerabilities"], 0)


def test_a_network_that_is_away_fails_nobody_and_is_said(lock: Path) -> None:
    with advisories(None) as url:
        pass
    lines, code = audit.judge(*audit.ask([lock], "-s", "osv", "--osv-url", url))

    assert code == 0
    [line] = lines
    assert line.startswith("audit: NOT DONE, the source of advisories was not reached: ")


def test_a_source_that_knows_no_package_is_not_taken_for_a_clean_one() -> None:
    skipped = [{"name": it, "skip_reason": "not found"} for it in ("yarl", "zlib-ng")]
    asked = {"name": "arrow", "version": "1.4.0", "vulns": []}

    none, code = audit.judge({"dependencies": skipped}, "No known vulnerabilities found")
    some, _ = audit.judge({"dependencies": [*skipped, asked]}, "")

    assert code == 0
    assert none == [
        "audit: NOT DONE, nothing is known at its source of 2 of 2 packages: yarl, zlib-ng …"
    ]
    assert some[0].startswith("audit: NOT WHOLE, nothing is known at its source of 2 of 3 packages")
    assert some[1] == "audit: 1 packages asked about, 0 known vulnerabilities"


def test_what_is_lived_with_for_a_reason_fails_nobody(
    lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        audit.ACCEPTED, "CVE-2026-0001", "only where it serves a page; ours does not"
    )
    with advisories(KNOWN) as url:
        _, code = audit.judge(*audit.ask([lock], "-s", "osv", "--osv-url", url))

    assert code == 0


def test_a_lock_that_cannot_be_read_is_no_missing_network(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("zlib-ng=0.4.3\n", encoding="utf-8")

    with pytest.raises(ValueError, match="zlib-ng"):
        audit.ask([file])


@pytest.mark.parametrize("lock_", audit.LOCKS)
def test_every_lock_is_read(lock_: str) -> None:
    read = {name_of(it.name) for it, hashes in pinned(ROOT / lock_) if hashes}

    assert read == pins_of(lock_).keys()
