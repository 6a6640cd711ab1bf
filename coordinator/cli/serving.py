"""Serving a home over HTTP: its port, a clean end, tokens for a first look."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from coordinator.cli.connections import HEAD_S, BoundedConnection, connections_max
from coordinator.cli.data import realms_known, settings_for
from coordinator.cli.log_lines import set_up_logging
from coordinator.cli.open_streams import OpenStreams
from coordinator.clock import WallClock
from coordinator.errors import BadInput, NotWorking
from coordinator.home.alerts import cap_reader_of
from coordinator.home.folder_lock import FolderLock, Use
from coordinator.home.home import Home
from coordinator.home.rosters import importer
from coordinator.settings import Settings
from coordinator.troubles import GRAVE
from coordinator.web.app import application
from coordinator.web.map_files import MapFiles
from coordinator.web.tokens import ANY_SOURCE
from schemas.durations import DAY
from schemas.roles import Capability, can
from schemas.vocabulary import Role

_PORTS_TRIED = 50
DEMO_DAYS = 7


def free_socket(settings: Settings) -> socket.socket:
    """Return a listening socket on the port of the settings, or on the next free one if asked to.

    Raises:
        BadInput: it is taken: who has it may be another coordinator, or a stranger that would be
            spoken to in our place.
    """
    tried = _PORTS_TRIED if settings.port_or_next else 1
    why = ""
    for port in range(settings.port, settings.port + tried):
        # Named as TCP: asyncio turns off Nagle's delay, 40 ms an answer, only where that is said.
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((settings.host, port))
        except OSError as error:
            found.close()
            why = error.strerror or str(error)
            continue
        found.listen(512)
        return found
    if settings.port_or_next:
        raise BadInput(f"COORDINATOR_PORT: none free from {settings.port} on {settings.host}")
    raise BadInput(
        f"COORDINATOR_PORT: {settings.port} on {settings.host}: {why};"
        " name another, or let COORDINATOR_PORT_OR_NEXT=true take the next free one"
    )


def address_of(settings: Settings, listening: socket.socket, *, near: bool = False) -> str:
    """Return where a server answers; near: for who is on this machine, where it listens on all."""
    host = "127.0.0.1" if near and settings.host in {"", "0.0.0.0"} else settings.host  # noqa: S104
    return f"http://{host}:{listening.getsockname()[1]}/"


class Server(uvicorn.Server):
    """Leaves signals to us, so that a home is closed after its last answer; ends its streams."""

    def __init__(self, config: uvicorn.Config, streams: OpenStreams) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.end()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def] # noqa: ANN201
        yield


def server_of(app: ASGIApp, *, head_s: float = HEAD_S, most: int | None = None) -> Server:
    """Return a server of an application.

    Args:
        app: the application.
        head_s: how long the head of a request may take.
        most: how many connections are held; without it as the limit of open files allows.
    """
    most = connections_max() if most is None else most
    streams = OpenStreams(app)
    config = uvicorn.Config(
        streams, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2,
        http=BoundedConnection.within(head_s, most), ws="none",
        # As many are let in at once before the first of them is counted.
        backlog=max(1, min(512, most // 2)),
    )  # fmt: skip
    return Server(config, streams)


def web_of(home: Home, map_files: MapFiles | None = None) -> ASGIApp:
    return application(
        home,
        registry=home.registry,
        import_roster=importer(home),
        read_cap=cap_reader_of(home),
        map_files=map_files or MapFiles.of(home.settings),
    )


def until_interrupted() -> asyncio.Event:
    """Return an event that Ctrl-C or a termination sets."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    return ended


def demo_tokens(home: Home, member: str | None) -> Mapping[str, str]:
    """Make tokens for a first look; those of the times before, and sessions, go on till they end.

    Args:
        home: of exercises only.
        member: whose phone one of them is for; None for nobody's.
    """
    until = home.tokens.now() + DEMO_DAYS * DAY
    tokens = {
        role.value: home.tokens.mint(
            f"demo-{role.value}", role, expires_at=until, sources=(ANY_SOURCE,)
        )
        for role in Role
        if not can(role, Capability.BE_COORDINATOR) and not can(role, Capability.BE_ON_CALL)
    }
    if member is not None:
        tokens["member"] = home.tokens.mint(member, Role.MEMBER, member_id=member, expires_at=until)
    return tokens


async def serve(data_dir: Path | None) -> None:
    """Serve until interrupted."""
    settings = settings_for(data_dir)
    set_up_logging(settings)
    map_files = MapFiles.of(settings)  # A bad file is told before anything is opened.
    if not realms_known(settings):
        raise BadInput(
            f"data-dir: no logs in {settings.data_dir}; `coordinator county found NAME` begins one"
        )
    use = Use("coordinator up", serves=True)
    try:
        # A port that is taken is told before any log is claimed.
        listening = free_socket(settings)
    except BadInput:
        # By the server of this very folder, perhaps: that says more.
        FolderLock.take(settings.data_dir, use).release()
        raise
    home = await Home.open(settings, WallClock(), {}, planner=settings.planner, use=use)
    web = web_of(home, map_files)
    await serve_until_interrupted(web, settings, listening, known_to=home.answers_at)
    troubles = [it for it in home.troubles() if it.kind in GRAVE]
    await home.close()
    if troubles:
        # Whoever started it sees by the exit code that this was no good end.
        raise NotWorking("; ".join(str(it) for it in troubles))


async def serve_until_interrupted(
    app: ASGIApp,
    settings: Settings,
    listening: socket.socket,
    *,
    known_to: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve an application and print where; returns after the last answer."""
    ended = until_interrupted()
    server = server_of(app)
    known_to(address_of(settings, listening, near=True))
    print(address_of(settings, listening), flush=True)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await ended.wait()
    server.should_exit = True
    await serving
