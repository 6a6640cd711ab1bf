"""Areas of counties: read as they are drawn, or refused by feature and reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from coordinator.errors import BadFile
from coordinator.feeds.areas import Areas

RING = [[110, 30], [111, 30], [111, 31], [110, 31], [110, 30]]


def read(folder: Path, coordinates: Any, *, code: Any = "west", **more: Any) -> Areas:
    geometry = {"type": "Polygon", "coordinates": coordinates} | more
    feature = {"properties": {"jurisdiction": code}, "geometry": geometry}
    path = folder / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return Areas.read(path)


def test_a_bow_tie_holds_both_of_its_lobes(tmp_path: Path) -> None:
    tie = [[110, 30], [111, 31], [111, 30], [110, 31], [110, 30]]
    areas = read(tmp_path, [tie])
    # In the middle of the left and of the right one.
    assert [areas.of(lon, 30.5) for lon in (110.1, 110.9)] == ["west", "west"]
    assert areas.of(110.5, 30.9) is None


@pytest.mark.parametrize(
    ("ring", "reason"),
    [
        ([[lat, lon] for lon, lat in RING], "longitude, then latitude"),
        ([[lon * 1e5, lat * 1e5] for lon, lat in RING], "no degree"),
        ([[1e308, 30], *RING[1:-1], [1e308, 30]], "no degree"),
        ([["110", 30], *RING[1:]], "'110' is no number"),
        ([[True, 30], *RING[1:]], "'True' is no number"),
        ([], "empty"),
    ],
)
def test_what_is_no_area_on_earth_is_refused_by_feature(
    tmp_path: Path, ring: list[Any], reason: str
) -> None:
    with pytest.raises(BadFile, match=rf"feature 1 \(west\).*{reason}"):
        read(tmp_path, [ring])


@pytest.mark.parametrize("code", ["WEST", "云和", "w", None, 331125, "a b"])
def test_a_code_that_no_county_can_have_is_named(tmp_path: Path, code: Any) -> None:
    with pytest.raises(BadFile, match=f"feature 1.*{code}"):
        read(tmp_path, [RING], code=code)


@pytest.mark.parametrize("text", ['{"features": []}', '{"features": ["x"]}', '{"features": 7}'])
def test_a_file_without_areas_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "areas.geojson"
    path.write_text(text)
    with pytest.raises(BadFile):
        Areas.read(path)


def test_an_unknown_kind_of_geometry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="feature 1"):
        read(tmp_path, [RING], type="\ud800")
