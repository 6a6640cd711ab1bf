"""How long the way takes: straight line and detour, a table of roads, or a routing service.

What was used is named in each proposal. Where a table or a service knows nothing, the straight line
stands in; a service that does not answer never holds up a plan.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import httpx
import numpy as np
import structlog
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from coordinator.errors import BadInput
from schemas.bounds import Position
from schemas.policy import Muster
from schemas.said import Said
from schemas.sentences import choices

log = structlog.get_logger()

Minutes = NDArray[np.int32]
_KM_PER_DEG: Final = 111.2
_AT_ONCE: Final = 80
_BLOCK: Final = 64
_SERVICE_S: Final = 2.0
_NEAR_DEG: Final = 0.02


class TravelTimes(Protocol):
    """Driving times, without the turn-out."""

    @property
    def name(self) -> Said:
        """What is told to people who ask where the minutes come from."""
        ...

    def minutes(self, origins: Sequence[Position], destinations: Sequence[Position]) -> Minutes:
        """Return whole minutes, shape (origins, destinations)."""
        ...


class StraightLine:
    """The distance on the map, a detour, and a speed; exact enough within a province."""

    def __init__(self, rules: Muster) -> None:
        self._rules = rules
        factor = rules.detour_factor_pct / 100
        self.name = choices.straight_line(round(factor, 2), rules.travel_speed_kmh)

    def minutes(self, origins: Sequence[Position], destinations: Sequence[Position]) -> Minutes:
        here, there = _degrees(origins), _degrees(destinations)
        found = np.empty((len(here), len(there)), dtype=np.int32)
        # In blocks that stay in the processor's cache.
        for first in range(0, len(here), _BLOCK):
            block = slice(first, first + _BLOCK)
            found[block] = self._minutes(here[block], there)
        return found

    def _minutes(
        self, here: NDArray[np.float64], there: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        dx = here[:, None, 0] - there[None, :, 0]
        dx *= np.cos(np.radians(there[:, 1]))
        dy = here[:, None, 1] - there[None, :, 1]
        km = _KM_PER_DEG * np.sqrt(dx * dx + dy * dy)
        rules = self._rules
        # In this order, so that the fallback's arithmetic gives the same minute.
        return km * rules.detour_factor_pct / 100 * 60 / rules.travel_speed_kmh + 0.5


class RoadTable:
    """Minutes between known places, from a CSV of `from_lon,from_lat,to_lon,to_lat,minutes`.

    A place counts as the nearest known one within some two kilometres.
    """

    def __init__(self, path: Path, beside: TravelTimes) -> None:
        """Read the table.

        Args:
            path: of the CSV.
            beside: what stands in where the table knows nothing.

        Raises:
            BadInput: the file, a column or a value is not as it should be.
        """
        self.name = choices.road_table(path.name, beside.name)
        self._beside = beside
        places: dict[tuple[float, float], int] = {}
        self._known: dict[tuple[int, int], int] = {}
        try:
            with path.open(newline="", encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    ends = [
                        (float(row[f"{end}_lon"]), float(row[f"{end}_lat"]))
                        for end in ("from", "to")
                    ]
                    pair = [places.setdefault(end, len(places)) for end in ends]
                    self._known[pair[0], pair[1]] = int(row["minutes"])
        except (OSError, KeyError, ValueError, TypeError) as error:
            raise BadInput(f"travel: {str(path)!r}: {error!r}") from None
        if not self._known:
            raise BadInput(f"travel: {str(path)!r} holds no row")
        self._tree = cKDTree(np.array(list(places)))

    def minutes(self, origins: Sequence[Position], destinations: Sequence[Position]) -> Minutes:
        found = self._beside.minutes(origins, destinations)
        froms, tos = self._nearest(origins), self._nearest(destinations)
        for row, start in enumerate(froms):
            for column, end in enumerate(tos):
                known = self._known.get((start, end))
                if known is not None:
                    found[row, column] = known
        return found

    def _nearest(self, places: Sequence[Position]) -> list[int]:
        far, index = self._tree.query(_degrees(places))
        return [int(at) if km <= _NEAR_DEG else -1 for km, at in zip(far, index, strict=True)]


class RoutingService:
    """A service that answers as OSRM's `table` does: seconds from each origin to a destination."""

    def __init__(self, url: str, beside: TravelTimes) -> None:
        self._url = url.rstrip("/")
        self._beside = beside
        self._cache: dict[tuple[Position, Position], int] = {}
        self._client = httpx.Client(timeout=_SERVICE_S)
        self._answers = True

    @property
    def name(self) -> Said:
        if self._answers:
            return choices.routing_service(self._beside.name)
        return choices.routing_silent(self._beside.name)

    def minutes(self, origins: Sequence[Position], destinations: Sequence[Position]) -> Minutes:
        found = self._beside.minutes(origins, destinations)
        self._answers = True
        for column, end in enumerate(destinations):
            unknown = [it for it in dict.fromkeys(origins) if (it, end) not in self._cache]
            for first in range(0, len(unknown), _AT_ONCE):
                if not self._ask(unknown[first : first + _AT_ONCE], end):
                    return found
            for row, start in enumerate(origins):
                known = self._cache[start, end]
                if known >= 0:
                    found[row, column] = known
        return found

    def _ask(self, origins: Sequence[Position], end: Position) -> bool:
        places = ";".join(f"{it.lon:.6f},{it.lat:.6f}" for it in (*origins, end))
        sources = ";".join(map(str, range(len(origins))))
        try:
            answer = self._client.get(
                f"{self._url}/table/v1/driving/{places}",
                params={"sources": sources, "destinations": str(len(origins))},
            )
            answer.raise_for_status()
            rows = answer.json()["durations"]
            seconds = [row[0] for row in rows]
            if len(seconds) != len(origins):
                raise ValueError(f"{len(seconds)} rows for {len(origins)} origins")  # noqa: TRY301
            for start, value in zip(origins, seconds, strict=True):
                self._cache[start, end] = -1 if value is None else int(value / 60 + 0.5)
        except (httpx.HTTPError, KeyError, ValueError, TypeError, IndexError) as error:
            log.warning("travel.no_answer", reason=repr(error))
            self._answers = False
            return False
        return True


def travel_times(setting: str, rules: Muster) -> TravelTimes:
    """Return what a setting names.

    Args:
        setting: empty for the straight line, an http(s) address, or the path of a CSV.
        rules: detour and speed of the policy in force.

    Raises:
        BadInput: it is neither.
    """
    beside = StraightLine(rules)
    if not setting:
        return beside
    if setting.startswith(("http://", "https://")):
        return RoutingService(_service(setting), beside)
    return RoadTable(Path(setting), beside)


def _service(setting: str) -> str:
    """Return the address of a service, as the client itself reads it; paths are put after it."""
    try:
        address = httpx.URL(setting)
    except httpx.InvalidURL as error:
        raise BadInput(f"travel: {setting!r} is no address: {error}") from None
    odd = address.query or address.fragment or "\\" in setting or "%" in address.host
    if not address.host or odd:
        raise BadInput(f"travel: {setting!r} is no address like http://osrm.example.org")
    return setting


def _degrees(places: Sequence[Position]) -> NDArray[np.float64]:
    return np.array([(it.lon, it.lat) for it in places], dtype=np.float64).reshape(-1, 2)
