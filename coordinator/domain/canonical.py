"""State as bytes: the same state gives the same bytes in every process, and back again."""

import hashlib
from typing import Any, get_args

import msgspec
from immutables import Map
from pydantic import BaseModel

from coordinator.domain.state.jurisdiction import Jurisdiction


def _to_plain(value: Any) -> Any:
    if isinstance(value, Map):
        return {str(key): held for key, held in value.items()}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _from_plain(type_: Any, value: Any) -> Any:
    arguments = get_args(type_)
    if arguments:
        plain: Any = dict.__class_getitem__(arguments)
        return Map(msgspec.convert(value, plain, dec_hook=_from_plain, str_keys=True))
    return type_.model_validate_json(msgspec.json.encode(value))


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
