"""A state that one reader holds alone while it folds: its maps and timers change in place.

A state that never changes lets an owner drop what it only tried, and lets followers keep what was
before. A reader of a long stretch of log, who shows nobody the states between, needs neither and
pays for both with every fact. So it thaws a state, folds into it by the same `evolve`, and
freezes it again. Nothing thawed is ever shown: what `set` changed is changed for all who hold it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

from immutables import Map
from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.roster.free_people import NOT_KEPT, free_of
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.timers import Timers, timers_of

_Value = TypeVar("_Value")


class WorkingMap(dict[str, _Value]):
    """Stands where a `Map` stands, and is the same one after `set` and `delete`."""

    __slots__ = ()

    def set(self, key: str, value: _Value) -> Self:
        self[key] = value
        return self

    def delete(self, key: str) -> Self:
        del self[key]
        return self


class WorkingTimers:
    """Stands where `Timers` stand. It cannot say what is next, so that nobody decides on it."""

    __slots__ = ("due",)

    def __init__(self, due: Mapping[str, int]) -> None:
        self.due = dict(due)

    def set(self, kind: str, id_: str, due_at: int) -> Self:
        self.due[f"{kind}:{id_}"] = due_at
        return self

    def clear(self, kind: str, id_: str) -> Self:
        self.due.pop(f"{kind}:{id_}", None)
        return self

    def get(self, kind: str, id_: str) -> int | None:
        return self.due.get(f"{kind}:{id_}")


class WorkingJurisdiction(Jurisdiction, frozen=False, gc=False):  # type: ignore[misc]
    """Stands where a `Jurisdiction` stands; its time is set, and not the whole copied for it."""

    def at_time(self, now: int) -> Self:
        self.now = now  # type: ignore[misc]
        return self


def thaw(state: Jurisdiction) -> Jurisdiction:
    """Return a copy of the state that changes in place; the state itself stays as it is."""
    parts = _each(state, Map, WorkingMap, lambda timers: WorkingTimers(timers.due))
    parts["roster"] = replace(parts["roster"], free=NOT_KEPT)
    return WorkingJurisdiction(**parts)


def freeze(
    state: Jurisdiction, *, made: Callable[[WorkingMap[Any]], Map[str, Any]] = Map
) -> Jurisdiction:
    """Return what an opened state has come to as one that never changes.

    Args:
        state: as `thaw` opened it.
        made: makes the map of one that changed in place; who freezes after every fact gives one
            that remembers those that did not change.
    """
    parts = _each(state, WorkingMap, made, lambda timers: timers_of(timers.due))
    parts["roster"] = replace(parts["roster"], free=free_of(parts["roster"].members))
    return Jurisdiction(**parts)


def _each(state: Jurisdiction, kind: type[Any], becomes: Any, timers: Any) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name in state.__struct_fields__:
        part = changed[name] = getattr(state, name)
        if isinstance(part, Timers | WorkingTimers):
            changed[name] = timers(part)
        elif isinstance(part, Struct):
            fields = [(it, getattr(part, it)) for it in part.__struct_fields__]
            maps = {it: becomes(held) for it, held in fields if isinstance(held, kind)}
            changed[name] = replace(part, **maps)
    return changed
