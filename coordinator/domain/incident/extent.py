"""How large an incident is, added up from what each source said and what was said of the whole.

Numbers of distinct devices, customers or places are added; two sources that tell of the same one
are not counted twice. What was stated of the whole wins.
"""

from typing import Any, Final, get_args

from immutables import Map
from msgspec import Meta
from msgspec.structs import fields, replace

from coordinator.domain.state.incidents import Sighting
from schemas.signals.incident import Extent

_ADDED = frozenset({"load_lost_mw", "customers_out", "deaths", "serious_injuries", "loss_10k_cny"})
_HIGHEST = frozenset({"customers_total", "station_out_voltage_low_min", "voltage_below_pct"})
_FIELDS = Extent.__struct_fields__


def _most(type_: Any) -> float:
    """Return the largest number that a bounded and optional type takes."""
    (bounds,) = (it for it in get_args(get_args(type_)[0]) if isinstance(it, Meta))
    assert bounds.le is not None  # noqa: S101 - every number of an extent has a limit
    return bounds.le


_MOST: Final = {it.name: _most(it.type) for it in fields(Extent) if it.name in _ADDED}
_NOT_SEEN = Sighting()
EMPTY = Extent()


def is_empty(extent: Extent) -> bool:
    return extent == EMPTY


def newer(old: Extent, new: Extent, *, corrected: bool = False) -> Extent:
    """Return the old numbers with the new ones in place; the load before never changes.

    Order 599 annex, note 3: the denominator is the load at the event's first moment. Only numbers
    that are said to correct wrong ones replace it.
    """
    if is_empty(new):
        return old
    changed = {
        field: value
        for field in _FIELDS
        if (value := getattr(new, field)) is not None and value != getattr(old, field)
    }
    if old.load_before_mw is not None and not corrected:
        changed.pop("load_before_mw", None)
    return replace(old, **changed) if changed else old


def together(  # noqa: C901 - each number by its own rule
    reports: Map[str, Extent],
    sightings: Map[str, Sighting],
    stated: Extent,
    *,
    load_before_mw: float | None,
) -> Extent:
    """Return the extent of the whole.

    Args:
        reports: what each source said, by report.
        sightings: what each report is about; numbers of one and the same thing are not added.
        stated: what was said of the whole; it comes first.
        load_before_mw: the denominator once it is known, None before.
    """
    if len(reports) == 1 and is_empty(stated):
        only = next(iter(reports.values()))
        if load_before_mw is None or only.load_before_mw == load_before_mw:
            return only
    whole: dict[str, Any] = {}
    added: dict[tuple[str, str], float] = {}
    for key, extent in sorted(reports.items()):
        thing = _thing(key, sightings.get(key, _NOT_SEEN))
        for field in _FIELDS:
            value = getattr(extent, field)
            if value is None:
                continue
            if field in _ADDED:
                added[field, thing] = max(added.get((field, thing), value), value)
            elif field in _HIGHEST:
                whole[field] = max(whole.get(field, value), value)
            else:
                whole.setdefault(field, value)
    for (field, _), value in added.items():
        # Each is within its bounds, their sum need not be: a state beyond them is not read again.
        whole[field] = min(whole[field] + value if field in whole else value, _MOST[field])
    for field in _FIELDS:
        value = getattr(stated, field)
        if value is not None:
            whole[field] = value
    if load_before_mw is not None:
        whole["load_before_mw"] = load_before_mw
    return Extent(**whole)


def _thing(key: str, seen: Sighting) -> str:
    """Name what a report is about: its device, else its customer, else its place, else itself."""
    if seen.device is not None:
        return f"device {seen.device}"
    if seen.customer_ref is not None:
        return f"customer {seen.customer_ref}"
    if seen.place is not None:
        return f"place {seen.place.lon:.5f} {seen.place.lat:.5f}"
    return f"report {key}"


def as_reports(reports: Map[str, Extent], stated: Extent, *, otherwise: str) -> dict[str, Extent]:
    """Return the reports of an incident that is absorbed, with what was stated of it among them.

    What was stated of the part must not be lost (the dead above all) nor be taken for the whole:
    one report carries it, and the others no longer say the same.
    """
    if is_empty(stated):
        return dict(sorted(reports.items()))
    said = {field: getattr(stated, field) for field in _FIELDS}
    said = {field: value for field, value in said.items() if value is not None}
    silent = dict.fromkeys(field for field in said if field in _ADDED)
    taken = {key: replace(it, **silent) for key, it in sorted(reports.items())}
    first = next(iter(taken), otherwise)
    taken[first] = replace(taken.get(first, EMPTY), **said)
    return taken
