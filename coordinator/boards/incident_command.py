"""Who commands an incident, towards what, and is everybody there accounted for and safe?"""

from collections.abc import Iterable
from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board
from coordinator.boards.ports import Row
from coordinator.boards.work_tickets import shown
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.incident import IncidentReopened, IncidentRestored
from schemas.events.roster import PolicyAdopted
from schemas.events.safety import WeatherChanged


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    if isinstance(event, WeatherChanged | PolicyAdopted):
        return _worked_at(after)
    # Who may count people off a line changes with who is there, and who leads their unit.
    there = touches.incidents(event, before, after)
    worked_at = _worked_at(after) if there else set()
    return touches.commanded(event, before, after) | (there & worked_at)


def _worked_at(state: Jurisdiction) -> set[str]:
    """Return the incidents that have tickets."""
    tickets = state.safety.tickets.values()
    return {it.incident_id for it in tickets if it.incident_id is not None}


def row(state: Jurisdiction, key: str) -> Row | None:
    post = state.command.by_incident.get(key)
    objectives = [it for it in state.command.objectives.values() if it.incident_id == key]
    roll_calls = [it for it in state.command.roll_calls.values() if it.here == key]
    tickets = [it for it in state.safety.tickets.values() if it.incident_id == key]
    next_roll_call_at = state.timers.get("next_roll_call", key)
    held = objectives or roll_calls or tickets
    if post is None and not held and next_roll_call_at is None:
        return None
    task = key if key.startswith("tsk_") else None
    return {
        "incident_id": None if task else key,
        "task_id": task,
        "realm": state.realm,
        "commander_id": None if post is None else post.commander_id,
        "since": None if post is None else post.since,
        "objectives": [
            {
                "objective_id": it.objective_id,
                "text": it.text,
                "due_at": it.due_at,
                "overdue": it.overdue,
            }
            for it in sorted(objectives, key=lambda it: (it.due_at, it.objective_id))
        ],
        "roll_calls": [
            {
                "roll_call_id": it.roll_call_id,
                "opened_at": it.opened_at,
                "due_at": it.due_at,
                "waiting": list(it.waiting),
                "missed": list(it.missed),
            }
            for it in sorted(roll_calls, key=lambda it: (it.opened_at, it.roll_call_id))
        ],
        "next_roll_call_at": next_roll_call_at,
        "tickets": [shown(state, it) for it in sorted(tickets, key=lambda it: it.ticket_id)],
    }


def _keys(state: Jurisdiction) -> Iterable[str]:
    yield from state.command.by_incident
    yield from {it.here for it in state.command.roll_calls.values()}
    for held in (state.command.objectives, state.safety.tickets):
        yield from {it.incident_id for it in held.values() if it.incident_id is not None}
    for key in state.timers.due:
        kind, _, here = key.partition(":")
        if kind == "next_roll_call":
            yield here


BOARD: Final = Board(
    name="incident_command",
    concerns=touches.COMMANDING
    | touches.concerning("objective_id", "roll_call_id", "ticket_id", "unit_id", "assignment_id")
    | {WeatherChanged, PolicyAdopted, IncidentReopened, IncidentRestored},
    touched=touched,
    row=row,
    keys=_keys,
)
