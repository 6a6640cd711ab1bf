"""Documents from outside: nested without end, too large, half a character: told, and none hurts."""

import pytest

from coordinator.documents import (
    DEPTH_MAX,
    YAML_BYTES_MAX,
    BadDocument,
    read_json,
    read_loose_json,
    read_yaml,
)


def nested(depth: int, opening: bytes = b"[", inner: bytes = b"", closing: bytes = b"]") -> bytes:
    return opening * depth + inner + closing * depth


@pytest.mark.parametrize("read", [read_json, read_loose_json])
@pytest.mark.parametrize("depth", [DEPTH_MAX + 1, 900, 5_000, 500_000])
@pytest.mark.parametrize(
    "pair", [(b"[", b"", b"]"), (b'{"a":', b"1", b"}"), (b'[{"a":', b"1", b"}]")]
)
def test_json_without_end_is_refused_in_words(
    read: object, depth: int, pair: tuple[bytes, bytes, bytes]
) -> None:
    with pytest.raises(BadDocument, match="nested more than 64 deep"):
        read(nested(depth, *pair))  # type: ignore[operator]


@pytest.mark.parametrize("read", [read_json, read_loose_json])
def test_what_is_wide_and_as_deep_as_may_be_is_read(read: object) -> None:
    deepest = nested(DEPTH_MAX)
    wide = b"[" + b",".join([b'{"a":[{}]}'] * 1_000) + b"]"

    assert read(deepest) is not None  # type: ignore[operator]
    assert len(read(wide)) == 1_000  # type: ignore[operator]
    assert read(b'{"text": "%s"}' % (b"[{" * 500)) == {"text": "[{" * 500}  # type: ignore[operator]


@pytest.mark.parametrize(
    ("raw", "why"),
    [(b'{"a":"\xc4\xe7"}', "not UTF-8"), (b'{"a":"\xe5\x81"}', "not UTF-8"), (b"{", "not JSON"),
     (b'{"a":"\\ud800"}', "not JSON"), (b'{"a":NaN}', "not JSON"), (b"", "not JSON")],
)  # fmt: skip
def test_what_is_no_json_says_what_it_is(raw: bytes, why: str) -> None:
    with pytest.raises(BadDocument, match=why):
        read_json(raw)


def test_a_byte_order_mark_is_passed_over() -> None:
    raw = b"\xef\xbb\xbf" + b'{"a": 1}'

    assert read_json(raw) == read_loose_json(raw) == read_yaml(raw) == {"a": 1}


def test_what_is_too_large_is_not_parsed() -> None:
    with pytest.raises(BadDocument, match="11 bytes, more than 10"):
        read_json(b"[" * 11, bytes_max=10)
    with pytest.raises(BadDocument, match="more than"):
        read_yaml(b" " * (YAML_BYTES_MAX + 1))


@pytest.mark.parametrize(
    ("raw", "why"),
    [(b"x: " + nested(5_000), "nested more than 64 deep"),
     (b"x: " + b"[" * (YAML_BYTES_MAX - 10), "nested more than 64 deep"),
     (b"- " * 5_000 + b"1", "nested more than 64 deep"),
     (b"a: &a 1\nb: *a", "an alias in line 2"), (b"a: [", "not YAML in line 1"),
     (b"a: 2024-99-99", "not YAML"), (b"a: \xc4\xe7", "not UTF-8"),
     (b"a: !!python/none x", "not YAML")],
)  # fmt: skip
def test_yaml_beyond_its_bounds_is_refused_in_words(raw: bytes, why: str) -> None:
    with pytest.raises(BadDocument, match=why):
        read_yaml(raw)


@pytest.mark.parametrize("read", [read_json, read_loose_json])
@pytest.mark.parametrize(
    ("raw", "field"),
    [(b'{"a": 1, "a": 1}', "a"),
     (b'{"a": {"b": [{"c": 1}, {"c": 1, "d": 2, "c": {"e": 3}}]}}', "a.b.1.c"),
     (b'{"\\u0061": 1, "a": 2}', "a"),
     (b'{"a": 1, "a": "\\u003a"}', "a"),
     (b'{"t": "::::", "u": "\\u003A\\u003a", "k": "x", "k": "y"}', "k"),
     (b'{"a": {"x": 1, "x": 2}, "a": {}}', "a")],
)  # fmt: skip
def test_a_field_that_stands_there_twice_is_refused_by_its_place(
    read: object, raw: bytes, field: str
) -> None:
    with pytest.raises(BadDocument, match="twice") as refused:
        read(raw)  # type: ignore[operator]

    assert refused.value.field == field
    assert refused.value.said.code == "field_repeated"


@pytest.mark.parametrize("read", [read_json, read_loose_json])
def test_the_same_name_in_two_objects_and_colons_in_texts_are_no_repetition(read: object) -> None:
    raw = b'[{"a": "a:b", "b": {"a": "\\u003a \\":\\""}}, {"a": "{\\"a\\": 1, \\"a\\": 2}"}]'

    assert read(raw) == [  # type: ignore[operator]
        {"a": "a:b", "b": {"a": ': ":"'}}, {"a": '{"a": 1, "a": 2}'}
    ]  # fmt: skip


def test_what_another_program_may_write_hides_no_repetition() -> None:
    long = b"9" * 40
    for value in (b"NaN", b'"\\ud83d"', long):
        assert set(read_loose_json(b'{"a": 1, "b": %s}' % value)) == {"a", "b"}
        with pytest.raises(BadDocument, match="a: this field stands there twice"):
            read_loose_json(b'{"a": 1, "b": %s, "a": 2}' % value)
    with pytest.raises(BadDocument, match="a: this field"):
        read_loose_json('{"a": "\\u003a", "a": "\\u003a"}'.encode("utf-16"))


def test_a_field_of_yaml_that_stands_there_twice_is_refused_by_its_name() -> None:
    with pytest.raises(BadDocument, match="minutes: this field stands there twice"):
        read_yaml(b"promise:\n  minutes: 5\n  other: 1\n  minutes: 50\n")
    assert read_yaml(b"a: {x: 1}\nb: {x: 2}\n") == {"a": {"x": 1}, "b": {"x": 2}}


@pytest.mark.parametrize(
    ("raw", "named"),
    [(b"yes: 1\ntrue: 2\n", "true"), (b"on: 1\nYes: 2\n", "Yes"), (b'a: 1\n"a": 2\n', "a"),
     (b"!!str a: 1\na: 2\n", "a"), (b"? a\n: 1\na: 2\n", "a"), (b"1: 1\n0x1: 2\n", "0x1")],
)  # fmt: skip
def test_one_name_in_two_spellings_of_yaml_is_one_name(raw: bytes, named: str) -> None:
    with pytest.raises(BadDocument, match=f"{named}: this field stands there twice"):
        read_yaml(raw)


@pytest.mark.parametrize("raw", [b"a: 1\n<<: {a: 2}\n", b"<<: [{a: 1}]\na: 2\n", b"<<: {a: 1}\n"])
def test_yaml_merges_nothing_into_a_mapping(raw: bytes) -> None:
    with pytest.raises(BadDocument, match=r"a merge \(<<\) in line \d: write it out"):
        read_yaml(raw)
    assert read_yaml(b'"<<": 1\n') == {"<<": 1}
