"""A log as a file, and back: the records that count, to the byte, verified both ways.

Gzipped JSON lines: first what log it is, then the words for its codes, then each record's bytes in
base64. Personal data is not
in a log, so neither is it in an archive.
"""

import base64
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
from aiokafka import AIOKafkaProducer

from coordinator.errors import BadFile, BadInput, UndecodableEnvelope, UnknownJurisdiction
from coordinator.log.chain import Tip, Verdict, accept
from coordinator.log.envelope import Record, open_record
from coordinator.log.partition import PartitionLog
from coordinator.log.ports import FollowerPosition
from coordinator.outbox.outbox import Outbox
from schemas.decoding import NOT_READ
from streams.brokers import Brokers, connecting
from streams.clients import connected
from streams.partition import KafkaPartition
from streams.positions import OUTBOX_GROUP, PartitionPositions
from streams.registry import Entry, check_founded, enter, read_entries
from streams.topics import Topic
from words.catalogue import Files, of_this_program

_AT_ONCE = 500


class Archived(NamedTuple):
    """Which log, how many records, and the hash of the last, in hex."""

    log_id: str
    records: int
    head: str


async def archive(bootstrap: Brokers | str, jurisdiction: str, file: Path) -> Archived:
    """Write a jurisdiction's log into a file.

    Raises:
        UnknownJurisdiction: it was never founded.
        BrokenLog: the log cannot be trusted.
    """
    entry = await _entry_of(bootstrap, jurisdiction)
    partition = KafkaPartition(bootstrap, str(Topic.LOG), entry.partition)
    async with connected(partition):
        journal = PartitionLog(entry.log_id, partition)
        await check_founded(journal, entry)
        seq, head = -1, ""
        with gzip.open(file, "wb") as out:
            out.write(msgspec.json.encode(entry) + b"\n")
            out.write(msgspec.json.encode(words_of_now()) + b"\n")
            while records := await journal.read(after_seq=seq, records_max=_AT_ONCE):
                for it in records:
                    out.write(base64.b64encode(it.raw) + b"\n")
                    seq, head = it.seq, it.hash.hex()
    return Archived(entry.log_id, seq + 1, head)


async def restore(bootstrap: Brokers | str, file: Path) -> Archived:
    """Put an archived log onto topics that hold nothing of it, and make it known.

    Raises:
        BadFile: not an archive, or one that does not verify; nothing was written.
        BadInput: the topic has another partition count, or the log is there already.
    """
    entry, records = read_archive(file)
    producer = AIOKafkaProducer(**connecting(bootstrap), acks="all", enable_idempotence=True)
    partition = KafkaPartition(bootstrap, str(Topic.LOG), entry.partition)
    async with connected(producer, partition):
        count = len(await producer.partitions_for(str(Topic.LOG)))
        if count != entry.partitions:
            raise BadInput(
                f"partitions: the log was begun with {entry.partitions}, the topic has {count}"
            )
        journal = PartitionLog(entry.log_id, partition)
        if await journal.tip_seq() >= 0:
            raise BadInput(f"log_id: {entry.log_id} is there already; nothing was written")
        for start in range(0, len(records), _AT_ONCE):
            await journal.append(records[start : start + _AT_ONCE])
        # The inputs begin anew here, and their offsets with them.
        entry = msgspec.structs.replace(entry, generation=entry.generation + 1)
        await _delivered(bootstrap, entry, records[-1])
        await enter(producer, entry)
    return Archived(entry.log_id, len(records), records[-1].hash.hex())


async def _delivered(bootstrap: Brokers | str, entry: Entry, last: Record) -> None:
    """What the records led to was sent where they come from: nobody is called a second time."""
    positions = PartitionPositions(bootstrap, OUTBOX_GROUP, entry.partition)
    async with connected(positions):
        await positions.save(Outbox.name, entry.log_id, FollowerPosition(last.seq, last.hash))


async def _entry_of(bootstrap: Brokers | str, jurisdiction: str) -> Entry:
    entries = await read_entries(bootstrap)
    if jurisdiction not in entries:
        raise UnknownJurisdiction(jurisdiction)
    return entries[jurisdiction]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The catalogues of words of the time a log was archived, and their digest."""

    digest: str
    words: dict[str, str]


def words_of_now() -> Words:
    held = of_this_program()
    return Words(held.digest, {name: text.decode() for name, text in sorted(held.held.items())})


def _check_words(file: Path, line: bytes) -> None:
    try:
        found = msgspec.json.decode(line, type=Words)
    except NOT_READ as error:
        raise BadFile(file, f"line 2: not the words of an archive ({error})") from None
    held = Files({name: text.encode() for name, text in found.words.items()})
    if held.digest != found.digest:
        raise BadFile(file, f"line 2: words of {held.digest}, and they should be {found.digest}")


def read_archive(file: Path) -> tuple[Entry, list[Record]]:
    """Return what log an archive holds, and all of its records.

    Raises:
        BadFile: not an archive, or one that does not verify.
    """
    lines = _lines(file)
    try:
        entry = msgspec.json.decode(next(lines), type=Entry)
    except (StopIteration, *NOT_READ) as error:
        raise BadFile(file, f"line 1: not the head of an archive ({error})") from None
    _check_words(file, next(lines, b""))
    tip, records = Tip(entry.log_id), list[Record]()
    for number, line in enumerate(lines, 3):
        try:
            record = open_record(base64.b64decode(line, validate=True))
        except (ValueError, UndecodableEnvelope) as error:
            raise BadFile(file, f"line {number}: {error}") from None
        verdict, tip = accept(tip, record)
        if verdict is not Verdict.ACCEPTED:
            raise BadFile(file, f"line {number}: seq {record.seq}: {verdict}")
        records.append(record)
    if not records:
        raise BadFile(file, "no records")
    return entry, records


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with gzip.open(file, "rb") as whole:
            for line in whole:
                yield line.rstrip(b"\n")
    except (OSError, EOFError) as error:
        raise BadFile(file, str(error)) from None
