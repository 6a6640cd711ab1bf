"""Distances on WGS84, and a grid of squares to find what is near without looking at everything."""

from math import asin, cos, radians, sin, sqrt

from schemas.bounds import Position

_EARTH_M = 6_371_000.0
_SQUARE_DEG = 0.01
"""About 1.1 km north to south: larger than any radius a policy correlates or protects by."""


def distance_m(a: Position, b: Position) -> float:
    """Return the great-circle distance in metres (haversine)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    d_lat, d_lon = lat_b - lat_a, radians(b.lon - a.lon)
    h = sin(d_lat / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(d_lon / 2) ** 2
    return 2 * _EARTH_M * asin(min(1.0, sqrt(h)))


def square(place: Position) -> str:
    """Return the name of the square a place lies in."""
    return f"{int(place.lon // _SQUARE_DEG)}/{int(place.lat // _SQUARE_DEG)}"


def squares_around(place: Position) -> list[str]:
    """Return the nine squares in which a near neighbour can lie."""
    x, y = int(place.lon // _SQUARE_DEG), int(place.lat // _SQUARE_DEG)
    return [f"{x + dx}/{y + dy}" for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
