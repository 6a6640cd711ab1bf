"""Which talks with neighbours are under way, and whose word is next?"""

from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board, Panel
from coordinator.boards.ports import Row
from coordinator.domain.state.aid import AidStage
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.said import document_of
from schemas.signals.aid import CallAid

_OVER = frozenset({AidStage.RETURNED, AidStage.DECLINED, AidStage.CANCELLED})


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    return touches.aid(event)


def row(state: Jurisdiction, key: str) -> Row | None:
    talk = state.aid.by_id.get(key)
    if talk is None or talk.stage in _OVER:
        return None
    return {
        "aid_id": key,
        "realm": state.realm,
        "side": talk.side,
        "peer": talk.peer,
        "stage": talk.stage,
        "incident_id": talk.incident_id,
        "roles": [[it.role, it.count] for it in talk.need.roles],
        "resources": [[it.kind, it.count] for it in talk.need.resources],
        "lon": talk.need.muster_point.lon,
        "lat": talk.need.muster_point.lat,
        "deadline_at": talk.need.deadline_at,
        "people": [] if talk.package is None else [it.member_id for it in talk.package.people],
        "vehicles": []
        if talk.package is None
        else [it.resource_id for it in talk.package.resources],
        "arrives_at": talk.arrives_at or None,
        "reason": document_of(talk.last_reason),
        "return_wanted": talk.return_wanted,
        "unheard": sorted(talk.unheard),
    }


BOARD: Final = Board(
    name="aid",
    concerns=touches.concerning("aid_id"),
    touched=touched,
    row=row,
    keys=lambda state: state.aid.by_id,
    of=("aid",),
    panel=Panel(
        reads=("peer", "side", "stage", "arrives_at"),
        adds=CallAid,
        words={"side": "side", "stage": "aid"},
    ),
)
