"""The ASGI application: routes, one error shape, the pages, strict headers."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from coordinator.web.bodies import Bodies
from coordinator.web.map_files import MapFiles
from coordinator.web.member_news import MemberNews
from coordinator.web.open_streams import OpenStreams
from coordinator.web.openapi import describe
from coordinator.web.page_files import PageFiles
from coordinator.web.page_words import modules
from coordinator.web.ports import CapReader, RosterImporter, Station
from coordinator.web.problems import Problem, answer_problem
from coordinator.web.replays import Replays
from coordinator.web.routes import (
    boards,
    cap,
    crews,
    enrolments,
    explanations,
    forms,
    map_ground,
    members,
    on_call_page,
    operating,
    phones,
    reach,
    records,
    replay,
    sessions,
    signals,
)
from coordinator.web.sessions import Sessions
from coordinator.web.strict_headers import StrictHeaders
from coordinator.web.typed_words import TypedWords
from words.catalogue import current

_STATIC = Path(__file__).parent / "static"
_PAGES = {"/": "dispatch/index.html", "/me": "oncall/index.html", "/replay": "replay/index.html"}
ROUTERS: Final = tuple(
    it.router
    for it in (
        sessions, signals, forms, boards, explanations, members, phones, enrolments, reach,
        records, replay, cap, crews, operating, map_ground, on_call_page,
    )
)  # fmt: skip


def application(  # noqa: PLR0913 - what the parts of the program are wired from
    station: Station,
    *,
    registry: CollectorRegistry,
    import_roster: RosterImporter | None = None,
    read_cap: CapReader | None = None,
    map_files: MapFiles | None = None,
    title: str = "Power emergency coordinator",
) -> FastAPI:
    """Return the application for a running station."""
    app = FastAPI(title=title, version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.station = station
    app.state.registry = registry
    app.state.import_roster = import_roster
    app.state.read_cap = read_cap
    app.state.replays = Replays(station)
    app.state.map_files = map_files or MapFiles()
    app.state.sessions = Sessions(
        station.tokens,
        desk_h=station.settings.desk_session_h,
        phone_h=station.settings.phone_session_h,
    )
    app.state.streams = OpenStreams()
    app.state.member_news = MemberNews(station.boards, station.feed)
    for router in ROUTERS:
        app.include_router(router)
    for error in (Problem, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(error, answer_problem)

    # The last one added is the outermost: a body is read before all else, and every answer told.
    app.add_middleware(TypedWords, station=station)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(Bodies)
    app.add_middleware(StrictHeaders)
    files = PageFiles(_STATIC, modules(current()))
    for path, name in _PAGES.items():
        app.add_api_route(path, _page(files, name), include_in_schema=False)
    describe(app)
    app.add_route("/static/{path:path}", files.answer, include_in_schema=False)
    return app


def _page(files: PageFiles, name: str) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        return files.file(name, request)

    return page
