"""What is answered to a request, a row or a feed is a code, worded nowhere but in catalogues."""

import ast
import inspect
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from pydantic import BaseModel, Field, ValidationError
from pydantic_core.core_schema import ErrorType

import schemas.sentences.answers
import schemas.sentences.faults
from schemas.catalogue import SIGNALS
from schemas.policy import Policy
from schemas.said import SENTENCES
from schemas.sentences import faults
from schemas.value import from_document
from words.catalogue import HOLE, LANGUAGES, current
from words.faults import Fault, said_of

ROOT = Path(__file__).resolve().parent.parent.parent
SAYING = {
    "Problem": 2,
    "wrong": 2,
    "Fault": 2,
    "Unreadable": 2,
    "BadDocument": 0,
    "Excess": 2,
    "_bad": 3,
    "not_valid": 0,
}
"""What makes an answer, and which of its arguments says why; `_bad` is of the rows of a roster."""


def worded_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the source of each reason that is given in words and not by a code."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = str(getattr(call.func, "id", None) or getattr(call.func, "attr", ""))
        place = SAYING.get(name)
        if place is None or len(call.args) <= place:
            continue
        said = call.args[place]
        in_words = isinstance(said, ast.JoinedStr) or (
            isinstance(said, ast.Constant) and isinstance(said.value, str)
        )
        as_text = isinstance(said, ast.Call) and getattr(said.func, "id", "") in {"str", "repr"}
        if in_words or as_text or any(isinstance(it, ast.Dict) for it in ast.walk(said)):
            yield call.lineno, ast.unparse(said)


def trees() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("coordinator", "schemas", "streams", "words"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_no_answer_is_worded_where_it_is_found() -> None:
    found = [f"{name}:{line}: {it}" for name, tree in trees() for line, it in worded_in(tree)]

    assert found == []
    wanted = [
        'Problem(404, "not_found", f"no {it}")',
        'wrong("at", 1, "too late")',
        'self._bad(1, "row", None, str(error))',
        'not_valid([{"field": "at", "reason": "too late"}])',
    ]
    for source in wanted:
        assert len(list(worded_in(ast.parse(source)))) == 1, source
    assert list(worded_in(ast.parse("wrong('at', 1, faults.TEXT_WANTED)"))) == []


def test_no_prose_of_pydantic_is_passed_on() -> None:
    held = [
        f"{name}:{node.lineno}"
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value == "msg"
    ]

    # Settings and arguments of commands are read by who runs the server, in English.
    assert {it.partition(":")[0] for it in held} <= {
        "coordinator/settings.py",
        "coordinator/cli/planning.py",
        "coordinator/cli/tokens.py",
    }


@pytest.mark.parametrize("module", [schemas.sentences.answers, schemas.sentences.faults])
def test_each_code_is_used_and_its_parameters_are_told_in_each_language(module: Any) -> None:
    names = {it for it in vars(module) if it.lower() in SENTENCES and it not in vars(msgspec)}
    used = {
        node.attr
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in {"answers", "faults"}
    }
    source = inspect.getsource(module)

    assert len(names) > 40
    for name in names:
        code = name.lower()
        assert f"def {code}(" in source or f"{name}: Final" in source
        for language in LANGUAGES:
            groups = current().groups[language]
            text = (groups["said_answers"] | groups["said_faults"])[code]
            assert sorted(HOLE.findall(text)) == sorted(it.name for it in SENTENCES[code])
    ours = {it for it in names if it.lower() not in OF_PYDANTIC}
    assert ours - used == set()


OF_PYDANTIC = {
    *get_args(ErrorType),
    "const_error",
    *(
        it.value
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and "PydanticCustomError" in ast.unparse(node.func)
        for it in node.args[:1]
        if isinstance(it, ast.Constant)
    ),
}
"""Codes that a model says, not a line of ours."""


class _Asked(BaseModel):
    kind: str = Field(pattern="^a$")
    size: int = Field(ge=2)


def faults_of(work: Any) -> list[Fault]:
    with pytest.raises(ValidationError) as caught:
        work()
    return [Fault(".".join(map(str, it["loc"])), None, said_of(it)) for it in caught.value.errors()]


def test_what_a_model_finds_wrong_is_told_in_the_language_of_the_reader() -> None:
    pattern, size = faults_of(lambda: _Asked(kind="b", size=1))

    assert pattern.told("zh") == "kind: 格式不符：^a$"
    assert size.told("zh") == "size: 不得小于2"
    assert size.to_document("en")["parameters"] == {"ge": 2}
    assert said_of({"type": "of_a_later_version", "loc": ()}).code == "not_of_this_kind"


def test_choices_are_told_without_an_or_of_another_language() -> None:
    found = [
        it
        for model in SIGNALS.values()
        for it in faults_of(partial(model.model_validate_json, '{"realm": "neither"}'))
        if it.field == "realm"
    ]

    assert found
    assert found[0].reason("zh") == "须为下列之一：actual、exercise"
    assert found[0].reason("en") == "one of actual, exercise"
    assert found[0].to_document("zh")["parameters"] == {"expected": ["actual", "exercise"]}


def test_a_policy_says_what_is_wrong_with_it_by_a_code() -> None:
    wrong = faults_of(lambda: from_document(Policy, b'{"grading": 7}'))

    assert all(it.said.code != faults.not_of_this_kind("").code for it in wrong)
    assert all(not it.reason("zh").isascii() for it in wrong)
