"""What the topics say, read with plain kafka-python and nothing of the product but topic names.

It has its own reading of the envelope, its own acceptance rule, its own derivation of effect ids,
so that a fault of the engine is not also a fault of its judge.
"""

import hashlib
import json
import struct
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

LOG = "coordinator.log"
INPUTS = tuple(
    f"coordinator.signals.{it}"
    for it in (
        "outage-reports", "disaster-alerts", "commands", "member-responses", "plans", "mutual-aid",
    )
)  # fmt: skip
ASSIGNMENTS = ("coordinator.assignments", "coordinator.exercise.assignments")
DEAD_LETTERS = "coordinator.dead-letters"
_HEADER = struct.Struct(">BQ32sIQBHHHI")
_TAG = b"power-emergency-coordinator/record/v1\x00"
_GENESIS, _DECISION, _CLAIM = 0, 1, 2
_ENDED = {
    "assignment_declined",
    "assignment_expired",
    "assignment_done",
    "assignment_aborted",
    "assignment_released",
}


class Entry(NamedTuple):
    """One record of a log, as it lies on the topic."""

    seq: int
    prev: bytes
    epoch: int
    kind: int
    log_id: str
    signal_id: str
    cursor: dict[str, int]
    payload: bytes
    hash: bytes

    @property
    def events(self) -> list[dict[str, Any]]:
        if self.kind not in (_GENESIS, _DECISION):
            return []
        found: list[dict[str, Any]] = json.loads(self.payload)["events"]
        return found


class Finding(NamedTuple):
    """Each log's records that count, and how many do not, by reason."""

    logs: dict[str, list[Entry]]
    ignored: Counter[str]

    @property
    def decided(self) -> Counter[str]:
        return Counter(it.signal_id for log in self.logs.values() for it in log if it.signal_id)

    def head(self, log_id: str) -> tuple[int, str]:
        last = self.logs[log_id][-1]
        return last.seq, last.hash.hex()


def messages(bootstrap: str, topics: Iterable[str]) -> list[Any]:
    """Return everything on some topics, each partition in order."""
    consumer: Any = KafkaConsumer(
        bootstrap_servers=bootstrap, group_id=None, enable_auto_commit=False
    )
    try:
        places = [
            TopicPartition(topic, number)
            for topic in topics
            for number in sorted(consumer.partitions_for_topic(topic) or ())
        ]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        ends = consumer.end_offsets(places)
        found: list[Any] = []
        while any(consumer.position(it) < ends[it] for it in places):
            for part in consumer.poll(timeout_ms=1_000).values():
                found.extend(part)
        return found
    finally:
        consumer.close()


def read_logs(bootstrap: str) -> Finding:
    """Apply the acceptance rule to the log topic."""
    logs: dict[str, list[Entry]] = defaultdict(list)
    ignored: Counter[str] = Counter()
    cursors: dict[str, dict[str, int]] = defaultdict(dict)
    for message in messages(bootstrap, [LOG]):
        entry = _open(message.value)
        if entry is None:
            ignored["undecodable"] += 1
            continue
        log = logs[entry.log_id]
        why = _wrong(entry, log[-1] if log else None, cursors[entry.log_id])
        if why is not None:
            ignored[why] += 1
            continue
        cursors[entry.log_id].update(entry.cursor)
        log.append(entry)
    return Finding(dict(logs), ignored)


def _open(raw: bytes) -> Entry | None:
    if len(raw) < _HEADER.size or raw[0] != 1:
        return None
    _, seq, prev, epoch, _at, kind, *lengths = _HEADER.unpack_from(raw)
    if _HEADER.size + sum(lengths) != len(raw):
        return None
    parts, at = [], _HEADER.size
    for length in lengths:
        parts.append(raw[at : at + length])
        at += length
    hash_ = hashlib.sha256(_TAG + raw).digest()
    return Entry(
        seq, prev, epoch, kind, parts[0].decode(), parts[1].decode(), json.loads(parts[2]),
        parts[3], hash_,
    )  # fmt: skip


def _wrong(entry: Entry, last: Entry | None, cursor: dict[str, int]) -> str | None:
    if last is None:
        fits = entry.seq == 0 and entry.kind == _GENESIS and entry.prev == bytes(32)
        return None if fits else "no beginning"
    if entry.seq != last.seq + 1 or entry.prev != last.hash:
        return "not next"
    if entry.kind == _CLAIM:
        return None if entry.epoch > last.epoch else "claim not higher"
    if entry.epoch != last.epoch:
        return "stale epoch"
    if entry.kind == _DECISION:
        moves = [offset - cursor.get(source, 0) for source, offset in entry.cursor.items()]
        if any(it < 0 for it in moves) or not any(it > 0 for it in moves):
            return "stale cursor"
    return None


def wait_for(
    bootstrap: str,
    ids: set[str],
    seconds: float = 180.0,
    *,
    still_running: Callable[[], object] = lambda: None,
) -> Finding:
    """Read the logs until every signal is decided.

    Args:
        bootstrap: brokers; one that is too busy to answer is asked again.
        ids: of the signals.
        seconds: how long to wait at most.
        still_running: raises when whoever decides has ended, so that nobody waits for it.
    """
    until = time.monotonic() + seconds
    missing = ids
    while True:
        with suppress(KafkaError):
            finding = read_logs(bootstrap)
            missing = ids - finding.decided.keys()
            if not missing:
                return finding
        still_running()
        if time.monotonic() > until:
            raise AssertionError(
                f"{len(missing)} acknowledged and not decided: {sorted(missing)[:5]}"
            )
        time.sleep(1)


def check(bootstrap: str, acknowledged: Iterable[str], *, seconds: float = 180.0) -> Finding:
    """Hold the topics against the promises; says which is broken.

    Args:
        bootstrap: brokers.
        acknowledged: ids of signals whose sender was told that they are kept.
        seconds: how long to wait for the last decisions and deliveries.
    """
    finding = wait_for(bootstrap, set(acknowledged), seconds)
    twice = [signal_id for signal_id, times in finding.decided.items() if times > 1]
    assert not twice, f"decided twice: {twice[:5]}"
    for log_id, log in finding.logs.items():
        _check_members(log_id, log)
    _until(lambda: _undelivered(bootstrap), seconds)
    return finding


def _check_members(log_id: str, log: Sequence[Entry]) -> None:
    bound: dict[str, tuple[str, str]] = {}
    member_of: dict[str, str] = {}
    for entry in log:
        for event in entry.events:
            if event["type"] == "assignment_offered":
                member, assignment = event["member_id"], event["assignment_id"]
                assert member not in bound, (
                    f"{log_id} seq {entry.seq}: {member} in {event['unit_id']} and {bound[member]}"
                )
                bound[member] = (assignment, event["unit_id"])
                member_of[assignment] = member
            elif event["type"] in _ENDED:
                bound.pop(member_of.get(event["assignment_id"], ""), None)


def _undelivered(bootstrap: str) -> str | None:
    """Compare the offers that follow from the logs with those on the topics."""
    wanted = {
        hashlib.sha256(
            entry.hash + event["member_id"].encode() + index.to_bytes(4, "big")
        ).hexdigest()[:40]
        for log in read_logs(bootstrap).logs.values()
        for entry in log
        for index, event in enumerate(entry.events)
        if event["type"] == "assignment_offered"
    }
    there = {
        it["effect_id"]
        for it in (json.loads(message.value) for message in messages(bootstrap, ASSIGNMENTS))
        if it["kind"] == "assignment_offered"
    }
    phantoms = there - wanted
    assert not phantoms, f"effects that follow from no record: {sorted(phantoms)[:5]}"
    missing = wanted - there
    return f"{len(missing)} of {len(wanted)} offers were not delivered" if missing else None


def _until(wrong: Callable[[], str | None], seconds: float) -> None:
    until = time.monotonic() + seconds
    while (why := wrong()) is not None:
        assert time.monotonic() < until, why
        time.sleep(1)
