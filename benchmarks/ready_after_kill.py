"""How soon a home of sixteen counties is ready again after kill -9, with very many records.

A home is filled with reports: a thousand outages, each told of again and again. Then it is started
as an installation starts it, asked whether it is ready until it says so, sent reports, and killed
in the midst of them; three times. The yardstick is the same home before it was filled, killed in
the same way: what a start costs that has nearly nothing to fold. Whatever was answered before a
kill has to stand on the log after it; `lost` counts what does not.
"""

import asyncio
import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from benchmarks.flood_home import prepare, settings_of
from benchmarks.flood_world import Reporter, Sink, reports
from benchmarks.installed import started, until_ready
from benchmarks.printing import arguments, tell
from benchmarks.process_costs import seconds_of
from coordinator.clock import WallClock
from coordinator.demo.province import province
from coordinator.home.home import Home
from coordinator.log.sqlite import SqliteFile
from coordinator.private.folder import DATABASE_NAME
from schemas.catalogue import read_signal_document
from schemas.ids import ulid
from schemas.vocabulary import Realm, Role

_RECORDS: Final = 100_000
_QUICK: Final = 5_000
_OUTAGES: Final = 1_000
_AT_ONCE: Final = 500
_KILLS: Final = 3
_SENT: Final = 400
_KILLED_AFTER_S: Final = 0.6

Places = Sequence[tuple[str, float, float]]


class Start(NamedTuple):
    """How long a start took until it was ready: by the clock, and of processors."""

    ready_s: float
    processor_s: float


async def filled(folder: Path, places: Places, records: int) -> str:
    """Put so many reports on the logs of a folder; return a feed's token."""
    clock = WallClock()
    home = await Home.open(settings_of(folder), clock, {})
    for start in range(0, records, _AT_ONCE):
        told = []
        for count in range(start, min(start + _AT_ONCE, records)):
            # Each outage is told of once, and then again by somebody else.
            (raw,) = reports(1, [places[count % _OUTAGES % len(places)]], count % _OUTAGES)
            document = json.loads(raw) | {
                "dedup_key": f"again-{count}", "signal_id": ulid(clock.now(), os.urandom(10)),
                "realm": Realm.ACTUAL.value, "at": clock.now(), "actor_id": "bench",
                "actor_role": Role.FEED.value,
            }  # fmt: skip
            told.append(home.submit(read_signal_document(json.dumps(document).encode())))
        await asyncio.gather(*told)
    token = home.tokens.mint("bench", Role.FEED)
    await home.close()
    return token


class Killed:
    """A home that is started, sent reports and killed, again and again."""

    def __init__(self, folder: Path, token: str, places: Places) -> None:
        self._folder, self._token, self._places = folder, token, places
        self._first = 100_000
        self.answered: list[str] = []
        self.starts: list[Start] = []

    async def once(self) -> None:
        """Start, wait until it is ready, send, kill."""
        began = time.monotonic()
        process, port = await started(self._folder, 18_970)
        await until_ready(port, self._token)
        self.starts.append(Start(time.monotonic() - began, seconds_of(process.pid)))
        sending = asyncio.gather(*(self._send(port) for _ in range(8)), return_exceptions=True)
        await asyncio.sleep(_KILLED_AFTER_S)
        process.kill()
        await process.wait()
        await sending

    async def _send(self, port: int) -> None:
        """Report until the other end is gone; what was answered is remembered."""
        reporter = Reporter(port, self._token)
        for _ in range(_SENT):
            self._first += 1
            (document,) = reports(1, [self._places[self._first % len(self._places)]], self._first)
            answer = await reporter.ask("POST", "/v1/signals", document)
            self.answered.append(json.loads(answer)["signal_id"])

    async def lost(self) -> int:
        """Return how many of those that were answered stand on no log."""
        file = SqliteFile(self._folder / DATABASE_NAME)
        logs = [file.log(it) for it in file.log_ids()]
        found = 0
        for signal_id in self.answered:
            there = [await it.find(signal_id) for it in logs]
            found += any(it is not None for it in there)
        file.close()
        return len(self.answered) - found


async def killed(folder: Path, token: str, places: Places) -> Killed:
    home = Killed(folder, token, places)
    for _ in range(_KILLS):
        await home.once()
    return home


async def measured(records: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return ratios and figures."""
    places = [
        (it.code, (it.box[0] + it.box[2]) / 2, (it.box[1] + it.box[3]) / 2)
        for it in province(7, 0, days=0)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder, sink = Path(name), Sink()
        await sink.open()
        await prepare(folder / "few", 1, sink.port)
        shutil.copytree(folder / "few", folder / "many")
        began = time.process_time()
        token = await filled(folder / "many", places, records)
        filling_s = time.process_time() - began
        few = await killed(folder / "few", await filled(folder / "few", places, 0), places)
        many = await killed(folder / "many", token, places)
        lost = await few.lost() + await many.lost()
    figures = {
        "records": float(records),
        "filling_ms_a_record": filling_s / max(1, records) * 1_000,
        "kills": 2.0 * _KILLS,
        "answered": float(len(few.answered) + len(many.answered)),
        "lost": float(lost),
    }
    ratios = {}
    for name, at in (("ready_s", 0), ("processor_s", 1)):
        # The first start follows a clean end; those after it a kill.
        of_few, of_many = (median([it[at] for it in home.starts[1:]]) for home in (few, many))
        figures |= {f"few.{name}": of_few, f"many.{name}": of_many}
        ratios[f"few_{name}"] = of_few / of_many
    return ratios, figures


def main() -> None:
    options = arguments(__doc__ or "")
    ratios, figures = asyncio.run(measured(_QUICK if options.quick else _RECORDS))
    tell("ready_after_kill", ratios=ratios, figures=figures, as_json=options.json)


if __name__ == "__main__":
    main()
