"""Identifiers: opaque, sortable by time, distinct types.

A signal carries a bare ULID. Everything a decision creates is named after the signal that
caused it (`unt_<ULID>_2`), so that a replay gives the same names without a random source.
"""

import hashlib
from typing import Annotated, Any, Final

from schemas.value import bounded

ULID_PATTERN = r"[0-7][0-9A-HJKMNP-TV-Z]{25}"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _id(prefix: str) -> tuple[Any, ...]:
    return bounded(pattern=rf"^{prefix}_{ULID_PATTERN}(_[0-9]{{1,5}})?$", max_length=40)


SignalId = Annotated[str, *bounded(pattern=rf"^{ULID_PATTERN}$")]
JURISDICTION: Final = r"^[a-z0-9][a-z0-9-]{1,31}$"
JurisdictionId = Annotated[str, *bounded(pattern=JURISDICTION, max_length=32)]
ActorId = Annotated[
    str,
    *bounded(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$", max_length=64),
]

IncidentId = Annotated[str, *_id("inc")]
AlertId = Annotated[str, *_id("alt")]
UnitId = Annotated[str, *_id("unt")]
AssignmentId = Annotated[str, *_id("asg")]
MemberId = Annotated[str, *_id("mem")]
TeamId = Annotated[str, *_id("tea")]
BranchId = Annotated[str, *_id("brn")]
OperationId = Annotated[str, *_id("opr")]
SiteId = Annotated[str, *_id("sit")]
ResourceId = Annotated[str, *_id("res")]
TicketId = Annotated[str, *_id("tkt")]
EscalationId = Annotated[str, *_id("esc")]
ObjectiveId = Annotated[str, *_id("obj")]
RollCallId = Annotated[str, *_id("rol")]
HelpCallId = Annotated[str, *_id("hlp")]
AidId = Annotated[str, *_id("aid")]
ShiftId = Annotated[str, *_id("shf")]
NoticeId = Annotated[str, *_id("ntc")]
WhistleId = Annotated[str, *_id("whi")]
PostingId = Annotated[str, *_id("pst")]
WardId = Annotated[str, *_id("wrd")]
ViolationId = Annotated[str, *_id("vio")]
TaskId = Annotated[str, *_id("tsk")]
WorkId = Annotated[str, *_id("wrk")]
GridCellId = Annotated[str, *_id("cel")]

SUBJECT_PATTERN = rf"^[a-z]{{3}}_{ULID_PATTERN}(_[0-9]{{1,5}})?$"
SubjectId = Annotated[str, *bounded(pattern=SUBJECT_PATTERN, max_length=40)]
"""Any of the ids above, where a notice or an escalation may be about anything."""


_PAIRS = tuple(high + low for high in _ALPHABET for low in _ALPHABET)


def _crockford(value: int, pairs: int) -> str:
    """Return the digits of a number, two at a time."""
    return "".join([_PAIRS[value >> shift & 1023] for shift in range(10 * pairs - 10, -1, -10)])


def ulid(at: int, entropy: bytes) -> str:
    """Return the ULID of a moment.

    Args:
        at: UTC milliseconds, 0 to 2**48 - 1.
        entropy: at least 10 bytes; random where a new id is wanted, a digest where the same
            input must give the same id (a feed that is read twice).
    """
    return _crockford(at, 5) + _crockford(int.from_bytes(entropy[:10], "big"), 8)


def ulid_of(at: int, *natural_key: str) -> str:
    """Return the ULID that names the same thing each time it is seen.

    Args:
        at: UTC milliseconds of the thing itself, never of the moment of reading.
        natural_key: what makes the thing unique at its source.
    """
    return ulid(at, hashlib.sha256("\x1f".join(natural_key).encode()).digest())


def beside(signal_id: str, *key: str) -> str:
    """Return another ULID of the same moment, which only this id and key give."""
    return signal_id[:10] + ulid_of(0, signal_id, *key)[10:]


def derived(prefix: str, signal_id: str, index: int) -> str:
    """Name the `index`-th thing that one signal brought into being."""
    return f"{prefix}_{signal_id}_{index}" if index else f"{prefix}_{signal_id}"
