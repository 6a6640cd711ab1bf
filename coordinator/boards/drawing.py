"""The follower that draws the boards: marks what each fact touched, draws once per batch.

Nothing here is the truth: forget it all, follow the log from zero, and the same rows come back.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from coordinator.boards import (
    aid,
    alarms,
    community_whistles,
    critical_sites,
    desk_handover,
    disaster_alerts,
    guarded_operations,
    incident_command,
    incident_details,
    my_assignment,
    my_communities,
    my_duty,
    open_incidents,
    overview,
    people,
    shifts,
    sites,
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
        critical_sites.BOARD,
        vehicles.BOARD,
        guarded_operations.BOARD,
        temporary_branches.BOARD,
        who_is_free.BOARD,
        alarms.BOARD,
        overview.BOARD,
        incident_command.BOARD,
        incident_details.BOARD,
        aid.BOARD,
        disaster_alerts.BOARD,
        community_whistles.BOARD,
        desk_handover.BOARD,
        sites.BOARD,
        shifts.BOARD,
        people.BOARD,
    )
}
"""All boards; those with a panel in the order in which the desk reads them."""
LIVE: Final = tuple(name for name, board in BOARDS.items() if not board.on_request)
"""What the live stream has for whoever names no board."""


class Boards:
    """Follows the confirmed log of any number of jurisdictions."""

    name = "boards"

    def __init__(self, store: BoardWriter, feed: Announcing) -> None:
        self._store = store
        self._feed = feed

    async def take(self, steps: Sequence[Step]) -> None:
        """Draw what a confirmed batch of one jurisdiction's records touched."""
        self._tell(changed_rows(steps))

    def rebuild(self, state: Jurisdiction, seq: int) -> None:
        """Draw every row of one jurisdiction from its state: after a restart, or a lost store."""
        self._store.forget(state.jurisdiction)
        self._tell(every_row(state, seq))

    def _tell(self, changes: Sequence[Change]) -> None:
        if changes:
            self._store.apply(changes)
            self._feed.publish(changes)


def changed_rows(steps: Sequence[Step]) -> list[Change]:
    """Return the rows that a batch of one jurisdiction's records touched, as of its last one."""
    if not steps:
        return []
    touched: dict[tuple[str, str], None] = {}
    for step in steps:
        for event in step.events:
            _mark(event, step.before, step.after, touched)
    last = steps[-1]
    return [_drawn(last.after, last.record.seq, name, key) for name, key in touched]


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


def _mark(
    event: Event,
    before: Jurisdiction,
    after: Jurisdiction,
    touched: dict[tuple[str, str], None],
) -> None:
    for board in _CONCERNED[type(event)]:
        for key in board.touched(event, before, after):
            touched[board.name, key] = None
