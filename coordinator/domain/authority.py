"""Who may say what: the role has what the signal needs, and a member speaks of their own.

The edge asks the same table (`schemas.roles`) before it lets a signal in; here the refusal goes on
record.
"""

from coordinator.domain import member_rights
from coordinator.domain.cause import Cause
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.roles import can
from schemas.sentences import rights
from schemas.signals.assignment import AssignmentAnswer
from schemas.signals.envelope import Signal
from schemas.vocabulary import Role


def check(state: Jurisdiction, signal: Signal) -> tuple[Event, ...]:
    """Return a refusal if the sender may not say this, else nothing."""
    if not can(signal.actor_role, signal.needs):
        return refuse(rights.ROLE_MAY_NOT_SEND_THIS, field="actor_role", value=signal.actor_role)
    if signal.actor_role is not Role.MEMBER:
        return member_rights.check_for(state, signal)
    if isinstance(signal, AssignmentAnswer):
        return _answers_for_self(state, signal)
    return member_rights.check(state, signal)


def _answers_for_self(state: Jurisdiction, signal: AssignmentAnswer) -> tuple[Event, ...]:
    assignment = state.assignments.by_id.get(signal.assignment_id)
    if assignment is None or assignment.member_id == signal.actor_id:
        return ()
    return refuse(
        rights.ONLY_OWN_ASSIGNMENT,
        field="assignment_id",
        value=signal.assignment_id,
    )


def not_oneself(member_id: str, cause: Cause) -> tuple[Event, ...]:
    """Refuse a member who speaks for another; the desk may."""
    if cause.actor_role is Role.MEMBER and cause.actor_id != member_id:
        return refuse(rights.ONLY_FOR_ONESELF, field="member_id", value=member_id)
    return ()
