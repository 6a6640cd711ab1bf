"""docs/promises.md says what is promised, and each promise has tests that there are."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.test_rules_page import names_in
from tools.promises import measured_lines, page, promises, said

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
PROMISES = list(promises())


def test_the_page_is_current() -> None:
    written = (ROOT / "docs" / "promises.md").read_text("utf-8")
    assert written == page(), "run `make docs`"


@pytest.mark.parametrize("it", PROMISES, ids=[f"{n} {it['says']}" for n, it in enumerate(PROMISES)])
def test_each_promise_names_tests_that_there_are(it: dict[str, list[str]]) -> None:
    assert it.keys() == {"says", "limits", "tests"}
    assert it["tests"]
    assert len(it["tests"]) == len(set(it["tests"]))
    for test in it["tests"]:
        file, _, name = test.partition("::")
        assert (TESTS / file).is_file(), test
        assert name in names_in(file), test


def test_no_promise_is_named_twice() -> None:
    named = Counter(re.sub(r"\W+", " ", it["says"]).strip().lower() for it in PROMISES)
    titles = Counter(it["title"] for it in said()["subject"])
    expected = Counter(it["what"] for it in said()["unpromised"])

    assert [it for it, times in (named + titles + expected).items() if times > 1] == []


def test_a_promise_is_one_sentence_and_fits_its_table() -> None:
    for it in PROMISES:
        assert it["says"].endswith("."), it["says"]
        assert "|" not in it["says"] + it["limits"], it["says"]
        assert not it["limits"] or it["limits"].endswith("."), it["limits"]


def test_each_figure_is_one_that_was_measured_by_a_command_that_there_is() -> None:
    known = measured_lines()
    for it in said()["figure"]:
        row = known[it["line"]]
        module = re.search(r"python -m benchmarks\.(\w+)", row.command)
        assert re.search(r"\d", row.measured), it["line"]
        assert module or row.command.startswith("`…"), row
        if module:
            assert (ROOT / "benchmarks" / f"{module[1]}.py").is_file(), row


def test_the_page_is_found_from_the_readme() -> None:
    for name in ("README.md", "README.zh.md"):
        assert "(docs/promises.md)" in (ROOT / name).read_text("utf-8"), name
