"""A real broker for the tests that ask for one, started once and only if one does."""

import os
from collections.abc import Iterator

import pytest

from tests.broker.running import NoBroker, broker, can_run
from tests.broker.topics import forget


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    """Give the bootstrap address of a real broker: `KAFKA_BOOTSTRAP`, or one of our own.

    Without Java and Maven the test is skipped and says so; with REQUIRE_REAL_PARTS it fails.
    """
    given = os.environ.get("KAFKA_BOOTSTRAP")
    if given:
        yield given
        return
    missing = can_run()
    if missing is not None:
        _do_without(missing)
    try:
        with broker() as bootstrap:
            yield bootstrap
    except NoBroker as error:
        _do_without(str(error))


@pytest.fixture
def bare_kafka(kafka: str) -> Iterator[str]:
    """Give the address of a broker without topics of ours."""
    forget(kafka)
    yield kafka
    forget(kafka)


def _do_without(why: str) -> None:
    if os.environ.get("REQUIRE_REAL_PARTS"):
        pytest.fail(f"a real Kafka is required here: {why}")
    pytest.skip(f"needs a real Kafka: {why}")
