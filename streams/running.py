"""Running a worker or a planner, and the address where its health is asked for."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog
import uvicorn
from aiokafka.errors import KafkaError
from fastapi import FastAPI
from faust.contrib.asgi import faust_app_running
from prometheus_client import CollectorRegistry

from coordinator.clock import Clock
from coordinator.errors import CoordinatorError
from coordinator.private.file import make_private_folder
from coordinator.settings import Settings
from coordinator.tasks import end_all
from coordinator.web.routes import operating
from streams.app import application
from streams.planner import PlannerProcess
from streams.worker import Worker

log = structlog.get_logger()

_LOOK_S = 0.5
_STOP_S = 5.0


class WorkerCrashed(CoordinatorError):
    """A part of the process failed; whoever started it starts it again."""

    code = "worker_crashed"


async def run_worker(
    settings: Settings,
    clock: Clock,
    ended: asyncio.Event,
    serve: Callable[[FastAPI], uvicorn.Server],
    listening: socket.socket,
) -> None:
    """Own partitions and decide until told to end.

    Args:
        settings: brokers, Redis, folder.
        clock: what is due by.
        ended: ends it.
        serve: makes the server of health and metrics.
        listening: where that server listens.

    Raises:
        BadInput: the topics are not there.
        WorkerCrashed: a part of it failed.
    """
    make_private_folder(settings.data_dir)
    worker = Worker(settings, clock)
    await worker.start()
    app = application(settings, worker)
    server = serve(_operating(worker, worker.metrics))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    broke: str | None = None
    try:
        async with faust_app_running(app, stop_timeout=_STOP_S):
            while not (ended.is_set() or app.crashed or worker.failed):
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_S):
                        await ended.wait()
            _end_at_last()
            await worker.stop()
    except (KafkaError, TimeoutError, OSError) as error:
        # The brokers went as it joined, or left: told in a line, and started again.
        log.warning("worker.broke_off", reason=repr(error))
        broke = f"consumer: {error!r}"
    server.should_exit = True
    await serving
    if app.crashed or worker.failed or broke:
        raise WorkerCrashed(worker.failed or broke or f"consumer: {app.crash_reason!r}")


def _end_at_last() -> None:
    """A client may be long in leaving, amid a rebalance say; a worker may end at any moment."""
    timer = threading.Timer(2 * _STOP_S, os._exit, (1,))
    timer.daemon = True
    timer.start()


async def run_planner(
    settings: Settings,
    clock: Clock,
    ended: asyncio.Event,
    serve: Callable[[FastAPI], uvicorn.Server],
    listening: socket.socket,
) -> None:
    """Plan until told to end.

    Args:
        settings: brokers, Redis, travel times.
        clock: what proposals are dated by.
        ended: ends it.
        serve: makes the server of health and metrics.
        listening: where that server listens.

    Raises:
        NoBroker: the brokers do not answer.
        BadInput: the topics are not there.
        WorkerCrashed: it failed.
    """
    planner = PlannerProcess(settings, clock)
    await planner.start()
    server = serve(_operating(planner, planner.metrics))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    planning = asyncio.create_task(planner.run(), name="planner")
    ending = asyncio.create_task(ended.wait())
    await asyncio.wait({planning, ending}, return_when=asyncio.FIRST_COMPLETED)
    await end_all([planning, ending])
    await planner.stop()
    server.should_exit = True
    await serving
    if not planning.cancelled() and planning.exception() is not None:
        raise WorkerCrashed(repr(planning.exception()))


def _operating(station: Worker | PlannerProcess, metrics: CollectorRegistry) -> FastAPI:
    web = FastAPI(title="Coordinator", docs_url=None, redoc_url=None, openapi_url=None)
    web.state.station = station
    web.state.registry = metrics
    web.include_router(operating.router)
    return web
