"""What follows for an incident from what one of its tickets has become."""

from msgspec.structs import replace

from coordinator.domain.at_work import begun
from coordinator.domain.incident.fold import start_closing
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket


def keep_ticket(state: Jurisdiction, ticket: Ticket) -> Jurisdiction:
    safety = state.safety
    return replace(
        state, safety=replace(safety, tickets=safety.tickets.set(ticket.ticket_id, ticket))
    )


def changed_to(state: Jurisdiction, was: Ticket, now: Ticket, at: int) -> Jurisdiction:
    """Keep what a ticket is now; one that has just begun takes back that the line is ready.

    `at`: when, in milliseconds since 1970, UTC.
    """
    state = keep_ticket(state, now)
    if begun(now) == begun(was):
        return state
    return closing(ready(state, now.incident_id, None), now.incident_id, at)


def ready(state: Jurisdiction, incident_id: str, since: int | None) -> Jurisdiction:
    """Note since when an incident's lines are free of tickets; None: they are not any more."""
    incident = state.incidents.by_id.get(incident_id)
    if incident is None or incident.ready_to_energise_at == since:
        return state
    changed = replace(incident, ready_to_energise_at=since)
    incidents = replace(state.incidents, by_id=state.incidents.by_id.set(incident_id, changed))
    return replace(state, incidents=incidents)


def closing(state: Jurisdiction, incident_id: str, at: int) -> Jurisdiction:
    """The clock that closes what is restored waits for the end of the tickets."""
    incident = state.incidents.by_id.get(incident_id)
    return state if incident is None else start_closing(state, incident, at)
