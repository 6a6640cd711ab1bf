"""What the boards need of a store and of a live feed; memory and Redis each answer it."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

Row = Mapping[str, Any]


class Change(NamedTuple):
    """One row of one board as of `seq`; `row` is None when it left the board."""

    jurisdiction: str
    seq: int
    board: str
    key: str
    row: Row | None


class BoardWriter(Protocol):
    """Where drawn rows go."""

    def kept_fresh_by(self, draw: Callable[[Collection[str]], None]) -> None:
        """Call `draw` with the jurisdictions before anything of them is read here: it applies what
        waits to be drawn.
        """
        ...

    def apply(self, changes: Iterable[Change]) -> None:
        """Keep the newest row of each key; an older `seq` for the same key is dropped."""
        ...

    def forget(self, jurisdiction: str) -> None:
        """Drop what is kept of one jurisdiction: it is about to be built again."""
        ...


class BoardStore(BoardWriter, Protocol):
    """Rows as they are now."""

    def rows(self, board: str, jurisdictions: Sequence[str]) -> list[tuple[str, str, Row]]:
        """Return (jurisdiction, key, row) of a board, sorted by jurisdiction and key."""
        ...

    def row(self, board: str, jurisdiction: str, key: str) -> Row | None: ...

    def seq(self, jurisdiction: str) -> int:
        """Return the newest record that any row of a jurisdiction was drawn from; -1 for none."""
        ...


class Batch(NamedTuple):
    """Changes that belong together, and the position after them.

    `reset` says that what the reader holds may be incomplete: it starts over from the snapshot
    that the batch carries.
    """

    position: Mapping[str, int]
    changes: tuple[Change, ...]
    reset: bool = False


class Announcing(Protocol):
    """Tells whoever follows the boards."""

    def publish(self, changes: Sequence[Change]) -> None: ...

    def is_followed(self, jurisdiction: str) -> bool:
        """Say whether anybody waits for the changes of a jurisdiction now."""
        ...


class LiveFeed(Announcing, Protocol):
    def subscribe(
        self,
        jurisdictions: Sequence[str],
        *,
        after: Mapping[str, int] | None,
        boards: Collection[str] | None = None,
    ) -> AsyncIterator[Batch]:
        """Follow the changes from a position on: nothing is missed and nothing shown twice.

        Args:
            jurisdictions: whose changes.
            after: the last seq seen of each; None, or one too old to resume from, begins with a
                reset that carries every row.
            boards: which boards' rows a reset carries; None for all. Later batches carry the
                changes of all boards.
        """
        ...
