"""State as bytes: the same state gives the same bytes in every process, and back again."""

import hashlib
from typing import Any, get_origin

import msgspec
from immutables import Map

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.timers import Timers, timers_of


def _to_plain(value: Any) -> Any:
    if isinstance(value, Map):
        return dict(value.items())
    if isinstance(value, Timers):
        return value.due
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _from_plain(type_: Any, plain: Any) -> Any:
    if get_origin(type_) is Map:
        held = dict.__class_getitem__(type_.__args__)
        return Map(msgspec.convert(plain, held, dec_hook=_from_plain))
    if type_ is Timers:
        return timers_of(plain)
    raise TypeError(f"{type_} has no canonical form")


_ENCODER = msgspec.json.Encoder(enc_hook=_to_plain, order="deterministic")
_DECODER = msgspec.json.Decoder(Jurisdiction, dec_hook=_from_plain)


def encode(state: Jurisdiction) -> bytes:
    """Return the state as JSON with sorted keys."""
    return _ENCODER.encode(state)


def decode(data: bytes) -> Jurisdiction:
    """Return the state that `encode` wrote.

    Raises:
        msgspec.ValidationError: the bytes are not a state of this program's version.
    """
    return _DECODER.decode(data)


def digest(state: Jurisdiction) -> str:
    """Return the SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(encode(state)).hexdigest()
