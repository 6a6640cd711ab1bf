"""Every text that people type is left out of the record, or somebody said why it stays."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from schemas import catalogue
from schemas.told import CODES_STAY, NAMES_A_HOME, STAYS, TOKEN, free_texts, told_fields


@pytest.mark.parametrize("type_", sorted(catalogue.SIGNALS))
def test_each_text_of_a_signal_is_private_or_has_a_reason(type_: str) -> None:
    kind = catalogue.SIGNALS[type_]
    private, stays = set(told_fields(kind)), set(STAYS.get(type_, {}))

    assert private | stays == {*free_texts(kind), *filter(None, [NAMES_A_HOME.get(type_)])}
    assert not private & stays
    assert all(STAYS.get(type_, {}).values())


def _texts_in(schema: Any, values: Any, field: str, within: frozenset[str]) -> Iterator[str]:
    """Name each field, however deep, that takes a text like a token, as codes do and ids do not."""
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    if name and name not in within:
        yield from _texts_in(values[name], values, field, within | {name})
    for inner, it in _parts(schema):
        yield from _texts_in(it, values, inner or field, within)
    text = schema.get("type") == "string" and not schema.keys() & {"enum", "const"}
    if text and re.search(schema.get("pattern", ""), "told:" + "0f" * 20):
        yield field


def _parts(schema: Any) -> Iterator[tuple[str, Any]]:
    for several in ("anyOf", "oneOf", "prefixItems"):
        yield from (("", it) for it in schema.get(several, ()))
    for one in ("items", "additionalProperties"):
        if isinstance(schema.get(one), dict):
            yield "", schema[one]
    yield from schema.get("properties", {}).items()


def test_each_code_and_each_text_within_a_value_has_a_reason_to_stay() -> None:
    found: set[str] = set()
    for type_, kind in catalogue.SIGNALS.items():
        schema = kind.model_json_schema()
        known = {*told_fields(kind), *STAYS.get(type_, {})}
        for name, it in schema["properties"].items():
            if name not in known:
                found.update(_texts_in(it, schema.get("$defs", {}), name, frozenset()))

    assert found == CODES_STAY.keys()
    assert all(CODES_STAY.values())


def test_what_the_law_wants_forgotten_is_private() -> None:
    private = {(type_, it) for type_, kind in catalogue.SIGNALS.items() for it in told_fields(kind)}

    assert private >= {
        ("visit_ward", "text"), ("end_ward", "reason"), ("take_ward", "subject"),
        ("decline_assignment", "text"), ("abort_assignment", "reason"), ("call_help", "text"),
        ("plan_leave", "reason"), ("change_availability", "reason"), ("outage_reported", "text"),
        ("blow_whistle", "text"), ("blow_whistle", "asked_by"), ("readmit_member", "examined_by"),
        ("report_conduct", "text"), ("record_violation", "text"), ("close_incident", "feedback"),
    }  # fmt: skip


def test_only_types_and_fields_that_there_are_stay() -> None:
    for type_, fields in STAYS.items():
        assert set(fields) <= set(free_texts(catalogue.SIGNALS[type_]))


def test_a_token_is_taken_wherever_words_are() -> None:
    token = "told:" + "0f" * 20
    assert TOKEN.fullmatch(token)
    for type_, field in NAMES_A_HOME.items():
        schema = catalogue.SIGNALS[type_].model_json_schema()["properties"][field]
        assert len(token) <= schema["maxLength"]
