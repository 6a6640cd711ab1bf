"""Brokers and a Redis that let in only who is known, over TLS: all of it works there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from coordinator.errors import BadInput
from coordinator.settings import Settings
from streams.brokers import brokers_of, connecting
from tests.broker.guarded import PASSWORD, USER, Certificate, certificate_in, guarded_broker
from tests.broker.redis_server import redis_server
from tests.conftest import OwnBrokers
from tests.scenario.county_under_load import COUNTIES
from tests.streams import checker
from tests.streams.counties import prepare
from tests.streams.machines import machines, until
from tests.streams.test_gateway import COUNTY, client_of


class Guarded(NamedTuple):
    """Where the broker is open, where it is not, and what lets one in."""

    open_at: str
    settings: Settings
    certificate: Certificate


def variables_of(guarded: Guarded) -> dict[str, str]:
    own = ("bootstrap", "kafka_security", "kafka_ca_file", "kafka_user", "kafka_password_file")
    return {f"COORDINATOR_{it.upper()}": getattr(guarded.settings, it) for it in own}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate_in(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def guarded(own_brokers: OwnBrokers, certificate: Certificate) -> Iterator[Guarded]:
    del own_brokers  # only to be skipped where none can run
    password = certificate.key.with_name("password")
    password.write_text(f"{PASSWORD}\n")
    with guarded_broker(certificate) as (broker, address):
        settings = Settings(
            bootstrap=address,
            kafka_security="SASL_SSL",
            kafka_ca_file=str(certificate.certificate),
            kafka_user=USER,
            kafka_password_file=str(password),
        )
        yield Guarded(broker.address, settings, certificate)


def test_a_signal_is_decided_and_shown_where_only_the_known_are_let_in(
    guarded: Guarded, tmp_path: Path
) -> None:
    prepare(brokers_of(guarded.settings))
    certificate = guarded.certificate
    (tmp_path / "gateway").mkdir()
    with redis_server(
        "--port", "0", "--tls-port", "{port}", "--tls-auth-clients", "no",
        "--tls-cert-file", str(certificate.certificate), "--tls-key-file", str(certificate.key),
        "--requirepass", PASSWORD,
    ) as redis:  # fmt: skip
        url = f"rediss://:{PASSWORD}@127.0.0.1:{redis.port}/0"
        url += f"?ssl_ca_certs={certificate.certificate}"
        # A gateway with a way out reads the notices, too.
        desks = tmp_path / "desks.yaml"
        desks.write_text("desk:dispatcher: ['json://127.0.0.1:9/desk']\n")
        variables = variables_of(guarded) | {"COORDINATOR_NOTIFY_URLS": str(desks)}
        with machines(guarded.settings.bootstrap, url, tmp_path, **variables) as here:
            here.worker()
            until(lambda: here.owned().keys() >= set(COUNTIES), what="every county is owned")
            client = client_of(here)

            answer = client.say(**client.outage("one"))

            assert answer.status_code == 202
            assert client.decision(answer)["refused"] is None
            until(
                lambda: client.get("/v1/boards/open_incidents", jurisdiction=COUNTY).json()["rows"],
                what="it is on the board",
            )
            finding = checker.check(guarded.open_at, [answer.json()["signal_id"]])
    assert finding.decided[answer.json()["signal_id"]] == 1


def test_who_is_not_known_is_not_let_in(guarded: Guarded, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("guessed")

    for it in ({"COORDINATOR_KAFKA_PASSWORD_FILE": str(wrong)}, {"COORDINATOR_KAFKA_CA_FILE": ""}):
        done = subprocess.run(
            [str(Path(sys.executable).with_name("coordinator")), "topics", "apply"],
            env=os.environ | variables_of(guarded) | it,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert done.returncode != 0
        assert f"bootstrap: '{guarded.settings.bootstrap}'" in done.stderr


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"kafka_security": "SASL_SSL"}, "COORDINATOR_KAFKA_USER: empty; SASL_SSL needs it"),
        (
            {"kafka_security": "SASL_PLAINTEXT", "kafka_user": "x"},
            "COORDINATOR_KAFKA_PASSWORD_FILE: empty",
        ),
        (
            {"kafka_security": "SASL_PLAINTEXT", "kafka_user": "x", "kafka_password_file": "/no"},
            "COORDINATOR_KAFKA_PASSWORD_FILE: /no: ",
        ),
        ({"kafka_security": "SSL", "kafka_ca_file": "/no"}, "COORDINATOR_KAFKA_CA_FILE: /no: "),
        (
            {"kafka_security": "SSL", "kafka_certificate_file": "/no"},
            "COORDINATOR_KAFKA_KEY_FILE: empty",
        ),
        (
            {"kafka_security": "SSL", "kafka_certificate_file": "/no", "kafka_key_file": "/nor"},
            "COORDINATOR_KAFKA_CERTIFICATE_FILE: /no with /nor: ",
        ),
    ],
)
def test_what_is_missing_is_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(BadInput) as caught:
        brokers_of(Settings.model_validate(given))

    assert named in str(caught.value)


def test_a_certificate_of_our_own_is_shown(certificate: Certificate) -> None:
    settings = Settings(
        kafka_security="SSL",
        kafka_ca_file=str(certificate.certificate),
        kafka_certificate_file=str(certificate.certificate),
        kafka_key_file=str(certificate.key),
    )

    options = connecting(brokers_of(settings))

    assert options["ssl_context"].check_hostname
    assert options["security_protocol"] == "SSL"
    assert "sasl_mechanism" not in options
