"""A producer that failed is replaced, whatever stands in the way for a while."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from coordinator.settings import Settings
from streams.brokers import Brokers
from streams.producer import LastingProducer
from tests.patience import PATIENCE_S


class Producer:
    """One of a broker that lets everybody in."""

    def close(self, timeout: float) -> None:
        pass


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_password_that_is_away_for_a_while_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.producer.KafkaProducer", lambda **_: Producer())
    monkeypatch.setattr("streams.producer._AGAIN_S", 0.02)
    password = tmp_path / "password"
    password.write_text("secret")
    settings = Settings(
        kafka_security="SASL_PLAINTEXT", kafka_user="x", kafka_password_file=str(password)
    )
    lasting = LastingProducer(Brokers("127.0.0.1:9", settings), linger_ms=0)
    password.unlink()

    lasting.failed(lasting.now())
    time.sleep(0.2)
    assert not lasting.connected
    password.write_text("another")

    until(lambda: lasting.connected)
    lasting.close()
