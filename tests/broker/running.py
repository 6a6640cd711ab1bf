"""Apache Kafka in KRaft mode as child processes: fetched by Maven, run by Java 17, no Docker."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

_POM = Path(__file__).with_name("pom.xml")
_CLUSTER = "Y29vcmRpbmF0b3ItdGVzdA"
_START_S = 180.0
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Starts and serves tests at two thirds of the cost; not for measuring what lasts."""
_PROPERTIES = """
process.roles=broker,controller
node.id={number}
controller.quorum.voters={voters}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}{guarded}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}{guarded}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,GUARDED:SASL_SSL
log.dirs={logs}
offsets.topic.replication.factor={copies}
offsets.topic.num.partitions=4
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=500
num.network.threads=2
num.io.threads=2
"""


class NoBroker(Exception):
    """What is missing on this machine."""


class Guard(NamedTuple):
    """One more listener, where a broker lets in only who is known; none if left empty."""

    listener: str = ""
    properties: str = ""
    format: tuple[str, ...] = ()


_OPEN = Guard()


class Broker:
    """One broker that can be killed and started again where it was."""

    def __init__(
        self, folder: Path, number: int, port: int, properties: str, *, quick: bool
    ) -> None:
        self.number = number
        self.port = port
        self._java = _java(quick=quick)
        self._folder = folder
        self._properties = folder / f"server-{number}.properties"
        self._properties.write_text(properties, "utf-8")
        self._output = (folder / f"broker-{number}.txt").open("wb")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def format(self, *more: str) -> None:
        properties = str(self._properties)
        tool = ["kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", properties, *more]
        _ran([*self._java, *tool], self._folder)

    def start(self) -> None:
        """Start; does not wait."""
        self._process = subprocess.Popen(
            [*self._java, "kafka.Kafka", str(self._properties)],
            cwd=self._folder,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    def wait(self, count: int = 1) -> None:
        """Wait until it answers, and knows of so many brokers that are ready.

        A port that is open is not enough: a broker listens before it may lead anything, and one
        that was killed is let in again only when its former session is over.

        Raises:
            NoBroker: it ended, or never does.
        """
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                break
            if _ready_at(self.address) >= count:
                return
            time.sleep(0.2)
        said = (self._folder / f"broker-{self.number}.txt").read_text("utf-8", "replace")
        raise NoBroker(f"broker {self.number} did not start: {said[-2_000:]}")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def close(self) -> None:
        self.kill()
        self._output.close()


def can_run() -> str | None:
    """Return what is missing to run a broker, None if nothing is."""
    missing = [it for it in ("java", "mvn") if shutil.which(it) is None]
    return f"no {' and no '.join(missing)}" if missing else None


@contextmanager
def broker() -> Iterator[str]:
    """Run a broker to measure with; gives its bootstrap address.

    Raises:
        NoBroker: it cannot be fetched or does not start.
    """
    with brokers(1, quick=False) as (only,):
        yield only.address


@contextmanager
def brokers(count: int, *, quick: bool = True, guard: Guard = _OPEN) -> Iterator[Sequence[Broker]]:
    """Run a cluster of brokers.

    Args:
        count: how many.
        quick: whether starting soon matters more than how they do in the long run.
        guard: of a broker that is alone.

    Raises:
        NoBroker: they cannot be fetched or do not start.
    """
    with tempfile.TemporaryDirectory(prefix="kafka-") as name:
        folder = Path(name)
        ports = free_ports(2 * count)
        voters = ",".join(
            f"{number}@127.0.0.1:{ports[2 * number - 1]}" for number in range(1, count + 1)
        )
        made = [
            Broker(
                folder,
                number,
                ports[2 * number - 2],
                _PROPERTIES.format(
                    number=number,
                    voters=voters,
                    port=ports[2 * number - 2],
                    controller=ports[2 * number - 1],
                    logs=folder / f"logs-{number}",
                    copies=count,
                    guarded=guard.listener,
                )
                + guard.properties,
                quick=quick,
            )
            for number in range(1, count + 1)
        ]
        try:
            for it in made:
                it.format(*guard.format)
                it.start()
            for it in made:
                it.wait(count)
            yield made
        finally:
            for it in made:
                it.close()


def _ready_at(address: str) -> int:
    """Return how many brokers may lead, as the one at an address knows; 0 if it does not answer."""
    if not _listens(address):
        return 0
    try:
        client: Any = KafkaAdminClient(bootstrap_servers=address, bootstrap_timeout_ms=5_000)
    except KafkaError:
        return 0
    try:
        return len(client.describe_cluster()["brokers"])
    except KafkaError:
        return 0
    finally:
        client.close()


def _listens(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, int(port))) == 0


def _java(*, quick: bool) -> tuple[str, ...]:
    return ("java", *(_QUICK if quick else ()), "-Xmx512m", "-cp", _classes())


@cache
def _classes() -> str:
    with tempfile.TemporaryDirectory(prefix="classes-") as name:
        file = Path(name) / "classes.txt"
        goal = "dependency:build-classpath"
        command = ["mvn", "-q", "-B", "-f", str(_POM), goal, f"-Dmdep.outputFile={file}"]
        _ran(command, Path(name))
        return file.read_text("utf-8").strip()


def _ran(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        raise NoBroker(f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for it in sockets:
        it.bind(("127.0.0.1", 0))
    ports = [it.getsockname()[1] for it in sockets]
    for it in sockets:
        it.close()
    return ports
