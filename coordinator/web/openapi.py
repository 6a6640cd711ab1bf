"""The OpenAPI document of this server, whole: who has to ask, what is sent, how one is refused.

The framework writes down paths and parameters. Bodies are read by us before any route runs, and
every refusal has one shape: both are said here, so that a client can be made from the document.
"""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from coordinator.web.kept_json import KeptJson
from coordinator.web.sessions import COOKIE
from schemas.catalogue import SIGNALS
from schemas.policy import Policy
from schemas.roles import Capability
from schemas.signals.envelope import Signal
from schemas.value import edge_model

PATH: Final = "/openapi.json"
_REF: Final = "#/components/schemas/{model}"
_SET_HERE: Final = ("at", "actor_id", "actor_role")
_FILLED_HERE: Final = ("signal_id", "realm")
_ITS_OWN: Final = Capability.BE_COORDINATOR
_ENTRY: Final = "/v1/session"
_CALENDAR: Final = "/v1/me/shifts.ics"

_BESIDE_TOKENS: Final = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "From `POST /v1/session`; with the header `X-Coordinator-Console: 1`.",
    },
    "calendar": {"type": "http", "scheme": "basic", "description": "`POST /v1/me/calendar`"},
}
_OPTIONAL_SIGNAL_ID: Final = {
    "type": "object",
    "properties": {
        "signal_id": {
            "type": "string",
            "description": "A ULID; the same again is the same tap.",
        }
    },
}
PROBLEM: Final = {
    "type": "object",
    "description": "Why nothing was done (RFC 9457), in the reader's language.",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string", "description": "urn:coordinator:problem:CODE"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "said": {"type": "object"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "value", "reason"],
                "properties": {
                    "field": {"type": "string"},
                    "value": {"type": ["string", "null"]},
                    "reason": {"type": "string"},
                },
            },
        },
    },
}


def sent_by_clients() -> list[type[Signal]]:
    """Return the models of all signals that somebody outside may send, in order of their types."""
    return [
        model
        for _, model in sorted(SIGNALS.items())
        if model.needs is not Capability.BE_COORDINATOR
    ]


def describe(app: FastAPI) -> None:
    """Let an application answer with the whole document, made in a thread when first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    kept = KeptJson(openapi)
    app.openapi = openapi  # type: ignore[method-assign]  # the framework's own way to extend it
    app.add_api_route(PATH, kept.response, include_in_schema=False)


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, routes=app.routes, description=__doc__
    )
    components = document["components"]
    components["securitySchemes"] |= _BESIDE_TOKENS
    schemas = components["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM
    schemas |= _models([*sent_by_clients(), edge_model(Policy)])
    for model in sent_by_clients():
        _as_sent(schemas[model.__name__])
    bodies = _bodies()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _complete(operation, method, path)
            if method == "post" and path in bodies:
                operation["requestBody"] = bodies[path]
    return document


def _complete(operation: dict[str, Any], method: str, path: str) -> None:
    """Say how one is refused and who has to ask, where the framework cannot know it."""
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = _problem()
    if "security" in operation:
        operation["security"].append({"session": []})
    elif path == _ENTRY and method == "post":
        operation["security"] = [{"token": []}, {}]
    elif path == _CALENDAR:
        operation["security"] = [{"calendar": []}]


def _models(models: list[type[BaseModel]]) -> dict[str, Any]:
    _, found = models_json_schema([(it, "validation") for it in models], ref_template=_REF)
    named: dict[str, Any] = found["$defs"]
    return named


def _as_sent(schema: dict[str, Any]) -> None:
    """Leave out what the server fills in; what it fills in when it is missing may be missing."""
    for field in _SET_HERE:
        schema["properties"].pop(field)
    schema["required"] = [it for it in schema["required"] if it not in (*_SET_HERE, *_FILLED_HERE)]
    # Which of them it is.
    schema["required"] = ["type", *(it for it in schema["required"] if it != "type")]


def _problem() -> dict[str, Any]:
    reference = {"$ref": _REF.format(model="Problem")}
    return {
        "description": "Nothing was done, and why.",
        "content": {"application/problem+json": {"schema": reference}},
    }


def _bodies() -> dict[str, dict[str, Any]]:
    """Return what is sent where our own code reads the body."""
    signals = [it.__name__ for it in sent_by_clients()]
    signal = {
        "oneOf": [{"$ref": _REF.format(model=it)} for it in signals],
        "discriminator": {
            "propertyName": "type",
            "mapping": {
                model.model_fields["type"].default: _REF.format(model=model.__name__)
                for model in sent_by_clients()
            },
        },
    }
    policy = {"$ref": _REF.format(model=edge_model(Policy).__name__)}
    text = {"type": "string"}
    ids = {
        "type": "object",
        "required": ["ids"],
        "properties": {"ids": {"type": "array", "items": text, "maxItems": 2_000}},
    }
    code = {"type": "object", "properties": {"code": text}}
    rosters = {"application/json": {"schema": {"type": "object"}}, "text/csv": {"schema": text}}
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    rosters[sheet] = {"schema": {"type": "string", "format": "binary"}}
    return {
        "/v1/signals": _json(signal),
        "/v1/signals:check": _json(signal),
        "/v1/signals:batch": _body({"application/x-ndjson": {"schema": text}}),
        "/v1/cap": _body({"application/cap+xml": {"schema": text}}),
        "/v1/roster/{jurisdiction}/import": _body(rosters),
        "/v1/replay/{jurisdiction}/what-if": _json(policy),
        "/v1/names": _json(ids),
        _ENTRY: _json(code, required=False),
        "/v1/me/help": _json(_OPTIONAL_SIGNAL_ID, required=False),
        "/v1/me/assignments/{assignment_id}/{said}": _json(_OPTIONAL_SIGNAL_ID, required=False),
    }


def _json(schema: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    return _body({"application/json": {"schema": schema}}, required=required)


def _body(content: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    return {"required": required, "content": content}
