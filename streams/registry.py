"""Which jurisdictions there are: a compacted topic that workers and gateways read whole.

An entry is written after the first record of the log is there. It is an index, not the truth: the
log's first record says the same, and more.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from msgspec.structs import replace

from coordinator.domain.jurisdiction import found
from coordinator.errors import BadInput, UnknownJurisdiction
from coordinator.log.envelope import ZERO_HASH, Kind, Record, open_record, seal
from coordinator.log.fold import events_of
from coordinator.log.naming import log_id_of
from coordinator.log.partition import PartitionLog
from schemas.catalogue import write_payload
from schemas.decoding import NOT_READ
from schemas.events.roster import JurisdictionFounded
from schemas.policy import Policy
from schemas.vocabulary import Realm
from streams.brokers import Brokers, connecting
from streams.clients import connect, connected
from streams.partition import KafkaPartition
from streams.sources import partition_of
from streams.topics import INPUTS, NoBroker, Topic

log = structlog.get_logger()

_POLL_MS = 500
_WAIT_MS = 100
_TIME_OUT_S = 10.0


class Entry(msgspec.Struct, frozen=True):
    """A jurisdiction that was founded.

    Args:
        jurisdiction: its code.
        realm: actual or exercise.
        partitions: of the log topic when it was founded; its own follows from that.
        generation: how many times the log was put onto other topics, where offsets begin anew.
        renewed: input topics that were made anew under it, and how often.
    """

    jurisdiction: str
    realm: Realm
    partitions: int
    generation: int = 0
    renewed: Mapping[str, int] = {}

    @property
    def log_id(self) -> str:
        return log_id_of(self.jurisdiction, self.realm)

    @property
    def partition(self) -> int:
        return partition_of(self.jurisdiction, self.partitions)


class Registry:
    """The jurisdictions as one process knows them."""

    def __init__(self, bootstrap: Brokers | str) -> None:
        self._place = TopicPartition(str(Topic.JURISDICTIONS), 0)
        self._consumer = AIOKafkaConsumer(
            **connecting(bootstrap),
            group_id=None,
            enable_auto_commit=False,
            fetch_max_wait_ms=_WAIT_MS,
        )
        self._reading = asyncio.Lock()
        self.entries: Mapping[str, Entry] = {}

    def entry_of(self, jurisdiction: str) -> Entry | None:
        return self.entries.get(jurisdiction)

    async def start(self) -> None:
        """Connect and read all that is there."""
        await connect(self._consumer)
        self._consumer.assign([self._place])
        await self._consumer.seek_to_beginning(self._place)
        await self.refresh()

    async def refresh(self) -> None:
        """Take in everything that is there now."""
        async with self._reading:
            end = (await self._consumer.end_offsets([self._place]))[self._place]
            while await self._consumer.position(self._place) < end:
                await self._take_some()

    async def _take_some(self) -> None:
        found = await self._consumer.getmany(self._place, timeout_ms=_POLL_MS)
        entries = dict(self.entries)
        for it in found.get(self._place, ()):
            try:
                entry = msgspec.json.decode(it.value or b"", type=Entry)
            except NOT_READ as error:
                log.warning("registry.unreadable", offset=it.offset, reason=str(error))
                continue
            entries[entry.jurisdiction] = entry
        self.entries = entries

    async def stop(self) -> None:
        await self._consumer.stop()


async def found_all(
    bootstrap: Brokers | str, jurisdictions: Sequence[tuple[str, Realm]], policy: Policy, *, at: int
) -> Sequence[Entry]:
    """Begin the logs of jurisdictions; one that is there already is left as it is.

    Args:
        bootstrap: brokers, `host:port` with commas.
        jurisdictions: codes and realms.
        policy: the first policy of each.
        at: UTC milliseconds.

    Raises:
        BadInput: the topics are not there, or a log of the other realm or another partition count.
        NoBroker: the brokers do not answer.
    """
    producer = AIOKafkaProducer(**connecting(bootstrap), acks="all", enable_idempotence=True)
    try:
        async with asyncio.timeout(_TIME_OUT_S):
            await connect(producer)
            counts = await producer.partitions_for(str(Topic.LOG))
    except (KafkaError, TimeoutError) as error:
        await producer.stop()
        raise NoBroker(f"bootstrap: {bootstrap!r}: {type(error).__name__} {error}") from None
    try:
        known = await read_entries(bootstrap)
        wanted = [Entry(code, realm, len(counts)) for code, realm in jurisdictions]
        entries = [_as_known(it, known.get(it.jurisdiction)) for it in wanted]
        for partition in sorted({it.partition for it in entries}):
            there = [it for it in entries if it.partition == partition]
            await _found_on(bootstrap, partition, there, policy, at)
        for entry in entries:
            if entry.jurisdiction not in known:
                await enter(producer, entry)
    finally:
        await producer.stop()
    return entries


async def read_entries(bootstrap: Brokers | str) -> Mapping[str, Entry]:
    """Return the jurisdictions there are now."""
    registry = Registry(bootstrap)
    async with connected(registry):
        pass
    return registry.entries


def _as_known(wanted: Entry, known: Entry | None) -> Entry:
    if known is not None and known.realm is not wanted.realm:
        raise BadInput(
            f"realm: {wanted.jurisdiction} was founded as {known.realm}, not {wanted.realm}"
        )
    return known or wanted


async def enter(producer: AIOKafkaProducer, entry: Entry) -> None:
    """Let workers and gateways know of a jurisdiction whose log has begun."""
    await producer.send_and_wait(
        str(Topic.JURISDICTIONS), msgspec.json.encode(entry), key=entry.jurisdiction.encode()
    )


async def renew_input(
    bootstrap: Brokers | str, topic: str, jurisdictions: Sequence[str]
) -> Sequence[Entry]:
    """Have an input topic that was made anew, or restored, read from its beginning.

    What is on it and was decided before is known by its signal id, as far back as owners remember.

    Raises:
        BadInput: no such input topic.
        UnknownJurisdiction: one of them was never founded.
        NoBroker: the brokers do not answer.
    """
    if topic not in map(str, INPUTS):
        raise BadInput(f"topic: {topic} is no input topic; they are {', '.join(INPUTS)}")
    known = await read_entries(bootstrap)
    for it in jurisdictions:
        if it not in known:
            raise UnknownJurisdiction(it)
    producer = AIOKafkaProducer(**connecting(bootstrap), acks="all", enable_idempotence=True)
    try:
        await connect(producer)
        entries = []
        for it in jurisdictions:
            renewed = {**known[it].renewed, topic: known[it].renewed.get(topic, 0) + 1}
            entries.append(msgspec.structs.replace(known[it], renewed=renewed))
            await enter(producer, entries[-1])
    except KafkaError as error:
        raise NoBroker(f"bootstrap: {bootstrap!r}: {type(error).__name__} {error}") from None
    finally:
        await producer.stop()
    return entries


async def _found_on(
    bootstrap: Brokers | str, number: int, entries: Iterable[Entry], policy: Policy, at: int
) -> None:
    partition = KafkaPartition(bootstrap, str(Topic.LOG), number)
    async with connected(partition):
        for entry in entries:
            journal = PartitionLog(entry.log_id, partition)
            if await journal.tip_seq() >= 0:
                await check_founded(journal, entry)
                continue
            await journal.append([genesis_of(entry, policy, at=at)])


def genesis_of(entry: Entry, policy: Policy, *, at: int) -> Record:
    """Return the first record of a log on Kafka; it says how many partitions there are."""
    event = found(entry.jurisdiction, entry.realm, policy)
    event = replace(event, partitions=entry.partitions)
    return seal(
        seq=0,
        prev=ZERO_HASH,
        epoch=0,
        at=at,
        kind=Kind.GENESIS,
        log_id=entry.log_id,
        signal_id="",
        cursor={},
        payload=write_payload(None, (event,)),
    )


async def check_founded(journal: PartitionLog, entry: Entry) -> None:
    """Compare a log's first record with what is said of it.

    Raises:
        BadInput: naming the field and both values; every signal would go to the wrong place.
    """
    records = await journal.read(after_seq=-1, records_max=1)
    if not records:
        raise BadInput(f"jurisdiction {entry.jurisdiction}: its log {entry.log_id} holds nothing")
    (event,) = events_of(open_record(records[0].raw))
    if not isinstance(event, JurisdictionFounded) or event.partitions != entry.partitions:
        there = getattr(event, "partitions", None)
        raise BadInput(
            f"jurisdiction {entry.jurisdiction}: partitions: its log was begun with {there},"
            f" the topic has {entry.partitions}"
        )
