"""A made-up land under the demo province: outlines, rivers, lakes, roads, towns. Nobody's map.

The borders between jurisdictions stay where the demo's boxes have them, so that everything lies in
the area it is shown in; only the outer border is drawn outwards to look like one.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from math import hypot, pi, sin
from pathlib import Path
from typing import Any, Final

from coordinator.demo.province import Box, Place

_STEPS: Final = 28
_OUTWARD_DEG: Final = 0.16
_RIVERS: Final = ((0.46, 0.09, "云河"), (0.18, 0.05, "白水"), (0.8, 0.06, "金沙溪"))
_LAKES: Final = 4

Line = list[list[float]]


def write_landscape(places: Sequence[Place], *, seed: int, areas: Path, basemap: Path) -> None:
    """Write the two files that the map of a demo draws; the same seed draws the same land."""
    for path, document in ((areas, areas_of(places, seed)), (basemap, basemap_of(places, seed))):
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        path.write_text(text, encoding="utf-8")


def areas_of(places: Sequence[Place], seed: int) -> dict[str, Any]:
    """Return the areas of the jurisdictions as a GeoJSON FeatureCollection."""
    whole = _box_around(places)
    chance = random.Random(f"{seed} outline")
    outward = {side: _meander(chance, whole, side) for side in ("south", "east", "north", "west")}
    features = []
    for place in places:
        feature = place.geojson()
        feature["geometry"]["coordinates"] = [_ring(place.box, whole, outward)]
        features.append(feature)
    return {"type": "FeatureCollection", "features": features}


def basemap_of(places: Sequence[Place], seed: int) -> dict[str, Any]:
    """Return rivers, lakes, roads and towns as a GeoJSON FeatureCollection."""
    chance = random.Random(f"{seed} land")
    whole = _box_around(places)
    towns = {place.name: _middle(place) for place in places}
    features = [*_lakes(whole, chance), *_rivers(whole, chance), *_roads(list(towns.values()))]
    for name, at in towns.items():
        features.append(_feature("town", "Point", at, name))
    return {"type": "FeatureCollection", "features": features}


def _feature(kind: str, shape: str, coordinates: Any, name: str | None = None) -> dict[str, Any]:
    properties = {"kind": kind} if name is None else {"kind": kind, "name": name}
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _box_around(places: Sequence[Place]) -> Box:
    boxes = [place.box for place in places]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _middle(place: Place) -> list[float]:
    """Return where a place's town is: amid the bases of its urban teams."""
    bases = [team.base for team in place.teams[:10]]
    if not bases:
        west, south, east, north = place.box
        return [(west + east) / 2, (south + north) / 2]
    return [
        round(sum(it.lon for it in bases) / len(bases), 5),
        round(sum(it.lat for it in bases) / len(bases), 5),
    ]


def _waves(chance: random.Random, count: int) -> Callable[[float], float]:
    """Return a smooth line between 0 and 1 made of waves, each shorter and lower."""
    parts = [(0.55**n, (n + 1) * chance.uniform(1.5, 2.6), chance.random()) for n in range(count)]
    height = sum(part[0] for part in parts)

    def value(t: float) -> float:
        total = sum(high * sin(2 * pi * (often * t + phase)) for high, often, phase in parts)
        return 0.5 + 0.5 * total / height

    return value


def _meander(chance: random.Random, whole: Box, side: str) -> Callable[[float], float]:
    """Return how far outside the box the border of one side runs, by longitude or latitude."""
    across = side in {"south", "north"}
    low, high = (whole[0], whole[2]) if across else (whole[1], whole[3])
    waves = _waves(chance, 7)

    def outward(at: float) -> float:
        t = (at - low) / (high - low)
        # It comes back to the corners, where two sides meet.
        return _OUTWARD_DEG * waves(t) * min(1.0, 8 * t, 8 * (1 - t))

    return outward


def _ring(box: Box, whole: Box, outward: dict[str, Callable[[float], float]]) -> Line:
    west, south, east, north = box
    ring: Line = []
    for n in range(_STEPS):
        lon = west + (east - west) * n / _STEPS
        ring.append([lon, south - (outward["south"](lon) if south == whole[1] else 0)])
    for n in range(_STEPS):
        lat = south + (north - south) * n / _STEPS
        ring.append([east + (outward["east"](lat) if east == whole[2] else 0), lat])
    for n in range(_STEPS):
        lon = east - (east - west) * n / _STEPS
        ring.append([lon, north + (outward["north"](lon) if north == whole[3] else 0)])
    for n in range(_STEPS):
        lat = north - (north - south) * n / _STEPS
        ring.append([west - (outward["west"](lat) if west == whole[0] else 0), lat])
    ring = [[round(lon, 5), round(lat, 5)] for lon, lat in ring]
    return [*ring, ring[0]]


def _rivers(whole: Box, chance: random.Random) -> Iterator[dict[str, Any]]:
    west, south, east, north = whole
    for middle, swing, name in _RIVERS:
        waves = _waves(chance, 6)
        line = []
        for n in range(161):
            t = n / 160
            lat = south + (north - south) * (middle + 2 * swing * (waves(t) - 0.5))
            line.append([round(west + (east - west) * t, 5), round(lat, 5)])
        yield _feature("river", "LineString", line, name)


def _lakes(whole: Box, chance: random.Random) -> Iterator[dict[str, Any]]:
    west, south, east, north = whole
    for _ in range(_LAKES):
        lon, lat = chance.uniform(west + 0.5, east - 0.5), chance.uniform(south + 0.4, north - 0.4)
        size, waves = chance.uniform(0.06, 0.13), _waves(chance, 2)
        ring = []
        for n in range(48):
            # Round trips of a wave begin and end alike only if mirrored.
            out = size * (0.6 + 0.8 * waves(0.5 * abs(2 * n / 48 - 1)))
            angle = 2 * pi * n / 48
            ring.append(
                [round(lon + 1.5 * out * sin(angle), 5), round(lat + out * sin(angle + pi / 2), 5)]
            )
        yield _feature("lake", "Polygon", [[*ring, ring[0]]])


def _roads(towns: list[list[float]]) -> Iterator[dict[str, Any]]:
    """Join every town to the rest by the shortest road, and to its nearest neighbours."""

    def length(a: list[float], b: list[float]) -> float:
        return hypot(a[0] - b[0], a[1] - b[1])

    roads: set[tuple[int, int]] = set()
    joined = {0} if towns else set()
    while len(joined) < len(towns):
        _, here, there = min(
            (length(towns[a], towns[b]), a, b)
            for a in joined
            for b in range(len(towns))
            if b not in joined
        )
        joined.add(there)
        roads.add((min(here, there), max(here, there)))
    for here, town in enumerate(towns):
        near = sorted(range(len(towns)), key=lambda it: length(town, towns[it]))[1:3]
        roads.update((min(here, there), max(here, there)) for there in near)
    for here, there in sorted(roads):
        yield _feature("road", "LineString", _bend(towns[here], towns[there]))


def _bend(start: list[float], end: list[float]) -> Line:
    """Return a road between two places: no road is straight."""
    (ax, ay), (bx, by) = start, end
    line = []
    for n in range(25):
        t = n / 24
        aside = 0.06 * sin(pi * t) * sin(2.5 * pi * t + ax + by)
        line.append(
            [round(ax + (bx - ax) * t - (by - ay) * aside, 5),
             round(ay + (by - ay) * t + (bx - ax) * aside, 5)]
        )  # fmt: skip
    return line
