"""Text that no encoding and no file takes is refused by field and value, wherever it comes in."""

import json
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from schemas.bounds import ERASED, NOT_HERE, not_kept_in, spelled_out
from schemas.catalogue import SIGNALS, read_signal_document
from schemas.events.incident import IncidentReopened
from schemas.ids import ulid_of
from schemas.sentences import faults
from words.catalogue import LANGUAGES, Language, current
from words.faults import told_first

REPORT = {
    "type": "outage_reported", "v": 1, "signal_id": ulid_of(1, "r"), "jurisdiction": "yunhe",
    "realm": "actual", "at": 1, "actor_id": "me", "actor_role": "feed", "source": "s",
    "dedup_key": "1", "place": {"lon": 110.5, "lat": 30.5}, "extent": {"customers_out": 3},
}  # fmt: skip


@pytest.mark.parametrize(
    "cause", ["x\ud83d", "\ude00", "x\0y", "\x1b[31mred", "\x7f", "\x9b31m", "\u202etxt", "\u2066x"]
)
def test_a_signal_with_such_text_is_refused_by_its_field(cause: str) -> None:
    assert read_signal_document(json.dumps(REPORT | {"cause": "风"}).encode()).type in SIGNALS  # type: ignore[attr-defined]

    with pytest.raises(ValidationError) as caught:
        read_signal_document(json.dumps(REPORT | {"cause": cause}).encode())

    (error,) = caught.value.errors()
    assert error["loc"] == ("cause",)
    assert "half a character" in error["msg"]


def test_such_text_is_found_however_deep_it_stands() -> None:
    assert not_kept_in({"a": ["好", {"b": "x\ud83d"}], "c": "y\0"}) == (("a", 1, "b"), "x\ud83d")
    assert not_kept_in({"k\ud83d": 1}) == ((r"k\ud83d",), "k\ud83d")
    assert not_kept_in({"a": ["好", "😀", None, 1.5, True]}) is None
    deep: object = "x\0"
    for _ in range(2_000):
        deep = [deep]
    assert not_kept_in(deep) is not None


def test_it_is_spelled_out_where_it_is_shown() -> None:
    assert spelled_out("风😀") == "风😀"
    assert spelled_out("a\ud83d\0") == r"a\ud83d\x00"


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\r", "\t", "\x85", "\u2028", "\u2029"])
def test_a_text_of_one_line_stays_one_line_and_one_of_several_keeps_them(gap: str) -> None:
    typed = {"cause": f"a{gap}b", "text": f"a{gap}b"}
    signal: Any = read_signal_document(json.dumps(REPORT | typed).encode())

    assert signal.cause == "a b"
    assert signal.text == ("a\tb" if gap == "\t" else "a\nb")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mark", [ERASED, NOT_HERE])
@pytest.mark.parametrize("field", ["cause", "text"])
def test_nobody_types_what_stands_for_words_that_are_gone(
    mark: str, field: str, language: Language
) -> None:
    with pytest.raises(ValidationError) as caught:
        read_signal_document(json.dumps(REPORT | {field: f"x {mark}"}).encode())

    told = told_first(caught.value, language=language)
    assert told.startswith(f"{field}: ")
    assert current().say(faults.MARK_TYPED, language) in told


def test_a_fact_is_read_as_it_was_recorded() -> None:
    fact = IncidentReopened(incident_id="inc_x", reason="\x1b[31m\n" + ERASED)

    read = msgspec.json.decode(msgspec.json.encode(fact), type=IncidentReopened)
    assert read == fact


def test_controls_are_spelled_out_where_they_are_shown() -> None:
    assert spelled_out("\x1b[31m\x9b\u202e") == r"\x1b[31m\x9b\u202e"
    assert spelled_out("a\n\tb") == "a\n\tb"
