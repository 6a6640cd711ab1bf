"""Which jurisdiction a place, a polygon, a circle or a geocode belongs to.

Areas come as a GeoJSON FeatureCollection; each feature has a property `jurisdiction` and may list
`geocodes` (`SAME:006109`, `CAP-CP:3506`, `GB:420100`).
"""

import re
from collections.abc import Iterable, Mapping
from math import cos, radians
from pathlib import Path
from typing import Any

from shapely import STRtree, make_valid
from shapely.affinity import scale
from shapely.errors import ShapelyError
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from coordinator.documents import read_loose_json
from coordinator.errors import BadFile
from schemas.ids import JURISDICTION

_KM_PER_DEG = 111.2

_DEGREES_MAX = 180
_CODE = re.compile(JURISDICTION)


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
            held = feature if isinstance(feature, dict) else {}
            properties = held.get("properties")
            properties = properties if isinstance(properties, dict) else {}
            code = properties.get("jurisdiction")
            if not isinstance(code, str) or _CODE.fullmatch(code) is None:
                raise ValueError(
                    f"feature {number}: properties.jurisdiction is {code!r}, no name of a county"
                )
            try:
                self._shapes.append(_area(held["geometry"]))
            except (KeyError, ValueError, TypeError, AttributeError, ShapelyError) as error:
                raise ValueError(f"feature {number} ({code}): geometry: {error}") from None
            self._codes.append(code)
            for geocode in properties.get("geocodes") or ():
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
            found = cls(document["features"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadFile(path, f"not a GeoJSON of areas: {error}") from None
        if not found.jurisdictions:
            raise BadFile(path, "there is no area in it")
        return found

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


def whole(found: BaseGeometry) -> BaseGeometry:
    """Return a shape as one that can be reckoned with; of lines that cross, all they enclose."""
    return found if found.is_valid else make_valid(found)


def _area(geometry: Mapping[str, Any]) -> BaseGeometry:
    """Return the area of a GeoJSON geometry; of lines that cross, all that they enclose.

    Raises:
        ValueError: it is empty, or not in degrees of longitude and latitude.
    """
    _check_degrees(geometry.get("coordinates"))
    area = whole(shape(dict(geometry)))
    if area.is_empty:
        raise ValueError("it is empty")
    west, south, east, north = area.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(
            f"longitude, then latitude, in degrees: {west}, {south} to {east}, {north}"
        )
    return area


def _check_degrees(coordinates: Any) -> None:
    if isinstance(coordinates, list | tuple):
        for it in coordinates:
            _check_degrees(it)
    elif coordinates is None:
        return  # A collection has geometries in its stead.
    elif isinstance(coordinates, bool) or not isinstance(coordinates, int | float):
        raise ValueError(f"{str(coordinates)[:40]!r} is no number")
    elif not abs(coordinates) <= _DEGREES_MAX:
        raise ValueError(f"{coordinates:.6g} is no degree")


def circle(lon: float, lat: float, radius_km: float) -> BaseGeometry:
    """Return a circle on the map as a shape; good enough up to a few hundred kilometres."""

    degrees = max(radius_km, 0.01) / _KM_PER_DEG
    return scale(Point(lon, lat).buffer(degrees), xfact=1 / max(0.05, cos(radians(lat))))
