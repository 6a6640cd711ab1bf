"""Which jurisdiction a place, a polygon, a circle or a geocode belongs to.

Areas come as a GeoJSON FeatureCollection; each feature has a property `jurisdiction` and may list
`geocodes` (`SAME:006109`, `CAP-CP:3506`, `GB:420100`).
"""

from collections.abc import Iterable, Mapping
from math import cos, radians
from pathlib import Path
from typing import Any

from shapely import STRtree
from shapely.affinity import scale
from shapely.errors import GEOSException
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from coordinator.documents import read_loose_json
from coordinator.errors import BadFile

_KM_PER_DEG = 111.2


class Areas:
    def __init__(self, features: Iterable[Mapping[str, Any]]) -> None:
        """Take GeoJSON features.

        Raises:
            ValueError: naming the feature that cannot be used.
        """
        self._shapes: list[BaseGeometry] = []
        self._codes: list[str] = []
        self._by_geocode: dict[str, set[str]] = {}
        for number, feature in enumerate(features, 1):
            properties = feature.get("properties") or {}
            code = properties.get("jurisdiction")
            if not isinstance(code, str):
                raise ValueError(f"feature {number}: properties.jurisdiction is {code!r}")
            try:
                area = shape(feature["geometry"])
            except (KeyError, ValueError, TypeError, AttributeError, GEOSException) as error:
                raise ValueError(f"feature {number} ({code}): geometry: {error}") from None
            self._shapes.append(area if area.is_valid else area.buffer(0))
            self._codes.append(code)
            for geocode in properties.get("geocodes", ()):
                self._by_geocode.setdefault(str(geocode), set()).add(code)
        self._tree = STRtree(self._shapes)

    @classmethod
    def read(cls, path: Path) -> "Areas":
        """Read a GeoJSON file.

        Raises:
            BadFile: saying what is wrong with it.
        """
        try:
            document = read_loose_json(path.read_bytes())
            return cls(document["features"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadFile(path, f"not a GeoJSON of areas: {error}") from None

    @property
    def jurisdictions(self) -> list[str]:
        return sorted(set(self._codes))

    def of(self, lon: float, lat: float) -> str | None:
        """Return the jurisdiction a point lies in, None outside of all."""
        found = self._tree.query(Point(lon, lat), predicate="intersects")
        return min((self._codes[int(index)] for index in found), default=None)

    def touched_by(self, area: BaseGeometry) -> list[str]:
        """Return the jurisdictions an area touches, sorted."""
        found = self._tree.query(area, predicate="intersects")
        return sorted({self._codes[int(index)] for index in found})

    def with_geocode(self, name: str, value: str) -> list[str]:
        return sorted(self._by_geocode.get(f"{name}:{value}", ()))


def circle(lon: float, lat: float, radius_km: float) -> BaseGeometry:
    """Return a circle on the map as a shape; good enough up to a few hundred kilometres."""

    degrees = max(radius_km, 0.01) / _KM_PER_DEG
    return scale(Point(lon, lat).buffer(degrees), xfact=1 / max(0.05, cos(radians(lat))))
