"""Signals per second through workers on Kafka, from the input topic to confirmed on the log.

Against a Faust agent that only copies its input to an output topic with acks=all, given the very
same messages, in the same run: once all of them waiting, once as they are published. Then latency
at half that rate and, in the long form, more partitions and workers.

A broker is started if KAFKA_BOOTSTRAP names none; redis-server has to be installed.
"""

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

from benchmarks.life_cycle import START, LifeCycle
from benchmarks.printing import arguments, tell
from coordinator.demo.province import NAMES
from coordinator.demo.seed_rosters import roster_signals
from coordinator.log.envelope import open_record
from schemas.default_policy import DEFAULT_POLICY
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm
from streams.publisher import partition_of
from streams.registry import found_all
from streams.topics import Cluster, Topic, apply
from tests.broker.redis_server import redis_server
from tests.broker.running import broker, free_ports
from tests.broker.topics import forget

_AT_ONCE = 20
_ROUNDS = 3
_PATIENCE_S = 600.0


class Said(NamedTuple):
    """A county's signals: what fills it, and many lives."""

    code: str
    rosters: list[Signal]
    lives: list[Signal]


def said_in(folder: Path, county: int, signals: int) -> Said:
    """Let incidents live on one machine, and return what was said."""
    return asyncio.run(_said_in(folder, county, signals))


async def _said_in(folder: Path, county: int, signals: int) -> Said:
    life = LifeCycle(folder, at_once=_AT_ONCE, county=county)
    await life.open()
    lives: list[Signal] = []
    async for batch in life.batches():
        await life.owner.turn(batch, until=life.clock.now())
        lives += batch
        if len(lives) >= signals:
            break
    life.close()
    rosters: list[Signal] = list(roster_signals(life.place, Realm.ACTUAL, START))
    return Said(life.place.code, rosters, lives)


class Watch:
    """Reads a topic all the time and notes when each message could be read."""

    def __init__(self, bootstrap: str, topic: str, partitions: int) -> None:
        self.times: dict[str, float] = {}
        self._consumer: Any = KafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
        places = [TopicPartition(topic, it) for it in range(partitions)]
        self._consumer.assign(places)
        self._consumer.seek_to_beginning(*places)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.is_set():
            for messages in self._consumer.poll(timeout_ms=100).values():
                now = time.time()  # noqa: TID251 - compared with when it was published
                for it in messages:
                    self.times.setdefault(_name(it), now)

    def wait(self, ids: Sequence[str]) -> float:
        """Return when the last of these could be read."""
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            if self.times.keys() >= set(ids):
                return max(self.times[it] for it in ids)
            time.sleep(0.05)
        missing = set(ids) - self.times.keys()
        raise TimeoutError(f"{len(missing)} of {len(ids)} did not come")

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self._consumer.close()


def _name(message: Any) -> str:
    """Return the signal id: of a record of the log, or of a copied message's key."""
    if message.topic == str(Topic.LOG):
        return open_record(message.value).signal_id
    return (message.headers[0][1] if message.headers else message.key).decode()


class Publishing:
    def __init__(self, bootstrap: str, topic: str, partitions: int) -> None:
        self._producer: Any = KafkaProducer(
            bootstrap_servers=bootstrap, acks="all", linger_ms=5, batch_size=100_000
        )
        self._topic, self._partitions = topic, partitions

    def send(self, signals: Sequence[Signal], *, per_second: float = 0) -> dict[str, float]:
        """Publish, and return when each was; at full speed, or so many a second."""
        values = [(it, it.model_dump_json().encode()) for it in signals]
        times, began = {}, time.time()  # noqa: TID251
        for number, (it, value) in enumerate(values):
            if per_second:
                time.sleep(max(0.0, began + number / per_second - time.time()))  # noqa: TID251
            times[it.signal_id] = time.time()  # noqa: TID251
            self._producer.send(
                self._topic,
                # The copy has no other name for a message than its key.
                key=(
                    it.jurisdiction if self._topic == str(Topic.COMMANDS) else it.signal_id
                ).encode(),
                value=value,
                partition=partition_of(it.jurisdiction, self._partitions),
            )
        self._producer.flush()
        return times

    def close(self) -> None:
        self._producer.close()


@contextmanager
def running(module: str, *given: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program beside; interrupted in the end."""
    loud = None if "BENCH_LOUD" in os.environ else subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "-m", module, *given],
        env=os.environ | environment,
        stdout=loud,
        stderr=loud,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Rates(NamedTuple):
    """Signals per second: all waiting, and as they come; milliseconds at half of that."""

    waiting: float
    coming: float
    p50_ms: float = 0.0
    p99_ms: float = 0.0


@contextmanager
def worker(
    bootstrap: str, redis: str, folder: Path, **settings: str
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a worker whose clock stands still; gives the process and its port."""
    (port,) = free_ports(1)
    environment = {
        "COORDINATOR_BOOTSTRAP": bootstrap,
        "COORDINATOR_REDIS_URL": redis,
        "COORDINATOR_DATA_DIR": str(folder),
        "COORDINATOR_PORT": str(port),
        "COORDINATOR_LOG_LEVEL": "warning",
    } | settings
    with running("benchmarks.worker_standing_still", str(START), **environment) as process:
        yield process, port


def through_workers(
    bootstrap: str, folder: Path, counties: Sequence[Said], partitions: int, workers: int
) -> Rates:
    """Return the rates of workers; half the lives wait for them, half come while they run."""
    forget(bootstrap)
    apply(bootstrap, Cluster(partitions=partitions, replication=1, min_in_sync=1))
    founding = [(it.code, Realm.ACTUAL) for it in counties]
    asyncio.run(found_all(bootstrap, founding, DEFAULT_POLICY, at=START))
    rosters = [signal for it in counties for signal in it.rosters]
    waiting, coming, paced = _parts(counties)
    publishing = Publishing(bootstrap, str(Topic.COMMANDS), partitions)
    watch = Watch(bootstrap, str(Topic.LOG), partitions)
    publishing.send([*rosters, *waiting])
    with redis_server() as redis:
        beside = [worker(bootstrap, redis.url, folder / str(it)) for it in range(workers)]
        for it in beside:
            it.__enter__()
        try:
            ended = watch.wait([it.signal_id for it in waiting])
            began = min(watch.times[it.signal_id] for it in waiting)
            waited = len(waiting) / (ended - began)
            rate = _coming(publishing, watch, coming)
            late = _latencies(publishing, watch, paced, rate / 2)
        finally:
            for it in beside:
                it.__exit__(None, None, None)
    watch.close()
    publishing.close()
    return Rates(waited, rate, _ms(late, 50), _ms(late, 99))


def through_copy(bootstrap: str, folder: Path, county: Said) -> Rates:
    """Return the rates of an agent that only copies."""
    admin: Any = KafkaAdminClient(bootstrap_servers=bootstrap)
    names = [f"copy-{it}-{time.monotonic_ns()}" for it in ("in", "out")]
    admin.create_topics([NewTopic(it, 1, 1) for it in names])
    waiting, coming, paced = _parts([county])
    publishing = Publishing(bootstrap, names[0], 1)
    watch = Watch(bootstrap, names[1], 1)
    publishing.send(waiting)
    with running("benchmarks.faust_copy", bootstrap, *names, str(folder)):
        ended = watch.wait([it.signal_id for it in waiting])
        began = min(watch.times[it.signal_id] for it in waiting)
        rate = _coming(publishing, watch, coming)
        late = _latencies(publishing, watch, paced, rate / 2)
    watch.close()
    publishing.close()
    admin.delete_topics(names)
    admin.close()
    return Rates(len(waiting) / (ended - began), rate, _ms(late, 50), _ms(late, 99))


def _parts(counties: Sequence[Said]) -> tuple[list[Signal], list[Signal], list[Signal]]:
    """Return what waits, what comes, and what comes slowly: each county's in order."""
    parts: list[list[Signal]] = [[], [], []]
    for it in counties:
        third = len(it.lives) // 3
        for number in range(3):
            parts[number] += it.lives[number * third : (number + 1) * third]
    for part in parts:
        part.sort(key=lambda it: it.at)
    return parts[0], parts[1], parts[2]


def _coming(publishing: Publishing, watch: Watch, signals: Sequence[Signal]) -> float:
    times = publishing.send(signals)
    ended = watch.wait([it.signal_id for it in signals])
    return len(signals) / (ended - min(times.values()))


def _latencies(
    publishing: Publishing, watch: Watch, signals: Sequence[Signal], per_second: float
) -> list[float]:
    times = publishing.send(signals, per_second=per_second)
    watch.wait(list(times))
    return [watch.times[it] - at for it, at in times.items()]


def _ms(seconds: Sequence[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100)[percent - 1] * 1_000


def spread(partitions: int) -> list[int]:
    """Return a county of the demo province for each partition."""
    found: dict[int, int] = {}
    for number, (code, _) in enumerate(NAMES):
        found.setdefault(partition_of(code, partitions), number)
    return [found[it] for it in sorted(found)]


@contextmanager
def a_broker() -> Iterator[str]:
    """Give KAFKA_BOOTSTRAP, or a broker of our own."""
    given = os.environ.get("KAFKA_BOOTSTRAP")
    if given:
        yield given
        return
    with broker() as started:
        yield started


def _middle(rates: Sequence[Rates]) -> Mapping[str, float]:
    return {name: statistics.median(getattr(it, name) for it in rates) for name in Rates._fields}


def main() -> None:
    options = arguments(__doc__ or "")
    count, rounds = (6_000, 1) if options.quick else (30_000, _ROUNDS)
    ours, copies = [], []
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name, a_broker() as bootstrap:
        folder = Path(name)
        first = said_in(folder / "life", 0, count)
        for number in range(rounds):
            ours.append(through_workers(bootstrap, folder / f"w{number}", [first], 1, 1))
            copies.append(through_copy(bootstrap, folder / f"c{number}", first))
            print(f"ours {ours[-1]}\ncopy {copies[-1]}", flush=True)
        if not options.quick:
            figures |= _more(bootstrap, folder, count // 3)
    ratios = {
        "faust_copy": statistics.median(
            a.coming / b.coming for a, b in zip(ours, copies, strict=True)
        ),
        "faust_copy_waiting": statistics.median(
            a.waiting / b.waiting for a, b in zip(ours, copies, strict=True)
        ),
    }
    for whose, rates in (("ours", ours), ("copy", copies)):
        for kind, value in _middle(rates).items():
            figures[f"{whose}_{kind}" + ("" if kind.endswith("_ms") else "_per_s")] = value
    tell("streams", ratios=ratios, figures=figures, as_json=options.json)


def _more(bootstrap: str, folder: Path, count: int) -> dict[str, float]:
    """Measure what takes long: partitions and workers."""
    found: dict[str, float] = {}
    for partitions in (1, 2, 4):
        counties = [
            said_in(folder / f"p{partitions}-{it}", it, count // partitions)
            for it in spread(partitions)
        ]
        for workers in (1, 2):
            at = folder / f"m{partitions}-{workers}"
            rates = through_workers(bootstrap, at, counties, partitions, workers)
            found[f"coming_per_s_{partitions}_partitions_{workers}_workers"] = rates.coming
            print(f"{partitions} partitions, {workers} workers: {rates}", flush=True)
    return found


if __name__ == "__main__":
    main()
