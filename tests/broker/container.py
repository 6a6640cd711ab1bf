"""Apache Kafka in a container, where a Docker engine runs: the image of docker-compose.yml."""

import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tests.broker.running import NoBroker, free_ports

_COMPOSE = Path(__file__).resolve().parents[2] / "docker-compose.yml"
_START_S = 120.0


def engine_runs() -> bool:
    """Say whether a Docker engine answers."""
    if shutil.which("docker") is None:
        return False
    asked = subprocess.run(
        ["docker", "info", "--format", "{{.ServerVersion}}"],
        capture_output=True,
        check=False,
        timeout=20,
    )
    return asked.returncode == 0


@contextmanager
def broker_in_container() -> Iterator[str]:
    """Run a broker; gives its bootstrap address.

    Raises:
        NoBroker: it does not start.
    """
    service: dict[str, Any] = yaml.safe_load(_COMPOSE.read_text("utf-8"))["services"]["broker"]
    (port,) = free_ports(1)
    settings = service["environment"] | {
        "CLUSTER_ID": "Y29vcmRpbmF0b3ItdGVzdA",
        "KAFKA_LISTENERS": f"PLAINTEXT://:{port},CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
        "KAFKA_LOG_DIRS": "/tmp/kafka-logs",
    }
    name = f"coordinator-test-{secrets.token_hex(4)}"
    given = [part for key, value in settings.items() for part in ("-e", f"{key}={value}")]
    begun = subprocess.run(
        ["docker", "run", "--rm", "-d", "--name", name, "-p", f"127.0.0.1:{port}:{port}",
         *given, service["image"]],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if begun.returncode:
        raise NoBroker(f"docker run: {begun.stderr}")
    try:
        _wait_for(f"127.0.0.1:{port}")
        yield f"127.0.0.1:{port}"
    finally:
        subprocess.run(["docker", "kill", name], capture_output=True, check=False, timeout=60)


def _wait_for(address: str) -> None:
    until = time.monotonic() + _START_S
    while True:
        try:
            KafkaAdminClient(bootstrap_servers=address, bootstrap_timeout_ms=2_000).close()
        except KafkaError as error:
            if time.monotonic() > until:
                raise NoBroker(f"the container at {address} does not answer: {error}") from None
            time.sleep(0.5)
        else:
            return
