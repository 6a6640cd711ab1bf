"""What a form is made from, and whether a filled one would be taken: before anything is sent."""

from functools import partial
from typing import Any, Final

import msgspec
from fastapi import APIRouter, Request, Response

from coordinator.domain.outcome import nothing_changed, refusal_in, warnings_in
from coordinator.web.identity import Asking, Here
from coordinator.web.intake import as_refusal, read_signal
from coordinator.web.kept_json import KeptJson
from schemas import catalogue
from schemas.roles import CAPABILITIES, Capability, can
from schemas.signals.envelope import Signal
from schemas.vocabulary import Role

router = APIRouter(prefix="/v1", tags=["signals"])

_SAID_ELSEWHERE: Final = frozenset(Signal.model_fields) - {"occurred_at", "on_behalf_of"} | {
    "type",
    "v",
}
"""What the edge or the console fills in; the two left say for whom and when, if not now."""
_ORDER: Final = {capability: place for place, capability in enumerate(Capability)}


@router.get("/forms")
async def forms(request: Request, asking: Asking) -> Response:
    """Return the signals this role may send, each with the JSON Schema of what is to be said."""
    return await _FORMS[asking.role].response(request)


@router.post("/signals:check")
async def check(request: Request, asking: Asking, here: Here) -> dict[str, Any]:
    """Say whether a signal could be sent and what it would lead to now; nothing is published.

    Fields are judged in the words of `POST /v1/signals` (422). `foreseen` is false where workers
    decide: a gateway has no state to ask, so that `refused` and `events` stay empty.
    """
    return as_dry_run(await read_signal(await request.body(), asking, here), here)


def as_dry_run(signal: Signal, here: Here) -> dict[str, Any]:
    """Return what a signal would lead to if it were decided now."""
    events = here.dry_run(signal)
    refused = refusal_in(events or ())
    return {
        "valid": True,
        "foreseen": events is not None,
        "refused": None if refused is None else as_refusal(refused),
        "nothing_changed": events is not None and nothing_changed(events),
        "warnings": msgspec.to_builtins(warnings_in(events or ())),
        "events": [it.type for it in events or ()],
    }


def _forms_of(role: Role) -> dict[str, Any]:
    found = [
        {"type": type_, "group": model.__module__.rpartition(".")[2], "schema": _schema_of(model)}
        for type_, model in sorted(catalogue.SIGNALS.items(), key=lambda it: _ORDER[it[1].needs])
        if can(role, model.needs)
    ]
    return {"role": role.value, "forms": found}


def _schema_of(model: type[Signal]) -> dict[str, Any]:
    schema = model.model_json_schema()
    schema["properties"] = {
        name: it for name, it in schema["properties"].items() if name not in _SAID_ELSEWHERE
    }
    schema["required"] = [it for it in schema.get("required", ()) if it not in _SAID_ELSEWHERE]
    return schema


_FORMS: Final = {role: KeptJson(partial(_forms_of, role)) for role in CAPABILITIES}
