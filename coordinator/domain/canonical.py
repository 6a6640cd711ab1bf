"""State as bytes: the same state gives the same bytes in every process, and back again.

Reading goes through a mirror of the state's types that `msgspec` reads in one go (maps as dicts,
models as raw bytes), which is then lifted into the state. Equal models share one object: a state
names the same place and the same need many times.
"""

import hashlib
import types
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from immutables import Map
from msgspec.structs import astuple
from pydantic import BaseModel

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.timers import Timers, timers_of
from schemas.stored import read_as

_Lift = Callable[[Any], Any]
_EMPTY: Map[str, Any] = Map()


def _to_plain(value: Any) -> Any:
    if isinstance(value, Map):
        return {str(key): held for key, held in value.items()}
    if isinstance(value, BaseModel):
        return value.__dict__
    if isinstance(value, Timers):
        return value.due
    raise TypeError(f"{type(value).__name__} has no canonical form")


@cache
def _mirror(type_: Any) -> Any:
    """Return what `msgspec` reads in place of a type of the state."""
    origin, arguments = get_origin(type_), get_args(type_)
    if origin in (Union, types.UnionType):
        kinds = tuple(map(_mirror, arguments))
        return msgspec.Raw if msgspec.Raw in kinds else Union.__getitem__(kinds)
    if origin is Map:
        return dict.__class_getitem__(tuple(map(_mirror, arguments)))
    if origin is tuple:
        inner = tuple(it if it is Ellipsis else _mirror(it) for it in arguments)
        return tuple.__class_getitem__(inner)
    if type_ is Timers:
        return dict[str, int]
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        return msgspec.Raw
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct) and _lift(type_) is not None:
        hints = get_type_hints(type_)
        fields = [(name, _mirror(hints[name])) for name in type_.__struct_fields__]
        return msgspec.defstruct(type_.__name__, fields, forbid_unknown_fields=True, gc=False)
    return type_


@cache
def _lift(type_: Any) -> _Lift | None:
    """Return what makes a value of the state of what was read; None where it is the same."""
    origin, arguments = get_origin(type_), get_args(type_)
    if origin in (Union, types.UnionType):
        found = [it for it in map(_lift, arguments) if it is not None]
        return _lift_some(found[0]) if found else None
    if origin is Map:
        held = _lift(arguments[1])
        return _map_of if held is None else _lift_map(held)
    if origin is tuple:
        each = _lift(arguments[0])
        return None if each is None else lambda values: tuple([each(it) for it in values])
    if type_ is Timers:
        return timers_of
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        return lambda raw: _model(type_, bytes(raw))
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        return _lift_struct(type_)
    return None


def _lift_some(lift: _Lift) -> _Lift:
    def lift_some(value: Any) -> Any:
        # A model that is not there was read as the raw bytes `null`.
        absent = value is None or (type(value) is msgspec.Raw and bytes(value) == b"null")
        return None if absent else lift(value)

    return lift_some


def _map_of(values: dict[str, Any]) -> Map[str, Any]:
    return Map(values) if values else _EMPTY


def _lift_map(held: _Lift) -> _Lift:
    return lambda values: _map_of({key: held(value) for key, value in values.items()})


def _lift_struct(type_: type[msgspec.Struct]) -> _Lift | None:
    hints = get_type_hints(type_)
    lifts = [
        (place, lift)
        for place, name in enumerate(type_.__struct_fields__)
        if (lift := _lift(hints[name])) is not None
    ]
    if not lifts:
        return None

    def lift_struct(read: Any) -> Any:
        fields = list(astuple(read))
        for place, lift in lifts:
            fields[place] = lift(fields[place])
        return type_(*fields)

    return lift_struct


@lru_cache(maxsize=16_384)
def _model(type_: type[BaseModel], raw: bytes) -> BaseModel:
    return read_as(type_, raw)


_ENCODER = msgspec.json.Encoder(enc_hook=_to_plain, order="deterministic")
_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_mirror(Jurisdiction))


def encode(state: Jurisdiction) -> bytes:
    """Return the state as JSON with sorted keys."""
    return _ENCODER.encode(state)


def decode(data: bytes) -> Jurisdiction:
    """Return the state that `encode` wrote.

    Raises:
        msgspec.ValidationError: the bytes are not a state of this program's version.
    """
    lift = _lift(Jurisdiction)
    assert lift is not None  # noqa: S101 - it holds maps
    state: Jurisdiction = lift(_DECODER.decode(data))
    return state


def digest(state: Jurisdiction) -> str:
    """Return the SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(encode(state)).hexdigest()
