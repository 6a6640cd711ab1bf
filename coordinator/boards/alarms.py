"""What needs a hand now? Open escalations with the steps they take, calls for help, and people at
work where supply is said to be back.
"""

from collections.abc import Iterable
from typing import Any, Final

from coordinator.boards import touches
from coordinator.boards.board import Board, Kinds
from coordinator.boards.ports import Row
from coordinator.domain.escalation.alarm import incident_of
from coordinator.domain.state.assignments import Escalation
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.ticket import supply_back
from schemas import catalogue
from schemas.events.command import HelpCalled, HelpResolved, HelpTakenBack
from schemas.events.envelope import Event
from schemas.events.escalation import EscalationEvent
from schemas.events.incident import IncidentsMerged
from schemas.events.roster import PolicyAdopted
from schemas.said import Said, document_of
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind

_ESCALATION: Final[Kinds] = frozenset(catalogue.members(EscalationEvent))


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    if type(event) in _ESCALATION:
        return {event.escalation_id}  # type: ignore[attr-defined]
    if isinstance(event, HelpCalled | HelpResolved | HelpTakenBack):
        return {event.help_call_id}
    if isinstance(event, IncidentsMerged):
        return _moved(event, before) | {
            it.ticket_id for it in touches.tickets(event, before, after)
        }
    if isinstance(event, PolicyAdopted):
        return set(after.escalations.by_id)
    return {it.ticket_id for it in touches.tickets(event, before, after)}


def _moved(event: IncidentsMerged, before: Jurisdiction) -> set[str]:
    """Return the alarms of an incident that is part of another now, and those of its own parts."""
    incident = before.incidents.by_id[event.incident_id]
    gone = {incident.incident_id, *incident.absorbed}
    alarms = {
        it.escalation_id
        for it in before.escalations.by_id.values()
        if incident_of(before, it) in gone
    }
    calls = {it.help_call_id for it in before.command.help_calls.values() if it.incident_id in gone}
    return alarms | calls


def row(state: Jurisdiction, key: str) -> Row | None:
    call = state.command.help_calls.get(key)
    if call is not None:
        return _standing(
            state,
            key,
            kind=NoticeKind.HELP_CALLED,
            about=call.member_id,
            incident_id=call.incident_id,
            text=notices.needs_help(call.member_id),
            since=call.called_at,
        )
    ticket = state.safety.tickets.get(key)
    if ticket is not None and supply_back.stands(ticket):
        return _standing(
            state,
            key,
            kind=NoticeKind.SUPPLY_BACK,
            about=ticket.work_leader,
            incident_id=ticket.incident_id,
            text=supply_back.text_of(ticket),
            since=ticket.supply_back_at,
        )
    escalation = state.escalations.by_id.get(key)
    if escalation is None:
        return None
    ladder = state.policy.ladders.get(escalation.ladder)
    steps = () if ladder is None else ladder.steps
    return {
        "alarm_id": key,
        "realm": state.realm,
        "kind": escalation.cause,
        "about": escalation.about,
        "incident_id": incident_of(state, escalation),
        "text": document_of(escalation.text),
        "since": escalation.started_at,
        "step": escalation.step,
        "attempt": escalation.attempt,
        "paused_by": escalation.paused_by,
        "told": steps[escalation.step].recipient if 0 <= escalation.step < len(steps) else None,
        "next": _next(state, escalation),
    }


def _standing(  # noqa: PLR0913 - each is another thing, and given by name where it is called
    state: Jurisdiction,
    key: str,
    *,
    kind: NoticeKind,
    about: str,
    incident_id: str | None,
    text: Said,
    since: int | None,
) -> Row:
    """Return an alarm that stands until what it is about is over, whoever was told of it."""
    return {
        "alarm_id": key,
        "realm": state.realm,
        "kind": kind,
        "about": about,
        "incident_id": incident_id,
        "text": document_of(text),
        "since": since,
        "step": None,
        "attempt": None,
        "paused_by": None,
        "told": None,
        "next": None,
    }


def _next(state: Jurisdiction, escalation: Escalation) -> dict[str, Any] | None:
    """Return what happens when, if nobody takes it on; the ladder is told by the policy."""
    ladder = state.policy.ladders.get(escalation.ladder)
    at = state.timers.get("escalation", escalation.escalation_id)
    if ladder is None or at is None:
        return None
    # A call for help that rested begins again.
    step = 0 if escalation.exhausted else escalation.step + 1
    if step >= len(ladder.steps):
        step = ladder.repeat_from if escalation.loop < ladder.repeat else -1
    if step < 0:
        return {"at": at, "step": None, "action": "exhausted", "recipient": "commander"}
    rung = ladder.steps[step]
    return {"at": at, "step": step, "action": rung.action, "recipient": rung.recipient}


def _keys(state: Jurisdiction) -> Iterable[str]:
    return (*state.escalations.by_id, *state.command.help_calls, *state.safety.tickets)


BOARD: Final = Board(
    name="alarms",
    concerns=touches.concerning("escalation_id", "help_call_id", "ticket_id")
    | {IncidentsMerged, PolicyAdopted},
    touched=touched,
    row=row,
    keys=_keys,
    of=("esc", "hlp"),
)
