"""The ASGI application: routes, one error shape, the plain page, strict headers."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint

from coordinator.web.ports import RosterImporter, Station
from coordinator.web.problems import Problem, answer_problem
from coordinator.web.replays import Replays
from coordinator.web.routes import boards, members, operating, records, replay, signals

_STATIC = Path(__file__).parent / "static"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def application(
    station: Station,
    *,
    registry: CollectorRegistry,
    import_roster: RosterImporter | None = None,
    title: str = "Power emergency coordinator",
) -> FastAPI:
    """Return the application for a running station."""
    app = FastAPI(title=title, version="1", docs_url=None, redoc_url=None)
    app.state.station = station
    app.state.registry = registry
    app.state.import_roster = import_roster
    app.state.replays = Replays(station)
    for routes in (signals, boards, members, records, replay, operating):
        app.include_router(routes.router)
    for error in (Problem, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(error, answer_problem)

    @app.middleware("http")
    async def strict_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(_STATIC / "index.html", media_type="text/html; charset=utf-8")

    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    return app
