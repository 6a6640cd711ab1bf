"""Comparing two states again and again: only what changed on either side is looked at.

States are trees of which every record keeps most. Two branches that were equal when they were
last compared, and are the same objects now, are equal still.
"""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

from immutables import Map
from msgspec import Struct

from coordinator.domain.state.jurisdiction import Jurisdiction

_NOTHING: Map[str, Any] = Map()
_ABSENT = object()
_PLAIN = frozenset({int, float, str})
"""As quick to compare as to see whether they changed."""


class Compared:
    """Two readers of one history, as they were when they were last found equal."""

    def __init__(self) -> None:
        self._one: tuple[Any, ...] = (_ABSENT,) * len(Jurisdiction.__struct_fields__)
        self._other = self._one

    def difference(self, one: Jurisdiction, other: Jurisdiction) -> str | None:
        """Return the part of the state that differs, None for equal states."""
        names = Jurisdiction.__struct_fields__
        ones, others = _values_of(Jurisdiction)(one), _values_of(Jurisdiction)(other)
        for name, it, its, then, thens in zip(
            names, ones, others, self._one, self._other, strict=True
        ):
            if it is its or (it is then and its is thens):
                continue
            if not _same(it, its, then, thens):
                return name
        self._one, self._other = ones, others
        return None


@cache
def _values_of(kind: type[Struct]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what reads all fields of a record at once."""
    names = kind.__struct_fields__
    if len(names) > 1:
        return attrgetter(*names)
    return lambda it: tuple(getattr(it, name) for name in names)


def _same(one: Any, other: Any, before: Any, before_other: Any) -> bool:
    """Say whether two branches are equal, of which those before were: what is as it was is not
    looked at.
    """
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is Map:
        was = before if type(before) is Map else _NOTHING
        was_other = before_other if type(before_other) is Map else _NOTHING
        return len(one) == len(other) and _same_held(one, other, was, was_other)
    if issubclass(kind, Struct):
        return _same_fields(kind, one, other, before, before_other)
    return bool(one == other)


def _same_fields(kind: type[Struct], one: Any, other: Any, before: Any, before_other: Any) -> bool:
    for name, it, its in zip(
        kind.__struct_fields__, _values_of(kind)(one), _values_of(kind)(other), strict=True
    ):
        if it is its:
            continue
        held = type(it)
        if held is not type(its):
            return False
        if held in _PLAIN:
            if it != its:
                return False
            continue
        then, thens = getattr(before, name, None), getattr(before_other, name, None)
        if (it is not then or its is not thens) and not _same(it, its, then, thens):
            return False
    return True


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
