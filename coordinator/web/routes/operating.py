"""For those who run it: health, readiness, metrics. No token, and nothing about any person."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request

from coordinator.web.identity import Here

router = APIRouter(tags=["operating"])


@router.get("/health")
async def health(here: Here) -> JSONResponse:
    """200 while every owner decides; 503 names the ones that stopped, and why."""
    report: dict[str, Any] = here.health()
    return JSONResponse(report, status_code=200 if report["ok"] else 503)


@router.get("/ready")
async def ready(here: Here) -> JSONResponse:
    """200 when every log is folded and owned."""
    report = here.health()
    return JSONResponse({"ready": report["ready"]}, status_code=200 if report["ready"] else 503)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus text."""
    registry: CollectorRegistry = request.app.state.registry
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
