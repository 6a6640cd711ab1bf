"""A real broker for the tests that ask for one, started once; and a time limit for every test."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import NamedTuple

import pytest
import structlog

from coordinator.gc_tuning import look_for_cycles_seldom
from tests.broker import redis_server as redis_server_module
from tests.broker.container import broker_in_container, engine_runs
from tests.broker.mock import mock_broker
from tests.broker.redis_server import RedisServer, redis_server
from tests.broker.running import Broker, NoBroker, brokers, can_run
from tests.broker.topics import forget
from tests.forking import forking
from tests.story import Story
from tests.time_limit import (
    pytest_runtest_call,
    pytest_runtest_setup,
    pytest_runtest_teardown,
)

__all__ = ["pytest_runtest_call", "pytest_runtest_setup", "pytest_runtest_teardown"]


def pytest_collection_finish() -> None:
    """Look for rings of objects, and tell of errors, as the program does when it starts.

    What the tests loaded is not looked through again. And an error on a log line is told without
    what each frame held: written out, a whole county takes seconds.
    """
    look_for_cycles_seldom()
    *before, _ = structlog.get_config()["processors"]
    in_lines = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, in_lines])


@pytest.fixture(autouse=True)
def told_stories() -> Iterator[None]:
    """Let every story of a test come to the same bytes however it is folded."""
    yield
    while Story.told:
        Story.told.pop().ends_the_same()


@pytest.fixture(scope="session", autouse=True)
def end_of_forking() -> Iterator[None]:
    """The program that commands are forked from lives as long as the tests."""
    yield
    forking.close()


OwnBrokers = Callable[[int], AbstractContextManager[Sequence[Broker]]]
"""Runs so many, until the test is over."""


class FoundBroker(NamedTuple):
    """Where it listens; and why it is none, where it is only an imitation."""

    address: str
    not_real: str | None = None


@pytest.fixture(scope="session")
def broker_found() -> Iterator[FoundBroker]:
    """Give `KAFKA_BOOTSTRAP`, or a broker in a container, or one on Java, or an imitation."""
    given = os.environ.get("KAFKA_BOOTSTRAP")
    if given:
        yield FoundBroker(given)
        return
    missing = can_run()
    with ExitStack() as stack:
        try:
            if engine_runs():
                yield FoundBroker(stack.enter_context(broker_in_container()))
                return
            if missing is None:
                (quick,) = stack.enter_context(brokers(1))
                yield FoundBroker(quick.address)
                return
        except NoBroker as error:
            missing = str(error)
        yield FoundBroker(stack.enter_context(mock_broker()), f"no Docker engine and {missing}")


@pytest.fixture(scope="session")
def kafka(broker_found: FoundBroker) -> str:
    """Give the bootstrap address of a real broker.

    Where there is none the test is skipped and says so; with REQUIRE_REAL_PARTS it fails.
    """
    if broker_found.not_real is not None:
        _do_without(f"a real Kafka: {broker_found.not_real}")
    return broker_found.address


@pytest.fixture
def bare_kafka(kafka: str) -> Iterator[str]:
    """Give the address of a broker without topics of ours."""
    forget(kafka)
    yield kafka
    forget(kafka)


@pytest.fixture(scope="session")
def own_brokers() -> OwnBrokers:
    """Give what runs brokers that a test may kill; only those on Java can be."""
    missing = can_run()
    if missing is not None:
        _do_without(f"brokers of its own: {missing}")
    return brokers


@pytest.fixture(scope="session")
def _redis() -> Iterator[RedisServer]:
    missing = redis_server_module.can_run()
    if missing is not None:
        _do_without(missing)
    with redis_server() as server:
        yield server


@pytest.fixture
def redis(_redis: RedisServer) -> RedisServer:
    """Give a real Redis that holds nothing."""
    _redis.stop()
    _redis.start()
    return _redis


def _do_without(why: str) -> None:
    if os.environ.get("REQUIRE_REAL_PARTS"):
        pytest.fail(f"the real thing is required here: {why}")
    pytest.skip(f"needs the real thing: {why}")
