"""A signal as its owner takes it: at the owner's own time, and what its sender is told.

Whoever filled in `at` (a gateway, a feed, a console that publishes) has a clock of its own. It says
how late a signal comes; it never moves the owner's time.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from coordinator.domain import turned_away
from coordinator.domain.outcome import nothing_changed, refusal_in, warnings_in
from coordinator.domain.recorded_people import people_as_recorded
from coordinator.domain.told_words import without_open_words
from coordinator.engine.speculation import Receipt
from coordinator.log.envelope import Record
from coordinator.log.fold import events_of
from coordinator.log.ports import DecisionLog
from schemas.events.notice import SignalRefused
from schemas.policy import Policy
from schemas.signals.envelope import Signal


class _Sender(msgspec.Struct):
    actor_id: str = ""


class _Payload(msgspec.Struct):
    signal: _Sender | None = None


_read_cause: Final = msgspec.json.Decoder(_Payload).decode


class Received(NamedTuple):
    """A signal to be decided, or to be turned away with these refusals."""

    signal: Signal
    refusals: tuple[SignalRefused, ...]


def received(signal: Signal, now: int, lead: int, policy: Policy) -> Received:
    """Return a signal at a time of its log that is not ahead of the owner, and fit for the record.

    Whatever the edge that took it in did: from here on it is written down, and nobody's house
    and no words that somebody typed may stand in it.

    Deadlines never run ahead of the clock, so one of the next minute is decided now. Where the log
    is ahead of the clock, the times of a signal move along, as far from one another as they were.

    Args:
        signal: as it came in.
        now: the log's time, UTC milliseconds.
        lead: how far that is ahead of the clock.
        policy: in force; says how exactly the record may know where people live.
    """
    signal = without_open_words(people_as_recorded(signal, policy.privacy.home_cell_m))
    refusals = turned_away.of_the_wrong_time(signal, now)
    at = min(signal.at + lead, now)
    if at == signal.at:
        return Received(signal, refusals)
    moved = {"at": at}
    if signal.occurred_at is not None and at > signal.at:
        moved["occurred_at"] = signal.occurred_at + at - signal.at
    return Received(signal.model_copy(update=moved), refusals)


def receipt_of(record: Record) -> Receipt:
    """Return what the sender of a recorded signal is told."""
    events = events_of(record)
    return Receipt(
        record.signal_id,
        record.seq,
        record.hash,
        record.at,
        refusal_in(events),
        duplicate=True,
        nothing_changed=nothing_changed(events),
        warnings=warnings_in(events),
    )


async def decision_on(journal: DecisionLog, signal_id: str, asked_by: str) -> Receipt | None:
    """Return what became of a signal, None if the log knows nothing of it.

    Args:
        journal: the log.
        signal_id: as its sender gave it.
        asked_by: the actor who asks: what was decided of theirs is told first, and beside it what
            was turned away.
    """
    found: dict[str, Found] = {}
    ids = turned_away.ids_to_look_under(signal_id, asked_by)
    for look_under in ids:
        seq = await journal.find(look_under)
        if seq is not None:
            (record,) = await journal.read(after_seq=seq - 1, records_max=1)
            found[look_under] = Found(receipt_of(record), actor_of(record))
    return told_first(found, ids, signal_id, asked_by)


class Found(NamedTuple):
    """What became of a signal, and whose it was; empty if the record could not hold its cause."""

    receipt: Receipt
    actor_id: str


def actor_of(record: Record) -> str:
    """Return who sent the signal of a record; of the rest nothing is read."""
    cause = _read_cause(record.payload).signal
    return "" if cause is None else cause.actor_id


def told_first(
    found: Mapping[str, Found], ids: Sequence[str], signal_id: str, asked_by: str
) -> Receipt | None:
    """Return what an actor is told of a signal, from what was found under the ids to look under.

    What was decided of the actor's own signal is told first, with what they said later under the
    same id beside it. Of another's signal with this id the actor is told nothing but that.
    """
    told = [
        (it, found[it].receipt._replace(signal_id=signal_id))
        for it in ids
        if it in found
        and (it == signal_id or turned_away.is_turning_away(found[it].receipt.refused))
    ]
    if not told:
        return None
    first, receipt = told[0]
    if first != signal_id and signal_id in found and found[signal_id].actor_id == asked_by:
        own = found[signal_id].receipt
        return own._replace(signal_id=signal_id, also_refused=receipt.refused)
    return receipt
