"""The state's deadlines: which is next, in little time and without mutation.

A timer is named `kind:id`. Whatever makes it meaningless must clear it in the same `evolve`,
because a deadline that comes due has to lead to an event.
"""

from bisect import bisect_left, insort

from immutables import Map
from msgspec import Struct
from msgspec.structs import replace

_SHIFT = 16
"""Deadlines are kept in buckets of 2**16 ms, about 66 seconds: small to copy, few to search."""


class Timers(Struct, frozen=True):
    due: Map[str, int] = Map()
    buckets: Map[int, tuple[tuple[int, str], ...]] = Map()
    order: tuple[int, ...] = ()

    def set(self, kind: str, id_: str, due_at: int) -> "Timers":
        """Set or move a deadline; `due_at` in UTC milliseconds."""
        key = f"{kind}:{id_}"
        if self.due.get(key) == due_at:
            return self
        cleared = self._without(key)
        number = due_at >> _SHIFT
        bucket = list(cleared.buckets.get(number, ()))
        insort(bucket, (due_at, key))
        order = cleared.order
        if len(bucket) == 1:
            where = bisect_left(order, number)
            order = (*order[:where], number, *order[where:])
        return Timers(
            due=cleared.due.set(key, due_at),
            buckets=cleared.buckets.set(number, tuple(bucket)),
            order=order,
        )

    def clear(self, kind: str, id_: str) -> "Timers":
        """Forget a deadline; none of that name is no error."""
        return self._without(f"{kind}:{id_}")

    def get(self, kind: str, id_: str) -> int | None:
        return self.due.get(f"{kind}:{id_}")

    def next(self) -> tuple[int, str, str] | None:
        """Return (due_at, kind, id) of the earliest deadline; ties go by name."""
        if not self.order:
            return None
        due_at, key = self.buckets[self.order[0]][0]
        kind, _, id_ = key.partition(":")
        return due_at, kind, id_

    def _without(self, key: str) -> "Timers":
        due_at = self.due.get(key)
        if due_at is None:
            return self
        number = due_at >> _SHIFT
        rest = tuple(entry for entry in self.buckets[number] if entry[1] != key)
        due = self.due.delete(key)
        if rest:
            return replace(self, due=due, buckets=self.buckets.set(number, rest))
        where = bisect_left(self.order, number)
        return Timers(
            due=due,
            buckets=self.buckets.delete(number),
            order=self.order[:where] + self.order[where + 1 :],
        )
