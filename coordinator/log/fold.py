"""Reading a log: acceptance on the envelope, then interpretation of the payload.

Used live after each append, at start, in replay and by every follower: one fold for all.
"""

import hashlib
import zlib
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import msgspec
from immutables import Map

from coordinator.domain import jurisdiction
from coordinator.domain.canonical import decode, encode
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.errors import FuturePayload, NotAccepted, Unfoldable
from coordinator.log.chain import Tip, Verdict, accept
from coordinator.log.envelope import Kind, Record
from coordinator.log.follow import Step
from coordinator.log.ports import Snapshot
from schemas.catalogue import UnknownType, read_events
from schemas.decoding import NOT_READ
from schemas.events.envelope import Event

_FOLD_VERSION = 6
"""Raised when a fact comes to mean something else to the state, though its shape is the same."""


ADDED: Final[frozenset[str]] = frozenset()
"""Fields of the state, as `Incident.device`, that were added with a default which is right for all
that was folded before them: no fact before could have set them. States that were kept without them
are used as they are. A field that older facts do set is not listed: its states are made again."""


def shape_of_state(added: Collection[str] = ADDED) -> str:
    """Return a digest of every structure of the state: another shape is another version.

    Args:
        added: fields that do not count, since states without them can be used.
    """
    shapes: list[str] = []
    waiting: list[type[msgspec.Struct]] = [msgspec.Struct]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        waiting.extend(kinds)
        for kind in kinds:
            if kind.__module__.startswith("coordinator.domain.state."):
                names = (f"{kind.__name__}.{it}" for it in kind.__struct_fields__)
                shapes.append(",".join(it for it in names if it not in added))
    return hashlib.sha256(";".join(sorted(shapes)).encode()).hexdigest()[:16]


CODE_VERSION = f"{_FOLD_VERSION}-{shape_of_state()}"
"""Snapshots of another version are thrown away and made again from the log."""

DECISIONS = (Kind.DECISION, Kind.GENESIS)
_encode_cursor = msgspec.json.Encoder(order="sorted").encode


class Fold(NamedTuple):
    """A reader's position and the state there."""

    tip: Tip
    state: Jurisdiction

    def __repr__(self) -> str:
        # A task's result is shown by its loop; a whole state would take longer than its replay.
        return f"Fold({self.tip.log_id!r}, seq={self.tip.seq})"

    def step(self, record: Record) -> tuple["Fold", Step]:
        """Read one more record.

        Raises:
            NotAccepted: the record does not count after this tip.
            FuturePayload: a type or version this program does not know; nothing is skipped.
            Unfoldable: its facts cannot have followed from the state.
        """
        verdict, tip = accept(self.tip, record)
        if verdict is not Verdict.ACCEPTED:
            raise NotAccepted(log_id=self.tip.log_id, seq=record.seq, verdict=verdict)
        events, after = events_of(record), self.state
        if record.kind in DECISIONS:
            # Also one that led to nothing: it moves the time of the state, as it did live.
            after = state_after(after, events, record)
        return Fold(tip, after), Step(record, events, self.state, after)

    def snapshot(self, *, compressed: bool = True) -> Snapshot:
        """Return the state as it can be kept; not compressed, as it can be compared."""
        tip = self.tip
        cursor, state = dict(tip.cursor.items()), encode(self.state)
        return Snapshot(
            log_id=tip.log_id,
            seq=tip.seq,
            hash=tip.hash,
            at=self.state.now,
            epoch=tip.epoch,
            cursor=_encode_cursor(cursor),
            code_version=CODE_VERSION,
            state=zlib.compress(state, 1) if compressed else state,
        )


def empty(log_id: str) -> Fold:
    """Return the fold of a log before its first record."""
    return Fold(Tip(log_id), Jurisdiction())


def from_snapshot(snapshot: Snapshot) -> Fold:
    """Return the fold at a snapshot; the caller checks its hash against the chain."""
    cursor = Map(msgspec.json.decode(snapshot.cursor, type=dict[str, int]))
    tip = Tip(snapshot.log_id, snapshot.seq, snapshot.hash, snapshot.epoch, cursor)
    return Fold(tip, decode(zlib.decompress(snapshot.state)))


def readable(snapshot: Snapshot) -> Fold | None:
    """Return the fold at a snapshot; None if another version wrote it or its bytes are damaged."""
    if snapshot.code_version != CODE_VERSION:
        return None
    try:
        return from_snapshot(snapshot)
    except (zlib.error, *NOT_READ):
        return None


def state_after(state: Jurisdiction, events: Sequence[Event], record: Record) -> Jurisdiction:
    """Return the state after a record's facts.

    That a record was changed shows in the chain only with the one after it: until then facts may
    speak of what never was.

    Raises:
        Unfoldable: they cannot have followed from the state.
    """
    try:
        return jurisdiction.fold(state, events, record.at)
    except Exception as error:
        raise Unfoldable(log_id=record.log_id, seq=record.seq, reason=repr(error)) from error


def events_of(record: Record) -> tuple[Event, ...]:
    """Return the facts in a record, none for a claim.

    Raises:
        FuturePayload: written by a newer program, or not a decision at all.
    """
    if record.kind not in DECISIONS:
        return ()
    try:
        return read_events(record.payload)
    except UnknownType as error:
        reason = str(error)
    except (ValueError, KeyError, TypeError) as error:
        reason = f"payload: {type(error).__name__}"
    raise FuturePayload(log_id=record.log_id, seq=record.seq, reason=reason)
