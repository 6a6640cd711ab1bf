"""Seconds from the assignment of a partition to the first decision a worker may make on a log.

The log is written by one machine and laid onto the topic; then a worker owns it, without a snapshot
and with one: 10⁵ records of whole lives and, without `--quick`, 10⁶ of one fact each.
"""

import asyncio
import re
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import msgspec
from kafka import KafkaProducer

from benchmarks.life_cycle import START, LifeCycle
from benchmarks.printing import arguments, tell
from benchmarks.streams import Publishing, a_broker, worker
from coordinator.demo.seed_rosters import roster_signals
from coordinator.log.chain import Tip
from coordinator.log.envelope import Kind, seal
from coordinator.log.ports import FollowerPosition
from coordinator.outbox.outbox import Outbox
from schemas.default_policy import DEFAULT_POLICY
from schemas.vocabulary import Realm, Role
from streams.positions import OUTBOX_GROUP, PartitionPositions
from streams.registry import Entry, genesis_of
from streams.topics import Cluster, Topic, apply
from tests.broker.redis_server import redis_server
from tests.broker.topics import forget

_AT_ONCE = 20
_LIVES_MAX = 200_000
_PATIENCE_S = 600.0


def owning(bootstrap: str, folder: Path, records: int) -> dict[str, float]:
    """Return seconds to own a log of so many records, without a snapshot and with one."""
    life = LifeCycle(folder, at_once=_AT_ONCE)
    raw, tip = asyncio.run((_lives if records <= _LIVES_MAX else _answers)(life, records))
    forget(bootstrap)
    apply(bootstrap, Cluster(partitions=1, replication=1, min_in_sync=1))
    producer: Any = KafkaProducer(
        bootstrap_servers=bootstrap, acks="all", linger_ms=20, batch_size=500_000
    )
    for it in raw:
        producer.send(str(Topic.LOG), it, partition=0)
    entry = Entry(life.place.code, Realm.ACTUAL, 1)
    code = entry.jurisdiction.encode()
    producer.send(str(Topic.JURISDICTIONS), msgspec.json.encode(entry), key=code)
    producer.flush()
    producer.close()
    asyncio.run(_delivered(bootstrap, tip))
    found = {}
    with redis_server() as redis:
        for name in ("without", "with"):
            with worker(bootstrap, redis.url, folder, COORDINATOR_SNAPSHOT_EVERY="1") as (_, port):
                seconds = _time_to_own(port)
                found[f"s_to_own_{records}_{name}_snapshot"] = seconds
                print(f"{records} records, {name} a snapshot: owned in {seconds:.1f} s", flush=True)
                again = next(roster_signals(life.place, Realm.ACTUAL, START))
                publishing = Publishing(bootstrap, str(Topic.COMMANDS), 1)
                publishing.send([again])  # so that a snapshot is due
                publishing.close()
                time.sleep(5 if records <= 100_000 else 30)
    return found


async def _delivered(bootstrap: str, tip: Tip) -> None:
    """Say that what the records led to was sent: only folding them is measured."""
    positions = PartitionPositions(bootstrap, OUTBOX_GROUP, 0)
    await positions.start()
    await positions.save(Outbox.name, tip.log_id, FollowerPosition(tip.seq, tip.hash))
    await positions.stop()


async def _begun(life: LifeCycle) -> None:
    entry = Entry(life.place.code, Realm.ACTUAL, 1)
    await life.log.append([genesis_of(entry, DEFAULT_POLICY, at=START)])
    await life.open()


async def _answers(life: LifeCycle, wanted: int) -> tuple[list[bytes], Tip]:
    """A member who can be called, and cannot, and can: sealed without being decided each time."""
    await _begun(life)
    member_id = min(life.owner.state.roster.members)
    for available in (False, True):
        fields = {"member_id": member_id, "available": available}
        signal = life.say("change_availability", Role.MEMBER, member_id, **fields)
        await life.owner.turn([signal])
    records = list(await life.log.read(after_seq=-1, records_max=10**9))
    life.close()
    payloads = [it.payload for it in records[-2:]]
    tip = life.owner.confirmed.tip
    while tip.seq < wanted:
        record = seal(
            seq=tip.seq + 1, prev=tip.hash, epoch=tip.epoch, at=START, kind=Kind.DECISION,
            log_id=tip.log_id, signal_id=f"answer-{tip.seq}", cursor={"inbox": 10**6 + tip.seq},
            payload=payloads[tip.seq % 2],
        )  # fmt: skip
        records.append(record)
        tip = msgspec.structs.replace(tip, seq=record.seq, hash=record.hash)
    return [it.raw for it in records], tip


async def _lives(life: LifeCycle, wanted: int) -> tuple[list[bytes], Tip]:
    await _begun(life)
    while life.owner.confirmed.tip.seq < wanted:
        await life.lives(life.signals + 1_000)
    found = await life.log.read(after_seq=-1, records_max=10**9)
    life.close()
    return [it.raw for it in found], life.owner.confirmed.tip


def _time_to_own(port: int) -> float:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                text = answer.read().decode()
        except OSError:
            text = ""
        named = re.search(r"time_to_own_seconds_sum\S* (\S+)", text)
        if named is not None and float(named[1]) > 0:
            return float(named[1])
        time.sleep(0.2)
    raise TimeoutError(f"nothing was owned; asked port {port}")


def main() -> None:
    options = arguments(__doc__ or "")
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name, a_broker() as bootstrap:
        for records in (100_000,) if options.quick else (100_000, 1_000_000):
            figures |= owning(bootstrap, Path(name) / str(records), records)
    ratios = {
        f"snapshot_at_{records}": figures[f"s_to_own_{records}_without_snapshot"]
        / figures[f"s_to_own_{records}_with_snapshot"]
        for records in (100_000, 1_000_000)
        if f"s_to_own_{records}_with_snapshot" in figures
    }
    tell("owning", ratios=ratios, figures=figures, as_json=options.json)


if __name__ == "__main__":
    main()
