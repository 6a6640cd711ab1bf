"""The files of a page: what its first script leads to is fetched at once, not wave after wave."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parent.parent.parent / "coordinator" / "web" / "static"
_IMPORT = re.compile(
    r"^\s*(?:import|export)\b[^;]*?from\s*\"(/static/[^\"]+)\"|^import\s*\"(/static/[^\"]+)\"", re.M
)
_PRELOADED = re.compile(r'<link rel="modulepreload" href="(/static/[^"]+)">')
SCRIPT_LINES_MAX = 400


def leads_to(script: str) -> set[str]:
    """Return all scripts that one imports, those of its imports with them."""
    found: set[str] = set()
    waiting = [script]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        text = (STATIC / one.removeprefix("/static/")).read_text(encoding="utf-8")
        waiting.extend(first or second for first, second in _IMPORT.findall(text))
    return found


def test_the_desk_asks_for_all_its_scripts_at_once() -> None:
    page = (STATIC / "dispatch" / "index.html").read_text(encoding="utf-8")
    main = "/static/dispatch/main.js"

    assert sorted(_PRELOADED.findall(page)) == sorted(leads_to(main) - {main})


@pytest.mark.parametrize(
    "script",
    sorted(
        it.relative_to(STATIC).as_posix() for it in STATIC.rglob("*.js") if "vendor" not in it.parts
    ),
)
def test_a_script_says_what_it_is_for_and_can_be_read_in_one_sitting(script: str) -> None:
    lines = (STATIC / script).read_text(encoding="utf-8").splitlines()

    assert lines[0].startswith("//")
    assert len(lines) <= SCRIPT_LINES_MAX
