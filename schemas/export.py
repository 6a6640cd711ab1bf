"""The JSON Schema of every signal and event, by type and version."""

from typing import Any

from schemas.catalogue import EVENTS, SIGNALS, version_of
from schemas.policy import Policy

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schemas() -> dict[str, Any]:
    """Return {"signals": {name: schema}, "events": …, "policy": schema}; names like `arrive.v1`."""
    return {
        "signals": _schemas(SIGNALS),
        "events": _schemas(EVENTS),
        "policy": {"$schema": DIALECT, **Policy.model_json_schema()},
    }


def _schemas(models: Any) -> dict[str, Any]:
    return {
        f"{type_}.v{version_of(model)}": {"$schema": DIALECT, **model.model_json_schema()}
        for type_, model in sorted(models.items())
    }
