"""Who may say what: the roles allowed to send each kind of signal, and what members may of them.

The edge asks the same table before it lets a signal in; here the refusal goes on record.
"""

from typing import Final

from coordinator.domain import member_rights
from coordinator.domain.cause import Cause
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas import catalogue
from schemas.events.envelope import Event
from schemas.sentences import rights
from schemas.signals.assignment import AssignmentAnswer
from schemas.signals.envelope import Signal
from schemas.vocabulary import Role

_DESK: Final = frozenset({Role.DISPATCHER, Role.COMMANDER})
_FIELD: Final = _DESK | {Role.MEMBER}
_SOURCES: Final = _DESK | {Role.FEED}

_BY_TYPE: Final[dict[str, frozenset[Role]]] = {
    "outage_reported": _SOURCES | {Role.MEMBER},
    "outage_updated": _SOURCES | {Role.MEMBER},
    "outage_gone": _SOURCES,
    "extent_reported": _SOURCES | {Role.MEMBER},
    "alert_received": _SOURCES,
    "weather_reported": _SOURCES | {Role.MEMBER},
    "site_supply_changed": _SOURCES | {Role.MEMBER},
    "control_incident": _FIELD,
    "restore_incident": _FIELD,
    "acknowledge_assignment": _FIELD,
    "accept_assignment": _FIELD,
    "decline_assignment": _FIELD,
    "depart": _FIELD,
    "arrive": _FIELD,
    "finish_assignment": _FIELD,
    "abort_assignment": _FIELD,
    "acknowledge_escalation": _FIELD,
    "change_availability": _FIELD,
    "register_device": _FIELD,
    "take_over_shift": _FIELD,
    "check_in": _FIELD,
    "supply_interrupted": _SOURCES | {Role.MEMBER},
    "report_preparation": _FIELD,
    "answer_roll": _FIELD,
    "call_help": _FIELD,
    "confirm_interlock": _FIELD,
    "withdraw_interlock": _FIELD,
    "start_work": _FIELD,
    "pause_work": _FIELD,
    "finish_work": _FIELD,
    "report_conduct": _FIELD,
    "blow_whistle": _SOURCES,
    "claim_whistle": _FIELD,
    "give_back_whistle": _FIELD,
    "report_in": _FIELD,
    "finish_whistle": _FIELD,
    "post_member": _FIELD,
    "take_ward": _FIELD,
    "visit_ward": _FIELD,
    "end_ward": _FIELD,
    "readmit_member": frozenset({Role.COMMANDER}),
    "muster_proposed": frozenset({Role.SYSTEM}),
    "deadline_passed": frozenset({Role.SYSTEM}),
    "adopt_policy": frozenset({Role.COMMANDER}),
    "activate_response": frozenset({Role.COMMANDER}),
    "terminate_response": frozenset({Role.COMMANDER}),
    "override_safety": frozenset({Role.COMMANDER}),
    "aid_requested": frozenset({Role.SYSTEM}),
    "aid_responded": frozenset({Role.SYSTEM}),
    "aid_committed": frozenset({Role.SYSTEM}),
    "aid_arrived": frozenset({Role.SYSTEM}),
    "aid_released": frozenset({Role.SYSTEM}),
    "aid_returned": frozenset({Role.SYSTEM}),
    "aid_return_requested": frozenset({Role.SYSTEM}),
    "aid_cancelled": frozenset({Role.SYSTEM}),
    "aid_heard": frozenset({Role.SYSTEM}),
}


def allowed(type_: str) -> frozenset[Role]:
    """Return the roles that may send this type of signal; the desk where nothing else is said."""
    return _BY_TYPE.get(type_, _DESK)


def from_outside(type_: str) -> bool:
    """Say whether anybody with a token may send this type: not what the coordinator tells itself,
    and what its planner and other jurisdictions tell it, whose ways in are their own."""
    return allowed(type_) != {Role.SYSTEM}


_ALLOWED: Final = {model: allowed(type_) for type_, model in catalogue.SIGNALS.items()}


def check(state: Jurisdiction, signal: Signal) -> tuple[Event, ...]:
    """Return a refusal if the sender may not say this, else nothing."""
    if signal.actor_role not in _ALLOWED[type(signal)]:
        return refuse(rights.ROLE_MAY_NOT_SEND_THIS, field="actor_role", value=signal.actor_role)
    if signal.actor_role is not Role.MEMBER:
        return ()
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
