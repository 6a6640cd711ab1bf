"""Everything on a log that belongs to one incident, with cause, time and proof."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

import msgspec

from coordinator.log.envelope import Kind, Record
from coordinator.log.ports import LogReader

_AT_ONCE = 2_000
LEADS_ON = ("unit_id", "assignment_id", "escalation_id", "branch_id", "ticket_id", "roll_call_id")
"""What an incident brings into being: facts about these belong to its story, too."""
ABOUT = ("incident_id", "operation_id", "task_id", "into", "about", *LEADS_ON)
"""The fields by which a fact says what it is about."""


class Entry(NamedTuple):
    """One record of the story; only its facts that belong to the incident."""

    seq: int
    at: int
    hash: bytes
    signal_type: str
    actor_id: str
    on_behalf_of: str | None
    happened_at: int | None
    events: list[dict[str, Any]]


async def incident_story(
    journal: LogReader, subject_id: str, *, seqs: Sequence[int] | None = None
) -> list[Entry]:
    """Return the records that touch an incident, oldest first; empty for an unknown one.

    Args:
        journal: the log.
        subject_id: the incident, or an operation.
        seqs: which records those are, for who knows; None looks through the whole log.
    """
    ids, entries = {subject_id}, []
    async for record in _whole(journal) if seqs is None else _picked(journal, seqs):
        entry = _entry(record, ids)
        if entry is not None:
            entries.append(entry)
    return entries


async def _whole(journal: LogReader) -> AsyncIterator[Record]:
    seq = -1
    while records := await journal.read(after_seq=seq, records_max=_AT_ONCE):
        for record in records:
            yield record
        seq = records[-1].seq


async def _picked(journal: LogReader, seqs: Sequence[int]) -> AsyncIterator[Record]:
    for seq in seqs:
        for record in await journal.read(after_seq=seq - 1, records_max=1):
            yield record


def _entry(record: Record, ids: set[str]) -> Entry | None:
    if record.kind is not Kind.DECISION or not _mentions(record.payload, ids):
        return None
    document = msgspec.json.decode(record.payload)
    events = []
    for event in document["events"]:
        if _belongs(event, ids):
            events.append(event)
            ids.update(event[name] for name in LEADS_ON if event.get(name))
    signal = document["signal"] or {}
    if not events:
        return None
    return Entry(
        seq=record.seq,
        at=record.at,
        hash=record.hash,
        signal_type=signal.get("type", "-"),
        actor_id=signal.get("actor_id", "-"),
        on_behalf_of=signal.get("on_behalf_of"),
        happened_at=signal.get("occurred_at"),
        events=events,
    )


def _mentions(payload: bytes, ids: set[str]) -> bool:
    return any(it.encode() in payload for it in ids)


def _belongs(event: dict[str, Any], ids: set[str]) -> bool:
    return any(isinstance(event.get(name), str) and event[name] in ids for name in ABOUT)
