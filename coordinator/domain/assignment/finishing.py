"""«Done»: who has been there says it, and whoever leads does not leave people behind unled."""

from coordinator.domain.assignment.staying import nobody_sought
from coordinator.domain.at_work import at_work, naming
from coordinator.domain.refusal import refuse
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Unit
from coordinator.domain.unit.vacancy import is_with, led_by, qualified
from schemas.events.assignment import AssignmentDone
from schemas.events.envelope import Event
from schemas.events.unit import RoleTakenOver
from schemas.sentences import units
from schemas.signals.assignment import FinishAssignment
from schemas.vocabulary import AssignmentStatus, UnitRole

_NOT_ACCEPTED = frozenset({AssignmentStatus.OFFERED, AssignmentStatus.ACKNOWLEDGED})


def finish(
    state: Jurisdiction, assignment: Assignment, signal: FinishAssignment, happened_at: int
) -> tuple[Event, ...]:
    """Who has not been there has done nothing: a slip of the thumb would let them go unnoticed."""
    id_ = assignment.assignment_id
    if assignment.status in _NOT_ACCEPTED:
        return refuse(units.NOT_ACCEPTED_NOT_FINISHED, field="assignment_id", value=id_)
    if assignment.status is not AssignmentStatus.ON_SCENE:
        return refuse(units.ARRIVES_BEFORE_FINISHING, field="assignment_id", value=id_)
    unit = state.units.by_id.get(assignment.unit_id)
    leads = unit is not None and led_by(state, unit, assignment.member_id)
    if unit is None or not leads:
        if signal.leads_now is not None or signal.all_in:
            field = "all_in" if signal.all_in else "leads_now"
            return refuse(units.LEADER_SAYS_WHO_LEADS, field=field, value=assignment.member_id)
        return (AssignmentDone(assignment_id=id_, happened_at=happened_at, text=signal.text),)
    refused = _handed_on(state, unit, assignment, signal)
    if refused:
        return refused
    done = AssignmentDone(
        assignment_id=id_, happened_at=happened_at, text=signal.text, all_in=signal.all_in
    )
    if signal.leads_now is None:
        return (done,)
    # First somebody leads, then the other goes: at no moment are they without.
    taken = RoleTakenOver(unit_id=unit.unit_id, role=UnitRole.LEADER, member_id=signal.leads_now)
    return (taken, done)


def _handed_on(
    state: Jurisdiction, unit: Unit, assignment: Assignment, signal: FinishAssignment
) -> tuple[Event, ...]:
    """Refuse a leader who leaves people behind and does not say who leads them."""
    others = tuple(sorted(it for it in unit.people if it != assignment.member_id))
    who = signal.leads_now
    if signal.all_in:
        if who is not None:
            return refuse(units.LED_BY_OR_ALL_IN, field="leads_now", value=who)
        return _not_all_in(state, unit, others)
    if who is None:
        if not others:
            return ()
        return refuse(units.who_leads_now(others), field="leads_now", value=None)
    if who not in _there(state, unit, assignment.member_id):
        return refuse(units.WHO_LEADS_IS_OF_UNIT, field="leads_now", value=who)
    if who not in may_lead(state, unit, assignment.member_id):
        return refuse(units.LEADER_IS_QUALIFIED, field="leads_now", value=who)
    return ()


def _not_all_in(state: Jurisdiction, unit: Unit, others: tuple[str, ...]) -> tuple[Event, ...]:
    """Refuse that all are in while some are at a line, did not answer a roll call, or called
    for help: whom nobody leads, nobody looks for.
    """
    tickets = at_work(state, unit.unit_id)
    if tickets:
        return refuse(units.unit_at_work(naming(tickets)), field="all_in", value=unit.unit_id)
    return nobody_sought(state, others, field="all_in", value=unit.unit_id)


def may_lead(state: Jurisdiction, unit: Unit, leader: str) -> tuple[str, ...]:
    """Return who may lead those left behind: the qualified, and where nobody of them is, any.

    Somebody leads until who is called for it has come.
    """
    there = _there(state, unit, leader)
    return tuple(it for it in there if qualified(state, it)) or there


def _there(state: Jurisdiction, unit: Unit, leader: str) -> tuple[str, ...]:
    """Return who can lead now: who is on scene, or where nobody is, on the way."""
    others = [it for it in sorted(unit.people) if it != leader and is_with(state, unit, it)]
    on_scene = [
        it
        for it in others
        if state.assignments.by_id[unit.people[it]].status is AssignmentStatus.ON_SCENE
    ]
    return tuple(on_scene or others)
