"""CAP 1.1 and 1.2: an alert message in XML to signals for the jurisdictions it touches.

Any encoding; signatures are passed over; entities, DTDs and external references are refused.
Only `Actual` alerts reach the actual realm; an `Exercise` goes to the exercise realm; `Test`,
`System` and `Draft` go nowhere.
"""

import re
from collections.abc import Iterable, Iterator
from math import nan
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from zoneinfo import ZoneInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from pydantic import ValidationError
from shapely.errors import ShapelyError
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from coordinator.feeds.areas import Areas, circle, whole
from coordinator.feeds.hazards import colour_of, hazard_of
from coordinator.feeds.moments import moment_of
from coordinator.feeds.unreadable import Unreadable
from schemas.ids import ulid_of
from schemas.sentences import faults
from schemas.signals.alert import AlertReceived
from schemas.vocabulary import Realm, Role, WarningColour
from words.faults import first_of

_NAMESPACES = frozenset(
    {
        "urn:oasis:names:tc:emergency:cap:1.1",
        "urn:oasis:names:tc:emergency:cap:1.2",
        "http://www.incident.com/cap/1.0",
    }
)
_REALMS = {"Actual": Realm.ACTUAL, "Exercise": Realm.EXERCISE}
_MESSAGES = {"Alert": "alert", "Update": "update", "Cancel": "cancel"}
_SEVERITIES = frozenset({"extreme", "severe", "moderate", "minor", "unknown"})
_URGENCIES = frozenset({"immediate", "expected", "future", "past", "unknown"})
_CERTAINTIES = frozenset({"observed", "likely", "possible", "unlikely", "unknown"})
_RANK = {colour: rank for rank, colour in enumerate(WarningColour)}
_BYTES_MAX = 5_000_000
_DEPTH_MAX = 64
"""A signed alert is nested some twelve deep."""
_RADIUS_KM_MAX = 20_100
"""Half way round the earth: no circle is larger."""
_DECLARATION = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*\?>")
_NATIVE = frozenset({"utf-8", "utf8", "utf-16", "iso-8859-1", "us-ascii"})


def read_cap(
    data: bytes,
    areas: Areas,
    *,
    at: int,
    fallback: str | None = None,
    zone: ZoneInfo | None = None,
) -> list[AlertReceived]:
    """Turn one CAP message into a signal for each jurisdiction it touches.

    Args:
        data: the XML as it came.
        areas: which area belongs to which jurisdiction.
        at: when it was received, UTC milliseconds.
        fallback: the jurisdiction of alerts that touch none; None leaves them unheard.
        zone: of moments that give no offset (CAP demands one); None refuses them.

    Raises:
        Unreadable: naming the element and what is wrong with it.
    """
    alert = _parse(data)
    status = _text(alert, "status")
    realm = _REALMS.get(status)
    if realm is None:
        raise Unreadable("status", status, faults.ONLY_THESE_STATUS)
    message = _MESSAGES.get(_text(alert, "msgType"))
    if message is None:
        raise Unreadable("msgType", _text(alert, "msgType"), faults.ONLY_THESE_MESSAGES)
    _text(alert, "scope")
    sender, identifier = _text(alert, "sender"), _text(alert, "identifier")
    sent_at = moment_of(_text(alert, "sent"), "sent", zone)
    infos = _chosen_infos(alert)
    common: dict[str, Any] = {
        "realm": realm,
        "at": at,
        "actor_id": "cap",
        "actor_role": Role.FEED,
        "sender": sender[:200],
        "identifier": identifier[:200],
        "sent_at": sent_at,
        "message": message,
        "references": tuple(it[:200] for it in _optional(alert, "references").split()[:100]),
    }
    touched = _gravest(infos, areas, zone)
    if not touched:
        said = _of_info(infos[0] if infos else None, zone)
        unplaced = message == "cancel" and not any(map(_says_where, infos))
        # A cancel that does not say where is for everybody: it names what it ends.
        others = areas.jurisdictions if unplaced else []
        touched = {it: said for it in (*others, *([fallback] if fallback else ()))}
        if not touched:
            raise Unreadable("area", said["area"], faults.TOUCHES_NOBODY)
    return [_signal(common | said, it) for it, said in sorted(touched.items())]


def _signal(common: dict[str, Any], jurisdiction: str) -> AlertReceived:
    key = (common["sender"], common["identifier"], jurisdiction, common["realm"])
    signal_id = ulid_of(common["sent_at"], "cap", *map(str, key))
    try:
        return AlertReceived(signal_id=signal_id, jurisdiction=jurisdiction, **common)
    except ValidationError as error:
        first, said = first_of(error)
        raise Unreadable(".".join(map(str, first["loc"])), first.get("input"), said) from None


class _Shallow(TreeBuilder):
    """Builds the tree of a document that is not nested without end."""

    _depth = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise Unreadable("document", tag, faults.nested_too_deep(_DEPTH_MAX))
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def _parse(data: bytes) -> Element:
    if len(data) > _BYTES_MAX:
        raise Unreadable("document", len(data), faults.more_bytes_than(_BYTES_MAX))
    try:
        parser = DefusedXMLParser(target=_Shallow(), forbid_dtd=True)
        parser.feed(_in_utf8(data))
        root: Element = parser.close()
    except Unreadable:
        raise
    except DefusedXmlException as error:
        raise Unreadable("document", type(error).__name__, faults.ENTITIES_REFUSED) from None
    except ParseError as error:
        said = faults.not_xml_at(*error.position)
        raise Unreadable("document", data[:80].decode(errors="replace"), said) from None
    except (LookupError, ValueError):
        raise Unreadable("document", data[:80].decode(errors="replace"), faults.NOT_XML) from None
    namespace, _, tag = (
        root.tag[1:].partition("}") if root.tag.startswith("{") else ("", "", root.tag)
    )
    if tag != "alert":
        raise Unreadable("document", root.tag, faults.NOT_CAP)
    if namespace not in _NAMESPACES:
        raise Unreadable("namespace", namespace, faults.NOT_CAP_VERSION)
    return root


def _in_utf8(data: bytes) -> bytes:
    """Return a document in an encoding the parser lacks (GB18030, Big5, …) as UTF-8.

    Raises:
        LookupError: nobody knows the encoding it names.
        UnicodeDecodeError: it is not in that encoding.
    """
    declared = _DECLARATION.match(data)
    if declared is None:
        return data
    encoding = declared[1].decode("ascii").lower()
    if encoding in _NATIVE:
        return data
    return data[declared.end() :].decode(encoding).encode()


def _children(parent: Element, name: str) -> list[Element]:
    """Return the children of a name, whatever the namespace's version."""
    return [it for it in parent if it.tag.rpartition("}")[2] == name]


def _optional(parent: Element, name: str) -> str:
    """Return the text of an element that CAP allows once; readers differ in which of two counts.

    Raises:
        Unreadable: it stands there twice.
    """
    first, *more = _children(parent, name) or (None,)
    if more:
        raise Unreadable(name, (more[0].text or "").strip(), faults.FIELD_REPEATED)
    return "" if first is None else (first.text or "").strip()


def _text(parent: Element, name: str) -> str:
    text = _optional(parent, name)
    if not text:
        raise Unreadable(name, "", faults.MISSING)
    return text


def _chosen_infos(alert: Element) -> list[Element]:
    """Return the info blocks in Chinese, else English, else in the language of the first."""
    blocks = _children(alert, "info")
    languages = [_optional(it, "language").lower() for it in blocks]
    for wanted in ("zh", "en", *languages[:1]):
        chosen = [it for it, said in zip(blocks, languages, strict=True) if said.startswith(wanted)]
        if chosen:
            return chosen
    return []


def _gravest(
    infos: Iterable[Element], areas: Areas, zone: ZoneInfo | None
) -> dict[str, dict[str, Any]]:
    """Return for each jurisdiction touched what the gravest block that touches it says."""
    found: dict[str, dict[str, Any]] = {}
    for info in infos:
        said = _of_info(info, zone)
        for jurisdiction in _touched(info, areas):
            known = found.get(jurisdiction)
            if known is None or _RANK[said["colour"]] < _RANK[known["colour"]]:
                found[jurisdiction] = said
    return found


def _one_of(block: Element, name: str, known: frozenset[str]) -> str:
    text = _optional(block, name).lower() or "unknown"
    if text not in known:
        raise Unreadable(name, text, faults.not_one_of(sorted(known)))
    return text


def _of_info(info: Element | None, zone: ZoneInfo | None) -> dict[str, Any]:
    if info is None:
        # A cancel may come without an info block: it only names what it ends.
        return {
            "hazard": hazard_of(), "event": "-", "colour": colour_of("unknown", "unknown"),
            "severity": "unknown", "urgency": "unknown", "certainty": "unknown", "area": "-",
        }  # fmt: skip
    severity = _one_of(info, "severity", _SEVERITIES)
    certainty = _optional(info, "certainty").lower().replace("very likely", "likely") or "unknown"
    if certainty not in _CERTAINTIES:
        raise Unreadable("certainty", certainty, faults.not_one_of(sorted(_CERTAINTIES)))
    event, headline = _text(info, "event"), _optional(info, "headline")
    named = [_optional(it, "areaDesc") for it in _children(info, "area")]
    return {
        "hazard": hazard_of(
            event, headline, *(it.text or "" for it in _children(info, "category"))
        ),
        "event": event[:200],
        "colour": colour_of(severity, certainty, event, headline),
        "severity": severity,
        "urgency": _one_of(info, "urgency", _URGENCIES),
        "certainty": certainty,
        "area": ("; ".join(it for it in named if it) or "-")[:200],
        "headline": headline[:200] or None,
        "instruction": _optional(info, "instruction")[:2_000],
        "onset_at": _optional_time(info, "onset", zone),
        "expires_at": _optional_time(info, "expires", zone),
    }


def _optional_time(info: Element, name: str, zone: ZoneInfo | None) -> int | None:
    text = _optional(info, name)
    return moment_of(text, name, zone) if text else None


def _says_where(info: Element) -> bool:
    shapes = ("polygon", "circle", "geocode")
    return any(_children(area, it) for area in _children(info, "area") for it in shapes)


def _touched(info: Element, areas: Areas) -> list[str]:
    found: set[str] = set()
    for area in _children(info, "area"):
        for it in _children(area, "polygon"):
            found.update(areas.touched_by(_polygon((it.text or "").strip())))
        for it in _children(area, "circle"):
            found.update(_in_circle((it.text or "").strip(), areas))
        for it in _children(area, "geocode"):
            found.update(areas.with_geocode(_optional(it, "valueName"), _optional(it, "value")))
    return sorted(found)


def _numbers(text: str, field: str) -> Iterator[tuple[float, float]]:
    for pair in text.split():
        lat, comma, lon = pair.partition(",")
        try:
            point = float(lat), float(lon)
        except ValueError:
            raise Unreadable(field, pair, faults.NOT_LAT_LON) from None
        if not comma or not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
            raise Unreadable(field, pair, faults.NOT_ON_EARTH)
        yield point


def _polygon(text: str) -> BaseGeometry:
    points = [(lon, lat) for lat, lon in _numbers(text, "polygon")]
    if len(points) < 4:
        raise Unreadable("polygon", text, faults.FEWER_THAN_FOUR)
    try:
        return whole(Polygon(points))
    except (ValueError, ShapelyError):
        raise Unreadable("polygon", text, faults.NO_POLYGON) from None


def _in_circle(text: str, areas: Areas) -> Iterable[str]:
    centre, _, radius = text.partition(" ")
    ((lat, lon),) = list(_numbers(centre, "circle")) or [(0.0, 0.0)]
    try:
        radius_km = float(radius)
    except ValueError:
        radius_km = nan
    if not 0 <= radius_km <= _RADIUS_KM_MAX:
        raise Unreadable("circle", text, faults.NO_RADIUS)
    return areas.touched_by(circle(lon, lat, radius_km))
