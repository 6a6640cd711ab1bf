"""What things are called: in the letters of whoever built the line, and spelled in one way only."""

import unicodedata

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.bounds import Code
from words.faults import first_of

CODE = TypeAdapter(Code)


@pytest.mark.parametrize(
    "name",
    ["10kV云河线05号开关", "#1主变", "110kV青山变10kVⅠ段母线", "云河线(备)", "云河线（备）",
     "西·城T接杆", "café-7", "Подстанция-1", "A.b:c/d_e-f", "told:" + "0f" * 20,
     "号" * 64, "𠙶家沟"],
)  # fmt: skip
def test_a_name_of_any_script_is_taken_as_it_is(name: str) -> None:
    assert CODE.validate_python(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "-a", "云 河", "a\u200eb", "云\u202e河", "云\u200b河", "云\u200d河", "a\0", "a\n", "云|河",
     "a\ufe0f", "<b>", "a'b", 'a"b', "a\\b", "号" * 65, "../a", "a?b", "a%2fb"],
)  # fmt: skip
def test_what_shows_nothing_or_turns_the_line_round_is_refused_in_words(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CODE.validate_python(name)

    assert first_of(refused.value)[1].code in {"code_wanted", "string_too_long"}


@pytest.mark.parametrize(
    "name", [unicodedata.normalize("NFD", "café"), "\u212a1", "\uf900", "a\u3164b", "\u115fa"]
)
def test_a_second_way_to_write_the_same_is_refused(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CODE.validate_python(name)

    assert first_of(refused.value)[1].code == "code_wanted"
