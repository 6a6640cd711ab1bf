"""docs/rules.md says of each rule of the default policy where it comes from and what proves it."""

import ast
from pathlib import Path

import pytest

from schemas.default_evidence import EVIDENCE
from tools.rules import page, proofs

TESTS = Path(__file__).resolve().parent
RULES = sorted(it for it in EVIDENCE if "." in it)


def names_in(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {it.name.removeprefix("test_") for it in tree.body if isinstance(it, functions)}


def test_the_page_is_current() -> None:
    written = (TESTS.parent / "docs" / "rules.md").read_text("utf-8")
    assert written == page(), "run `make docs`"


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_says_what_proves_it(rule: str) -> None:
    for it in proofs()[rule]:
        file, _, name = it.partition("::")
        assert name == "*" or name in names_in(file), it


def test_nothing_is_said_of_rules_that_are_gone() -> None:
    assert proofs().keys() <= set(RULES)
