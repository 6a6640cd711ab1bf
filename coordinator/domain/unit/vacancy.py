"""What a unit is never without: who leads, who watches over safety, who drives.

Whatever takes somebody out of a unit that is out (done, released, gone, called away, relieved) or
gives them another role in it comes through here. What nobody holds any more is looked for at once,
and the desk is told where somebody had it and has left, not only where nobody can be found.
"""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec.structs import replace

from coordinator.domain.at_work import stand_down
from coordinator.domain.cause import Cause
from coordinator.domain.escalation.alarm import call_off
from coordinator.domain.notice import notify
from coordinator.domain.roster.eligibility import qualifies
from coordinator.domain.state.assignments import Assignment
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.unit.greedy import form
from coordinator.domain.unit.muster import besides, replace_member, short
from schemas.events.assignment import (
    AssignmentDone,
    AssignmentOver,
    AssignmentReleased,
    TapTakenBack,
)
from schemas.events.envelope import Event
from schemas.events.unit import RoleTakenOver, UnitReinforced
from schemas.muster import RoleNeed
from schemas.said import Said
from schemas.sentences import notices, reasons
from schemas.vocabulary import AssignmentStatus, NoticeKind, Recipient, Tap, UnitRole

NEVER_WITHOUT: Final = (UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR, UnitRole.DRIVER)
_COMES = frozenset(
    {AssignmentStatus.ACCEPTED, AssignmentStatus.EN_ROUTE, AssignmentStatus.ON_SCENE}
)
_THERE = frozenset({AssignmentStatus.ON_SCENE})
_CALLED = _COMES | {AssignmentStatus.OFFERED, AssignmentStatus.ACKNOWLEDGED}


def vacant(state: Jurisdiction, unit: Unit) -> tuple[UnitRole, ...]:
    """Return the roles a formed unit was made with and is never without, which nobody of it holds
    and nobody is looked for yet.
    """
    wanted = {it.role for it in unit.need.roles}
    held = {
        role
        for member_id in unit.people
        # Who leads for want of anybody better leads; who can is called all the same.
        if (role := unit.roles.get(member_id)) is not UnitRole.LEADER or qualified(state, member_id)
    }
    looked_for = {role for role, _ in unit.missing}
    return tuple(
        role
        for role in NEVER_WITHOUT
        if role in wanted and role not in held and role not in looked_for
    )


def left(state: Jurisdiction, event: AssignmentOver, cause: Cause) -> Iterable[Event]:
    """Follow somebody's leaving: the unit stands down with its last, or what it lacks is sought."""
    assignment = state.assignments.by_id.get(event.assignment_id)
    unit = None if assignment is None else state.units.by_id.get(assignment.unit_id)
    if assignment is None or unit is None or unit.stage is not Stage.FORMED:
        return
    if isinstance(event, AssignmentDone) and event.all_in:
        yield from stand_down(state, unit.unit_id, reasons.ALL_IN)
        return
    over = isinstance(event, AssignmentDone | AssignmentReleased)
    if over and not unit.people:
        yield from stand_down(state, unit.unit_id, reasons.ALL_DONE)
        return
    gone = vacant(state, unit)
    if assignment.accepted_at is not None or assignment.on_scene_at is not None:
        yield from _told(unit, gone, assignment.member_id, cause)
    if gone or over:
        # Not whoever has just gone: not even where there is nobody else.
        yield from filled(state, unit, gone, cause, instead_of=assignment)
        return
    # Whoever did not come is replaced in any role; whoever is done, only in these.
    yield from replace_member(state, event.assignment_id, cause)


def _told(
    unit: Unit,
    gone: tuple[UnitRole, ...],
    member_id: str,
    cause: Cause,
    says: Callable[[str, UnitRole, str, int], Said] = notices.role_vacant,
) -> Iterable[Event]:
    for role in gone:
        yield notify(
            cause,
            NoticeKind.ROLE_VACANT,
            Recipient.DISPATCHER,
            says(unit.unit_id, role, member_id, len(unit.people)),
            about=unit.unit_id,
        )


def filled(
    state: Jurisdiction,
    unit: Unit,
    gone: tuple[UnitRole, ...],
    cause: Cause,
    *,
    instead_of: Assignment | None = None,
) -> Iterable[Event]:
    """Look for who takes these roles. Where a deputy is there they lead at once: nobody who is
    still on the way leads those on scene.
    """
    if UnitRole.LEADER in gone and (there := _deputies(state, unit, _THERE)):
        yield RoleTakenOver(unit_id=unit.unit_id, role=UnitRole.LEADER, member_id=there[0])
        yield from _lead_no_more(state, unit)
        gone = tuple(it for it in gone if it is not UnitRole.LEADER)
    if not gone:
        return
    roles = tuple(RoleNeed(role=role, count=1) for role in gone)
    need = replace(unit.need, roles=roles, resources=())
    out = () if instead_of is None else (instead_of.member_id,)
    formed = form(state, need, cause.at, without=(*unit.tried, *out))
    if formed.picks:
        yield UnitReinforced(
            unit_id=unit.unit_id,
            picks=formed.picks,
            cause="replacement",
            instead_of=None if instead_of is None else instead_of.assignment_id,
        )
    found = {it.role for it in formed.picks}
    still = {role: 1 for role in gone if role not in found}
    if UnitRole.LEADER in still and (deputies := _deputies(state, unit, _CALLED)):
        del still[UnitRole.LEADER]
        yield RoleTakenOver(unit_id=unit.unit_id, role=UnitRole.LEADER, member_id=deputies[0])
    if still:
        yield from short(state, unit, besides(unit, formed, still), cause)


def _deputies(
    state: Jurisdiction, unit: Unit, having: frozenset[AssignmentStatus]
) -> tuple[str, ...]:
    """Return the deputies who may lead a unit; from whoever leads on scene for want of anybody
    better only one who can takes over.
    """
    led = bool(_lead_there(state, unit))
    return tuple(
        member_id
        for member_id, assignment_id in sorted(unit.people.items())
        if unit.roles.get(member_id) is UnitRole.DEPUTY
        and state.assignments.by_id[assignment_id].status in having
        and (not led or qualified(state, member_id))
    )


def _lead_there(state: Jurisdiction, unit: Unit) -> tuple[str, ...]:
    """Return who of those on scene leads a unit."""
    return tuple(
        member_id
        for member_id, assignment_id in sorted(unit.people.items())
        if unit.roles.get(member_id) is UnitRole.LEADER
        and state.assignments.by_id[assignment_id].status in _THERE
    )


def _lead_no_more(state: Jurisdiction, unit: Unit) -> Iterable[Event]:
    """Give whoever led on scene for want of anybody better their own role again."""
    for member_id in _lead_there(state, unit):
        own = state.assignments.by_id[unit.people[member_id]].role
        if own is not UnitRole.LEADER:
            yield RoleTakenOver(unit_id=unit.unit_id, role=own, member_id=member_id)


def taken_over(state: Jurisdiction, event: RoleTakenOver, cause: Cause) -> Iterable[Event]:
    """Tell who leads now, and look for who does what they did before."""
    unit = state.units.by_id[event.unit_id]
    if event.role is UnitRole.LEADER:
        yield notify(
            cause,
            NoticeKind.LEADS_NOW,
            Recipient.MEMBER,
            notices.you_lead(unit.unit_id, len(unit.people)),
            about=unit.unit_id,
            targets=(event.member_id,),
        )
    if unit.stage is Stage.FORMED:
        gone = vacant(state, unit)
        yield from _told(unit, gone, event.member_id, cause)
        held = state.assignments.by_id.get(unit.people.get(event.member_id, ""))
        yield from filled(state, unit, gone, cause, instead_of=held)


def changed(
    state: Jurisdiction, event: TapTakenBack | RoleTakenOver, cause: Cause
) -> Iterable[Event]:
    """Follow a change within a unit: another leads, or somebody stays after all."""
    if isinstance(event, TapTakenBack):
        return came_back(state, event, cause)
    return taken_over(state, event, cause)


def came_back(state: Jurisdiction, event: TapTakenBack, cause: Cause) -> Iterable[Event]:
    """Somebody stays after all: a unit that lacked nobody else is short no longer."""
    assignment = state.assignments.by_id.get(event.assignment_id)
    unit = None if assignment is None else state.units.by_id.get(assignment.unit_id)
    if assignment is None or unit is None or unit.stage is not Stage.FORMED:
        return ()
    if event.tap is Tap.ON_SCENE:
        return _not_there(state, unit, assignment.member_id, cause)
    if unit.missing:
        return ()
    about, why = unit.unit_id, reasons.TAP_TAKEN_BACK
    return call_off(state, about=about, cause_kind=NoticeKind.SHORTAGE, reason=why)


def _not_there(state: Jurisdiction, unit: Unit, member_id: str, cause: Cause) -> Iterable[Event]:
    """Somebody was not on scene after all: those who are have nobody in a role they never go
    without. The desk is told, and a deputy who is there leads until the leader comes.
    """
    role = unit.roles.get(member_id)
    there = [
        it
        for it, held in sorted(unit.people.items())
        if state.assignments.by_id[held].status in _THERE
    ]
    if role not in NEVER_WITHOUT or not there or any(unit.roles.get(it) is role for it in there):
        return
    yield from _told(unit, (role,), member_id, cause, notices.role_not_there)
    deputies = _deputies(state, unit, _THERE)
    if role is UnitRole.LEADER and deputies:
        yield RoleTakenOver(unit_id=unit.unit_id, role=role, member_id=deputies[0])


def qualified(state: Jurisdiction, member_id: str) -> bool:
    """Whether a person may lead a unit by what they have learned."""
    member = state.roster.members.get(member_id)
    return member is not None and qualifies(state, member.person, UnitRole.LEADER, state.now)


def leader_came(state: Jurisdiction, assignment_id: str) -> Iterable[Event]:
    """Who leads the unit has come: who led for want of anybody better, or until then, has their own
    role again.
    """
    came = state.assignments.by_id[assignment_id]
    unit = state.units.by_id.get(came.unit_id)
    if unit is None or unit.roles.get(came.member_id) is not UnitRole.LEADER:
        return
    for member_id, held in sorted(unit.people.items()):
        leads = unit.roles.get(member_id) is UnitRole.LEADER and member_id != came.member_id
        own = state.assignments.by_id[held].role
        if leads and (own is not UnitRole.LEADER or not qualified(state, member_id)):
            yield RoleTakenOver(unit_id=unit.unit_id, role=own, member_id=member_id)


def led_by(state: Jurisdiction, unit: Unit, member_id: str) -> bool:
    """Whether a person leads a unit alone: nobody else who leads it is on scene."""
    if unit.roles.get(member_id) is not UnitRole.LEADER:
        return False
    return not any(
        unit.roles.get(other) is UnitRole.LEADER
        and state.assignments.by_id[assignment_id].status is AssignmentStatus.ON_SCENE
        for other, assignment_id in unit.people.items()
        if other != member_id
    )


def is_with(state: Jurisdiction, unit: Unit, member_id: str) -> bool:
    """Whether a person has accepted a place in a unit and has not left it."""
    held = state.assignments.by_id.get(unit.people.get(member_id, ""))
    return held is not None and held.status in _COMES
