"""Who is let go by nobody yet: at work on a line, or missing at a roll call."""

from coordinator.domain.at_work import bound_by, naming
from coordinator.domain.refusal import refuse
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.command import missing
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.sentences import units
from schemas.signals.assignment import AbortAssignment, AssignmentAnswer
from schemas.vocabulary import Role


def kept_by_work(
    state: Jurisdiction, assignment: Assignment, signal: AssignmentAnswer
) -> tuple[Event, ...]:
    """The work ends first. Only who has to leave it, hurt or ill, says so themselves."""
    if isinstance(signal, AbortAssignment) and signal.actor_role is Role.MEMBER:
        return ()
    tickets = bound_by(state, assignment)
    if not tickets:
        return ()
    return refuse(
        units.people_at_work(naming(tickets)), field="assignment_id", value=assignment.assignment_id
    )


def sought(
    state: Jurisdiction, assignment: Assignment, signal: AssignmentAnswer
) -> tuple[Event, ...]:
    """Nobody else ends the part of who is missing as if they were well: they are found first.

    What they say themselves is a sign of life.
    """
    if signal.actor_role is Role.MEMBER:
        return ()
    sought = missing(state.command, (assignment.member_id,))
    if not sought:
        return ()
    return refuse(units.found_first(sought), field="on_behalf_of", value=assignment.member_id)
