"""Writes docs/promises.md: what is promised, how far, and the test that proves it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
MEASUREMENTS: Final = ROOT / "docs" / "measurements.md"
_HEAD: Final = """# What we promise and how it is tested

Each line is a promise, how far it goes, and the tests that prove it: open one to see what it does.
`make test` runs all of them; those with a broker, Redis or a browser are skipped where these are
missing, and fail in CI. This page is written by `make docs` from `tests/promises.toml`: a promise
without a test does not stand here. What one might expect and we do not promise has
[its own table](#what-we-do-not-promise).

"""
_UNPROMISED: Final = """
## What we do not promise

| one might expect | what there is instead |
|---|---|
"""
_SPEED: Final = """
## Speed, as measured

None of it is a promise. The figures are those of [measurements](measurements.md), which says on
what they were taken and how to read them; measure on your own machines before you rely on any.

| what | measured | goal | command |
|---|--:|--:|---|
"""


class Measured(NamedTuple):
    """A line of docs/measurements.md; `goal` is empty where none was set."""

    measured: str
    goal: str
    command: str


def said() -> dict[str, Any]:
    """Return the promises, figures and what is not promised, as they are written down."""
    return tomllib.loads((ROOT / "tests" / "promises.toml").read_text("utf-8"))


def promises() -> Iterator[dict[str, Any]]:
    """Yield each promise of each subject, in the page's order."""
    for subject in said()["subject"]:
        yield from subject["promise"]


def measured_lines() -> dict[str, Measured]:
    """Return what was measured, by the first cell of each line of the page's tables."""
    found: dict[str, Measured] = {}
    columns: list[str] = []
    command = ""
    for line in MEASUREMENTS.read_text("utf-8").splitlines():
        cells = [it.strip() for it in line.strip().strip("|").split(" | ")]
        if not line.startswith("|"):
            columns, command = [], ""
        elif not columns:
            columns = cells
        elif not re.fullmatch(r"[|:-]+", line):
            row = dict(zip(columns, cells, strict=True))
            # «the same» is the command of the line before.
            command = command if row["command"] == "the same" else row["command"]
            measured = row.get("measured") or row["now"]
            found[row["what"]] = Measured(measured, row.get("goal", ""), command)
    return found


def page() -> str:
    """Return the page as it should be now.

    :raises KeyError: if a figure names a line that docs/measurements.md has no more.
    """
    all_, known = said(), measured_lines()
    parts = [_HEAD]
    for subject in all_["subject"]:
        parts.append(
            f"\n## {subject['title']}\n\n| we promise | as far as | tests |\n|---|---|---|\n"
        )
        for it in subject["promise"]:
            tests = "<br>".join(map(_test, it["tests"]))
            parts.append(f"| {it['says']} | {it['limits'] or 'no limit known'} | {tests} |\n")
    parts.append(_UNPROMISED)
    parts += [f"| {it['what']} | {it['instead']} |\n" for it in all_["unpromised"]]
    parts.append(_SPEED)
    for it in all_["figure"]:
        row = known[it["line"]]
        parts.append(f"| {it['says']} | {row.measured} | {row.goal or '–'} | {row.command} |\n")
    return re.sub(r"\n{3,}", "\n\n", "".join(parts))


def _test(name: str) -> str:
    file, _, what = name.partition("::")
    return f"[{what.replace('_', ' ')}](../tests/{file})"
