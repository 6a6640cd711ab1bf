"""What needs a hand now? Open escalations and calls for help, the newest notices."""

from coordinator.boards import touches
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas import catalogue
from schemas.events.assignment import EscalationEvent
from schemas.events.command import HelpCalled, HelpResolved
from schemas.events.envelope import Event

NAME = "alarms"
CONCERNS = touches.concerning("escalation_id", "help_call_id")
_ESCALATION = frozenset(catalogue.members(EscalationEvent))


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    if type(event) in _ESCALATION:
        return {event.escalation_id}  # type: ignore[attr-defined]
    if isinstance(event, HelpCalled | HelpResolved):
        return {event.help_call_id}
    return set()


def row(state: Jurisdiction, key: str) -> Row | None:
    call = state.command.help_calls.get(key)
    if call is not None:
        return {
            "alarm_id": key,
            "realm": state.realm.value,
            "kind": "help_called",
            "about": call.member_id,
            "text": f"{call.member_id} needs help",
            "since": call.called_at,
            "step": None,
            "paused_by": None,
        }
    escalation = state.escalations.by_id.get(key)
    if escalation is None:
        return None
    return {
        "alarm_id": key,
        "realm": state.realm.value,
        "kind": escalation.cause.value,
        "about": escalation.about,
        "text": escalation.text,
        "since": escalation.started_at,
        "step": escalation.step,
        "paused_by": escalation.paused_by,
    }
