"""Text that no encoding and no file takes is refused by field and value, wherever it comes in."""

import json

import pytest
from pydantic import ValidationError

from schemas.bounds import not_kept_in, spelled_out
from schemas.catalogue import SIGNALS, read_signal_document
from schemas.ids import ulid_of

REPORT = {
    "type": "outage_reported", "v": 1, "signal_id": ulid_of(1, "r"), "jurisdiction": "yunhe",
    "realm": "actual", "at": 1, "actor_id": "me", "actor_role": "feed", "source": "s",
    "dedup_key": "1", "place": {"lon": 110.5, "lat": 30.5}, "extent": {"customers_out": 3},
}  # fmt: skip


@pytest.mark.parametrize("cause", ["x\ud83d", "\ude00", "x\0y"])
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
