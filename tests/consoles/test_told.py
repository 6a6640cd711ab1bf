"""What the coordinator says in sentences of its own is said in the language of the page."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from playwright.async_api import expect

from tests.consoles.browser import control_room
from tests.consoles.test_reasons import (
    COORDINATOR,
    STATIC,
    files,
    in_chinese,
    parsed,
    set_in,
    template,
    traced,
)
from tests.web.station import HERE
from tests.web.test_my_whistles import blown, of, posted

_SENTENCE = re.compile(r'^\s*\[/\^(.+)\$/, "(told_[a-z_]+)"\],$', re.M)
_GROUP = re.compile(r"\(\?<[a-z]+>(?:\\.|[^()])*\)")
_WORD = re.compile(r'(told_[a-z_]+): \[("(?:[^"\\]|\\.)*"), ("(?:[^"\\]|\\.)*")\]')
_CALLED = {"{}: {} as {}": {"No answer: {} as {}", "Not arrived: {} as {}"}}
"""Said of an assignment, of two kinds: `assignment.py` gives the first words by name."""
_PASSED_ON = {"{}", ""}


@cache
def shapes() -> dict[str, str]:
    """Return the word for each sentence, by the sentence with `{}` for what is filled in."""
    script = (STATIC / "shared" / "told.js").read_text(encoding="utf-8")
    found = {_GROUP.sub("{}", pattern): word for pattern, word in _SENTENCE.findall(script)}
    assert len(found) == script.count('$/, "told_')
    return found


def texts_of_notices() -> Iterator[tuple[str, str]]:
    """Yield (place, text) of all that is told to a person or starts an escalation."""
    for file in (it for it in files() if it.startswith("domain/")):
        for function in ast.walk(parsed(file)):
            if not isinstance(function, ast.FunctionDef):
                continue
            names = set_in(function)
            for node in ast.walk(function):
                called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
                if not isinstance(node, ast.Call) or called not in {"notify", "start"}:
                    continue
                given = [it.value for it in node.keywords if it.arg == "text"]
                for one in given or node.args[3:4]:
                    for source in traced(one, names):
                        yield from ((f"{file}:{node.lineno}", it) for it in _said(source))


def _said(source: ast.expr) -> Iterator[str]:
    if isinstance(source, ast.IfExp):
        yield from _said(source.body)
        yield from _said(source.orelse)
    elif isinstance(source, ast.JoinedStr | ast.Constant):
        yield template(source)


def test_every_notice_is_told_in_the_language_of_the_page() -> None:
    said = {
        (place, shape)
        for place, text in texts_of_notices()
        for shape in _CALLED.get(text, {text})
        if shape not in _PASSED_ON
    }

    assert len(said) > 30
    assert [it for it in sorted(said) if it[1] not in shapes()] == []


def test_no_sentence_is_kept_that_nobody_says() -> None:
    source = "".join(
        it.read_text(encoding="utf-8") for it in (COORDINATOR / "domain").rglob("*.py")
    )
    literals = {
        template(node)
        for file in files()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.JoinedStr | ast.Constant)
        and (isinstance(node, ast.JoinedStr) or isinstance(node.value, str))
    }
    called = {it for shape, both in _CALLED.items() if shape in literals for it in both}

    assert {it for it in called if f'"{it.partition(":")[0]}"' not in source} == set()
    assert {it for it in shapes() if it not in literals | called} == set()


def test_every_sentence_has_its_words_in_both_languages() -> None:
    words = (STATIC / "words" / "told.js").read_text(encoding="utf-8")
    known = {key: (json.loads(one), json.loads(other)) for key, one, other in _WORD.findall(words)}
    script = (STATIC / "shared" / "told.js").read_text(encoding="utf-8")

    assert set(known) == set(shapes().values())
    for pattern, word in _SENTENCE.findall(script):
        names = sorted(re.findall(r"\?<([a-z]+)>", pattern))
        for text in known[word]:
            assert sorted(re.findall(r"\{([a-z]+)\}", text)) == names, word
        assert not known[word][1].isascii(), word


async def test_a_member_reads_their_notices_in_chinese(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        here = room.station
        roster = here.home.state_of(HERE).roster.members
        one = next(it for it in of(here) if roster[it].on_shift)
        await posted(here, one)
        page = await room.phone(one)
        await expect(page.locator("[data-link=live]")).to_be_visible()
        await blown(here)
        notices = page.locator(".panel", has_text="carry water").locator(".lines")
        await expect(notices).to_contain_text("riverside calls for 2: carry water")
        await in_chinese(page)
        await expect(notices).to_contain_text("riverside 需要 2 人：carry water")
        await expect(notices).to_contain_text("街道吹哨")
