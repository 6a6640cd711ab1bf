"""How large an incident is, added up from what each source said and what was said of the whole."""

from immutables import Map

from schemas.signals.incident import Extent

_ADDED = ("load_lost_mw", "customers_out", "deaths", "serious_injuries", "loss_million_cny")
_EMPTY = Extent()
_FIELDS = tuple(Extent.model_fields)


def newer(old: Extent, new: Extent) -> Extent:
    """Return the old numbers with the new ones in place; the load before never changes.

    Order 599 annex, note 3: the denominator is the load at the event's first moment.
    """
    if new == _EMPTY:
        return old
    changed = {
        field: value
        for field in _FIELDS
        if (value := getattr(new, field)) is not None and value != getattr(old, field)
    }
    if old.load_before_mw is not None:
        changed.pop("load_before_mw", None)
    return old.model_copy(update=changed) if changed else old


def together(reports: Map[str, Extent], stated: Extent) -> Extent:
    """Return the extent of the whole: sums over the reports, what was stated of the whole first."""
    if len(reports) == 1 and stated == _EMPTY:
        return next(iter(reports.values()))
    whole: dict[str, object] = {}
    for _, extent in sorted(reports.items()):
        for field in _FIELDS:
            value = getattr(extent, field)
            if value is None:
                continue
            if field in _ADDED and field in whole:
                whole[field] = whole[field] + value  # type: ignore[operator]
            elif field not in whole:
                whole[field] = value
    for field in _FIELDS:
        value = getattr(stated, field)
        if value is not None:
            whole[field] = value
    return Extent.model_construct(**whole)  # type: ignore[arg-type]
