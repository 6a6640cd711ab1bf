"""What the map is drawn over: areas of the jurisdictions and the operator's basemap."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import FileResponse

from coordinator.web.identity import needs
from coordinator.web.map_files import MapFiles
from coordinator.web.problems import Problem
from schemas.roles import Capability
from schemas.sentences import answers

router = APIRouter(prefix="/v1/map", tags=["map"], dependencies=[needs(Capability.WATCH)])

# Kept by the browser and asked about each time: a changed file shows at once.
_KEPT = {"Cache-Control": "private, no-cache"}

# The reader of PMTiles knows an archive by the end of its address.
_ADDRESS = {"geojson": "/v1/map/basemap", "pmtiles": "/v1/map/basemap.pmtiles"}


@router.get("")
async def describe_map(request: Request) -> dict[str, Any]:
    """Return whether there is a basemap, and of which kind."""
    basemap = _files(request).basemap
    return {
        "areas": "/v1/map/areas",
        "basemap": None
        if basemap is None
        else {"kind": basemap.kind, "address": _ADDRESS[basemap.kind]},
    }


@router.get("/areas")
async def read_areas(
    request: Request,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Return the areas of the jurisdictions as GeoJSON; without any, an empty collection."""
    content = _files(request).areas
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = _KEPT | {"ETag": tag}
    if if_none_match == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/geo+json", headers=headers)


@router.get("/basemap")
@router.get("/basemap.pmtiles", include_in_schema=False)
async def read_basemap(request: Request) -> Response:
    """Return the basemap's file, or the range of it that is asked for (PMTiles reads by range)."""
    basemap = _files(request).basemap
    if basemap is None:
        raise Problem(404, "not_found", answers.NO_BASEMAP, field="basemap")
    if not basemap.path.is_file():
        raise Problem(404, "not_found", answers.BASEMAP_GONE, field="basemap")
    return FileResponse(basemap.path, media_type=basemap.media_type, headers=_KEPT)


def _files(request: Request) -> MapFiles:
    held: MapFiles = request.app.state.map_files
    return held
