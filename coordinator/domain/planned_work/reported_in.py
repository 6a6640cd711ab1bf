"""An outage that is reported on a circuit in its own planned outage: perhaps it is just that.

Whoever is at that work is rung before anybody drives there: they know whether it is theirs, and a
second crew on a line that others have taken out of service is a danger to both.
"""

from collections.abc import Iterable

from coordinator.domain.at_work import at_planned_work
from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.state.incidents import Incident
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.planned_work import PlannedWork
from schemas.events.envelope import Event
from schemas.sentences import notices
from schemas.vocabulary import NoticeKind, Recipient


def lies_in(state: Jurisdiction, incident: Incident) -> tuple[PlannedWork, ...]:
    """Return the planned work whose own outage an incident began in, by all circuits it names."""
    works = state.planned_works.by_id
    if not works:
        return ()
    on = {incident.circuit, *(it.circuit for it in incident.sightings.values())}
    return tuple(
        work
        for _, work in sorted(works.items())
        if work.cuts_supply
        and work.circuit in on
        and work.starts_at <= incident.started_at
        and (incident.started_at < work.ends_at or work.overran)
    )


def people_at(state: Jurisdiction, work: PlannedWork) -> tuple[str, ...]:
    """Return who answers for the tickets of planned work that have begun: leaders, then permits."""
    tickets = at_planned_work(state, work.work_id)
    leaders = (it.work_leader for it in tickets)
    permits = (it.permitter for it in tickets if it.permitter is not None)
    return tuple(dict.fromkeys((*leaders, *permits)))


def told(state: Jurisdiction, incident_id: str, cause: Cause) -> Iterable[Event]:
    """Tell the desk of each planned work that a new incident lies in, and who is at it."""
    for work in lies_in(state, state.incidents.by_id[incident_id]):
        people = people_at(state, work)
        text = notices.in_planned_outage(work.work_id, work.ends_at, len(people), people)
        yield notify(
            cause, NoticeKind.IN_PLANNED_OUTAGE, Recipient.DISPATCHER, text, about=incident_id
        )
