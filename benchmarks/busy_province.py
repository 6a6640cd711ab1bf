"""The demo province in a storm, served: thousands of open incidents, and news of them at a rate.

Run by `benchmarks.console` in a process of its own. Prints the address and a dispatcher's token
when all incidents are open, then sends news until its input is closed, and prints how many signals
a second it came to.
"""

import asyncio
import random
import secrets
import sys
import tempfile
from pathlib import Path

from coordinator.cli.log_lines import set_up_logging
from coordinator.cli.serving import free_socket, server_of, web_of
from coordinator.clock import WallClock
from coordinator.demo.province import Place, province
from coordinator.demo.seed_rosters import personal_data, roster_signals
from coordinator.gc_tuning import look_for_cycles_seldom
from coordinator.home.home import Home
from coordinator.settings import Settings
from schemas.bounds import Position
from schemas.default_policy import DEFAULT_POLICY
from schemas.ids import ulid
from schemas.signals.envelope import Signal
from schemas.signals.incident import Extent, OutageReported, OutageUpdated
from schemas.vocabulary import Realm, Role

_AT_ONCE = 200
_BEATS_PER_S = 10


class Storm:
    """Reports and updates from one seed."""

    def __init__(self, clock: WallClock, places: list[Place]) -> None:
        self._chance = random.Random(1)
        self._clock = clock
        self._places = places
        self.reported: list[tuple[str, str]] = []

    def report(self) -> OutageReported:
        """Report an outage that is like no other."""
        chance = self._chance
        place = chance.choice(self._places)
        base = chance.choice(place.teams).base
        key = f"outage-{len(self.reported)}"
        self.reported.append((place.code, key))
        return OutageReported(
            **self._envelope(place.code),
            source="bench",
            dedup_key=key,
            correlation_key=key,
            place=Position(
                lon=base.lon + chance.uniform(-0.1, 0.1), lat=base.lat + chance.uniform(-0.1, 0.1)
            ),
            extent=Extent(customers_out=chance.randrange(1, 4_000)),
        )

    def update(self) -> OutageUpdated:
        """Tell a new number of customers out of some outage."""
        code, key = self._chance.choice(self.reported)
        return OutageUpdated(
            **self._envelope(code),
            source="bench",
            dedup_key=key,
            extent=Extent(customers_out=self._chance.randrange(1, 4_000)),
        )

    def _envelope(self, code: str) -> dict[str, object]:
        at = self._clock.now()
        return {
            "signal_id": ulid(at, secrets.token_bytes(10)),
            "jurisdiction": code,
            "realm": Realm.EXERCISE,
            "at": at,
            "actor_id": "bench",
            "actor_role": Role.FEED,
        }


async def _submit(home: Home, signals: list[Signal]) -> None:
    for start in range(0, len(signals), _AT_ONCE):
        await asyncio.gather(*(home.submit(it) for it in signals[start : start + _AT_ONCE]))


async def serve(folder: Path, incidents: int, rate: int) -> None:
    """Open `incidents`, then send `rate` updates a second until nobody listens any more."""
    settings = Settings(data_dir=folder, port=18_900, port_or_next=True, log_level="error")
    set_up_logging(settings, quiet=True)
    clock = WallClock()
    places = province(7, clock.now(), days=2)
    founding = {it.code: (Realm.EXERCISE, DEFAULT_POLICY) for it in places}
    home = await Home.open(settings, clock, founding)
    home.vault.put(personal_data(places))
    for place in places:
        await _submit(home, list(roster_signals(place, Realm.EXERCISE, clock.now())))
    storm = Storm(clock, places)
    await _submit(home, [storm.report() for _ in range(incidents)])
    listening = free_socket(settings)
    server = server_of(web_of(home))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    token = home.tokens.mint("bench", Role.DISPATCHER)
    print(f"http://127.0.0.1:{listening.getsockname()[1]} {token}", flush=True)
    over = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    loop = asyncio.get_running_loop()
    first, beats, sent = loop.time(), 0, 0
    # By the clock, whether or not what was sent before is answered.
    async with asyncio.TaskGroup() as sending:
        while not over.done():
            news = [storm.update() for _ in range(rate // _BEATS_PER_S)]
            sending.create_task(_submit(home, news))
            beats, sent = beats + 1, sent + len(news)
            await asyncio.sleep(max(0.0, first + beats / _BEATS_PER_S - loop.time()))
    print(sent / (loop.time() - first), flush=True)
    server.should_exit = True
    await serving
    await home.close()


if __name__ == "__main__":
    look_for_cycles_seldom()
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(serve(Path(name), int(sys.argv[1]), int(sys.argv[2])))
