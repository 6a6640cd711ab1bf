"""Find links between our own pages that lead nowhere: missing files and missing headings.

Links that leave the repository are not followed.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_LINK = re.compile(r"\]\(\s*<?([^)>\s]+)>?[^)]*\)")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]^]+\]:\s*<?([^>\s]+)>?")
_ATTRIBUTE = re.compile(r"<[^>]*\b(?:href|src)=[\"']([^\"']+)[\"']")
_NAMED = re.compile(r"<[^>]*\b(?:id|name)=[\"']([^\"']+)[\"']")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


class DeadLink(NamedTuple):
    page: Path
    line: int
    target: str
    why: str


def pages_of(root: Path) -> list[Path]:
    """Return the pages we answer for: those at the root and everything under docs."""
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def dead_links(root: Path) -> list[DeadLink]:
    """Return every local link of our pages that leads nowhere, in reading order."""
    return [dead for page in pages_of(root) for dead in _dead_links_of(page, root)]


def anchors_of(page: Path) -> set[str]:
    """Return the fragments a page can be entered by, spelt as the usual viewers spell them."""
    anchors: set[str] = set()
    seen: Counter[str] = Counter()
    for _, line in _prose(page):
        anchors.update(_NAMED.findall(_CODE_SPAN.sub("", line)))
        if heading := _HEADING.match(line):
            slug = _slug(heading.group(1))
            anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
    return anchors


def _slug(heading: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    text = re.sub(r"<[^>]+>", "", text)
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def _prose(page: Path) -> Iterator[tuple[int, str]]:
    """Yield numbered lines outside fenced code."""
    fence = ""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        mark = _FENCE.match(line)
        if not fence and mark:
            fence = mark.group(1)
        elif not fence:
            yield number, line
        elif mark and mark.group(1).startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""


def _dead_links_of(page: Path, root: Path) -> Iterator[DeadLink]:
    for number, line in _prose(page):
        plain = _CODE_SPAN.sub("", line)
        targets = [*_LINK.findall(plain), *_REFERENCE.findall(plain), *_ATTRIBUTE.findall(plain)]
        for target in targets:
            if why := _fault(target, page, root):
                yield DeadLink(page.relative_to(root), number, target, why)


def _fault(target: str, page: Path, root: Path) -> str | None:
    """Return what is wrong with a link, or None."""
    if _ELSEWHERE.match(target):
        return None
    path, _, fragment = unquote(target).partition("#")
    if path.startswith("/"):
        return "starts at /, which is another place on every site"
    goal = (page.parent / path).resolve() if path else page.resolve()
    if not goal.is_relative_to(root.resolve()):
        return "leaves the repository"
    if not goal.exists():
        return "no such file"
    if fragment and goal.suffix == ".md" and fragment not in anchors_of(goal):
        return "no such heading"
    return None


def main() -> int:
    """Print each dead link on a line; return 1 when there is one."""
    root = Path(__file__).resolve().parent.parent
    found = dead_links(root)
    for dead in found:
        print(f"{dead.page}:{dead.line}: {dead.target}: {dead.why}")
    print(f"{len(pages_of(root))} pages read, {len(found)} dead links")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
