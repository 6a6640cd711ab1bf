"""The follower that draws the boards: marks what each fact touched, and draws each row once.

Where somebody follows it draws at once, under load ten times a second; where nobody does, every
few seconds, so that whoever comes waits for little. Whoever reads meanwhile has it drawn first. So
a row that changes with every answer of a busy minute is drawn and told as often as anybody can look
at it, and no reader ever sees an older one than the log says.

Nothing here is the truth: forget it all, follow the log from zero, and the same rows come back.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from coordinator.boards import (
    aid,
    alarms,
    community_whistles,
    critical_sites,
    desk_handover,
    desk_notices,
    disaster_alerts,
    guarded_operations,
    incident_command,
    incident_details,
    my_assignment,
    my_communities,
    my_duty,
    my_posts,
    my_tickets,
    open_incidents,
    overview,
    people,
    planned_works,
    shifts,
    sites,
    tasks,
    temporary_branches,
    units_in_the_field,
    vehicles,
    who_is_free,
)
from coordinator.boards.board import Board
from coordinator.boards.ports import Announcing, BoardWriter, Change
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.log.follow import Step
from schemas import catalogue
from schemas.events.envelope import Event

BOARDS: Final[Mapping[str, Board]] = {
    it.name: it
    for it in (
        open_incidents.BOARD,
        units_in_the_field.BOARD,
        my_assignment.BOARD,
        my_duty.BOARD,
        my_communities.BOARD,
        my_posts.BOARD,
        my_tickets.BOARD,
        critical_sites.BOARD,
        vehicles.BOARD,
        guarded_operations.BOARD,
        tasks.BOARD,
        planned_works.BOARD,
        temporary_branches.BOARD,
        who_is_free.BOARD,
        alarms.BOARD,
        overview.BOARD,
        incident_command.BOARD,
        incident_details.BOARD,
        aid.BOARD,
        disaster_alerts.BOARD,
        community_whistles.BOARD,
        desk_notices.BOARD,
        desk_handover.BOARD,
        sites.BOARD,
        shifts.BOARD,
        people.BOARD,
    )
}
"""All boards; those with a panel in the order in which the desk reads them."""
LIVE: Final = tuple(name for name, board in BOARDS.items() if not board.on_request)
"""What the live stream has for whoever names no board."""


_DRAWN_EVERY_S: Final = 0.1
"""Under load. Whoever follows a board live sees a change at most so much later."""
_UNSEEN_EVERY_S: Final = 30.0
"""Of a jurisdiction that nobody follows."""
_UNSEEN_ROWS: Final = 1_000
"""So many wait undrawn at most, and a batch's more: who comes waits for a tenth of a second."""

_Touched = defaultdict[str, set[str]]
"""By board the keys of the rows that were touched."""


class _Waiting:
    """What was touched in one jurisdiction and is not drawn yet, and what it is drawn from."""

    __slots__ = ("drawn_at", "due_at", "seq", "state", "timer", "touched")

    def __init__(self) -> None:
        self.touched: _Touched = defaultdict(set)
        self.state = Jurisdiction()
        self.seq = -1
        self.drawn_at = float("-inf")
        self.due_at: float | None = None
        self.timer: asyncio.TimerHandle | None = None


class Boards:
    """Follows the confirmed log of any number of jurisdictions."""

    name = "boards"

    def __init__(self, store: BoardWriter, feed: Announcing) -> None:
        self._store = store
        self._feed = feed
        self._waiting: dict[str, _Waiting] = {}
        store.kept_fresh_by(self.draw)

    async def take(self, steps: Sequence[Step]) -> None:
        """Mark what a confirmed batch of one jurisdiction's records touched; draw it when due."""
        if not steps:
            return
        last = steps[-1]
        where = last.after.jurisdiction
        waiting = self._waiting.setdefault(where, _Waiting())
        waiting.state, waiting.seq = last.after, last.record.seq
        _mark_all(steps, waiting.touched)
        if any(waiting.touched.values()):
            self._draw_when_due(where, waiting)

    def _draw_when_due(self, where: str, waiting: _Waiting) -> None:
        loop = asyncio.get_running_loop()
        if self._feed.is_followed(where):
            due_at = max(loop.time(), waiting.drawn_at + _DRAWN_EVERY_S)
        else:
            many = sum(map(len, waiting.touched.values())) >= _UNSEEN_ROWS
            due_at = loop.time() + (0.0 if many else _UNSEEN_EVERY_S)
        if waiting.timer is not None:
            if waiting.timer.when() <= due_at:
                return
            # Nobody followed when it was set.
            waiting.timer.cancel()
            waiting.timer = None
        waiting.due_at = due_at
        if due_at <= loop.time():
            self._due(waiting)
        else:
            waiting.timer = loop.call_at(due_at, self._due, waiting)

    def draw(self, jurisdictions: Iterable[str]) -> None:
        """Draw now whatever of these was touched and is not drawn yet."""
        for where in jurisdictions:
            waiting = self._waiting.get(where)
            if waiting is not None and waiting.touched:
                self._draw(waiting)

    def behind_s(self) -> float:
        """Return for how many seconds what should have been drawn has not been."""
        due = [it.due_at for it in self._waiting.values() if it.due_at is not None]
        return max(0.0, asyncio.get_running_loop().time() - min(due)) if due else 0.0

    def leave(self, jurisdiction: str) -> None:
        """Draw nothing more of a jurisdiction: somebody else does now."""
        waiting = self._waiting.pop(jurisdiction, None)
        if waiting is not None and waiting.timer is not None:
            waiting.timer.cancel()

    def rebuild(self, state: Jurisdiction, seq: int) -> None:
        """Draw every row of one jurisdiction from its state: after a restart, or a lost store.

        Where nobody follows it is drawn when somebody asks, or with what comes next: a start waits
        for no board.
        """
        where = state.jurisdiction
        self.leave(where)
        self._store.forget(where)
        waiting = self._waiting[where] = _Waiting()
        waiting.state, waiting.seq = state, seq
        for name in BOARDS:
            waiting.touched[name].update(_keys(state, name))
        if self._feed.is_followed(where):
            self._draw(waiting)

    def _due(self, waiting: _Waiting) -> None:
        waiting.timer = None
        self._draw(waiting)
        waiting.drawn_at = asyncio.get_running_loop().time()

    def _draw(self, waiting: _Waiting) -> None:
        changes = _rows(waiting.touched, waiting.state, waiting.seq)
        waiting.touched, waiting.due_at = defaultdict(set), None
        self._tell(changes)

    def _tell(self, changes: Sequence[Change]) -> None:
        if changes:
            self._store.apply(changes)
            self._feed.publish(changes)


def changed_rows(steps: Sequence[Step]) -> list[Change]:
    """Return the rows that a batch of one jurisdiction's records touched, as of its last one."""
    if not steps:
        return []
    touched: _Touched = defaultdict(set)
    _mark_all(steps, touched)
    return _rows(touched, steps[-1].after, steps[-1].record.seq)


def _rows(touched: _Touched, state: Jurisdiction, seq: int) -> list[Change]:
    return [_drawn(state, seq, name, key) for name, keys in touched.items() for key in sorted(keys)]


def every_row(state: Jurisdiction, seq: int, boards: Iterable[str] = tuple(BOARDS)) -> list[Change]:
    """Return every row of a state; a row that is on no board is None."""
    return [_drawn(state, seq, name, key) for name in boards for key in _keys(state, name)]


def _keys(state: Jurisdiction, name: str) -> list[str]:
    return sorted(set(BOARDS[name].keys(state)))


def _drawn(state: Jurisdiction, seq: int, name: str, key: str) -> Change:
    return Change(state.jurisdiction, seq, name, key, BOARDS[name].row(state, key))


_CONCERNED: Final[Mapping[type[Event], tuple[Board, ...]]] = {
    model: tuple(it for it in BOARDS.values() if model in it.concerns)
    for model in catalogue.EVENTS.values()
}


def _mark_all(steps: Iterable[Step], touched: _Touched) -> None:
    for step in steps:
        for event in step.events:
            for board in _CONCERNED[type(event)]:
                touched[board.name].update(board.touched(event, step.before, step.after))
