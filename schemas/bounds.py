"""Bounded building blocks: every string, list and number that comes in has a limit.

Time is UTC milliseconds, positions are WGS84 degrees, quantities carry their unit in the name.
"""

import json
import re
import unicodedata
from contextlib import suppress
from typing import Annotated, Any, Final, Literal

import msgspec
from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError

from schemas.value import EDGE, Value, bounded

NOT_KEPT: Final = (
    "half a character, a control character or a mark that turns the direction of text cannot be"
    " kept"
)
_NOT_KEPT: Final = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]"
)
"""What commands a terminal or turns the order of text round; not what breaks lines."""
_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_GAP: Final = re.compile("\r\n|[\t\n\r\x85\u2028\u2029]")
ERASED: Final = "〔已删除 erased〕"
NOT_HERE: Final = "〔不存于此 not kept here〕"
OUR_MARKS: Final = (ERASED, NOT_HERE)
"""What is shown in place of words that are gone; nobody can type it."""
MARK_TYPED: Final = "this stands for words that are gone, and cannot be typed"


def spelled_out(text: str) -> str:
    """Return a text as it can be kept and shown: what is no character stands as its escape."""
    text = _NOT_KEPT.sub(lambda it: it[0].encode("unicode_escape").decode(), text)
    return text.encode("utf-8", "backslashreplace").decode()


def not_kept_in(document: Any) -> tuple[tuple[str | int, ...], str] | None:
    """Return where in a JSON document the first text stands that cannot be kept, and that text.

    JSON lets half of a surrogate pair through (`"\\ud83d"`), which no encoding and no file takes.
    """
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while waiting:
        place, it = waiting.pop()
        if isinstance(it, str):
            if spelled_out(it) != it:
                return place, it
        elif isinstance(it, dict):
            for key in it:
                if spelled_out(str(key)) != str(key):
                    return (*place, spelled_out(str(key))), str(key)
            waiting += reversed([((*place, str(key)), held) for key, held in it.items()])
        elif isinstance(it, (list, tuple)):
            waiting += reversed([((*place, index), held) for index, held in enumerate(it)])
    return None


def repeated_in(raw: bytes | bytearray, found: Any) -> tuple[str | int, ...] | None:
    """Return where a JSON text first names a field twice in one object; None if nowhere.

    Readers take the first of the two or the last, so that two of them could act on two documents.
    A field that was dropped took a colon along: the text has one more than what was read of it,
    written again. Only then, or where a colon may be spelled `\\u003a`, is it read a second time.

    Args:
        raw: a JSON text.
        found: what was read of it.
    """
    if b"\\u003" not in raw and b"\0" not in raw:  # NUL: of UTF-16
        # Half a character and numbers of another program cannot be written again.
        with suppress(UnicodeEncodeError, OverflowError, msgspec.MsgspecError):
            if raw.count(b":") == msgspec.json.encode(found).count(b":"):
                return None
    return _place_of_repeated(json.loads(raw, object_pairs_hook=_Pairs))


class _Pairs(list[tuple[str, Any]]):
    """The fields of an object as they stand in the text, also those that stand there twice."""


def _place_of_repeated(document: Any) -> tuple[str | int, ...] | None:
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while waiting:
        place, it = waiting.pop()
        inside: list[tuple[str | int, Any]] = []
        if isinstance(it, _Pairs):
            seen: set[str] = set()
            for name, held in it:
                if name in seen:
                    return (*place, spelled_out(name))
                seen.add(name)
                inside.append((name, held))
        elif isinstance(it, list):
            inside += enumerate(it)
        waiting += [((*place, key), held) for key, held in reversed(inside)]
    return None


def _kept(text: str) -> str:
    # Half a character no pydantic model lets in.
    if _NOT_KEPT.search(text):
        raise PydanticCustomError("text_not_kept", NOT_KEPT)
    if any(it in text for it in OUR_MARKS):
        raise PydanticCustomError("mark_typed", MARK_TYPED)
    return text


def _one_line(text: str) -> str:
    """Let a text pass that is one line; what breaks it, or leaves a gap in it, becomes a space."""
    return _GAP.sub(" ", _kept(text))


def _lines(text: str) -> str:
    """Let a text of several lines pass; however they were broken, they are broken in one way."""
    return _BREAK.sub("\n", _kept(text))


CODE_PATTERN: Final = (
    r"^[^\u0000-\u0022\u0024-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u2000-\u206f\u3000-\u3004\ufeff]"
    r"[^\u0000-\u0022\u0024-\u0027\u002a-\u002c\u003b-\u0040\u005b-\u005e\u0060\u007b-\u00a9\u2000-\u206f"
    r"\u3000-\u3004\ufeff]{0,63}$"
)
"""What every reader of a schema can try: none has the classes of Unicode in the same words."""
_SIGNS: Final = frozenset("_.:/#()（）·-")
_UNSEEN: Final = re.compile("[\u115f\u1160\u3164\uffa0]")
"""Letters by their class that show nothing."""


def _called(text: str) -> str:
    """Let letters and digits of any script pass, and a few signs; spelled in one way only."""
    if text.isascii():  # The pattern has seen to it.
        return text
    seen = all(it in _SIGNS or unicodedata.category(it)[0] in "LN" for it in text)
    first = text[0] == "#" or text[0] not in _SIGNS
    # Of two texts that look the same, encoded otherwise, a rule would see two things.
    once = unicodedata.is_normalized("NFC", text) and _UNSEEN.search(text) is None
    if not (seen and first and once):
        raise PydanticCustomError("code_wanted", "letters and digits in NFC are wanted")
    return text


Millis = Annotated[int, *bounded(ge=0, le=4_102_444_800_000)]  # up to the year 2100
Code = Annotated[str, *bounded(pattern=CODE_PATTERN, max_length=64), AfterValidator(_called)]
"""What people and their systems call a thing: «10kV云河线05号开关». Ids that are made here are
narrower, each with a pattern of its own in `schemas.ids`, and so is whatever names a file or topic.
"""
Line = Annotated[str, *bounded(min_length=1, max_length=200), AfterValidator(_one_line)]
Text = Annotated[str, *bounded(max_length=2_000), AfterValidator(_lines)]
Percent = Annotated[float, *bounded(ge=0, le=100)]
Count = Annotated[int, *bounded(ge=0, le=100_000_000)]
Megawatts = Annotated[float, *bounded(ge=0, le=2_000_000)]
Minutes = Annotated[int, *bounded(ge=0, le=527_040)]
Seconds = Annotated[int, *bounded(ge=0, le=31_622_400)]
Version = Annotated[int, *bounded(ge=1, le=9_999)]

MEMBERS_MAX = 200
"""The largest unit, roll call or branch list in one message; Weihai's commando had 72."""


class Strict(BaseModel):
    """Strict, frozen, and closed to fields nobody declared."""

    model_config = EDGE


class Position(Value):
    """A point on WGS84, degrees."""

    lon: Annotated[float, *bounded(ge=-180, le=180)]
    lat: Annotated[float, *bounded(ge=-90, le=90)]


class Evidence(Value):
    """Where a policy value comes from, so that a utility sees what to check before go-live.

    `verified`: primary text read; `secondary`: a source quoting it; `recalled`: not confirmed;
    `default`: no rule found, our own default.
    """

    status: Literal["verified", "secondary", "recalled", "default"]
    source: Line
