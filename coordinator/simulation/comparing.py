"""Comparing two states again and again: only what changed on either side is looked at.

States are trees of which every record keeps most. Two branches that were equal when they were
last compared, and are the same objects now, are equal still.
"""

from typing import Any

from immutables import Map
from msgspec import Struct

from coordinator.domain.state.jurisdiction import Jurisdiction

_NOTHING: Map[str, Any] = Map()
_ABSENT = object()


class Compared:
    """Two readers of one history, as they were when they were last found equal."""

    def __init__(self) -> None:
        self._one: Jurisdiction | None = None
        self._other: Jurisdiction | None = None

    def difference(self, one: Jurisdiction, other: Jurisdiction) -> str | None:
        """Return the part of the state that differs, None for equal states."""
        before, before_other = self._one, self._other
        for name in one.__struct_fields__:
            it, its = getattr(one, name), getattr(other, name)
            then, thens = getattr(before, name, None), getattr(before_other, name, None)
            if it is its or (it is then and its is thens):
                continue
            if not _same(it, its, then, thens):
                return name
        self._one, self._other = one, other
        return None


def _same(one: Any, other: Any, before: Any, before_other: Any) -> bool:
    """Say whether two branches are equal, given two that were: where nothing changed, none looks."""
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is Map:
        was = before if isinstance(before, Map) else _NOTHING
        was_other = before_other if isinstance(before_other, Map) else _NOTHING
        return len(one) == len(other) and _same_held(one, other, was, was_other)
    if issubclass(kind, Struct):
        for name in kind.__struct_fields__:
            it, its = getattr(one, name), getattr(other, name)
            if it is its:
                continue
            then, thens = getattr(before, name, None), getattr(before_other, name, None)
            if (it is not then or its is not thens) and not _same(it, its, then, thens):
                return False
        return True
    return bool(one == other)


def _same_held(
    one: Map[Any, Any], other: Map[Any, Any], was: Map[Any, Any], was_other: Map[Any, Any]
) -> bool:
    for key, it in one.items():
        its = other.get(key, _ABSENT)
        if it is its:
            continue
        then, thens = was.get(key), was_other.get(key)
        if (it is not then or its is not thens) and not _same(it, its, then, thens):
            return False
    return True
