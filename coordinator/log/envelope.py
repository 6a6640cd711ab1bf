"""The frozen bytes of a record. What a payload means may change; these bytes never do.

Layout, big-endian: version 1 byte, seq 8, prev 32, epoch 4, at 8, kind 1, then the lengths of
log_id 2, signal_id 2, cursor 2 and payload 4, then those four byte strings in that order.
The hash is SHA-256 over a domain tag and exactly these bytes.
"""

import hashlib
import struct
from collections.abc import Mapping
from enum import IntEnum
from typing import Final, NamedTuple

import msgspec

from coordinator.errors import UndecodableEnvelope

VERSION: Final = 1
DOMAIN_TAG: Final = b"power-emergency-coordinator/record/v1\x00"
ZERO_HASH: Final = bytes(32)
PAYLOAD_BYTES_MAX: Final = 900_000
"""Below the usual 1 MB message limit of a broker, so that both homes take the same records."""

_HEADER = struct.Struct(">BQ32sIQBHHHI")
_HEADER_BYTES: Final = _HEADER.size
_unpack = _HEADER.unpack_from
_tuple = tuple.__new__
_TAGGED = hashlib.sha256(DOMAIN_TAG)
_encode_cursor = msgspec.json.Encoder(order="sorted").encode
_decode_cursor = msgspec.json.Decoder(dict[str, int]).decode


class Kind(IntEnum):
    GENESIS = 0
    DECISION = 1
    CLAIM = 2
    BARRIER = 3
    CHECKPOINT = 4


_KINDS: Final = {int(kind): kind for kind in Kind}


class Record(NamedTuple):
    """One record, taken apart; `raw` is what is stored and hashed."""

    seq: int
    prev: bytes
    epoch: int
    at: int
    kind: Kind
    log_id: str
    signal_id: str
    cursor: bytes
    payload: bytes
    hash: bytes
    raw: bytes


def hash_of(raw: bytes) -> bytes:
    digest = _TAGGED.copy()
    digest.update(raw)
    return digest.digest()


def seal(  # noqa: PLR0913 - a frozen envelope has its fields
    *,
    seq: int,
    prev: bytes,
    epoch: int,
    at: int,
    kind: Kind,
    log_id: str,
    signal_id: str,
    cursor: Mapping[str, int],
    payload: bytes,
) -> Record:
    """Make a record of its fields.

    Args:
        seq: 0, 1, 2 … without gaps.
        prev: hash of the record before; 32 zero bytes for the first.
        epoch: ownership epoch the writer holds.
        at: UTC milliseconds.
        kind: what the record is.
        log_id: origin and jurisdiction.
        signal_id: the signal decided; empty where there is none.
        cursor: for each input the next offset to read.
        payload: bytes exactly as they will be kept.
    """
    names = log_id.encode(), signal_id.encode(), _encode_cursor(dict(cursor))
    header = _HEADER.pack(VERSION, seq, prev, epoch, at, kind, *map(len, names), len(payload))
    raw = b"".join((header, *names, payload))
    return Record(
        seq, prev, epoch, at, kind, log_id, signal_id, names[2], payload, hash_of(raw), raw
    )


def open_record(raw: bytes) -> Record:
    """Take a record apart and hash it.

    Raises:
        UndecodableEnvelope: naming the field that cannot be so.
    """
    try:
        version, seq, prev, epoch, at, number, log_len, signal_len, cursor_len, payload_len = (
            _unpack(raw)
        )
    except struct.error:
        raise UndecodableEnvelope("length", len(raw)) from None
    if version != VERSION:
        raise UndecodableEnvelope("v", version)
    kind = _KINDS.get(number)
    if kind is None:
        raise UndecodableEnvelope("kind", number)
    a = _HEADER_BYTES + log_len
    b = a + signal_len
    c = b + cursor_len
    if c + payload_len != len(raw):
        raise UndecodableEnvelope("length", len(raw))
    try:
        log_id = raw[_HEADER_BYTES:a].decode()
        signal_id = raw[a:b].decode()
    except UnicodeDecodeError as error:
        raise UndecodableEnvelope("log_id or signal_id", error.object[:80]) from None
    # What a NamedTuple's own constructor does, without a call of its own for each of a million.
    return _tuple(
        Record,
        (seq, prev, epoch, at, kind, log_id, signal_id, raw[b:c], raw[c:], hash_of(raw), raw),
    )


def read_cursor(record: Record) -> dict[str, int]:
    """Return the input positions of a record.

    Raises:
        UndecodableEnvelope: the cursor is not a JSON object of integers.
    """
    try:
        return _decode_cursor(record.cursor)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UndecodableEnvelope("cursor", record.cursor[:80]) from None
