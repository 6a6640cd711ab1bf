"""The planner on real brokers: its proposals travel as signals, and nobody waits for it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.clock import WallClock
from coordinator.errors import TooLarge
from coordinator.settings import Settings
from schemas.default_policy import DEFAULT_POLICY
from schemas.signals.envelope import Signal
from streams.planner import PlannerProcess
from streams.publisher import NotPublished, Publisher
from tests.broker.redis_server import RedisServer
from tests.engine.county import outage
from tests.scenario.county_under_load import COUNTIES, words
from tests.streams.counties import prepare
from tests.streams.machines import Machines, machines, until
from tests.streams.test_gateway import COUNTY, Client, client_of


@contextmanager
def planned(
    bootstrap: str, redis: RedisServer, folder: Path, *, within_s: int
) -> Iterator[Machines]:
    """Run a worker for counties whose policy gives a planner so much time."""
    muster = replace(DEFAULT_POLICY.muster, propose_within_s=within_s)
    prepare(bootstrap, policy=replace(DEFAULT_POLICY, muster=muster))
    (folder / "gateway").mkdir()
    with machines(bootstrap, redis.url, folder) as made:
        made.worker()
        until(lambda: made.owned().keys() >= set(COUNTIES), what="every county is owned")
        roster = next(words(COUNTY, 0, 0)).model_copy(update={"at": WallClock().now()})
        with Publisher(bootstrap) as publisher:
            publisher.publish(roster)
        yield made


def unit_of(client: Client) -> dict[str, Any]:
    """Report an outage, and return the unit that is formed for it."""
    client.decision(client.say(**client.outage("one")))

    def formed() -> list[dict[str, Any]]:
        answer = client.get("/v1/boards/units_in_the_field", jurisdiction=COUNTY)
        return [it for it in answer.json()["rows"] if it["people"]]

    (unit,) = until(formed, what="a unit is formed")
    return unit


def test_a_unit_is_formed_of_those_whom_the_planner_proposed(
    bare_kafka: str, redis: RedisServer, tmp_path: Path
) -> None:
    with planned(bare_kafka, redis, tmp_path, within_s=50) as here:
        planner = here.planner()

        unit = unit_of(client_of(here))

        assert unit["explanation"]["method"]["code"] == "ready_first"
        assert unit["explanation"]["bound"] == unit["explanation"]["cost"]
        assert all(it["reasons"] for it in unit["proposal"])
        assert planner.health()["ok"]


def test_without_a_planner_or_with_one_that_stands_still_a_unit_is_formed_in_time(
    bare_kafka: str, redis: RedisServer, tmp_path: Path
) -> None:
    with planned(bare_kafka, redis, tmp_path, within_s=2) as here:
        here.planner().tell(signal.SIGSTOP)

        unit = unit_of(client_of(here))

        assert unit["explanation"]["method"]["code"] == "nearest_first"


class Brokers:
    """Take signals, but for some times that they do not."""

    def __init__(self, *fails: Exception | None) -> None:
        self._fails = list(fails)
        self.kept: list[str] = []

    def publish(self, signal: Signal) -> None:
        error = self._fails.pop(0) if self._fails else None
        if error is not None:
            raise error
        self.kept.append(signal.signal_id)

    def close(self) -> None:
        pass


class Planned:
    """Says each proposal once."""

    def __init__(self, *signals: Signal) -> None:
        self._signals = list(signals)

    def proposals(self, now: int) -> Iterator[Signal]:
        signals, self._signals = self._signals, []
        yield from signals


async def test_what_was_not_published_is_published_later_and_so_is_the_rest(
    tmp_path: Path,
) -> None:
    signals = [outage(str(it)) for it in range(4)]
    planner = PlannerProcess(Settings(bootstrap="127.0.0.1:9", data_dir=tmp_path), WallClock())
    brokers: Any = Brokers(None, NotPublished(signals[1].signal_id, "gone"), None, TooLarge("", ""))
    planned: Any = Planned(*signals)
    planner._publisher, planner._planner = brokers, planned

    with pytest.raises(NotPublished):
        await planner._propose()
    await planner._propose()
    await planner.stop()

    ids = [it.signal_id for it in signals]
    assert brokers.kept == [ids[0], ids[1], ids[3]]
