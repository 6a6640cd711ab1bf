"""Counties on Kafka for the tests: founded, filled, and spoken to by several senders at once."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from coordinator.clock import WallClock
from coordinator.errors import Busy
from schemas.default_policy import DEFAULT_POLICY
from schemas.policy import Policy
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm
from streams.brokers import Brokers
from streams.publisher import NotPublished, Publisher
from streams.registry import found_all
from streams.topics import Cluster, apply
from tests.scenario.county_under_load import COUNTIES, words
from tests.streams.machines import until

PARTITIONS = 4


def prepare(bootstrap: Brokers | str, *, copies: int = 1, policy: Policy = DEFAULT_POLICY) -> None:
    """Make the topics and begin the counties' logs."""
    apply(bootstrap, Cluster(PARTITIONS, copies, max(1, copies - 1)))
    wanted = [(it, Realm.ACTUAL) for it in COUNTIES]
    asyncio.run(found_all(bootstrap, wanted, policy, at=WallClock().now()))


class Senders:
    """Speak for the counties until told to stop; what is not confirmed is said again."""

    def __init__(self, bootstrap: str, *, run: int, per_second: float) -> None:
        self.by_county: dict[str, set[str]] = {it: set() for it in COUNTIES}
        self.refused: set[str] = set()
        self._bootstrap = bootstrap
        self._run = run
        self._pause_s = len(COUNTIES) / per_second
        self._ended = threading.Event()

    @property
    def acknowledged(self) -> set[str]:
        """Every signal whose sender was told that it is kept."""
        return set().union(*self.by_county.values())

    def stop(self) -> None:
        self._ended.set()

    def hear(self, more: int) -> None:
        """Wait until so many more are acknowledged of every county."""
        before = {it: len(said) for it, said in self.by_county.items()}
        until(
            lambda: all(len(said) >= before[it] + more for it, said in self.by_county.items()),
            what=f"{more} more are acknowledged of every county",
        )

    def speak(self, county: str) -> None:
        with Publisher(self._bootstrap) as publisher:
            for signal in words(county, self._run, 0):
                if self._ended.wait(self._pause_s):
                    return
                self._say(publisher, signal.model_copy(update={"at": WallClock().now()}))

    def _say(self, publisher: Publisher, signal: Signal) -> None:
        while not self._ended.is_set():
            try:
                publisher.publish(signal)
            except (NotPublished, Busy):
                self.refused.add(signal.jurisdiction)
                self._ended.wait(0.2)
                continue
            self.by_county[signal.jurisdiction].add(signal.signal_id)
            return


@contextmanager
def speaking(bootstrap: str, *, run: int = 0, per_second: float = 60) -> Iterator[Senders]:
    """Let every county be spoken for, beside what the test does."""
    senders = Senders(bootstrap, run=run, per_second=per_second)
    with ThreadPoolExecutor(len(COUNTIES)) as pool:
        speeches = [pool.submit(senders.speak, it) for it in COUNTIES]
        try:
            yield senders
        finally:
            senders.stop()
        for it in speeches:
            it.result()
