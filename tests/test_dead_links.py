"""Links between our pages: what counts as dead, and that none is."""

from pathlib import Path

import pytest

from tools.dead_links import anchors_of, dead_links

ROOT = Path(__file__).resolve().parent.parent


def targets(root: Path) -> list[tuple[str, str]]:
    return [(dead.target, dead.why) for dead in dead_links(root)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "log.md").write_text(
        "# The log\n## What `append` promises\n## 日志 (log)\n## Again\n## Again\n"
        '<a id="tip"></a>\n',
        encoding="utf-8",
    )
    return tmp_path


def test_no_page_of_ours_has_a_dead_link() -> None:
    assert dead_links(ROOT) == []


def test_links_that_lead_somewhere_are_left_alone(root: Path) -> None:
    (root / "README.md").write_text(
        "# Home\n[log](docs/log.md) [append](docs/log.md#what-append-promises) [top](#home)\n"
        "[中文](docs/log.md#日志-log) [again](<docs/log.md#again-1>) [tip](docs/log.md#tip)\n"
        '[far](https://example.org/nothing) <img src="docs/log.md"> [docs](docs)\n'
        "[ref]: docs/log.md\n",
        encoding="utf-8",
    )

    assert targets(root) == []


@pytest.mark.parametrize(
    ("line", "target", "why"),
    [
        ("[a](docs/lost.md)", "docs/lost.md", "no such file"),
        ("[a](docs/log.md#lost)", "docs/log.md#lost", "no such heading"),
        ("[a](#lost)", "#lost", "no such heading"),
        ("[a](docs/log.md#again-2)", "docs/log.md#again-2", "no such heading"),
        ("[a]: docs/lost.md", "docs/lost.md", "no such file"),
        ('<img src="docs/lost.svg">', "docs/lost.svg", "no such file"),
        ("![a](docs/lost.png 'title')", "docs/lost.png", "no such file"),
        ("[a](../outside.md)", "../outside.md", "leaves the repository"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(root: Path, line: str, target: str, why: str) -> None:
    (root / "README.md").write_text(f"# Home\n\n{line}\n", encoding="utf-8")

    assert targets(root) == [(target, why)]


def test_links_and_headings_in_code_do_not_count(root: Path) -> None:
    page = root / "README.md"
    page.write_text(
        "# Home\n```sh\n# not a heading\n[a](lost.md)\n```\nwrite `[a](lost.md)` so\n",
        encoding="utf-8",
    )

    assert targets(root) == []
    assert anchors_of(page) == {"home"}


def test_a_dead_link_names_its_page_and_line(root: Path) -> None:
    (root / "docs" / "more.md").write_text("# More\n\n[a](lost.md)\n", encoding="utf-8")

    [dead] = dead_links(root)

    assert (dead.page.as_posix(), dead.line) == ("docs/more.md", 3)
