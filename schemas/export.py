"""The JSON Schema of every signal and event, by type and version."""

from collections.abc import Mapping
from typing import Any

import msgspec

from schemas.catalogue import EVENTS, SIGNALS, version_of
from schemas.events.envelope import Event
from schemas.policy import Policy
from schemas.signals.envelope import Signal
from schemas.value import edge_model

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schemas() -> dict[str, Any]:
    """Return {"signals": {name: schema}, "events": …, "policy": schema}; names like `arrive.v1`."""
    return {
        "signals": _schemas(SIGNALS),
        "events": _schemas(EVENTS),
        "policy": {"$schema": DIALECT, **edge_model(Policy).model_json_schema()},
    }


def _schemas(models: Mapping[str, type[Signal] | type[Event]]) -> dict[str, Any]:
    return {
        f"{type_}.v{version_of(model)}": {"$schema": DIALECT, **_schema_of(model)}
        for type_, model in sorted(models.items())
    }


def _schema_of(model: type[Signal] | type[Event]) -> dict[str, Any]:
    if not issubclass(model, Event):
        return model.model_json_schema()
    (fact,), named = msgspec.json.schema_components((model,), ref_template="#/$defs/{name}")
    held: dict[str, Any] = named.pop(fact["$ref"].rpartition("/")[2])
    return {**held, "$defs": named} if named else held
