"""The world around a flood: who reports, and where notices arrive. For `benchmarks.flood`.

Both speak HTTP as plainly as it goes, so that the processors are left to what is measured.
"""

import asyncio
import json
import random
import re
import time
from collections.abc import Sequence
from typing import Final

_CONNECTIONS: Final = 16
_IDLE_MAX_S: Final = 3.0
"""A server closes what is idle: a connection of which nothing was heard so long is opened anew."""
CALL_OUT: Final = "出动通知"
"""How a call-out begins, as an installation words it that sets nothing."""
_TAKEN: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_KEY: Final = "X"
_NAMES: Final = re.compile(rf"{_KEY}[0-9]{{6}}")


def reports(number: int, places: Sequence[tuple[str, float, float]], first: int) -> list[bytes]:
    """Return reports that have nothing in common, as documents.

    Args:
        number: of them.
        places: county, longitude and latitude of where outages are.
        first: by which they are counted; no two of one installation may have the same count.
    """
    chance = random.Random(first)
    found = []
    for count in range(first, first + number):
        code, lon, lat = places[count % len(places)]
        name = f"{_KEY}{count:06d}"
        document = {
            "type": "outage_reported", "v": 1, "jurisdiction": code, "source": "bench",
            "dedup_key": name, "correlation_key": name, "circuit": name, "device": name,
            "place": {
                "lon": round(lon + chance.uniform(-0.1, 0.1), 5),
                "lat": round(lat + chance.uniform(-0.1, 0.1), 5),
            },
            "area_class": "urban", "extent": {"customers_out": chance.randrange(5, 60)},
        }  # fmt: skip
        found.append(json.dumps(document).encode())
    return found


def name_of(report: bytes) -> str:
    """Return what a report is called in the notices about it."""
    return str(json.loads(report)["circuit"])


class Sink:
    """Takes every webhook. Kept are call-outs of members: when each came, and the first about each
    report; reminders and what desks are told are not counted.
    """

    def __init__(self) -> None:
        self.first: dict[str, float] = {}
        self.call_outs: list[float] = []
        self.port = 0

    async def open(self) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=512)
        self.port = server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                body = await _body(reader)
                writer.write(_TAKEN)
                if b"/member/" in line:
                    self._keep(str(json.loads(body)["message"]))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _keep(self, message: str) -> None:
        if not message.startswith(CALL_OUT):
            return
        at = time.monotonic()
        self.call_outs.append(at)
        for name in _NAMES.findall(message):
            self.first.setdefault(name, at)


async def _body(reader: asyncio.StreamReader) -> bytes:
    length = 0
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return await reader.readexactly(length)


class Reporter:
    """One kept connection to a server."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        self._pipes: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used_at = 0.0

    async def ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Ask and return the answer's body.

        Raises:
            RuntimeError: the answer was not 200.
        """
        if self._pipes is not None and time.monotonic() - self._used_at > _IDLE_MAX_S:
            self.close()
            self._pipes = None
        if self._pipes is None:
            self._pipes = await asyncio.open_connection("127.0.0.1", self._port, limit=2**26)
        reader, writer = self._pipes
        writer.write(
            f"{method} {path} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        status = await reader.readline()
        answer = await _body(reader)
        self._used_at = time.monotonic()
        if b" 200 " not in status:
            raise RuntimeError(f"{path}: {status!r} {answer[:400]!r}")
        return answer

    def close(self) -> None:
        if self._pipes is not None:
            self._pipes[1].close()


async def at_once(port: int, token: str, documents: Sequence[bytes]) -> dict[str, float]:
    """Report one by one on kept connections, as fast as answers come; return when each was sent."""
    sent: dict[str, float] = {}
    left = iter(documents)

    async def one() -> None:
        reporter = Reporter(port, token)
        for document in left:
            sent[name_of(document)] = time.monotonic()
            await reporter.ask("POST", "/v1/signals", document)
        reporter.close()

    await asyncio.gather(*(one() for _ in range(_CONNECTIONS)))
    return sent


async def at_a_rate(
    port: int, token: str, documents: Sequence[bytes], rate: float
) -> dict[str, float]:
    """Report at a steady rate, whatever the answers do; return when each was to be sent."""
    began = time.monotonic()
    sent: dict[str, float] = {}
    reporters = [Reporter(port, token) for _ in range(_CONNECTIONS)]
    free: asyncio.Queue[Reporter] = asyncio.Queue()
    for reporter in reporters:
        free.put_nowait(reporter)

    async def one(document: bytes) -> None:
        reporter = await free.get()
        await reporter.ask("POST", "/v1/signals", document)
        free.put_nowait(reporter)

    async with asyncio.TaskGroup() as asking:
        for number, document in enumerate(documents):
            on_time = began + number / rate
            await asyncio.sleep(max(0.0, on_time - time.monotonic()))
            sent[name_of(document)] = on_time
            asking.create_task(one(document))
    for reporter in reporters:
        reporter.close()
    return sent


async def in_batches(
    port: int, token: str, documents: Sequence[bytes], size: int
) -> dict[str, float]:
    """Report in batches of one connection; return when each was sent."""
    sent: dict[str, float] = {}
    reporter = Reporter(port, token)
    for start in range(0, len(documents), size):
        part = documents[start : start + size]
        sent |= dict.fromkeys(map(name_of, part), time.monotonic())
        answer = json.loads(await reporter.ask("POST", "/v1/signals:batch", b"\n".join(part)))
        if answer["accepted"] != len(part):
            raise RuntimeError(f"not all were accepted: {answer['results'][:2]}")
    reporter.close()
    return sent
