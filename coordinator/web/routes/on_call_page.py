"""What makes the on-call page an app: its manifest, and the worker that keeps it when offline."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse

router = APIRouter(include_in_schema=False)

_FILES: Final = Path(__file__).parent.parent / "static" / "oncall"


@router.get("/me/worker.js")
def worker() -> FileResponse:
    """Return the service worker, which may answer for `/me` itself, too."""
    return FileResponse(
        _FILES / "worker.js",
        media_type="text/javascript; charset=utf-8",
        headers={"Service-Worker-Allowed": "/me"},
    )


@router.get("/me/manifest.webmanifest")
def manifest() -> FileResponse:
    """Return what a phone needs to know to install the page."""
    return FileResponse(_FILES / "manifest.webmanifest", media_type="application/manifest+json")
