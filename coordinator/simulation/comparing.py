"""Comparing two states again and again: only what changed on either side is looked at.

States are trees of which every record keeps most. Two branches that were equal when they were
last compared, and are the same objects now, are equal still.
"""

from typing import Any

from immutables import Map
from msgspec import Struct

from coordinator.domain.state.jurisdiction import Jurisdiction

_NOTHING: Map[str, Any] = Map()


class Compared:
    """Two readers of one history, as they were when they were last found equal."""

    def __init__(self) -> None:
        self._one: Jurisdiction | None = None
        self._other: Jurisdiction | None = None

    def difference(self, one: Jurisdiction, other: Jurisdiction) -> str | None:
        """Return the part of the state that differs, None for equal states."""
        before, before_other = self._one, self._other
        for name in one.__struct_fields__:
            if not _same(
                getattr(one, name),
                getattr(other, name),
                getattr(before, name, None),
                getattr(before_other, name, None),
            ):
                return name
        self._one, self._other = one, other
        return None


def _same(one: Any, other: Any, before: Any, before_other: Any) -> bool:
    if one is other or (one is before and other is before_other):
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, Struct):
        return all(
            _same(
                getattr(one, name),
                getattr(other, name),
                getattr(before, name, None),
                getattr(before_other, name, None),
            )
            for name in one.__struct_fields__
        )
    if isinstance(one, Map):
        was = before if isinstance(before, Map) else _NOTHING
        was_other = before_other if isinstance(before_other, Map) else _NOTHING
        return len(one) == len(other) and all(
            key in other and _same(held, other[key], was.get(key), was_other.get(key))
            for key, held in one.items()
        )
    return bool(one == other)
