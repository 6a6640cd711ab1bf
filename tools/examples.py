"""Records an example of each signal and event type that has none with all its fields.

It never changes an old one.

What is in tests/schemas/stored was written by a released program: it must stay readable for ever.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from schemas.export import json_schemas

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "schemas" / "stored"
_POLICY = re.compile("jurisdiction_founded|policy_adopted|adopt_policy")
_ULID = "01KDVDNA00P5ZFDMCWF9DHXT1V"


def example(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:  # noqa: C901 - one case for each kind of schema
    """Return a value that a JSON Schema of ours allows, with every field given."""
    if "$ref" in schema:
        return example(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if schema.get("title") == "Said":
        return {"code": "no_such_incident"}
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in schema.get("anyOf", schema.get("oneOf", ())):
        if choice.get("type") != "null":
            return example(choice, definitions)
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {name: example(it, definitions) for name, it in schema["properties"].items()}
        case "object":
            return {}
        case "array":
            return [example(schema["items"], definitions)] * max(1, schema.get("minItems", 1))
        case "string":
            return _text(schema.get("pattern", ""))
        case "integer":
            return max(1, schema.get("minimum", 1))
        case "number":
            return float(max(1, schema.get("minimum", 1)))
    return schema.get("type") == "boolean"


def _text(pattern: str) -> str:
    prefix = re.match(r"\^([a-z]{3})_\[0-7\]", pattern)
    if prefix:
        return f"{prefix[1]}_{_ULID}"
    if pattern.startswith("^[a-z]{3}_"):
        return f"inc_{_ULID}"
    if pattern.startswith("^[0-7]"):
        return _ULID
    return "river-city" if pattern else "words 词"


def _fields(document: Any) -> Any:
    """Return a document's type, version and the names of all its fields, without the values."""
    if isinstance(document, dict):
        named = {name: document.get(name) for name in ("type", "v")}
        return named | {it: _fields(value) for it, value in document.items() if it not in named}
    return [_fields(document[0])] if isinstance(document, list) and document else None


def left_out(kind: str, recorded: Iterable[str]) -> list[str]:
    """Return an example, as a line, of each type that no recorded line shows with all its fields.

    Args:
        kind: `signals` or `events`.
        recorded: the lines that are there.
    """
    known = [_fields(json.loads(line)) for line in recorded]
    made = (
        example(schema, schema.get("$defs", {}))
        for name, schema in json_schemas()[kind].items()
        if not _POLICY.match(name)
    )
    return [json.dumps(it, ensure_ascii=False) for it in made if _fields(it) not in known]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for kind in ("signals", "events"):
        path = FOLDER / f"{kind}.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        lines += left_out(kind, lines)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
