"""From (type, version) to model, for every signal and every event.

A stored event is never edited: a change of meaning is a new version with an upcaster here, which
turns the older document into the newer one when it is read.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from schemas.bounds import NOT_KEPT, not_kept_in, spelled_out
from schemas.events import aid as aid_events
from schemas.events import alert as alert_events
from schemas.events import assignment as assignment_events
from schemas.events import branch as branch_events
from schemas.events import command as command_events
from schemas.events import community as community_events
from schemas.events import escalation as escalation_events
from schemas.events import incident as incident_events
from schemas.events import notice as notice_events
from schemas.events import operation as operation_events
from schemas.events import promise as promise_events
from schemas.events import response as response_events
from schemas.events import roster as roster_events
from schemas.events import safety as safety_events
from schemas.events import site as site_events
from schemas.events import unit as unit_events
from schemas.events import violation as violation_events
from schemas.events.envelope import Event
from schemas.sentences import every as _every_sentence  # noqa: F401 - so that all are known
from schemas.signals import (
    aid,
    alert,
    assignment,
    branch,
    clock,
    command,
    community,
    escalation,
    incident,
    operation,
    response,
    roster,
    safety,
    site,
    unit,
    violation,
)
from schemas.signals.envelope import Signal
from schemas.stored import StoredList

Document = dict[str, Any]
Upcaster = Callable[[Document], Document]

SIGNAL_UNIONS: Final = (
    incident.IncidentSignal,
    response.ResponseSignal,
    site.SiteSignal,
    alert.AlertSignal,
    unit.UnitSignal,
    unit.ResourceSignal,
    assignment.AssignmentSignal,
    escalation.EscalationSignal,
    roster.RosterSignal,
    roster.PolicySignal,
    branch.BranchSignal,
    operation.OperationSignal,
    command.CommandSignal,
    safety.SafetySignal,
    aid.AidSignal,
    community.CommunitySignal,
    violation.ViolationSignal,
    clock.DeadlinePassed,
)
EVENT_UNIONS: Final = (
    incident_events.IncidentEvent,
    promise_events.PromiseEvent,
    response_events.ResponseEvent,
    alert_events.AlertEvent,
    unit_events.UnitEvent,
    unit_events.ResourceEvent,
    assignment_events.AssignmentEvent,
    escalation_events.EscalationEvent,
    notice_events.NoticeEvent,
    roster_events.RosterEvent,
    roster_events.PolicyEvent,
    branch_events.BranchEvent,
    operation_events.OperationEvent,
    site_events.SiteEvent,
    command_events.CommandEvent,
    safety_events.SafetyEvent,
    aid_events.AidEvent,
    community_events.CommunityEvent,
    violation_events.ViolationEvent,
)


def members(union: Any) -> tuple[type[Any], ...]:
    """Return the classes of a union, or the class itself."""
    return get_args(union) or (union,)


def _by_type(unions: Iterable[Any]) -> dict[str, type[Any]]:
    found: dict[str, type[Any]] = {}
    for union in unions:
        for model in members(union):
            found[model.model_fields["type"].default] = model
    return found


SIGNALS: Final[Mapping[str, type[Signal]]] = _by_type(SIGNAL_UNIONS)
EVENTS: Final[Mapping[str, type[Event]]] = _by_type(EVENT_UNIONS)

UPCASTERS: Final[dict[tuple[str, int], Upcaster]] = {}
"""(type, old version) → the document one version later; empty until something changed."""


class UnknownType(ValueError):
    """No model of this type and version is known here: written by a newer program."""

    def __init__(self, type_: str, version: object) -> None:
        super().__init__(f"type: {type_!r} version {version!r} is not known to this program")
        self.type = type_
        self.version = version


def version_of(model: type[BaseModel]) -> int:
    return int(model.model_fields["v"].default)


if TYPE_CHECKING:
    _AnyEvent = Event
else:
    _AnyEvent = Annotated[Union[*EVENTS.values()], Field(discriminator="type")]

_write_events: Final = TypeAdapter[tuple[Event, ...]](tuple[_AnyEvent, ...]).serializer.to_json


def write_payload(signal: Signal | None, events: tuple[Event, ...]) -> bytes:
    """Return the JSON bytes of one decision, as they will be hashed and kept for ever."""
    # The serializers themselves: the methods around them make text of the bytes, to be undone here.
    cause = b"null" if signal is None else signal.__pydantic_serializer__.to_json(signal)
    return b'{"signal":' + cause + b',"events":' + _write_events(events) + b"}"


def bare_reader(
    bare: Mapping[type[Event], Collection[str]],
) -> Callable[[bytes], tuple[Any, ...]]:
    """Return what reads as `read_events` does, but leaves some models in the form of `StoredList`.

    Args:
        bare: the models that are not made, each with the fields in which none is made either.
    """
    return StoredList(EVENTS, bare=bare, otherwise=_read_exactly).read


def _read_exactly(payload: bytes) -> tuple[Event, ...]:
    return tuple(_read(document, EVENTS) for document in json.loads(payload)["events"])


read_events: Final[Callable[[bytes], tuple[Event, ...]]] = bare_reader({})
"""Returns the facts of a decision; the cause is passed over.

Raises:
    UnknownType: a type or version this program does not know.
    ValidationError: the bytes are not a decision.
"""


def read_signal(payload: bytes) -> Signal | None:
    """Return the cause of a decision, None for one without (genesis, claim)."""
    document = json.loads(payload)["signal"]
    return None if document is None else _read(document, SIGNALS)


def read_signal_document(raw: bytes) -> Signal:
    """Return the signal in a JSON document that came in from outside, of this version or older.

    Raises:
        UnknownType: a type or version this program does not know.
        ValidationError: a field that cannot be so.
        ValueError: the bytes are not a JSON object.
    """
    document = json.loads(raw)
    if not isinstance(document, dict):
        raise ValueError(f"a JSON object is wanted, got {type(document).__name__}")
    model = SIGNALS.get(str(document.get("type")))
    try:
        if model is not None and document.get("v") == version_of(model):
            signal: Signal = model.model_validate_json(raw)
            return signal
        return _read(document, SIGNALS)  # type: ignore[no-any-return]
    except ValidationError:
        # Of half a character pydantic says that all is no JSON, and not where it stands.
        found = not_kept_in(document)
        if found is None:
            raise
        place, text = found
    error = PydanticCustomError("text_not_kept", NOT_KEPT)
    raise ValidationError.from_exception_data(
        str(document.get("type")),
        [{"type": error, "loc": place, "input": spelled_out(text)}],
    )


def _read(document: Document, models: Mapping[str, type[Any]]) -> Any:
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
    return model.model_validate_json(json.dumps(document))
