"""A recorded storm decided twice: on one machine, and by workers on Kafka.

The second home is given the very signals the first one decided, in their order; deadlines pass by
the signals' own times. Then both have to have come to the same state in every county.
Run whole: `python -m tests.streams.storm FILE`.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from coordinator.domain.canonical import digest
from coordinator.home.home import database_of
from coordinator.home.storm_run import StormRun
from coordinator.log.envelope import Kind, Record
from coordinator.log.fold import Fold, empty
from coordinator.log.naming import jurisdiction_of
from coordinator.log.partition import PartitionLog
from coordinator.log.sqlite import SqliteFile
from coordinator.settings import Settings
from schemas.catalogue import read_signal
from schemas.default_policy import DEFAULT_POLICY
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm, Role
from streams.partition import KafkaPartition
from streams.publisher import partition_of
from streams.registry import found_all
from streams.topics import Cluster, Topic, apply
from tests.broker.redis_server import redis_server
from tests.broker.running import broker
from tests.streams.checker import wait_for

_PARTITIONS = 4
_PATIENCE_S = 540.0
"""How long a machine that is busy with other work may need; a run that passes never waits so."""
_PATIENCE_MS = int(_PATIENCE_S * 1_000)


class County(NamedTuple):
    """What one home made of a county: signals in order, and the state after the last of them."""

    signals: list[Signal]
    digest: str
    incidents: int
    units: int


def on_one_machine(path: Path, folder: Path) -> tuple[dict[str, County], int]:
    """Return each county and when the storm's clock began."""
    settings = Settings(data_dir=folder)
    asyncio.run(StormRun(path, settings).run())
    return asyncio.run(_read_back(settings))


async def _read_back(settings: Settings) -> tuple[dict[str, County], int]:
    file = SqliteFile(database_of(settings))
    found, began = {}, 0
    for log_id in file.log_ids():
        records = await file.log(log_id).read(after_seq=-1, records_max=10**9)
        began = records[0].at
        found[jurisdiction_of(log_id)] = _county(log_id, records)
    file.close()
    return found, began


def _county(log_id: str, records: Sequence[Record]) -> County:
    signals: list[Signal] = []
    fold, best = empty(log_id), empty(log_id)
    for record in records:
        fold, _ = fold.step(record)
        signal = read_signal(record.payload) if record.kind is Kind.DECISION else None
        if signal is not None and signal.actor_role is not Role.SYSTEM:
            signals.append(signal)
            best = fold
    return _seen(signals, best)


def _seen(signals: list[Signal], fold: Fold) -> County:
    state = fold.state
    return County(signals, digest(state), len(state.incidents.by_id), len(state.units.by_id))


def on_kafka(
    bootstrap: str, redis_url: str, counties: dict[str, County], began: int, folder: Path
) -> dict[str, County]:
    """Return each county as a worker on Kafka decided it."""
    apply(bootstrap, Cluster(_PARTITIONS, 1, 1))
    wanted = [(code, Realm.EXERCISE) for code in counties]
    entries = asyncio.run(found_all(bootstrap, wanted, DEFAULT_POLICY, at=began))
    _publish(bootstrap, counties)
    with _worker(bootstrap, redis_url, began, folder) as still_running:
        ids = {it.signal_id for county in counties.values() for it in county.signals}
        wait_for(bootstrap, ids, _PATIENCE_S, still_running=still_running)
    return {it.jurisdiction: asyncio.run(_fold(bootstrap, it.log_id)) for it in entries}


def _publish(bootstrap: str, counties: dict[str, County]) -> None:
    from kafka import KafkaProducer  # noqa: PLC0415 - one that takes any topic

    producer = KafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        linger_ms=20,
        max_block_ms=_PATIENCE_MS,
        delivery_timeout_ms=_PATIENCE_MS,
    )
    sent = []
    for code, county in counties.items():
        for signal in county.signals:
            message = producer.send(
                str(Topic.COMMANDS),
                key=code.encode(),
                value=signal.model_dump_json().encode(),
                partition=partition_of(code, _PARTITIONS),
            )
            sent.append(message)
    producer.flush()
    for message in sent:
        message.get(timeout=_PATIENCE_S)
    producer.close()


@contextmanager
def _worker(
    bootstrap: str, redis_url: str, began: int, folder: Path
) -> Iterator[Callable[[], None]]:
    """Run a worker; what is given raises with its last words when it has ended."""
    said = folder.with_suffix(".txt")

    def still_running() -> None:
        if process.poll() is not None:
            raise AssertionError(f"the worker ended: {said.read_text('utf-8')[-4_000:]}")

    with said.open("wb") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker_standing_still", str(began)],
            stdout=words,
            stderr=subprocess.STDOUT,
            env=os.environ
            | {
                "COORDINATOR_BOOTSTRAP": bootstrap,
                "COORDINATOR_REDIS_URL": redis_url,
                "COORDINATOR_DATA_DIR": str(folder),
                "COORDINATOR_LOG_LEVEL": "warning",
            },
        )
    try:
        yield still_running
    finally:
        process.kill()
        process.wait()


async def _fold(bootstrap: str, log_id: str) -> County:
    number = partition_of(jurisdiction_of(log_id), _PARTITIONS)
    partition = KafkaPartition(bootstrap, str(Topic.LOG), number)
    await partition.start()
    records = await PartitionLog(log_id, partition).read(after_seq=-1, records_max=10**9)
    await partition.stop()
    return _county(log_id, records)


def main() -> None:
    path = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as name, redis_server() as redis, broker() as bootstrap:
        started = time.monotonic()
        one, began = on_one_machine(path, Path(name) / "one")
        print(f"one machine: {time.monotonic() - started:.0f} s", flush=True)
        started = time.monotonic()
        many = on_kafka(bootstrap, redis.url, one, began, Path(name) / "many")
        print(f"on Kafka: {time.monotonic() - started:.0f} s", flush=True)
    for code, county in sorted(one.items()):
        same = county == many[code]
        counted = f"{len(county.signals):>8} signals {county.incidents:>6} incidents"
        verdict = f"{county.digest[:16]} {'same' if same else 'DIFFERS'}"
        print(f"{code:<10} {counted} {county.units:>6} units  {verdict}")
    print(Counter(county == many[code] for code, county in one.items()))


if __name__ == "__main__":
    main()
