"""What did the last duty at the desk leave for the next to know?"""

from typing import Final

from coordinator.boards.board import Board, Panel
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.handover import DeskHandedOver, DeskHandoverPassed
from schemas.signals.handover import HandOverDesk


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    return {after.jurisdiction}


def row(state: Jurisdiction, key: str) -> Row | None:
    note = state.handover
    if note is None:
        return None
    return {
        "realm": state.realm.value,
        "text": note.text,
        "handed_over_by": note.handed_over_by,
        "handed_over_at": note.handed_over_at,
        "stands_until": note.stands_until,
    }


BOARD: Final = Board(
    name="desk_handover",
    concerns=frozenset({DeskHandedOver, DeskHandoverPassed}),
    touched=touched,
    row=row,
    keys=lambda state: (state.jurisdiction,),
    panel=Panel(reads=("text", "handed_over_by", "handed_over_at"), adds=HandOverDesk),
)
