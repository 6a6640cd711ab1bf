"""What brokers and Redis need to let in only who is known, over TLS: certificates made here."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.broker.running import Broker, Guard, brokers, free_ports

USER, PASSWORD = "coordinator", "open-sesame"


class Certificate(NamedTuple):
    """One that signs itself, good for 127.0.0.1; `both` holds key and certificate."""

    certificate: Path
    key: Path
    both: Path


def certificate_in(folder: Path) -> Certificate:
    made = Certificate(folder / "certificate.pem", folder / "key.pem", folder / "both.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(made.key), "-out", str(made.certificate)],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    made.both.write_text(made.key.read_text() + made.certificate.read_text())
    return made


@contextmanager
def guarded_broker(certificate: Certificate) -> Iterator[tuple[Broker, str]]:
    """Run a broker; gives it, and the address where it asks for a name over TLS.

    Raises:
        NoBroker: it does not start.
    """
    (port,) = free_ports(1)
    own = "listener.name.guarded"
    module = "org.apache.kafka.common.security.scram.ScramLoginModule"
    guard = Guard(
        listener=f",GUARDED://127.0.0.1:{port}",
        properties=f"{own}.sasl.enabled.mechanisms=SCRAM-SHA-512\n"
        f"{own}.scram-sha-512.sasl.jaas.config={module} required;\n"
        f"{own}.ssl.keystore.type=PEM\n"
        f"{own}.ssl.keystore.location={certificate.both}\n",
        format=("--add-scram", f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]"),
    )
    with brokers(1, guard=guard) as (only,):
        yield only, f"127.0.0.1:{port}"
