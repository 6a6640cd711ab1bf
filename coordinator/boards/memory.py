"""The boards and the live feed of one machine: in this process, gone with it, rebuilt at start."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence

from coordinator.boards.ports import Batch, Change, Row

_RING = 20_000
"""Rows whose last change is kept per jurisdiction for readers who come back; who was away longer
starts over."""


def _nothing_waits(_: Collection[str]) -> None:
    """Stand where the drawing stands while nobody draws here: a mirror is told by others."""


class MemoryBoards:
    def __init__(self) -> None:
        self._rows: dict[str, dict[str, dict[str, tuple[int, Row | None]]]] = {}
        self._seqs: dict[str, int] = {}
        self._draw: Callable[[Collection[str]], None] = _nothing_waits

    def kept_fresh_by(self, draw: Callable[[Collection[str]], None]) -> None:
        self._draw = draw

    def fresh(self, jurisdictions: Collection[str]) -> None:
        """Have drawn what waits to be drawn of these."""
        self._draw(jurisdictions)

    def apply(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if change.seq > self._seqs.get(change.jurisdiction, -1):
                self._seqs[change.jurisdiction] = change.seq
            boards = self._rows.setdefault(change.jurisdiction, {})
            rows = boards.setdefault(change.board, {})
            held = rows.get(change.key)
            if held is not None and held[0] > change.seq:
                continue
            if change.row is None:
                rows.pop(change.key, None)
            else:
                rows[change.key] = (change.seq, change.row)

    def rows(self, board: str, jurisdictions: Sequence[str]) -> list[tuple[str, str, Row]]:
        self._draw(jurisdictions)
        return [
            (jurisdiction, key, row)
            for jurisdiction in sorted(jurisdictions)
            for key, (_, row) in sorted(self._rows.get(jurisdiction, {}).get(board, {}).items())
            if row is not None
        ]

    def row(self, board: str, jurisdiction: str, key: str) -> Row | None:
        self._draw([jurisdiction])
        held = self._rows.get(jurisdiction, {}).get(board, {}).get(key)
        return None if held is None else held[1]

    def seq(self, jurisdiction: str) -> int:
        self._draw([jurisdiction])
        return self._seqs.get(jurisdiction, -1)

    def forget(self, jurisdiction: str) -> None:
        self._rows.pop(jurisdiction, None)

    def boards_of(self, jurisdiction: str, boards: Collection[str] | None = None) -> list[Change]:
        """Return every row kept of a jurisdiction, or of some of its boards, as changes."""
        self._draw([jurisdiction])
        return [
            Change(jurisdiction, seq, board, key, row)
            for board, rows in sorted(self._rows.get(jurisdiction, {}).items())
            if boards is None or board in boards
            for key, (seq, row) in sorted(rows.items())
        ]


class MemoryFeed:
    """Keeps the last change of each row of a jurisdiction and wakes whoever waits for more.

    Of a row that changed often the newest alone is kept: who is slow has no use for the others.
    """

    def __init__(self, store: MemoryBoards, *, ring: int = _RING) -> None:
        self._store = store
        self._ring = ring
        self._kept: dict[str, dict[tuple[str, str], Change]] = {}
        self._dropped: dict[str, int] = {}
        self._latest: dict[str, int] = {}
        self._followers: Counter[str] = Counter()
        self._news = asyncio.Event()

    def is_followed(self, jurisdiction: str) -> bool:
        return self._followers[jurisdiction] > 0

    def publish(self, changes: Sequence[Change]) -> None:
        for change in changes:
            kept = self._kept.setdefault(change.jurisdiction, {})
            # What went before the first one nobody here knows: rows may have gone with it. And
            # boards that went back are another life.
            if change.seq < self._latest.get(change.jurisdiction, change.seq + 1):
                kept.clear()
                self._dropped[change.jurisdiction] = change.seq
            row = (change.board, change.key)
            kept.pop(row, None)
            if len(kept) == self._ring:
                self._dropped[change.jurisdiction] = kept.pop(next(iter(kept))).seq
            kept[row] = change
            self._latest[change.jurisdiction] = change.seq
        self._news.set()
        self._news = asyncio.Event()

    async def subscribe(
        self,
        jurisdictions: Sequence[str],
        *,
        after: Mapping[str, int] | None,
        boards: Collection[str] | None = None,
    ) -> AsyncIterator[Batch]:
        self._followers.update(jurisdictions)
        try:
            # While nobody followed, nothing was drawn for them.
            for jurisdiction in jurisdictions:
                self._store.fresh([jurisdiction])
                # After a start that is all there is of each: others are served in between.
                await asyncio.sleep(0)
            async for batch in self._batches(jurisdictions, dict(after or {}), boards):
                yield batch
        finally:
            self._followers.subtract(jurisdictions)

    async def _batches(
        self,
        jurisdictions: Sequence[str],
        position: dict[str, int],
        boards: Collection[str] | None,
    ) -> AsyncIterator[Batch]:
        while True:
            news = self._news
            if not all(self._can_resume(it, position.get(it)) for it in jurisdictions):
                # Whole, of all: who starts over drops every row there is.
                picture = [row for it in jurisdictions for row in self._store.boards_of(it, boards)]
                # Asked afterwards: to read the boards may have more of them drawn, and told.
                position = {it: self._latest.get(it, -1) for it in jurisdictions}
                yield Batch(dict(position), tuple(picture), reset=True)
                continue
            changes = tuple(
                change for it in jurisdictions for change in self._newer(it, position[it])
            )
            if changes:
                position |= {change.jurisdiction: change.seq for change in changes}
                yield Batch(dict(position), changes)
            else:
                await news.wait()

    def _can_resume(self, jurisdiction: str, seq: int | None) -> bool:
        if seq is None:
            return False
        return self._dropped.get(jurisdiction, -1) <= seq <= self._latest.get(jurisdiction, -1)

    def _newer(self, jurisdiction: str, seq: int) -> list[Change]:
        found = []
        for change in reversed(self._kept.get(jurisdiction, {}).values()):
            if change.seq <= seq:
                break
            found.append(change)
        found.reverse()
        return found
