"""How much a document holds, looked at before a model is made of it.

A model looks at every item of a list before it says that the list is too long, and tells of every
fault there is: of 300,000 faults, too. Here the first few are found, and all else is left alone.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from schemas.said import Said
from schemas.sentences import faults
from schemas.value import Value, edge_model

VALUES_MAX: Final = 20_000
"""A policy has 1,200 values; the largest of the other signals has far fewer."""
UNKNOWN_MAX: Final = 20
"""So many unknown fields of one object are left to the model, which tells of each."""
TOLD_MAX: Final = 20


class Excess(NamedTuple):
    """Where a document holds more than its model takes, and by which code."""

    place: tuple[str | int, ...]
    value: str
    said: Said


def more_values_than(document: Any, most: int) -> bool:
    """Say whether a JSON document holds more values than that; no more of them are looked at."""
    seen, waiting = 0, [document]
    while waiting:
        it = waiting.pop()
        seen += 1
        if isinstance(it, dict | list):
            if seen + len(waiting) + len(it) > most:
                return True
            waiting += it.values() if isinstance(it, dict) else it
    return seen > most


def excesses(model: type[BaseModel] | type[Value], document: Any) -> list[Excess]:
    """Return the first lists and objects of a document that are longer than a model takes."""
    schema = _schema_of(model)
    return list(islice(_excesses(schema, schema.get("$defs", {}), document, ()), TOLD_MAX))


@cache
def _schema_of(model: type[BaseModel] | type[Value]) -> dict[str, Any]:
    return (edge_model(model) if issubclass(model, Value) else model).model_json_schema()


def _excesses(
    schema: Mapping[str, Any], named: Mapping[str, Any], it: Any, place: tuple[str | int, ...]
) -> Iterator[Excess]:
    if not isinstance(it, dict | list):
        return
    kind = _kind(schema, named, "object" if isinstance(it, dict) else "array")
    if kind is None:  # The model says in its own words what it wanted instead.
        return
    most = kind.get("maxProperties" if isinstance(it, dict) else "maxItems")
    if most is not None and len(it) > most:
        yield Excess(place, str(len(it)), faults.items_at_most(most))
    elif isinstance(it, list):
        for index, held in enumerate(it):
            yield from _excesses(kind.get("items", {}), named, held, (*place, index))
    else:
        yield from _excesses_inside(kind, named, it, place)


def _excesses_inside(
    kind: Mapping[str, Any],
    named: Mapping[str, Any],
    it: Mapping[str, Any],
    place: tuple[str | int, ...],
) -> Iterator[Excess]:
    fields = kind.get("properties", {})
    if kind.get("additionalProperties") is False and len(it) > len(fields) + UNKNOWN_MAX:
        unknown = (name for name in it if name not in fields)
        said = faults.unknown_of_many(len(it), len(fields))
        for name in islice(unknown, TOLD_MAX):
            yield Excess((*place, name), "-", said)
        return
    others = kind.get("additionalProperties")
    if not isinstance(others, dict):
        others = next(iter(kind.get("patternProperties", {}).values()), {})
    for name, held in it.items():
        yield from _excesses(fields.get(name, others), named, held, (*place, name))


def _kind(schema: Mapping[str, Any], named: Mapping[str, Any], type_: str) -> Any:
    """Return what a schema says of lists, or of objects; None if nothing or several things."""
    while "$ref" in schema:
        schema = named[schema["$ref"].rpartition("/")[2]]
    if schema.get("type") == type_:
        return schema
    found = [_kind(it, named, type_) for it in schema.get("anyOf", ())]
    found = [it for it in found if it is not None]
    return found[0] if len(found) == 1 else None
