"""Which disaster alerts stand, for where, until when?"""

from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board, Panel
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.signals.alert import AlertReceived


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    return touches.alerts(event)


def row(state: Jurisdiction, key: str) -> Row | None:
    alert = state.alerts.by_id.get(key)
    if alert is None:
        return None
    return {
        "alert_id": key,
        "realm": state.realm,
        "sender": alert.sender,
        "identifier": alert.identifier,
        "sent_at": alert.sent_at,
        "hazard": alert.hazard,
        "event": alert.event,
        "colour": alert.colour,
        "area": alert.area,
        "onset_at": alert.onset_at,
        "expires_at": alert.expires_at,
    }


BOARD: Final = Board(
    name="disaster_alerts",
    concerns=touches.concerning("alert_id"),
    touched=touched,
    row=row,
    keys=lambda state: state.alerts.by_id,
    of=("alt",),
    panel=Panel(
        reads=("event", "colour", "area", "expires_at"),
        adds=AlertReceived,
        words={"colour": "colour"},
    ),
)
