"""A stray finger: a member takes back their last tap within seconds, while nothing stands on it.

The tap and its taking back are both on record. Whoever was called in their place is called off,
whoever took over their lead has their own role again.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from coordinator.domain.assignment.taken_back import ENDING, called_instead, lost_vehicles
from coordinator.domain.at_work import bound_by, naming, release
from coordinator.domain.binding import is_bound
from coordinator.domain.called_to import goes_on, goes_on_beside_incident
from coordinator.domain.cause import Cause
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.roster import unfit
from coordinator.domain.slip import too_late
from coordinator.domain.state.assignments import Assignment, LastTap
from coordinator.domain.state.incidents import Phase
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from schemas.events.assignment import TapTakenBack
from schemas.events.envelope import Event
from schemas.events.unit import RoleTakenOver
from schemas.sentences import notices, reasons, units
from schemas.signals.assignment import TakeBackTap
from schemas.vocabulary import AssignmentStatus, NoticeKind, Recipient, Role, Tap, UnitRole

_LEADS_TO: Final = {
    Tap.ACCEPTED: AssignmentStatus.ACCEPTED,
    Tap.DECLINED: AssignmentStatus.DECLINED,
    Tap.EN_ROUTE: AssignmentStatus.EN_ROUTE,
    Tap.ON_SCENE: AssignmentStatus.ON_SCENE,
    Tap.DONE: AssignmentStatus.DONE,
    Tap.ABORTED: AssignmentStatus.ABORTED,
}
_UNDER_WAY = frozenset({AssignmentStatus.EN_ROUTE, AssignmentStatus.ON_SCENE})


def take_back(
    state: Jurisdiction, assignment: Assignment, signal: TakeBackTap, cause: Cause
) -> Iterable[Event]:
    """Take back the last tap, with what followed from it."""
    last, unit = assignment.last_tap, state.units.by_id.get(assignment.unit_id)
    if signal.actor_role is not Role.MEMBER:
        return refuse(units.TAP_IS_ONES_OWN, field="actor_role", value=signal.actor_role)
    stands = last is not None and _LEADS_TO[last.tap] is assignment.status
    if last is None or unit is None or not stands or last.tap is not signal.tap:
        return refuse(units.NOTHING_TO_TAKE_BACK, field="tap", value=signal.tap)
    refused = (
        _at_work(state, assignment, last)
        or _too_late(state, last, cause)
        or _let_go(state, unit, assignment, last)
    )
    if refused:
        return refused
    if last.tap not in ENDING:
        return (_back(assignment, last, cause),)
    return _come_back(state, unit, assignment, last, cause)


def _back(assignment: Assignment, last: LastTap, cause: Cause) -> TapTakenBack:
    return TapTakenBack(
        assignment_id=assignment.assignment_id,
        tap=last.tap,
        back_to=last.before,
        alarms=last.alarms,
        happened_at=cause.happened_at,
    )


def _at_work(state: Jurisdiction, assignment: Assignment, last: LastTap) -> tuple[Event, ...]:
    """Refuse to un-say that somebody is at a line: whoever is there would not be counted off it."""
    tickets = () if last.tap in ENDING else bound_by(state, assignment)
    if not tickets:
        return ()
    return refuse(units.people_at_work(naming(tickets)), field="tap", value=last.tap)


def _too_late(state: Jurisdiction, last: LastTap, cause: Cause) -> tuple[Event, ...]:
    late = too_late(state, cause, at=last.at, said_at=last.said_at)
    return () if late is None else refuse(late, field="tap", value=last.tap)


def _let_go(
    state: Jurisdiction, unit: Unit, assignment: Assignment, last: LastTap
) -> tuple[Event, ...]:
    """Refuse where others were let go by the tap: they have been told, and may be gone."""
    others = [state.assignments.by_id.get(it) for it in unit.offered]
    if any(
        it is not None
        and it.assignment_id != assignment.assignment_id
        and it.status is AssignmentStatus.RELEASED
        and it.ended_at == last.at
        for it in others
    ):
        return refuse(units.TAP_LET_SOMEBODY_GO, field="tap", value=last.tap)
    return ()


def _come_back(
    state: Jurisdiction, unit: Unit, assignment: Assignment, last: LastTap, cause: Cause
) -> Iterable[Event]:
    """Return the facts of somebody who stays in their unit after all."""
    refused = _kept_away(state, unit, assignment)
    if refused:
        return refused
    role = unit.roles.get(assignment.member_id, assignment.role)
    # Who led only in the place of somebody who leads again since comes back as what they were.
    own = () if role is assignment.role or not _is_led(state, unit) else (assignment.role,)
    role = next(iter(own), role)
    # Whoever took over the lead has their own role again: on scene, when the leader is there.
    there = last.before is AssignmentStatus.ON_SCENE
    led = tuple(_lead_instead(state, unit, there)) if role is UnitRole.LEADER else ()
    roles = {role, *(own for _, own in led)}
    places = (assignment.assignment_id, *(unit.people[it] for it, _ in led))
    called = called_instead(state, unit, places, last.at)
    instead = tuple([it for it in called if it.role in roles])
    coming = next((it for it in instead if it.status in _UNDER_WAY), None)
    if coming is not None:
        return refuse(units.ANOTHER_IS_COMING, field="tap", value=last.tap)
    return (
        _back(assignment, last, cause),
        *unfit.slip(state, assignment.assignment_id, assignment.member_id, cause),
        *_told_what_it_lacks(state, unit, cause),
        *(_leads_no_more(unit, assignment.member_id, it) for it in own),
        *(_leads_no_more(unit, member_id, own) for member_id, own in led),
        *(_told_who_leads(unit, member_id, assignment, cause) for member_id, _ in led),
        *(
            fact
            for it in instead
            for fact in release(state, it.assignment_id, reasons.TAP_TAKEN_BACK)
        ),
    )


def _kept_away(state: Jurisdiction, unit: Unit, assignment: Assignment) -> tuple[Event, ...]:
    if is_bound(state, assignment.member_id):
        return refuse(units.BOUND_ELSEWHERE_BY_NOW, field="tap", value=assignment.status)
    last = assignment.last_tap
    stood_down = unit.stage is Stage.STOOD_DOWN
    with_others = stood_down and (last is None or unit.stood_down_at != last.at)
    if with_others or _is_over(state, unit):
        return refuse(units.NO_SUCH_UNIT_AT_WORK, field="tap", value=assignment.status)
    return ()


def _is_over(state: Jurisdiction, unit: Unit) -> bool:
    """Whether what a unit was called for has ended: nobody goes back to that."""
    if not goes_on(state, unit):
        return True
    if unit.stage is not Stage.STOOD_DOWN or goes_on_beside_incident(state, unit):
        return False
    # Where supply is makeshift the unit works on; what has stood down since does not.
    incident = state.incidents.by_id.get(unit.incident_id or "")
    return incident is not None and incident.phase is Phase.RESTORED


def _told_what_it_lacks(state: Jurisdiction, unit: Unit, cause: Cause) -> Iterable[Event]:
    """Tell the desk which vehicles a unit that stands again has no more: others have them now."""
    lost = Counter(lost_vehicles(state, unit).values())
    if not lost:
        return
    lacks = [notices.lacking_vehicles(count, kind) for kind, count in sorted(lost.items())]
    yield notify(
        cause,
        NoticeKind.VEHICLES_LACKING,
        Recipient.DISPATCHER,
        notices.short_of(lacks),
        about=unit.unit_id,
    )


def _is_led(state: Jurisdiction, unit: Unit) -> bool:
    """Whether somebody who was called to lead a unit does."""
    return any(
        unit.roles.get(member_id) is UnitRole.LEADER
        and state.assignments.by_id[assignment_id].role is UnitRole.LEADER
        for member_id, assignment_id in unit.people.items()
    )


def _lead_instead(state: Jurisdiction, unit: Unit, there: bool) -> Iterable[tuple[str, UnitRole]]:
    """Yield who leads for want of a leader who comes back, and their own role.

    `there`: whether that one is on scene; who only is to come leads nobody who is.
    """
    for member_id, assignment_id in sorted(unit.people.items()):
        held = state.assignments.by_id[assignment_id]
        on_scene = held.status is AssignmentStatus.ON_SCENE
        leads = unit.roles.get(member_id) is UnitRole.LEADER and (there or not on_scene)
        if leads and held.role is not UnitRole.LEADER:
            yield member_id, held.role


def _leads_no_more(unit: Unit, member_id: str, own: UnitRole) -> Event:
    return RoleTakenOver(unit_id=unit.unit_id, role=own, member_id=member_id)


def _told_who_leads(unit: Unit, member_id: str, leader: Assignment, cause: Cause) -> Event:
    return notify(
        cause,
        NoticeKind.LEADS_NOW,
        Recipient.MEMBER,
        notices.leads_again(unit.unit_id, leader.member_id),
        about=unit.unit_id,
        targets=(member_id,),
    )
