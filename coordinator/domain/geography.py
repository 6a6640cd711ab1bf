"""Distances on WGS84, and a grid of squares to find what is near without looking at everything."""

from math import asin, cos, floor, radians, sin, sqrt

from schemas.bounds import Position

_EARTH_M = 6_371_000.0
_SQUARE_DEG = 0.01
"""About 1.1 km north to south: larger than any radius a policy correlates or protects by."""
_M_PER_DEG = 111_195.0
_NARROWEST = 0.0175
"""Next to a pole a cell is as many degrees wide as at 89 degrees."""
_DECIMALS = 6


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


def cell_centre(place: Position, cell_m: int) -> Position:
    """Return the middle of the cell of a fixed grid in which a place lies.

    The same on every machine: only additions and products of numbers whose rounding is fixed; the
    cosine is that of a whole degree, to four digits, so that no library's last digit matters. The
    middle of a cell is its own.

    Args:
        place: WGS84.
        cell_m: height of a cell, metres; it is at most some percent wider or narrower than high.
    """
    high = cell_m / _M_PER_DEG
    lat = max(-90.0, min(90.0, (floor(place.lat / high) + 0.5) * high))
    shrunk = max(_NARROWEST, round(cos(radians(int(abs(lat)))), 4))
    wide = high / shrunk
    lon = max(-180.0, min(180.0, (floor(place.lon / wide) + 0.5) * wide))
    return Position(lon=round(lon, _DECIMALS), lat=round(lat, _DECIMALS))
