"""Who is let go by nobody yet: at work on a line, missing at a roll call, or calling for help."""

from collections.abc import Iterable

from coordinator.domain.at_work import bound_by, naming
from coordinator.domain.refusal import refuse
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.command import calling, missing
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
    """Nobody else ends the part of who is looked for as if they were well: they are found first.

    What they say themselves is a sign of life.
    """
    if signal.actor_role is Role.MEMBER:
        return ()
    who = assignment.member_id
    return nobody_sought(state, (who,), field="on_behalf_of", value=who)


def nobody_sought(
    state: Jurisdiction, people: Iterable[str], *, field: str, value: str
) -> tuple[Event, ...]:
    """Refuse that all is over for people some of whom are missing at a roll call, or call for help.

    Args:
        state: what is so.
        people: of whom it is said.
        field: of the signal that says it.
        value: what that field says.
    """
    among = frozenset(people)
    if unfound := missing(state.command, among):
        return refuse(units.found_first(unfound), field=field, value=value)
    if in_need := calling(state.command, among):
        return refuse(units.helped_first(in_need), field=field, value=value)
    return ()
