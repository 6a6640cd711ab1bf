"""How long a call for help waits while a feed sends far more than can be decided.

A home of sixteen counties is sent batches of a feed on several connections, each the next as soon
as the last is answered, so that the county always has seconds of work waiting; ten readers of the
live stream read next to nothing, and 1,500 connections have begun a request that they never end.
In the midst of it members call for help, one after another. `rest` is the same home with nothing
else to do. Memory is compared with that before the flood; what was answered and stands on no log
afterwards is `lost`. The feed repeats itself about the same outages: what grows is no state.
"""

import asyncio
import json
import socket
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from benchmarks.flood_home import places_of, prepare, settings_of
from benchmarks.flood_world import Reporter, Sink, reports
from benchmarks.installed import started, until_ready
from benchmarks.printing import arguments, tell
from benchmarks.process_costs import pss_mb
from coordinator.clock import WallClock
from coordinator.demo.province import Place
from coordinator.home.home import Home
from coordinator.log.sqlite import SqliteFile
from coordinator.private.folder import DATABASE_NAME
from coordinator.tasks import end_all
from schemas.vocabulary import Role

_FEEDS, _LINES, _OUTAGES = 6, 1_000, 200
_READERS, _HALF_OPEN = 10, 1_500
_CALLS, _QUICK_CALLS = 100, 25
_BETWEEN_S: Final = 0.3


class Tokens(NamedTuple):
    """Who speaks: a feed, a desk that reads, and members who call for help, by their ids."""

    feed: str
    desk: str
    members: dict[str, str]


async def minted(folder: Path, place: Place, calls: int) -> Tokens:
    home = await Home.open(settings_of(folder), WallClock(), {})
    ids = [it.member_id for it in place.people[:calls]]
    members = {it: home.tokens.mint(it, Role.MEMBER, member_id=it) for it in ids}
    found = Tokens(
        home.tokens.mint("bench", Role.FEED), home.tokens.mint("desk", Role.DISPATCHER), members
    )
    await home.close()
    return found


async def help_called(port: int, county: str, members: dict[str, str]) -> list[float]:
    """Let members call for help one after another; return how long each waited for its receipt."""
    took = []
    for member_id, token in members.items():
        document = {"type": "call_help", "jurisdiction": county, "member_id": member_id}
        began = time.monotonic()
        await Reporter(port, token).ask("POST", "/v1/signals", json.dumps(document).encode())
        took.append(time.monotonic() - began)
        await asyncio.sleep(_BETWEEN_S)
    return took


class Flood:
    """Feeds that send without pause, readers that do not read, and requests that do not end."""

    def __init__(self, port: int, tokens: Tokens, place: tuple[str, float, float]) -> None:
        self._port, self._tokens, self._place = port, tokens, place
        self._numbers = count()
        self._idle: list[socket.socket] = []
        self.answered: list[str] = []
        self.offered = 0
        self.turned_away = 0

    async def open(self) -> None:
        for _ in range(_HALF_OPEN):
            with suppress(OSError):
                self._idle.append(self._begun(b"POST /v1/signals HTTP/1.1\r\nHost: a\r\nX-A: "))
        asked = f"GET /v1/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {self._tokens.desk}"
        for _ in range(_READERS):
            self._idle.append(self._begun(f"{asked}\r\n\r\n".encode(), receives=4_096))

    def _begun(self, text: bytes, *, receives: int | None = None) -> socket.socket:
        made = socket.socket()
        if receives is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        made.connect(("127.0.0.1", self._port))
        made.sendall(text)
        return made

    def batch(self) -> bytes:
        """Return reports of the same outages once more."""
        lines = []
        for document in reports(_OUTAGES, [self._place], 0) * (_LINES // _OUTAGES):
            again = json.loads(document) | {"dedup_key": f"again-{next(self._numbers)}"}
            lines.append(json.dumps(again).encode())
        return b"\n".join(lines)

    async def feed(self) -> None:
        """Send batches until cancelled."""
        reporter = Reporter(self._port, self._tokens.feed)
        while True:
            body = await asyncio.to_thread(self.batch)
            self.offered += _LINES
            told = json.loads(await reporter.ask("POST", "/v1/signals:batch", body))
            taken = [it["signal_id"] for it in told["results"] if it["status"] == "accepted"]
            self.answered += taken
            self.turned_away += _LINES - len(taken)

    def close(self) -> None:
        for it in self._idle:
            it.close()


async def lost(folder: Path, answered: Sequence[str]) -> int:
    file = SqliteFile(folder / DATABASE_NAME)
    logs = [file.log(it) for it in file.log_ids()]
    there = 0
    for signal_id in answered:
        there += any([await it.find(signal_id) is not None for it in logs])
    file.close()
    return len(answered) - there


def p99(took: Sequence[float]) -> float:
    return sorted(took)[min(len(took) - 1, round(0.99 * len(took)))]


async def measured(calls: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return ratios and figures."""
    place = places_of(1, WallClock().now())[0]
    box = place.box
    where = (place.code, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    with tempfile.TemporaryDirectory() as name:
        folder, sink = Path(name) / "home", Sink()
        await sink.open()
        await prepare(folder, 1, sink.port)
        tokens = await minted(folder, place, 2 * calls)
        process, port = await started(folder, 18_980)
        await until_ready(port, tokens.feed)
        callers = list(tokens.members.items())
        flood = Flood(port, tokens, where)
        # What the feed is about is there before: the flood itself repeats it.
        await Reporter(port, tokens.feed).ask("POST", "/v1/signals:batch", flood.batch())
        rest = await help_called(port, place.code, dict(callers[:calls]))
        memory = pss_mb(process.pid)
        await flood.open()
        began = time.monotonic()
        feeding = [asyncio.create_task(flood.feed()) for _ in range(_FEEDS)]
        await asyncio.sleep(1)
        flooded = await help_called(port, place.code, dict(callers[calls:]))
        took, peak = time.monotonic() - began, pss_mb(process.pid)
        failed = [it for it in feeding if it.done()]
        await end_all(feeding)
        flood.close()
        process.terminate()
        await process.wait()
        gone = await lost(folder, flood.answered)
    ratios = {"rest_p50_by_flooded_p99": median(rest) / p99(flooded), "memory": peak / memory}
    figures = {
        "help_at_rest.p50_s": median(rest),
        "help_at_rest.p99_s": p99(rest),
        "help_in_flood.p50_s": median(flooded),
        "help_in_flood.p99_s": p99(flooded),
        "feed.decided_per_s": len(flood.answered) / took,
        "feed.offered": float(flood.offered),
        "feed.turned_away": float(flood.turned_away),
        "feeds_that_failed": float(len(failed)),
        "half_open": float(_HALF_OPEN),
        "slow_readers": float(_READERS),
        "memory_at_rest_mb": memory,
        "memory_mb": peak,
        "lost": float(gone),
    }
    return ratios, figures


def main() -> None:
    options = arguments(__doc__ or "")
    ratios, figures = asyncio.run(measured(_QUICK_CALLS if options.quick else _CALLS))
    tell("overload", ratios=ratios, figures=figures, as_json=options.json)


if __name__ == "__main__":
    main()
