"""The planner on real brokers: its proposals travel as signals, and nobody waits for it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coordinator.clock import WallClock
from schemas.default_policy import DEFAULT_POLICY
from streams.publisher import Publisher
from tests.broker.redis_server import RedisServer
from tests.scenario.county_under_load import COUNTIES, words
from tests.streams.counties import prepare
from tests.streams.machines import Machines, machines, until
from tests.streams.test_gateway import COUNTY, Client, client_of


@contextmanager
def planned(
    bootstrap: str, redis: RedisServer, folder: Path, *, within_s: int
) -> Iterator[Machines]:
    """Run a worker for counties whose policy gives a planner so much time."""
    muster = DEFAULT_POLICY.muster.model_copy(update={"propose_within_s": within_s})
    prepare(bootstrap, policy=DEFAULT_POLICY.model_copy(update={"muster": muster}))
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

        assert unit["explanation"]["method"].startswith("planner")
        assert unit["explanation"]["bound"] == unit["explanation"]["cost"]
        assert all(it["reason"] for it in unit["proposal"])
        assert planner.health()["ok"]


def test_without_a_planner_or_with_one_that_stands_still_a_unit_is_formed_in_time(
    bare_kafka: str, redis: RedisServer, tmp_path: Path
) -> None:
    with planned(bare_kafka, redis, tmp_path, within_s=2) as here:
        here.planner().tell(signal.SIGSTOP)

        unit = unit_of(client_of(here))

        assert unit["explanation"]["method"].startswith("greedy")
