"""Bytes near those that are right: what a good file becomes by carelessness or malice."""

import json
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

STRANGE = [
    "\ud800", "\x00", "\u202e", "𠮷", "9" * 400, "1e999", "-0", "NaN", "null", "", " ", "../..",
    "%00", "<script>", "' OR 1=1--", "=1+1", "x" * 70_000,
]  # fmt: skip
_VALUES: list[Any] = [
    *STRANGE, None, True, -1, 0, 10**30, 1e308, -1e308, [], {}, [[[[]]]], {"a": {"a": {}}},
]  # fmt: skip
_PIECES = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x81\x30\x81\x30", b"\r", b"\n\n",
    b"]]>", b"<!--", b"<![CDATA[", b'"', b"'", b",,,,", b"\t", b"{" * 80, b"[" * 80, b"&#0;",
    b"&x;",
    b"9" * 500,
]  # fmt: skip


@st.composite
def broken(draw: st.DrawFn, *good: bytes) -> bytes:
    """Return good bytes with up to three places cut out, doubled or filled."""
    body = draw(st.sampled_from(good))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(body)))
        end = draw(st.integers(start, min(len(body), start + 60)))
        between = draw(
            st.one_of(
                st.sampled_from(_PIECES),
                st.binary(max_size=20),
                st.text(max_size=10).map(lambda it: it.encode(errors="surrogatepass")),
                st.just(body[start:end] * 2),
            )
        )
        body = body[:start] + between + body[end:]
    return body


@st.composite
def changed(draw: st.DrawFn, good: Sequence[dict[str, Any]]) -> bytes:
    """Return a good document with a value of another kind somewhere in it, as JSON."""
    document = json.loads(json.dumps(draw(st.sampled_from(list(good)))))
    for _ in range(draw(st.integers(1, 3))):
        held, key = draw(st.sampled_from(_places(document)))
        if draw(st.booleans()):
            # A copy: the next change may be within it.
            held[key] = deepcopy(draw(st.one_of(st.sampled_from(_VALUES), st.text(max_size=20))))
        elif isinstance(held, dict):
            held[draw(st.text(max_size=12))] = held.pop(key)
        if not _places(document):
            break
    return json.dumps(document).encode()


def _places(document: Any) -> list[tuple[Any, Any]]:
    """Return every place in a document: what holds it, and under which key."""
    found: list[tuple[Any, Any]] = []
    held = [document]
    while held:
        one = held.pop()
        keys = one if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        for key in keys:
            found.append((one, key))
            held.append(one[key])
    return found
