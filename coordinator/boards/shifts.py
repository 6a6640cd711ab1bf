"""Who is on call from when to when? The running shifts and those to come."""

from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.roster import RosterChanged, ShiftsTurned, ShiftTakenOver


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    match event:
        case RosterChanged():
            return touches.shifts_of_import(event, before)
        case ShiftsTurned():
            return {*event.started, *event.ended}
        case ShiftTakenOver():
            return {event.shift_id}
    return set()


def row(state: Jurisdiction, key: str) -> Row | None:
    shift = state.roster.shifts.get(key)
    if shift is None:
        return None
    return {
        "shift_id": key,
        "realm": state.realm,
        "team_id": shift.team_id,
        "member_ids": list(shift.member_ids),
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "standby": shift.standby,
        "running": key in state.roster.running,
    }


BOARD: Final = Board(
    name="shifts",
    concerns=frozenset({RosterChanged, ShiftsTurned, ShiftTakenOver}),
    touched=touched,
    row=row,
    keys=lambda state: state.roster.shifts,
    on_request=True,
    of=("shf",),
)
