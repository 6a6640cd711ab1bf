"""From (type, version) to model, for every signal and every event.

A stored event is never edited: a change of meaning is a new version with an upcaster here, which
turns the older document into the newer one when it is read.
"""

import json
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Final, LiteralString, TypeVar, Union, get_args

import msgspec
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from schemas import events, signals
from schemas.bounds import NOT_KEPT, not_kept_in, repeated_in, spelled_out
from schemas.events.envelope import Event
from schemas.modules import modules_of
from schemas.sentences import every as _every_sentence  # noqa: F401 - so that all are known
from schemas.signals.envelope import Signal

Document = dict[str, Any]
Upcaster = Callable[[Document], Document]
_K = TypeVar("_K", Signal, Event)


def type_of(model: type[Signal] | type[Event]) -> str:
    """Return the word by which a signal or a fact is known wherever it is written."""
    if issubclass(model, Event):
        return str(model.__struct_config__.tag)
    return str(model.model_fields["type"].default)


def members(union: Any) -> tuple[type[Any], ...]:
    """Return the classes of a union, or the class itself."""
    return get_args(union) or (union,)


def _all_in(package: ModuleType, kind: type[_K]) -> dict[str, type[_K]]:
    """Return every signal or fact that is written in a package, by its type.

    What is on a log has to be read, so that leaving one out could only be a fault: nobody lists
    them. What others are made of is never written itself.
    """
    found: dict[str, type[_K]] = {}
    for module in modules_of(package):
        for model in vars(module).values():
            if isinstance(model, type) and issubclass(model, kind) and not model.__subclasses__():
                found[type_of(model)] = model
    return found


SIGNALS: Final[Mapping[str, type[Signal]]] = _all_in(signals, Signal)
EVENTS: Final[Mapping[str, type[Event]]] = _all_in(events, Event)

UPCASTERS: Final[dict[tuple[str, int], Upcaster]] = {}
"""(type, old version) → the document one version later; empty until something changed."""


class UnknownType(ValueError):
    """No model of this type and version is known here: written by a newer program."""

    def __init__(self, type_: str, version: object) -> None:
        super().__init__(f"type: {type_!r} version {version!r} is not known to this program")
        self.type = type_
        self.version = version


def version_of(model: type[Signal] | type[Event]) -> int:
    """Return the version in which this program writes a signal or a fact."""
    if issubclass(model, Event):
        return next(int(it.default) for it in msgspec.structs.fields(model) if it.name == "v")
    return int(model.model_fields["v"].default)


def _plain(model: BaseModel) -> dict[str, Any]:
    return model.__dict__


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_plain)
_ANY_FACT: Final[Any] = Union[*EVENTS.values()]
_Payload: Final[Any] = msgspec.defstruct("Payload", [("events", tuple[_ANY_FACT, ...])], gc=False)
_DECODER: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(_Payload)
_FACTS: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(tuple[_ANY_FACT, ...])


class NotReadBack(ValueError):
    """Facts that would not be read from the record as they were decided: a defect of a decider."""


def write_payload(signal: Signal | None, events: tuple[Event, ...]) -> bytes:
    """Return the JSON bytes of one decision, as they will be hashed and kept for ever.

    Nobody judges a fact where it is made. So what is written is read back here, before it is on
    record: within its bounds, and the same again when it is written again, number for number.

    Raises:
        NotReadBack: naming the field, or the kinds of fact.
    """
    facts = write_facts(events)
    try:
        same = write_facts(_FACTS.decode(facts)) == facts
    except msgspec.ValidationError as error:
        raise NotReadBack(str(error)) from None
    if not same:
        kinds = ", ".join(sorted({it.type for it in events}))
        raise NotReadBack(f"a number or word of another type than its field has, in {kinds}")
    return b'{"signal":' + _ENCODER.encode(signal) + b',"events":' + facts + b"}"


def write_facts(events: tuple[Event, ...]) -> bytes:
    """Return facts as JSON bytes, as they stand in a record."""
    return _ENCODER.encode(events)


def read_events(payload: bytes) -> tuple[Event, ...]:
    """Return the facts of a decision; the cause is passed over.

    Raises:
        UnknownType: a type or version this program does not know.
        msgspec.ValidationError: a fact that cannot be so; it says which field of which.
        msgspec.DecodeError: the bytes are not a decision.
    """
    try:
        events: tuple[Event, ...] = _DECODER.decode(payload).events
    except msgspec.ValidationError:
        documents = msgspec.json.decode(payload)["events"]
        return tuple(msgspec.convert(_as_of_now(it, EVENTS), _ANY_FACT) for it in documents)
    return events


def read_signal(payload: bytes) -> Signal | None:
    """Return the cause of a decision, None for one without (genesis, claim)."""
    document = json.loads(payload)["signal"]
    return None if document is None else _read(document, SIGNALS)


def read_signal_document(raw: bytes) -> Signal:
    """Return the signal in a JSON document that came in from outside, of this version or older.

    Raises:
        UnknownType: a type or version this program does not know.
        ValidationError: a field that cannot be so, or that stands there twice.
        ValueError: the bytes are not a JSON object.
    """
    document = json.loads(raw)
    if not isinstance(document, dict):
        raise ValueError(f"a JSON object is wanted, got {type(document).__name__}")
    repeated = repeated_in(raw, document)
    if repeated is not None:
        raise _wrong(document, "field_repeated", "stands there twice", repeated, repeated[-1])
    model = SIGNALS.get(str(document.get("type")))
    try:
        if model is not None and document.get("v") == version_of(model):
            signal: Signal = model.model_validate_json(raw)
            return signal
        return _read(document, SIGNALS)
    except ValidationError:
        # Of half a character pydantic says that all is no JSON, and not where it stands.
        found = not_kept_in(document)
        if found is None:
            raise
        place, text = found
    raise _wrong(document, "text_not_kept", NOT_KEPT, place, spelled_out(text))


def _wrong(
    document: Document, code: str, why: LiteralString, place: tuple[str | int, ...], shown: object
) -> ValidationError:
    """Return what is wrong with a field, as pydantic would have said it."""
    return ValidationError.from_exception_data(
        str(document.get("type")),
        [{"type": PydanticCustomError(code, why), "loc": place, "input": shown}],
    )


def _read(document: Document, models: Mapping[str, type[Signal]]) -> Signal:
    document = _as_of_now(document, models)
    return models[document["type"]].model_validate_json(json.dumps(document))


def _as_of_now(document: Document, models: Mapping[str, Any]) -> Document:
    """Return a document in the version this program writes."""
    if not isinstance(document, dict):
        raise UnknownType(type(document).__name__, None)
    type_, version = str(document.get("type")), document.get("v")
    model = models.get(type_)
    if model is None or not isinstance(version, int) or version > version_of(model):
        raise UnknownType(type_, version)
    while version < version_of(model):
        upcast = UPCASTERS.get((type_, version))
        if upcast is None:
            raise UnknownType(type_, version)
        document = upcast(document)
        version = document["v"]
    return document
