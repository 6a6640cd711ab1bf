"""Every number that comes in has a least and a most, and is a number of its own kind."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.catalogue import SIGNALS, read_signal_document
from schemas.policy import Policy
from schemas.roster import GridCell, Person, Resource, Shift, Site, Team
from tests.schemas.test_text import REPORT

_LEAST = {"minimum", "exclusiveMinimum"}
_MOST = {"maximum", "exclusiveMaximum"}
COMING_IN = (*SIGNALS.values(), Policy, Person, Team, Site, Shift, Resource, GridCell)


def numbers(schema: Any, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(schema, dict):
        if schema.get("type") in ("integer", "number") and not {"const", "enum"} & schema.keys():
            yield path, schema
        for name, held in schema.items():
            yield from numbers(held, *path, name)
    elif isinstance(schema, list):
        for index, held in enumerate(schema):
            yield from numbers(held, *path, index)


@pytest.mark.parametrize("kind", COMING_IN, ids=lambda it: it.__name__)
def test_every_number_that_comes_in_is_bounded(kind: type) -> None:
    found = list(numbers(TypeAdapter(kind).json_schema()))

    assert found
    for path, schema in found:
        assert schema.keys() & _LEAST, path
        assert schema.keys() & _MOST, path
        for name in schema.keys() & (_LEAST | _MOST):
            assert abs(schema[name]) < 2**63, path


@pytest.mark.parametrize("version", ["true", "1.0", "1e0", "false", '"1"', "2", "null"])
def test_no_other_thing_passes_for_a_version(version: str) -> None:
    document = json.dumps(REPORT).replace('"v": 1', f'"v": {version}')
    assert read_signal_document(json.dumps(REPORT).encode()).model_dump()["v"] == 1

    with pytest.raises((ValidationError, ValueError)) as caught:
        read_signal_document(document.encode())

    if version in {"true", "1.0", "1e0"}:
        assert isinstance(caught.value, ValidationError)
        (error,) = caught.value.errors()
        assert (error["loc"], error["type"]) == (("v",), "int_type")
