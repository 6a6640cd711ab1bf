"""Text in Markdown that shows as it is: whatever others typed stays one line and no markup.

A report is signed. A line, a heading, a link, a picture or a struck-out word in it must be the
report's own, so everything else passes here, also what is put back in place of a token.
"""

import re
from typing import Final

from schemas.bounds import spelled_out

_MARKS: Final = re.compile(r"[\\`*\[\]|~]")
_RUNS: Final = re.compile(r"_+")
_HEADING: Final = re.compile(r"^(#{1,6})(?=\s|$)")
_ENTITY: Final = re.compile(r"&(?=#|[A-Za-z])")
_ADDRESS: Final = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
_BLANK: Final = 6
"""Low lines that stand for a blank to be filled in by hand: one such run marks nothing up."""


def inline(value: object) -> str:
    """Return a text as one line of Markdown in which none of it is markup.

    Only what a reader of Markdown would act on is escaped: a hash or a low line within a name, a
    dash, a bracket of Chinese stay as they were typed.
    """
    text = spelled_out(" ".join(str(value).split()))
    text = _MARKS.sub(r"\\\g<0>", text)
    runs = [it for it in _RUNS.finditer(text) if not _within_a_word(it)]
    if len(runs) > 1 or any(len(it[0]) < _BLANK for it in runs):
        text = _RUNS.sub(lambda it: it[0] if _within_a_word(it) else r"\_" * len(it[0]), text)
    text = _HEADING.sub(r"\\\1", text)
    text = _ENTITY.sub("&amp;", text).replace("<", "&lt;")
    return _ADDRESS.sub(r"\\", text)


def _within_a_word(run: re.Match[str]) -> bool:
    before, after = run.string[: run.start()][-1:], run.string[run.end() :][:1]
    return before.isalnum() and after.isalnum()
