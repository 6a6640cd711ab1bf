"""A public outage map: its changes, or its periodic snapshots turned into changes, as signals.

A change file is JSON lines (gzipped or not): `seen_at` (UTC unless it gives an offset), `change`
(reported, updated, gone) and the map's own fields. Its times are Unix milliseconds, on some maps of
the wall clock where they are (`zone`). A snapshot is the whole list at one moment; what is new,
changed and gone since the one before is worked out here.
"""

import gzip
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from coordinator.documents import BadDocument, read_loose_json
from coordinator.errors import BadFile
from coordinator.feeds.areas import Areas
from coordinator.feeds.moments import moment_of, on_the_wall
from coordinator.feeds.unreadable import Unreadable
from schemas.bounds import Position, not_kept_in
from schemas.ids import ulid_of
from schemas.sentences import faults
from schemas.signals.incident import Extent, OutageGone, OutageReported, OutageUpdated
from schemas.vocabulary import CrewStatus, FaultClass, IncidentKind, Realm, Role
from words.faults import first_of

SOURCE = "outage-map"
_LARGEST = 2**53
"""No count and no time is as large; beyond it a whole number is no longer exact."""
_LINE_BYTES_MAX = 1_000_000
_CREW = {
    "awaiting": CrewStatus.AWAITING,
    "enroute": CrewStatus.EN_ROUTE,
    "en route": CrewStatus.EN_ROUTE,
    "on site": CrewStatus.ON_SITE,
    "onsite": CrewStatus.ON_SITE,
    # The crew is there and cannot get in.
    "no access": CrewStatus.ON_SITE,
}
_UTC = ZoneInfo("UTC")
_NOT_CODE = re.compile(r"[^\w.:/#()（）·]+")
_NOT_FIRST = "-_.:/()（）·"
Change = dict[str, Any]
OutageSignal = OutageReported | OutageUpdated | OutageGone
_TEXTS = (
    "seen_at", "change", "F_OUTAGE_ID", "OUTAGE_DEVICE_ID", "OUTAGE_CIRCUIT_ID", "OUTAGE_CAUSE",
    "OUTAGE_EXTENT", "CREW_CURRENT_STATUS",
)  # fmt: skip
"""Fields that are read as text. What else a map says is passed over, and costs no outage."""


class Read(NamedTuple):
    """One line: what it became, or why it could not be understood."""

    number: int
    raw: bytes
    signal: OutageSignal | None
    wrong: Unreadable | None


class OutageMap:
    """Remembers where each outage was reported, because later changes give only its id."""

    def __init__(self, areas: Areas, realm: Realm, *, zone: ZoneInfo | None = None) -> None:
        """Prepare to read.

        Args:
            areas: which place is whose.
            realm: of the signals.
            zone: whose wall clock the map's own times show; None: they are true Unix time.
        """
        self._areas = areas
        self._realm = realm
        self._zone = zone
        self.freshest_ms: int | None = None
        """How long before it was seen the latest update was made: hours tell of a wrong zone."""
        self._where: dict[str, str] = {}

    def read(self, lines: Iterable[bytes]) -> Iterator[Read]:
        """Turn lines of changes into signals, one bad line never stopping the rest."""
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            try:
                yield Read(number, raw, self.signal(_document(raw)), None)
            except Unreadable as error:
                yield Read(number, raw, None, error)

    def signal(self, change: Change) -> OutageSignal:
        """Turn one change into a signal.

        Raises:
            Unreadable: naming the field.
        """
        if (found := not_kept_in({it: change.get(it) for it in _TEXTS})) is not None:
            place, text = found
            raise Unreadable(".".join(map(str, place)), text, faults.TEXT_NOT_KEPT)
        try:
            return self._signal(change)
        except ValidationError as error:
            first, said = first_of(error)
            raise Unreadable(".".join(map(str, first["loc"])), first.get("input"), said) from None

    def _signal(self, change: Change) -> OutageSignal:
        at = moment_of(change.get("seen_at"), "seen_at", _UTC)
        self._look_at_age(change, at)
        outage_id = change.get("F_OUTAGE_ID")
        if not isinstance(outage_id, int | str) or isinstance(outage_id, bool) or outage_id == "":
            raise Unreadable("F_OUTAGE_ID", outage_id, faults.NOT_AN_ID)
        kind, key = change.get("change"), str(outage_id)
        if kind == "reported":
            make: Any = OutageReported
            fields = self._reported(change, key)
        elif kind == "updated":
            make, fields = OutageUpdated, self._updated(change)
        elif kind == "gone":
            make, fields = OutageGone, {}
        else:
            raise Unreadable("change", kind, faults.NO_SUCH_CHANGE)
        where = self._where.get(key)
        if where is None:
            raise Unreadable("F_OUTAGE_ID", key, faults.NEVER_REPORTED)
        if kind == "gone":
            del self._where[key]
        signal: OutageSignal = make(
            signal_id=ulid_of(at, SOURCE, key, str(kind), where, self._realm),
            jurisdiction=where,
            realm=self._realm,
            at=at,
            actor_id=SOURCE,
            actor_role=Role.FEED,
            source=SOURCE,
            dedup_key=key,
            **fields,
        )
        return signal

    def _reported(self, change: Change, key: str) -> dict[str, Any]:
        lon, lat = _number(change, "OUTAGE_LONGITUDE"), _number(change, "OUTAGE_LATITUDE")
        if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise Unreadable("OUTAGE_LONGITUDE", f"{lon}, {lat}", faults.NOT_ON_EARTH)
        where = self._areas.of(lon, lat)
        if where is None:
            raise Unreadable("OUTAGE_LONGITUDE", f"{lon}, {lat}", faults.OUTSIDE_ALL)
        self._where[key] = where
        customer = change.get("OUTAGE_EXTENT") == "CUSTOMER"
        return {
            "kind": IncidentKind.EQUIPMENT_FAULT,
            "fault_class": FaultClass.LOW_VOLTAGE if customer else FaultClass.HIGH_VOLTAGE,
            "place": Position(lon=lon, lat=lat),
            "device": _code(change.get("OUTAGE_DEVICE_ID")),
            "circuit": _code(change.get("OUTAGE_CIRCUIT_ID")),
            "started_at": self._millis(change, "OUTAGE_START"),
            **self._updated(change),
        }

    def _updated(self, change: Change) -> dict[str, Any]:
        customers = _number(change, "EST_CUSTOMERS")
        if customers is not None and customers < 0:
            raise Unreadable("EST_CUSTOMERS", customers, faults.FEWER_THAN_NONE)
        cause = change.get("OUTAGE_CAUSE")
        return {
            "extent": Extent(customers_out=None if customers is None else int(customers)),
            "cause": str(cause)[:200] if cause else None,
            "crew_status": _crew(change.get("CREW_CURRENT_STATUS")),
            "expected_restored_at": self._millis(change, "CURRENT_ETOR"),
        }

    def _millis(self, change: Change, field: str) -> int | None:
        value = _number(change, field)
        return None if value is None else on_the_wall(int(value), field, self._zone)

    def _look_at_age(self, change: Change, seen_at: int) -> None:
        updated_at = self._millis(change, "LAST_UPDATE")
        if updated_at is not None:
            age = seen_at - updated_at
            self.freshest_ms = age if self.freshest_ms is None else min(self.freshest_ms, age)


def _crew(text: object) -> CrewStatus | None:
    """Return the crew's status; both the lone troubleman's and the crew's own words are known."""
    if text is None or text == "":
        return None
    low = str(text).lower()
    for words, status in _CREW.items():
        if words in low:
            return status
    raise Unreadable("CREW_CURRENT_STATUS", text, faults.STATUS_NOT_KNOWN)


def _document(raw: bytes) -> Change:
    try:
        document = read_loose_json(raw, bytes_max=_LINE_BYTES_MAX)
    except BadDocument as error:
        field = "line" if error.field == "-" else error.field
        raise Unreadable(field, raw[:80], error.said) from None
    if not isinstance(document, dict):
        raise Unreadable("line", raw[:80], faults.JSON_OBJECT_WANTED)
    return document


def _number(change: Change, field: str) -> float | None:
    value = change.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unreadable(field, value, faults.NOT_A_NUMBER)
    if not -_LARGEST <= value <= _LARGEST:
        raise Unreadable(field, value, faults.NOT_A_POSSIBLE_NUMBER)
    return float(value)


def _code(value: object) -> str | None:
    """Return a name as a code: a few sources write them with spaces (`LineCut - 171234`)."""
    text = "" if value is None else unicodedata.normalize("NFC", str(value))
    text = _NOT_CODE.sub("-", text).lstrip(_NOT_FIRST).rstrip("-_.:/")[:64]
    return text or None


def open_lines(path: Path) -> Iterator[bytes]:
    """Read the lines of a change file, gzipped or not.

    Raises:
        BadFile: it cannot be read.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            yield from file
    except (OSError, EOFError) as error:
        raise BadFile(path, str(error)) from None


def bounding_box(lines: Iterable[bytes], *, name: object) -> tuple[float, float, float, float]:
    """Return west, south, east, north of all places in lines of changes, a little widened.

    Raises:
        BadFile: there is none.
    """
    lons, lats = [], []
    for raw in lines:
        try:
            change = _document(raw)
            lon, lat = _number(change, "OUTAGE_LONGITUDE"), _number(change, "OUTAGE_LATITUDE")
        except Unreadable:
            continue
        if lon is not None and lat is not None and -180 <= lon <= 180 and -90 <= lat <= 90:
            lons.append(lon)
            lats.append(lat)
    if not lons:
        raise BadFile(name, "no place in it")
    return min(lons) - 0.01, min(lats) - 0.01, max(lons) + 0.01, max(lats) + 0.01


def changes_between(
    before: dict[str, Change], after: dict[str, Change], seen_at: str
) -> Iterator[bytes]:
    """Return the changes from one snapshot to the next, as lines of a change file."""
    for key, outage in after.items():
        known = before.get(key)
        head = {"seen_at": seen_at, "F_OUTAGE_ID": outage.get("F_OUTAGE_ID")}
        if known is None:
            yield json.dumps({**head, "change": "reported", **outage}).encode()
        elif changed := {k: v for k, v in outage.items() if known.get(k) != v}:
            yield json.dumps({**head, "change": "updated", **changed}).encode()
    for key in sorted(before.keys() - after.keys()):
        head = {"seen_at": seen_at, "F_OUTAGE_ID": before[key].get("F_OUTAGE_ID")}
        yield json.dumps({**head, "change": "gone"}).encode()


def read_snapshots(folder: Path) -> Iterator[bytes]:
    """Turn a folder of snapshots into changes; each file is named for the moment it was taken.

    A file holds a JSON list of outages, or an object with one under `outages` or `features`
    (ArcGIS: `attributes`); its name is ISO 8601, with `-` or `_` for `:` (`2024-02-04T21-32-58Z`).

    Raises:
        BadFile: naming the file that cannot be used; without it later ones would lie.
    """
    before: dict[str, Change] = {}
    for path in sorted(folder.glob("*.json")):
        seen_at = _moment_in_name(path)
        after = {str(it.get("F_OUTAGE_ID")): it for it in _outages(path)}
        yield from changes_between(before, after, seen_at)
        before = after


def _moment_in_name(path: Path) -> str:
    date, _, clock = path.stem.partition("T")
    text = f"{date}T{clock.replace('-', ':').replace('_', ':')}"
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise BadFile(path, "its name is not a moment like 2024-02-04T21-32-58Z") from None
    return text


def _outages(path: Path) -> list[Change]:
    try:
        document = read_loose_json(path.read_bytes())
    except (OSError, BadDocument) as error:
        raise BadFile(path, str(error)) from None
    if isinstance(document, dict):
        document = document.get("outages", document.get("features"))
    if not isinstance(document, list):
        raise BadFile(path, "not a list of outages")
    return [it.get("attributes", it) for it in document if isinstance(it, dict)]
