"""What the map is drawn over: areas and basemap, for those who have a session and nobody else."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from coordinator.demo.landscape import areas_of, basemap_of, write_landscape
from coordinator.errors import BadFile
from coordinator.feeds.areas import Areas
from coordinator.settings import Settings
from coordinator.web.app import application
from coordinator.web.map_files import AREAS_NAME, BASEMAP_NAME, MapFiles
from schemas.vocabulary import Role
from tests.web.station import HERE, Station, bearer, station

SQUARE = [[[110.0, 30.0], [111.0, 30.0], [111.0, 31.0], [110.0, 30.0]]]


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def area(code: object = HERE, shape: str = "Polygon") -> dict[str, Any]:
    geometry = {"type": shape, "coordinates": SQUARE}
    return {"type": "Feature", "properties": {"jurisdiction": code}, "geometry": geometry}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


Asker = Callable[..., Any]


def asking(here: Station, files: MapFiles) -> Asker:
    """Return a way to ask a coordinator that has these files."""
    app = application(here.home, registry=here.home.registry, map_files=files)

    async def ask(path: str, role: Role = Role.DISPATCHER, **headers: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path, headers=bearer(here.tokens[role]) | headers)

    return ask


def files_of(folder: Path, **named: Path) -> MapFiles:
    return MapFiles.of(Settings(data_dir=folder).model_copy(update=named))


async def test_the_areas_are_given_with_what_is_drawn_of_them(
    here: Station, tmp_path: Path
) -> None:
    path = tmp_path / "mine.geojson"
    path.write_bytes(collection(area() | {"id": "secret"}))
    ask = asking(here, files_of(tmp_path, areas=path))

    answer = await ask("/v1/map/areas")

    assert answer.headers["content-type"] == "application/geo+json"
    (feature,) = answer.json()["features"]
    assert feature["properties"] == {"jurisdiction": HERE, "name": HERE}
    assert feature["geometry"]["coordinates"] == SQUARE
    assert "id" not in feature


async def test_areas_that_are_known_already_are_not_sent_again(
    here: Station, tmp_path: Path
) -> None:
    (tmp_path / AREAS_NAME).write_bytes(collection(area()))
    ask = asking(here, files_of(tmp_path))
    first = await ask("/v1/map/areas")

    again = await ask("/v1/map/areas", **{"If-None-Match": first.headers["etag"]})

    assert first.json()["features"]
    assert (again.status_code, again.content) == (304, b"")


async def test_without_a_file_there_are_no_areas_and_no_basemap(
    here: Station, tmp_path: Path
) -> None:
    ask = asking(here, files_of(tmp_path))

    assert (await ask("/v1/map/areas")).json()["features"] == []
    assert (await ask("/v1/map")).json()["basemap"] is None
    assert (await ask("/v1/map/basemap")).status_code == 404


@pytest.mark.parametrize("path", ["/v1/map", "/v1/map/areas", "/v1/map/basemap"])
async def test_who_has_no_session_gets_no_map(here: Station, path: str) -> None:
    assert (await here.client.get(path)).status_code == 401
    assert (await here.get(Role.FEED, path)).status_code == 403


async def test_pmtiles_are_read_by_range(here: Station, tmp_path: Path) -> None:
    path = tmp_path / "province.pmtiles"
    path.write_bytes(b"PMTiles\x03" + bytes(range(120)))
    ask = asking(here, files_of(tmp_path, basemap=path))

    part = await ask("/v1/map/basemap", Range="bytes=8-11")

    assert (await ask("/v1/map")).json()["basemap"]["kind"] == "pmtiles"
    assert (part.status_code, part.content) == (206, bytes(range(4)))
    assert part.headers["content-range"] == "bytes 8-11/128"
    assert part.headers["etag"]
    assert (await ask("/v1/map/basemap", Range="bytes=500-600")).status_code == 416


async def test_a_range_is_never_packed(here: Station, tmp_path: Path) -> None:
    path = tmp_path / "province.pmtiles"
    path.write_bytes(b"PMTiles\x03" + b"the same again " * 1_000)
    ask = asking(here, files_of(tmp_path, basemap=path))

    part = await ask("/v1/map/basemap.pmtiles", Range="bytes=0-4999")

    assert part.headers.get("content-encoding") in {None, "identity"}
    assert part.headers["content-length"] == "5000"
    assert part.content == path.read_bytes()[:5_000]


async def test_a_geojson_basemap_is_given_whole(here: Station, tmp_path: Path) -> None:
    path = tmp_path / "roads.geojson"
    path.write_bytes(collection())
    ask = asking(here, files_of(tmp_path, basemap=path))

    answer = await ask("/v1/map/basemap")

    assert answer.content == path.read_bytes()
    assert answer.headers["content-type"] == "application/geo+json"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no json", "not a GeoJSON"),
        (b'{"features": {}}', "not a GeoJSON"),
        (collection(area(code=7)), "feature 1: properties.jurisdiction is 7"),
        (collection(area(), area(shape="Point")), "feature 2 (yunhe): geometry.type is 'Point'"),
    ],
)
def test_a_bad_file_of_areas_is_told_at_the_start(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "bad.geojson"
    path.write_bytes(content)

    with pytest.raises(BadFile) as caught:
        files_of(tmp_path, areas=path)

    assert said in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", [b"PMTiles\x02", b"<svg/>"])
def test_a_bad_basemap_is_told_at_the_start(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad"
    path.write_bytes(content)

    with pytest.raises(BadFile):
        files_of(tmp_path, basemap=path)
    with pytest.raises(BadFile):
        files_of(tmp_path, basemap=tmp_path / "gone.pmtiles")


async def test_every_team_of_the_demo_lies_in_the_area_it_is_shown_in(here: Station) -> None:
    known = Areas(areas_of(here.places, 1)["features"])

    for place in here.places:
        for team in place.teams:
            assert known.of(team.base.lon, team.base.lat) == place.code


def test_the_same_seed_draws_the_same_land(tmp_path: Path, here: Station) -> None:
    areas, basemap = tmp_path / AREAS_NAME, tmp_path / BASEMAP_NAME
    write_landscape(here.places, seed=1, areas=areas, basemap=basemap)

    files = files_of(tmp_path)

    assert json.loads(files.areas)["features"][0]["properties"]["name"] == here.places[0].name
    assert json.loads(basemap.read_bytes()) == basemap_of(here.places, 1)
    assert basemap_of(here.places, 1) != basemap_of(here.places, 2)
    kinds = {it["properties"]["kind"] for it in basemap_of(here.places, 1)["features"]}
    assert kinds == {"lake", "river", "road", "town"}
