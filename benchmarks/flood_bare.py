"""What a flood costs where nothing is decided: the yardstick of `benchmarks.flood`.

The same ways in and out, written plainly: a report comes by HTTP, is appended to a file of SQLite
(durable when it is answered, what waits in one transaction), and three webhooks tell of it, by
threads that wait for them. No rule, no roster, no board, and what is not sent at a crash is lost.
Prints its port, and serves until its input is closed.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
import uvicorn
from fastapi import FastAPI, Request

from benchmarks.flood_world import CALL_OUT
from coordinator.cli.serving import free_socket
from coordinator.settings import Settings
from coordinator.tasks import end_all

PEOPLE = 3
_THREADS = 8


class Bare:
    """Appends together what waits, and tells of each report afterwards."""

    def __init__(self, folder: Path, sink: int) -> None:
        self._file = sqlite3.connect(
            folder / "bare.db", isolation_level=None, check_same_thread=False
        )
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = FULL")
        self._file.execute("CREATE TABLE reports (id INTEGER PRIMARY KEY, raw BLOB NOT NULL)")
        self._sink = sink
        self._line: asyncio.Queue[tuple[bytes, asyncio.Future[None]]] = asyncio.Queue()
        self._threads = ThreadPoolExecutor(_THREADS)

    async def take(self, raw: bytes) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.put_nowait((raw, done))
        await done
        for person in range(PEOPLE):
            self._threads.submit(self._tell, raw, person)

    async def run(self) -> None:
        while True:
            waiting = [await self._line.get()]
            while not self._line.empty():
                waiting.append(self._line.get_nowait())
            await asyncio.to_thread(self._append, [(raw,) for raw, _ in waiting])
            for _, done in waiting:
                done.set_result(None)

    def _append(self, rows: list[tuple[bytes]]) -> None:
        self._file.execute("BEGIN IMMEDIATE")
        self._file.executemany("INSERT INTO reports (raw) VALUES (?)", rows)
        self._file.execute("COMMIT")

    def _tell(self, raw: bytes, person: int) -> None:
        message = f"{CALL_OUT}：{json.loads(raw)['circuit']}"
        requests.post(
            f"http://127.0.0.1:{self._sink}/member/{person}", json={"message": message}, timeout=20
        )


async def serve(folder: Path, sink: int) -> None:
    """Serve until nobody listens any more."""
    bare, app = Bare(folder, sink), FastAPI()

    @app.post("/v1/signals")
    async def publish(request: Request) -> dict[str, bool]:
        await bare.take(await request.body())
        return {"taken": True}

    listening = free_socket(Settings(data_dir=folder, port=18_950))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    tasks = [
        asyncio.create_task(bare.run()),
        asyncio.create_task(server.serve(sockets=[listening])),
    ]
    print(f"{listening.getsockname()[1]} nobody", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await end_all(tasks)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(serve(Path(name), int(sys.argv[1])))
