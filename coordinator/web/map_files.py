"""What lies under the map: the areas of the jurisdictions, and a basemap if there is one.

Both are files of the operator (or of the demo), read and checked when the server starts; nothing
is ever fetched from outside.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from coordinator.documents import read_loose_json
from coordinator.errors import BadFile
from coordinator.settings import Settings

AREAS_NAME: Final = "areas.geojson"
BASEMAP_NAME: Final = "basemap.geojson"
_AREA_SHAPES = frozenset({"Polygon", "MultiPolygon"})
_PMTILES = b"PMTiles\x03"
_NO_AREAS: Final = b'{"type":"FeatureCollection","features":[]}'

Kind = Literal["geojson", "pmtiles"]


@dataclass(frozen=True)
class Basemap:
    path: Path
    kind: Kind

    @property
    def media_type(self) -> str:
        return "application/geo+json" if self.kind == "geojson" else "application/vnd.pmtiles"


@dataclass(frozen=True)
class MapFiles:
    areas: bytes = _NO_AREAS
    basemap: Basemap | None = None

    @classmethod
    def of(cls, settings: Settings) -> "MapFiles":
        """Read what the settings name, or what lies in the data folder.

        Raises:
            BadFile: saying what is wrong with which file.
        """
        areas = settings.areas or _if_there(settings.data_dir / AREAS_NAME)
        basemap = settings.basemap or _if_there(settings.data_dir / BASEMAP_NAME)
        return cls(
            _NO_AREAS if areas is None else _areas(areas),
            None if basemap is None else _basemap(basemap),
        )


def _if_there(path: Path) -> Path | None:
    return path if path.is_file() else None


def _areas(path: Path) -> bytes:
    """Return the areas as they will be sent: what the map draws of them and nothing else."""
    kept = []
    for number, feature in enumerate(_features(path), 1):
        properties = feature.get("properties") or {}
        code, geometry = properties.get("jurisdiction"), feature.get("geometry") or {}
        if not isinstance(code, str):
            raise BadFile(path, f"feature {number}: properties.jurisdiction is {code!r}")
        if geometry.get("type") not in _AREA_SHAPES:
            kind = geometry.get("type")
            raise BadFile(path, f"feature {number} ({code}): geometry.type is {kind!r}")
        shown = {"jurisdiction": code, "name": str(properties.get("name") or code)}
        kept.append({"type": "Feature", "properties": shown, "geometry": geometry})
    document = {"type": "FeatureCollection", "features": kept}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _basemap(path: Path) -> Basemap:
    try:
        with path.open("rb") as file:
            start = file.read(len(_PMTILES))
    except OSError as error:
        raise BadFile(path, f"the basemap cannot be read: {error.strerror}") from None
    if start == _PMTILES:
        return Basemap(path, "pmtiles")
    if start[:7] == _PMTILES[:7]:
        raise BadFile(path, "the basemap is PMTiles of another version; version 3 is read")
    _features(path)
    return Basemap(path, "geojson")


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        document = read_loose_json(path.read_bytes())
        features = document["features"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFile(path, f"not a GeoJSON FeatureCollection: {error!r}") from None
    if not isinstance(features, list) or not all(isinstance(it, dict) for it in features):
        raise BadFile(path, "not a GeoJSON FeatureCollection: features is no list of objects")
    return features
