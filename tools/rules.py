"""Writes docs/rules.md: each rule of the default policy, its value, its source and its tests."""

import re
import tomllib
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from schemas.default_evidence import EVIDENCE
from schemas.default_policy import DEFAULT_POLICY

ROOT = Path(__file__).resolve().parent.parent
_HEAD = """# Rules

Every threshold the coordinator decides by stands in the policy of a jurisdiction, as data: who
goes to what, how much is a grade, how long is late. This page is written by `make docs` from the
default policy, from the evidence that goes with each value, and from the tests that prove it.

**Evidence** says how far a value can be trusted. *verified*: read in the text of the rule.
*secondary*: read in somebody's account of it. *recalled*: known to us, not looked up. *default*:
no rule was found, the value is ours. What is not verified is to be checked against a utility's own
rules before go-live; `evidence` of the policy that is then adopted says what was found. What no
policy can change, whatever it says, is in [concepts](concepts.md).

"""
_TABLE = "| rule | value | evidence | source | tests |\n|---|---|---|---|---|\n"
_SHOWN_MAX = 90


def page() -> str:
    """Return the page as it should be now."""
    known, policy = proofs(), to_builtins(DEFAULT_POLICY)
    parts, section = [_HEAD], ""
    for key, evidence in EVIDENCE.items():
        first, _, rest = key.partition(".")
        if not rest:
            continue
        if first != section:
            section = first
            parts.append(f"\n## {section}\n\n{_TABLE}")
        tests = "<br>".join(map(_test, known.get(key, ()))) or "none of its own"
        value = _shown(_at(policy, key))
        parts.append(f"| `{rest}` | {value} | {evidence.status} | {evidence.source} | {tests} |\n")
    return re.sub(r"\n{3,}", "\n\n", "".join(parts))


def proofs() -> dict[str, list[str]]:
    """Return which tests prove each rule, `file::name` below tests/ without `test_`."""
    found: dict[str, list[str]] = tomllib.loads((ROOT / "tests/rules.toml").read_text("utf-8"))
    return found


def _at(policy: Any, key: str) -> Any:
    for part in key.removesuffix(".*").split("."):
        policy = policy[part]
    return policy


def _shown(value: Any) -> str:
    """Show a number, a word or a short list as it is, of a table how large it is."""
    if isinstance(value, list | tuple) and any(isinstance(it, dict) for it in value):
        return f"{len(value)} rows"
    if isinstance(value, dict):
        # What is not limited is not listed.
        text = ", ".join(
            f"{name} {_shown(it)}" for name, it in value.items() if it not in (None, False)
        )
        return text if len(text) <= _SHOWN_MAX else f"{len(value)} values"
    if isinstance(value, list | tuple):
        text = ", ".join(map(str, value))
        return text if len(text) <= _SHOWN_MAX else f"{len(value)} values"
    return "–" if value is None else str(value)


def _test(name: str) -> str:
    file, _, what = name.partition("::")
    words = "all of them" if what == "*" else what.replace("_", " ")
    return f"[{words}](../tests/{file})"
