"""From a document to a decided signal: the edge fills in who and when, and validates once.

A client never says who it is or what time it is: the token and the clock do.
"""

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeVar

import msgspec
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from coordinator.documents import JSON_BYTES_MAX, BadDocument, read_json
from coordinator.errors import Busy, CoordinatorError, TokenTyped, TooLarge, TooMuchOfOne
from coordinator.web.identity import no_such_jurisdiction, visible
from coordinator.web.ports import Accepted, Receipt, Station
from coordinator.web.problems import Problem, bad_fields, not_valid, shown, wrong
from coordinator.web.tokens import Holder
from schemas import catalogue
from schemas.bounds import not_kept_in
from schemas.events.notice import SignalRefused
from schemas.ids import ulid
from schemas.roles import Capability, can
from schemas.sentences import answers, faults
from schemas.signals.aid import CallAid
from schemas.signals.envelope import Signal
from schemas.signals.roster import ImportRoster
from schemas.sizes import VALUES_MAX, excesses, more_values_than
from schemas.told import typed_token_in
from words.faults import Fault

_T = TypeVar("_T")
_HERE_BYTES: Final = 16_384
"""What is larger is read in a thread."""
_SOURCES: Final = ("source", "sender")
_VALUES_MAX: Final[Mapping[type[Signal], int]] = {ImportRoster: 200_000}
SOURCE_FIELDS: Final[Mapping[type[Signal], tuple[str, ...]]] = {
    model: tuple(it for it in _SOURCES if it in model.model_fields)
    for model in catalogue.SIGNALS.values()
}
"""Where a signal says in whose name it is said."""
_SET_HERE = ("at", "actor_id", "actor_role")


def read_document(body: bytes, *, bytes_max: int = JSON_BYTES_MAX) -> dict[str, Any]:
    """Return the JSON object in a body, or in a line of one.

    Raises:
        Problem: 422 for anything else.
    """
    try:
        document = read_json(body, bytes_max=bytes_max)
    except BadDocument as error:
        value = "-" if error.field != "-" else body[:80].decode(errors="backslashreplace")
        otherwise = Fault(shown(error.field), shown(value), error.said)
        raise not_valid([_half_a_character(body) or otherwise]) from None
    if not isinstance(document, dict):
        raise wrong("-", document, faults.JSON_OBJECT_WANTED)
    return document


def _half_a_character(body: bytes) -> Fault | None:
    """Return where half a character stands, if that is why a body is not read as JSON."""
    try:
        found = not_kept_in(json.loads(body))
    except (ValueError, RecursionError):
        return None
    if found is None:
        return None
    place, text = found
    return Fault(shown(".".join(map(str, place))) or "-", shown(text), faults.TEXT_NOT_KEPT)


async def read_apart(body: bytes, *, bytes_max: int = JSON_BYTES_MAX) -> dict[str, Any]:
    """Read as `read_document` does; a large body in a thread, while others are decided.

    Raises:
        Problem: 422 for anything else than a JSON object.
    """
    return await _apart(len(body), partial(read_document, body, bytes_max=bytes_max))


async def read_signal(
    body: bytes, asking: Holder, here: Station, *, bytes_max: int = JSON_BYTES_MAX
) -> Signal:
    """Return the signal in a body, or in a line of one, as one of the asking holder.

    Who may send it is asked before its fields are looked at, and how much it holds before a model
    is made of it.

    Raises:
        Problem: 422 naming the field and the value; 403 for a role or place that is not theirs.
    """
    document = await read_apart(body, bytes_max=bytes_max)
    return await _apart(len(body), partial(made, *addressed(document, asking, here)))


async def _apart(size: int, work: Callable[[], _T]) -> _T:
    return work() if size <= _HERE_BYTES else await asyncio.to_thread(work)


def as_signal(document: dict[str, Any], asking: Holder, here: Station) -> Signal:
    """Validate a small document into a signal of the asking holder, at this moment.

    Raises:
        Problem: as for `read_signal`.
    """
    return made(*addressed(document, asking, here))


def addressed(
    document: dict[str, Any], asking: Holder, here: Station
) -> tuple[type[Signal], dict[str, Any]]:
    """Return the model of a document and what it is made from: who and when are filled in.

    Raises:
        Problem: 422 for no type of signal, 403 for a role or place that is not theirs.
    """
    type_ = document.get("type")
    model = catalogue.SIGNALS.get(type_) if isinstance(type_, str) else None
    if model is None:
        raise wrong("type", type_, faults.NO_TYPE_OF_SIGNAL)
    for field in _SET_HERE:
        if field in document:
            raise wrong(field, document[field], faults.SET_BY_COORDINATOR)
    if model.needs is Capability.BE_COORDINATOR:
        said = answers.from_coordinator_only(str(type_))
        raise Problem(403, "role_not_allowed", said, field="type")
    if not can(asking.role, model.needs):
        said = answers.may_not_send(asking.role, str(type_))
        raise Problem(403, "role_not_allowed", said, field="role")
    jurisdiction = _jurisdiction_in(document)
    if jurisdiction not in visible(asking, here, None):
        raise no_such_jurisdiction(jurisdiction)
    _check_named(model, document, asking, here)
    now = here.clock.now()
    filled = {
        "signal_id": ulid(now, secrets.token_bytes(10)),
        "realm": here.realm_of(jurisdiction),
        **document,
        "at": now,
        "actor_id": asking.actor_id,
        "actor_role": asking.role.value,
    }
    return model, filled


def _check_named(
    model: type[Signal], document: dict[str, Any], asking: Holder, here: Station
) -> None:
    """Refuse a source that is another's, and a neighbour who is not there."""
    for field in SOURCE_FIELDS[model]:
        check_source(asking, field, document.get(field))
    if model is CallAid:
        _check_neighbour(document.get("neighbour"), here)


def check_source(asking: Holder, field: str, source: object) -> None:
    """Refuse what is said under a name that is another's; what is no name its model refuses.

    Raises:
        Problem: 403 naming the field and the source.
    """
    if isinstance(source, str) and not asking.speaks_for(source):
        said = answers.speaks_for_others(shown(source), asking.own_sources)
        raise Problem(403, "source_not_yours", said, field=field)


def _check_neighbour(neighbour: object, here: Station) -> None:
    """Refuse to call somebody of whom no log is known: it would be taken, and nobody would hear."""
    known = sorted(here.jurisdictions())
    if isinstance(neighbour, str) and neighbour not in known:
        raise wrong("neighbour", neighbour, faults.no_such_neighbour(known))


def _jurisdiction_in(document: dict[str, Any]) -> str:
    found = document.get("jurisdiction")
    if isinstance(found, str):
        return found
    if "jurisdiction" in document:
        raise wrong("jurisdiction", found, faults.STRING_TYPE)
    raise wrong("jurisdiction", "-", faults.MISSING)


def made(model: type[Signal], filled: dict[str, Any]) -> Signal:
    """Make a signal of a document that holds no more than its model takes.

    Raises:
        Problem: 422 naming the field and the value.
    """
    if more_values_than(filled, _VALUES_MAX.get(model, VALUES_MAX)):
        most = _VALUES_MAX.get(model, VALUES_MAX)
        raise wrong("body", "-", faults.values_more_than(most))
    if found := excesses(model, filled):
        raise not_valid(
            [Fault(shown(".".join(map(str, it.place))), it.value, it.said) for it in found]
        )
    try:
        signal: Signal = model.model_validate_json(msgspec.json.encode(filled))
    except ValidationError as error:
        raise not_valid(bad_fields(error)) from None
    if (typed := typed_token_in(signal)) is not None:
        raise _token_typed(*typed)
    return signal


def _token_typed(field: str, value: str) -> Problem:
    return wrong(shown(field), value, faults.TOKEN_TYPED)


async def submit(signal: Signal, here: Station) -> Receipt | Accepted:
    """Hand a signal over and wait until it is on the log, or where others decide on its topic.

    Raises:
        Problem: 503 when the owner cannot take it now, 429 when too much of its sender waits, 413
            when no topic ever will, 422 for a text that looks like the token of typed words;
            nothing was accepted then.
    """
    try:
        return await here.submit(signal)
    except TokenTyped as error:
        raise _token_typed(error.field, error.value) from None
    except Busy as error:
        # 429: others may still send; it is this sender who has to wait.
        status = 429 if isinstance(error, TooMuchOfOne) else 503
        raise Problem(
            status, error.code, answers.server_says(str(error)), headers={"Retry-After": "1"}
        ) from None
    except TooLarge as error:
        raise Problem(413, "too_large", answers.server_says(str(error))) from None
    except CoordinatorError as error:
        raise Problem(
            503, error.code, answers.server_says(str(error)), headers={"Retry-After": "5"}
        ) from None


def answer(outcome: Receipt | Accepted, jurisdiction: str) -> JSONResponse:
    """Return what a client is told of its signal.

    Raises:
        Problem: 409 for one that broke a rule.
    """
    if isinstance(outcome, Accepted):
        where = f"/v1/signals/{outcome.signal_id}?jurisdiction={jurisdiction}"
        return JSONResponse(outcome._asdict(), status_code=202, headers={"Location": where})
    if outcome.refused is not None:
        raise refusal_problem(outcome)
    return JSONResponse(as_answer(outcome))


def as_answer(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as the document a client gets."""
    refused = receipt.refused
    return {
        "signal_id": receipt.signal_id,
        "seq": receipt.seq,
        "hash": receipt.hash.hex(),
        "at": receipt.at,
        "duplicate": receipt.duplicate,
        "nothing_changed": receipt.nothing_changed,
        "warnings": msgspec.to_builtins(receipt.warnings),
        "refused": None if refused is None else as_refusal(refused),
    }


def as_refusal(refused: SignalRefused) -> dict[str, Any]:
    """Return which rule was broken, and by what, as a client reads it."""
    rule = msgspec.to_builtins(refused.rule)
    return {"rule": rule, "field": refused.field, "value": refused.value}


def refusal_problem(receipt: Receipt) -> Problem:
    """Return the 409 of a signal that broke a rule; it is on record all the same."""
    it = receipt.refused
    told = [] if it is None else [Fault(it.field or "-", it.value, it.rule, rule=True)]
    problem = Problem(409, "refused", answers.WAS_REFUSED, errors=told)
    problem.headers["X-Log-Seq"] = str(receipt.seq)
    return problem
