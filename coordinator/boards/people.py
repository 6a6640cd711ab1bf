"""Who belongs here, what can they do, and what keeps each of them from being called?

Whether a leave has begun or a rest is over, the reader's clock tells: the row gives the times.
"""

from collections.abc import Collection
from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.durations import HOUR
from schemas.events.envelope import Event
from schemas.events.operation import (
    GuardPosted,
    OperationCancelled,
    OperationConcluded,
    PostsTurned,
    PostWithdrawn,
)
from schemas.events.roster import PolicyAdopted, RosterChanged, ShiftsTurned, ShiftTakenOver
from schemas.events.unit import UnitKept

_OF_A_GUARD = (GuardPosted, PostWithdrawn, PostsTurned, OperationConcluded, OperationCancelled)


_AID: Final = touches.concerning("aid_id")
_OTHERWISE: Final = _AID | {RosterChanged, ShiftsTurned, PolicyAdopted, UnitKept, *_OF_A_GUARD}


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> Collection[str]:
    if type(event) not in _OTHERWISE:
        return touches.members(event, before, after)
    match event:
        case RosterChanged():
            shifts = touches.shifts_of_import(event, before)
            found = {it.member_id for it in event.people} | {*event.removed_members}
            return found | touches.on_shifts(before, shifts) | touches.on_shifts(after, shifts)
        case ShiftsTurned():
            turned = (*event.started, *event.ended)
            return touches.on_shifts(before, turned) | touches.on_shifts(after, turned)
        case PolicyAdopted():
            return set(after.roster.members)
        case UnitKept():
            return set(after.units.by_id[event.unit_id].people)
    if isinstance(event, _OF_A_GUARD):
        operation = before.operations.by_id.get(event.operation_id)
        watches = () if operation is None else operation.sites.values()
        guards = (guard for watch in watches for guard in watch.guards)
        standing = {member_id for guard in guards for member_id in guard.post.member_ids}
        return standing | ({*event.post.member_ids} if isinstance(event, GuardPosted) else set())
    talk = touches.conversation(event, before, after)
    if talk is not None and talk.package is not None:
        return {it.member_id for it in talk.package.people}
    return touches.members(event, before, after)


def row(state: Jurisdiction, key: str) -> Row | None:
    member = state.roster.members.get(key)
    if member is None:
        return None
    person, hours = member.person, state.policy.hours
    assignment = state.assignments.by_id.get(member.assignment_id or "")
    since, idle = member.worked_since, member.idle_since
    return {
        "member_id": key,
        "realm": state.realm,
        "team_id": person.team_id,
        "standing": person.standing,
        "party": person.party,
        "skills": [it for it in person.skills],
        "certificates": [[it.skill, it.valid_until] for it in person.certificates],
        "available": member.available,
        "unfit": None if member.unfit is None else member.unfit.why,
        "unfit_since": None if member.unfit is None else member.unfit.since,
        "on_shift": member.on_shift > 0,
        "on_standby": member.on_standby > 0,
        "leaves": [[it.starts_at, it.ends_at] for it in member.leaves],
        "leaves_at": person.leaves_at,
        "tired_at": None if since is None else since + hours.work_max_h * HOUR,
        "rested_at": None if idle is None else idle + hours.rest_min_h * HOUR,
        "fatigue_override_until": member.fatigue_override_until or None,
        "assignment_id": member.assignment_id,
        "unit_id": None if assignment is None else assignment.unit_id,
        "incident_id": None if assignment is None else assignment.incident_id,
        "status": None if assignment is None else assignment.status,
        "posted_to": member.posted_to,
        "off_post_until": member.off_post_until,
        "lent_to": member.lent_to,
        "borrowed_from": member.borrowed_from,
        "reachable": bool(member.devices),
        "call_outs": member.call_outs,
    }


BOARD: Final = Board(
    name="people",
    concerns=touches.concerning("member_id", "assignment_id", "aid_id")
    | {RosterChanged, ShiftsTurned, ShiftTakenOver, PolicyAdopted, UnitKept, *_OF_A_GUARD},
    touched=touched,
    row=row,
    keys=lambda state: state.roster.members,
    on_request=True,
    of=("mem",),
)
