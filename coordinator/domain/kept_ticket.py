"""What follows for an incident from what one of its tickets has become."""

from typing import TypeVar

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.at_work import begun, bodies, steps_anew
from coordinator.domain.incident.fold import start_closing
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from coordinator.domain.state.tasks import Tasks

Held = TypeVar("Held")


def keep_ticket(state: Jurisdiction, ticket: Ticket) -> Jurisdiction:
    safety = state.safety
    return replace(
        state, safety=replace(safety, tickets=safety.tickets.set(ticket.ticket_id, ticket))
    )


def without(steps: Map[str, Held], *gone: str) -> Map[str, Held]:
    """Return the steps of a ticket that still hold once some do not."""
    for step in gone:
        if step in steps:
            steps = steps.delete(step)
    return steps


def perhaps_live(ticket: Ticket) -> Ticket:
    """Return a ticket whose line may have been switched on: what made it safe is done anew.

    That holds in whichever way anybody goes on. What was set aside of them before is not set aside
    for this.
    """
    asked = steps_anew(ticket)
    return replace(
        ticket,
        confirmed=without(ticket.confirmed, *asked),
        overridden=without(ticket.overridden, *asked),
        set_aside_by=without(ticket.set_aside_by, *asked),
    )


def changed_to(state: Jurisdiction, was: Ticket, now: Ticket, at: int) -> Jurisdiction:
    """Keep what a ticket is now; one that has just begun takes back that the line is ready.

    `at`: when, in milliseconds since 1970, UTC.
    """
    state = keep_ticket(state, now)
    if begun(now) == begun(was):
        return state
    for here in bodies(now):
        state = closing(ready(state, here, None), here, at)
    return state


def ready(state: Jurisdiction, here: str, since: int | None) -> Jurisdiction:
    """Note since when the lines of an incident, or of a task, are free of tickets (UTC ms).

    None: they are not any more.
    """
    task = state.tasks.by_id.get(here)
    if task is not None:
        tasks = state.tasks.by_id.set(here, replace(task, ready_to_energise_at=since))
        return replace(state, tasks=Tasks(tasks))
    incident = state.incidents.by_id.get(here)
    if incident is None or incident.ready_to_energise_at == since:
        return state
    changed = replace(incident, ready_to_energise_at=since)
    incidents = replace(state.incidents, by_id=state.incidents.by_id.set(here, changed))
    return replace(state, incidents=incidents)


def closing(state: Jurisdiction, here: str, at: int) -> Jurisdiction:
    """The clock that closes what is restored waits for the end of the tickets."""
    incident = state.incidents.by_id.get(here)
    return state if incident is None else start_closing(state, incident, at)
