"""Every text that people type is left out of the record, or somebody said why it stays."""

import pytest

from schemas import catalogue
from schemas.told import NAMES_A_HOME, STAYS, TOKEN, free_texts, told_fields


@pytest.mark.parametrize("type_", sorted(catalogue.SIGNALS))
def test_each_text_of_a_signal_is_private_or_has_a_reason(type_: str) -> None:
    kind = catalogue.SIGNALS[type_]
    private, stays = set(told_fields(kind)), set(STAYS.get(type_, {}))

    assert private | stays == {*free_texts(kind), *filter(None, [NAMES_A_HOME.get(type_)])}
    assert not private & stays
    assert all(STAYS.get(type_, {}).values())


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
