"""Where is each vehicle, and who has it?"""

from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board, Kinds
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.aid import (
    AidCalledOff,
    AidCrewArrived,
    AidCrewPromised,
    AidCrewReleased,
    AidCrewReturned,
)
from schemas.events.envelope import Event
from schemas.events.roster import RosterChanged

_PACKAGES: Final[Kinds] = frozenset(
    {AidCrewArrived, AidCalledOff, AidCrewPromised, AidCrewReleased, AidCrewReturned}
)


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    if isinstance(event, RosterChanged):
        return {it.resource_id for it in event.resources}
    if type(event) in _PACKAGES:
        # What is lent and borrowed changes hands in packages that the event does not repeat.
        return {*before.resources.by_id, *after.resources.by_id}
    return touches.resources(event)


def row(state: Jurisdiction, key: str) -> Row | None:
    """Return where it is kept; while a unit has it, it is where the unit is."""
    resource = state.resources.by_id.get(key)
    if resource is None:
        return None
    return {
        "resource_id": key,
        "realm": state.realm,
        "kind": resource.resource.kind,
        "team_id": resource.resource.team_id,
        "lon": resource.resource.base.lon,
        "lat": resource.resource.base.lat,
        "capacity_kw": resource.resource.capacity_kw,
        "in_service": resource.in_service,
        "committed_to": resource.committed_to,
        "lent_to": resource.lent_to,
    }


BOARD: Final = Board(
    name="vehicles",
    concerns=touches.concerning("resource_id") | _PACKAGES | {RosterChanged},
    touched=touched,
    row=row,
    keys=lambda state: state.resources.by_id,
    of=("res",),
)
