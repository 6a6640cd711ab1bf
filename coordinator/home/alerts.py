"""Reading CAP messages for the server: which jurisdictions they touch, or why none can be told.

What reckons with areas is imported when the first message comes, or for a file of areas: it is
slow to import, 25 MB large, and most homes start without need of it.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.feeds.moments import zone_named
from coordinator.feeds.unreadable import Unreadable
from coordinator.home.home import Home
from coordinator.settings import Settings
from coordinator.web.map_files import AREAS_NAME
from coordinator.web.ports import CapReader
from schemas.signals.alert import AlertReceived
from words.faults import Fault

if TYPE_CHECKING:
    from coordinator.feeds.areas import Areas

_ZONE = "COORDINATOR_FEED_ZONE"
_MARGIN_DEG = 0.03
"""About three kilometres: an area reaches a little beyond the outermost thing on the roster."""


def cap_reader(areas: "Areas", settings: Settings) -> CapReader:
    """Return a reader of CAP messages for these areas."""
    zone = zone_named(settings.feed_zone, _ZONE)
    return lambda data, at, fallback: _read(data, areas, at, fallback, zone)


def areas_file(settings: Settings) -> Path | None:
    """Return the file of areas: what the settings name, or what lies in the data folder."""
    beside = settings.data_dir / AREAS_NAME
    return settings.areas or (beside if beside.is_file() else None)


def cap_reader_of(home: Home) -> CapReader:
    """Return a reader for a home: by its file of areas, or by where each roster's things are."""
    file = areas_file(home.settings)
    if file is not None:
        from coordinator.feeds.areas import Areas  # noqa: PLC0415 - slow to import

        return cap_reader(Areas.read(file), home.settings)
    zone = zone_named(home.settings.feed_zone, _ZONE)

    def read(data: bytes, at: int, fallback: str | None) -> Sequence[AlertReceived] | Fault:
        areas = areas_of(map(home.state_of, home.jurisdictions()))
        return _read(data, areas, at, fallback, zone)

    return read


def areas_of(states: Iterable[Jurisdiction]) -> "Areas":
    """Return for each jurisdiction the hull of its teams, grid cells and sites."""
    from shapely.geometry import MultiPoint, mapping  # noqa: PLC0415 - slow to import

    from coordinator.feeds.areas import Areas  # noqa: PLC0415

    features = []
    for state in states:
        places = [
            *(it.base for it in state.roster.teams.values()),
            *(it.centre for it in state.roster.cells.values()),
            *(it.site.place for it in state.sites.by_id.values()),
        ]
        if places:
            hull = MultiPoint([(it.lon, it.lat) for it in places]).convex_hull
            features.append(
                {
                    "properties": {"jurisdiction": state.jurisdiction},
                    "geometry": mapping(hull.buffer(_MARGIN_DEG)),
                }
            )
    return Areas(features)


def _read(
    data: bytes, areas: "Areas", at: int, fallback: str | None, zone: ZoneInfo | None
) -> Sequence[AlertReceived] | Fault:
    from coordinator.feeds.cap import read_cap  # noqa: PLC0415 - slow to import

    try:
        return read_cap(data, areas, at=at, fallback=fallback, zone=zone)
    except Unreadable as error:
        return Fault(error.field, error.value, error.said)
