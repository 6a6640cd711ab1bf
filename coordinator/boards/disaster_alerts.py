"""Which disaster alerts stand, for where, until when?"""

from coordinator.boards import touches
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event

NAME = "disaster_alerts"
CONCERNS = touches.concerning("alert_id")


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    return touches.alerts(event)


def row(state: Jurisdiction, key: str) -> Row | None:
    alert = state.alerts.by_id.get(key)
    if alert is None:
        return None
    return {
        "alert_id": key,
        "realm": state.realm.value,
        "sender": alert.sender,
        "identifier": alert.identifier,
        "sent_at": alert.sent_at,
        "hazard": alert.hazard.value,
        "event": alert.event,
        "colour": alert.colour.value,
        "area": alert.area,
        "onset_at": alert.onset_at,
        "expires_at": alert.expires_at,
    }
