"""The state's deadlines: which is next, in little time and without mutation.

A timer is named `kind:id`. Whatever makes it meaningless must clear it in the same `evolve`,
because a deadline that comes due has to lead to an event.

`due` is all there is to know. Beside it stands a pairing heap for `next`, made when that is asked
first: it is only added to, and what is no longer so is passed over when it comes up, so that
setting and clearing stay cheap. In a replay nobody asks what is next, and none is made.
"""

from collections.abc import Mapping
from typing import Any, Final

from immutables import Map

_Heap = tuple[int, str, Any]
"""(due_at, key, heaps below); a linked list (heap, rest) of them, so that one more is one tuple."""

_NONE: Final[Map[str, int]] = Map()
_NOT_MADE: Final = -1
_PASSED_OVER_MAX: Final = 1_000
"""More than this and twice what is due: the heap is made anew, so that it cannot grow for ever."""


class Timers:
    """Deadlines by name, UTC milliseconds."""

    __slots__ = ("_heap", "_heaped", "due")

    def __init__(
        self, due: Map[str, int] = _NONE, heap: _Heap | None = None, heaped: int = 0
    ) -> None:
        self.due = due
        self._heap = heap
        self._heaped = heaped

    def set(self, kind: str, id_: str, due_at: int) -> "Timers":
        """Set or move a deadline; `due_at` in UTC milliseconds."""
        key = f"{kind}:{id_}"
        if self.due.get(key) == due_at:
            return self
        due = self.due.set(key, due_at)
        if self._heaped == _NOT_MADE or self._heaped > _PASSED_OVER_MAX + 2 * len(due):
            return timers_of(due)
        return Timers(due, _merged(self._heap, (due_at, key, None)), self._heaped + 1)

    def clear(self, kind: str, id_: str) -> "Timers":
        """Forget a deadline; none of that name is no error."""
        key = f"{kind}:{id_}"
        if key not in self.due:
            return self
        return Timers(self.due.delete(key), self._heap, self._heaped)

    def get(self, kind: str, id_: str) -> int | None:
        return self.due.get(f"{kind}:{id_}")

    def next(self) -> tuple[int, str, str] | None:
        """Return (due_at, kind, id) of the earliest deadline; ties go by name."""
        heap = self._heap
        if self._heaped == _NOT_MADE:
            heap, self._heaped = _heap_of(self.due), len(self.due)
        while heap is not None and self.due.get(heap[1]) != heap[0]:
            if self._heaped > 2 * len(self.due):
                heap, self._heaped = _heap_of(self.due), len(self.due)
                break
            heap = _without_root(heap)
            self._heaped -= 1
        # What was passed over is not passed over again: the same answer, found sooner.
        self._heap = heap
        if heap is None:
            return None
        kind, _, id_ = heap[1].partition(":")
        return heap[0], kind, id_

    @property
    def waiting(self) -> int:
        """How many entries the heap holds, those no longer true among them; none until asked."""
        return max(self._heaped, 0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timers) and self.due == other.due

    def __hash__(self) -> int:
        return hash(self.due)

    def __repr__(self) -> str:
        return f"Timers({dict(sorted(self.due.items()))})"


def timers_of(due: Mapping[str, int]) -> Timers:
    """Return the timers of deadlines by `kind:id`, as a kept state holds them."""
    return Timers(due if isinstance(due, Map) else Map(due), None, _NOT_MADE)


def _heap_of(due: Mapping[str, int]) -> _Heap | None:
    heap: _Heap | None = None
    for key, due_at in sorted(due.items(), key=lambda it: (it[1], it[0]), reverse=True):
        heap = (due_at, key, None if heap is None else (heap, None))
    return heap


def _merged(one: _Heap | None, other: _Heap) -> _Heap:
    if one is None:
        return other
    if (other[0], other[1]) < (one[0], one[1]):
        one, other = other, one
    return one[0], one[1], (other, one[2])


def _without_root(heap: _Heap) -> _Heap | None:
    """Merge the heaps below in pairs, then the pairs from the last to the first."""
    pairs: list[_Heap] = []
    below = heap[2]
    while below is not None:
        first, below = below
        if below is not None:
            second, below = below
            first = _merged(first, second)
        pairs.append(first)
    whole: _Heap | None = None
    while pairs:
        whole = _merged(whole, pairs.pop())
    return whole
