"""Writes docs/reference from the program itself; `--check` says whether it is current."""

import sys
from pathlib import Path
from typing import Any

import typer
from fastapi.routing import APIRoute
from typer.testing import CliRunner

from coordinator.boards.drawing import BOARDS
from coordinator.cli.app import app
from coordinator.domain.jurisdiction import CONCEPTS
from coordinator.settings import PREFIX, Settings
from coordinator.web.app import ROUTERS
from coordinator.web.identity import Needs, holder
from schemas.catalogue import EVENTS, SIGNALS, type_of, version_of
from schemas.roles import CAPABILITIES, Capability, can, roles_with
from tools import promises, rules

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
_NOTE = "<!-- Written by `make docs`; do not edit. -->\n\n"


def cli() -> str:
    """Return the help of every command."""
    runner = CliRunner(env={"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"})
    parts = ["# Command line\n"]

    def describe(command: Any, path: list[str]) -> None:
        result = runner.invoke(app, [*path, "--help"], prog_name="coordinator")
        text = "\n".join(line.rstrip() for line in result.output.strip().splitlines())
        parts.append(f"## coordinator {' '.join(path)}".rstrip() + f"\n\n```text\n{text}\n```\n")
        for name, child in sorted(getattr(command, "commands", {}).items()):
            describe(child, [*path, name])

    describe(typer.main.get_command(app), [])
    return _NOTE + "\n".join(parts)


def settings() -> str:
    """Return every setting with its default and meaning."""
    rows = ["# Settings\n", "| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{PREFIX}{name.upper()}` | `{field.default}` | {field.description} |")
    return _NOTE + "\n".join(rows) + "\n"


def words() -> str:
    """Return every signal with who may send it, and every event."""
    rows = ["# Signals and events\n", "## Signals\n"]
    rows += ["| type | v | needs | may be sent by | what it is |", "|---|---|---|---|---|"]
    for type_, model in sorted(SIGNALS.items()):
        by = ", ".join(sorted(roles_with(model.needs)))
        rows.append(
            f"| `{type_}` | {version_of(model)} | `{model.needs}` | {by} | {_first_line(model)} |"
        )
    rows += ["\n## Events\n", "| type | v | what it is |", "|---|---|---|"]
    for type_, event in sorted(EVENTS.items()):
        rows.append(f"| `{type_}` | {version_of(event)} | {_first_line(event)} |")
    return _NOTE + "\n".join(rows) + "\n"


def roles() -> str:
    """Return every role with what it may do, and what each way in takes."""
    some = list(CAPABILITIES)
    rows = ["# Roles\n", "A role is a set of capabilities: `schemas/roles.py`.", ""]
    rows += [
        f"| capability | what it opens | {' | '.join(some)} |",
        "|---|---" + "|:-:" * len(some) + "|",
    ]
    for capability in Capability:
        marks = ("●" if can(role, capability) else "" for role in some)
        rows.append(f"| `{capability}` | {capability.meaning} | {' | '.join(marks)} |")
    rows += ["\n## Ways in\n", "| way in | needs |", "|---|---|"]
    rows += [f"| `{way}` | {', '.join(needed) or 'any token'} |" for way, needed in _ways_in()]
    return _NOTE + "\n".join(rows) + "\n"


def concepts() -> str:
    """Return every concept with what is said to it and what becomes of that, and every board."""
    rows = ["# Concepts and boards\n", "In the order in which concepts react to one fact.\n"]
    for it in CONCEPTS:
        rows.append(f"## {it.name}\n")
        for word, kinds in (
            ("decides", map(type_of, it.signals)),
            ("records", map(type_of, it.facts)),
            ("reacts to", sorted(map(type_of, it.reacts_to))),
            ("waits for", sorted(map(type_of, it.awaits))),
            ("timers", sorted(it.timers)),
        ):
            if told := ", ".join(f"`{kind}`" for kind in kinds):
                rows.append(f"- {word}: {told}")
        rows.append("")
    rows += [
        "# Boards\n",
        "| board | what it answers | live | drawn anew by |",
        "|---|---|:-:|---|",
    ]
    for name, board in sorted(BOARDS.items()):
        doc = _first_line(sys.modules[board.row.__module__])
        by = ", ".join(f"`{it}`" for it in sorted(map(type_of, board.concerns)))
        rows.append(f"| `{name}` | {doc} | {'' if board.on_request else '●'} | {by} |")
    return _NOTE + "\n".join(rows) + "\n"


def _ways_in() -> list[tuple[str, list[str]]]:
    found = []
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                calls = [it.call for it in route.dependant.dependencies]
                needed = [f"`{it.capability}`" for it in calls if isinstance(it, Needs)]
                if holder not in calls and not needed:
                    needed = ["no token"]
                found += [
                    (f"{method} {route.path}", needed) for method in sorted(route.methods or ())
                ]
    return sorted(found)


def _first_line(model: object) -> str:
    own = vars(model).get("__doc__") or ""
    return str(own).strip().split("\n")[0].replace("|", "\\|")


PAGES = {
    "cli.md": cli,
    "settings.md": settings,
    "words.md": words,
    "roles.md": roles,
    "concepts.md": concepts,
}


def stale() -> list[str]:
    """Return the pages that differ from what the program says now."""
    found = []
    for name, write in PAGES.items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != write():
            found.append(name)
    return found


def main() -> None:
    if "--check" in sys.argv:
        old = stale()
        if old:
            sys.exit(f"docs/reference: {', '.join(old)} not current; run `make docs`")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, write in PAGES.items():
        (FOLDER / name).write_text(write(), encoding="utf-8")
    (FOLDER.parent / "rules.md").write_text(rules.page(), encoding="utf-8")
    (FOLDER.parent / "promises.md").write_text(promises.page(), encoding="utf-8")


if __name__ == "__main__":
    main()
