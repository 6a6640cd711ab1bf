"""A Faust worker that only copies: `python -m … BOOTSTRAP FROM TO FOLDER`, until interrupted."""

import asyncio
import signal
import sys
from pathlib import Path

import faust
from faust.contrib.asgi import faust_app_running
from faust.types import StreamT


async def _main(bootstrap: str, source: str, target: str, folder: str) -> None:
    app = faust.App(
        f"copy-{source}",
        broker=f"aiokafka://{bootstrap}",
        store="memory://",
        key_serializer="raw",
        value_serializer="raw",
        producer_acks=-1,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        datadir=folder,
    )
    copied = app.topic(target, value_type=bytes, key_type=bytes)

    @app.agent(app.topic(source, value_type=bytes, key_type=bytes))
    async def copy(stream: StreamT[bytes]) -> None:
        async for event in stream.events():
            await copied.send(key=event.key, value=event.value)

    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, ended.set)
    async with faust_app_running(app, stop_timeout=10):
        await ended.wait()


if __name__ == "__main__":
    Path(sys.argv[-1]).mkdir(parents=True, exist_ok=True)
    asyncio.run(_main(*sys.argv[1:]))
