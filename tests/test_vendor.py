"""What the consoles take from others is what was written down, and ships with its licence."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tools.vendor import FILES, ROOT, SOURCES, TARGET

LISTED: list[dict[str, Any]] = json.loads((TARGET / "VENDOR.json").read_text(encoding="utf-8"))
LOCKED: dict[str, Any] = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))
FREE = {"Apache-2.0", "MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause"}


def licences_of(it: dict[str, Any]) -> list[dict[str, Any]]:
    return [it, *it["holds"]]


def test_every_file_that_ships_is_listed_and_every_listed_file_ships() -> None:
    there = {it.relative_to(TARGET).as_posix() for it in TARGET.rglob("*") if it.is_file()}
    named = {it["file"] for it in LISTED}
    named |= {held["licence_file"] for it in LISTED for held in licences_of(it)}

    assert there == named | {"VENDOR.json"}
    assert [it["file"] for it in LISTED] == [it.file for it in FILES]


@pytest.mark.parametrize("it", LISTED, ids=lambda it: str(it["file"]))
def test_a_vendored_file_is_unchanged(it: dict[str, Any]) -> None:
    assert hashlib.sha256((TARGET / it["file"]).read_bytes()).hexdigest() == it["sha256"]


@pytest.mark.parametrize("it", LISTED, ids=lambda it: str(it["file"]))
def test_a_vendored_file_is_of_the_locked_version(it: dict[str, Any]) -> None:
    locked = LOCKED["packages"][f"node_modules/{it['name']}"]

    assert it["version"] == locked["version"]
    assert locked["integrity"].startswith("sha512-")
    assert (
        json.loads((SOURCES / "package.json").read_text())["dependencies"][it["name"]]
        == (it["version"])
    )


@pytest.mark.parametrize("it", LISTED, ids=lambda it: str(it["file"]))
def test_each_licence_is_free_and_its_text_is_there(it: dict[str, Any]) -> None:
    for held in licences_of(it):
        assert held["licence"] in FREE
        text = (TARGET / held["licence_file"]).read_text(encoding="utf-8")
        assert "copyright" in text.lower()
        assert len(text) > 500


def test_the_lock_holds_no_address() -> None:
    text = (SOURCES / "package-lock.json").read_text(encoding="utf-8")

    assert re.findall(r"https?://\S*", text) == []
    assert "resolved" not in text


def test_the_scripts_need_no_eval() -> None:
    for it in LISTED:
        text = (TARGET / it["file"]).read_text(encoding="utf-8")
        assert re.search(r"\beval\(|new Function\b", text) is None


def test_the_wheel_holds_every_static_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    ignore = shutil.ignore_patterns("__pycache__")
    for room in ("coordinator", "schemas", "streams"):
        shutil.copytree(ROOT / room, source / room, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    command += ["--no-build-isolation", "--wheel-dir", str(tmp_path), str(source)]

    subprocess.run(command, check=True)

    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shipped = set(archive.namelist())
    static = ROOT / "coordinator" / "web" / "static"
    expected = {it.relative_to(ROOT).as_posix() for it in static.rglob("*") if it.is_file()}
    assert expected <= shipped
