"""Apache Kafka in KRaft mode as a child process: fetched by Maven, run by Java 17, no Docker."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_POM = Path(__file__).with_name("pom.xml")
_CLUSTER = "Y29vcmRpbmF0b3ItdGVzdA"
_START_S = 60.0
_PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={logs}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=2
"""


class NoBroker(Exception):
    """What is missing on this machine."""


def can_run() -> str | None:
    """Return what is missing to run a broker, None if nothing is."""
    missing = [it for it in ("java", "mvn") if shutil.which(it) is None]
    return f"no {' and no '.join(missing)}" if missing else None


@contextmanager
def broker() -> Iterator[str]:
    """Run a broker; gives its bootstrap address.

    Raises:
        NoBroker: it cannot be fetched or does not start.
    """
    with tempfile.TemporaryDirectory(prefix="kafka-") as name:
        folder = Path(name)
        classes = _class_path(folder)
        port, controller = _free_ports(2)
        properties = folder / "server.properties"
        properties.write_text(
            _PROPERTIES.format(port=port, controller=controller, logs=folder / "logs"), "utf-8"
        )
        java = ["java", "-Xmx512m", "-cp", classes]
        arguments = ["format", "-t", _CLUSTER, "-c", str(properties)]
        _ran([*java, "kafka.tools.StorageTool", *arguments], folder)
        output = (folder / "broker.txt").open("wb")
        process = subprocess.Popen(
            [*java, "kafka.Kafka", str(properties)],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(port, process, folder)
            yield f"127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()
            output.close()


def _class_path(folder: Path) -> str:
    file = folder / "classes.txt"
    goal = "dependency:build-classpath"
    _ran(["mvn", "-q", "-B", "-f", str(_POM), goal, f"-Dmdep.outputFile={file}"], folder)
    return file.read_text("utf-8").strip()


def _ran(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        raise NoBroker(f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for it in sockets:
        it.bind(("127.0.0.1", 0))
    ports = [it.getsockname()[1] for it in sockets]
    for it in sockets:
        it.close()
    return ports


def _wait_for(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    said = (folder / "broker.txt").read_text("utf-8", "replace")
    raise NoBroker(f"the broker did not start: {said[-2_000:]}")
