"""What a board is: what it shows of one thing, and which facts change that.

A board lives in a file of its own, named for the question it answers; `drawing.BOARDS` names them
all. All else follows: the live stream, the store, replay, and the list the desk is told.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.signals.envelope import Signal

Kinds = frozenset[type[Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """That the desk watches a board all the time, and how it is drawn where no script draws it.

    `reads` are fields of a row in the order in which they are read, the first of them its title;
    `words` gives those that hold a code their group of the vocabulary; `adds` is the signal that
    makes a row.
    """

    reads: tuple[str, ...]
    adds: type[Signal]
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One read model: a row for each key.

    `keys` are all there may be in a state; `row` is what is shown of one, None where it is on the
    board no more. `touched` are the keys that a fact changed, between the state before and after
    its record; it is asked of the kinds in `concerns` only. A board that the desk watches, or
    that no script draws, has a `panel`. `of` are the kinds of id (`inc`, `unt`) its keys are of:
    where the pages look up what an id stands for, and what may be chosen.

    `on_request` marks a board with a row for everybody or everything: the live stream has it only
    for those who name it.
    """

    name: str
    concerns: Kinds
    touched: Callable[[Event, Jurisdiction, Jurisdiction], Iterable[str]]
    row: Callable[[Jurisdiction, str], Row | None]
    keys: Callable[[Jurisdiction], Iterable[str]]
    on_request: bool = False
    panel: Panel | None = None
    of: tuple[str, ...] = ()
