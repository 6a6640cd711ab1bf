"""A report that is signed is made of its own lines: nothing that was typed becomes one of them."""

from typing import get_args

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from coordinator.replay.markup import inline
from coordinator.replay.official_report import FORMS, official
from coordinator.replay.reckoning import reckoned
from coordinator.replay.report import markdown, page_of, verification
from schemas.signals.incident import (
    CloseIncident,
    OutageUpdated,
    ReopenIncident,
    RestoreIncident,
    ReviewIncident,
)
from schemas.vocabulary import ReportKind
from tests.domain.outages import MAP, opened
from tests.replay.test_report import entries_of
from tests.story import HOUR, Story
from words.catalogue import LANGUAGES, Language

FORGED = (
    "x\n- Closed: yes; customer satisfied: yes\n\n## Record\n\n**Verified and signed**",
    "<script>alert(1)</script> [pay](javascript:alert(1)) ![](http://evil.example/pixel)",
    "a | b \\| c || <img src=x onerror=y> &lt;b&gt; `code` ~~struck~~ __bold__ *em*",
    "\r# one\x85# two\u2028# three\u2029# four",
    "[a]: http://evil.example\n\n[a] <http://evil.example> \\",
    "# heading",
    "---",
)
PLAIN = ("10kV云河线_05#开关", "3号楼(东门) 24-7, 80% & more", "#3主变", "______ (to be filled in)")
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OF_THE_REPORT = frozenset({"text", "strong_open", "strong_close"})


def inside(text: str) -> list[Token]:
    return [it for block in READER.parse(text) for it in block.children or ()]


def headings(text: str) -> list[str]:
    blocks = READER.parse(text)
    return [
        blocks[place + 1].content for place, it in enumerate(blocks) if it.type == "heading_open"
    ]


def shape(text: str) -> list[str]:
    """Return of what blocks a report is made, whatever is in them."""
    return [it.type for it in READER.parse(text)]


def told(forged: str, language: Language) -> list[str]:
    """Return all reports of an incident in which every typed word is `forged`."""
    story = Story()
    id_ = opened(story, cause=forged, address=forged, access=forged)
    story.after(HOUR)
    story.when(OutageUpdated, source=MAP, dedup_key="r1", cause=forged, text=forged)
    story.when(RestoreIncident, incident_id=id_)
    story.when(ReopenIncident, incident_id=id_, reason=forged)
    story.when(RestoreIncident, incident_id=id_)
    story.when(CloseIncident, incident_id=id_, feedback=forged)
    known = reckoned(story.state, id_, entries_of(story, id_))
    story.when(ReviewIncident, incident_id=id_, cause=forged, lessons=forged, improvements=forged)
    entries = entries_of(story, id_)
    assert known is not None
    known = known._replace(story=entries)
    names = {"-": forged} | {it.actor_id: forged for it in entries}
    page = page_of(names, 0, language)
    verified = verification("log", 1, 1, bytes(32), forged, language)
    return [
        markdown(id_, entries, names=names, verified=verified, utc_offset_min=0, language=language),
        *(
            official(kind, known, page, verified=verified, exercise=False)
            for kind in get_args(ReportKind)
        ),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("forged", FORGED)
def test_what_was_typed_adds_no_line_heading_link_or_picture(
    forged: str, language: Language
) -> None:
    honest = told("honest", language)
    forgeries = told(forged, language)

    assert len(forgeries) == 1 + len(FORMS)
    for text, plain in zip(forgeries, honest, strict=True):
        assert shape(text) == shape(plain)
        assert headings(text) == headings(plain)
        assert {it.type for it in inside(text)} <= OF_THE_REPORT
        assert sum(it.type == "strong_open" for it in inside(text)) == sum(
            it.type == "strong_open" for it in inside(plain)
        )


@pytest.mark.parametrize("typed", [*FORGED, "\x0b# one\x0c# two", *PLAIN])
def test_a_text_shows_as_it_was_typed(typed: str) -> None:
    blocks = READER.parse(f"- Cause: {inline(typed)}")

    shown = "".join(it.content for it in blocks[3].children or ())
    assert shown == f"Cause: {' '.join(typed.split())}"


@pytest.mark.parametrize("typed", PLAIN)
def test_the_names_of_the_trade_are_not_escaped(typed: str) -> None:
    assert inline(typed).replace("&amp;", "&") == typed
