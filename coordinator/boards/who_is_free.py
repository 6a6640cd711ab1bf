"""How many of each team can still be called?"""

from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board, Kinds
from coordinator.boards.ports import Row
from coordinator.domain.roster.free_people import is_free
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.catalogue import members
from schemas.events.aid import AidCalledOff, AidCrewPromised, AidCrewReleased, AidCrewReturned
from schemas.events.assignment import AssignmentOffered, AssignmentOver
from schemas.events.envelope import Event
from schemas.events.operation import (
    GuardPosted,
    OperationCancelled,
    OperationConcluded,
    PostsTurned,
    PostWithdrawn,
)
from schemas.events.roster import (
    AvailabilityChanged,
    MemberFit,
    MemberUnfit,
    RosterChanged,
    ShiftsTurned,
    ShiftTakenOver,
)
from schemas.events.violation import MemberReadmitted, MemberTakenOffPost

_WHOLE_ROSTER: Final[Kinds] = frozenset(
    {
        RosterChanged,
        ShiftsTurned,
        ShiftTakenOver,
        AidCrewPromised,
        AidCrewReleased,
        AidCrewReturned,
        AidCalledOff,
        GuardPosted,
        PostWithdrawn,
        PostsTurned,
        OperationConcluded,
        OperationCancelled,
    }
)


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    if type(event) in _WHOLE_ROSTER:
        return set(after.roster.teams)
    found = set()
    for member_id in touches.members(event, before, after):
        member = after.roster.members.get(member_id)
        if member is not None:
            found.add(member.person.team_id)
    return found


def row(state: Jurisdiction, key: str) -> Row | None:
    team = state.roster.teams.get(key)
    if team is None:
        return None
    on_shift = standby = committed = free = 0
    for member_id in state.roster.team_members.get(key, ()):
        member = state.roster.members[member_id]
        bound = member.assignment_id is not None or member.posted_to or member.lent_to
        on_shift += member.on_shift > 0
        standby += member.on_standby > 0 and not member.on_shift
        committed += bool(bound)
        free += is_free(member)
    return {
        "team_id": key,
        "realm": state.realm,
        "name": team.name,
        "members": len(state.roster.team_members.get(key, ())),
        "on_shift": on_shift,
        "on_standby": standby,
        "committed": committed,
        "free": free,
        "minimum": team.on_duty_minimum,
    }


BOARD: Final = Board(
    name="who_is_free",
    concerns=_WHOLE_ROSTER
    | {
        AssignmentOffered,
        *members(AssignmentOver),
        AvailabilityChanged,
        MemberUnfit,
        MemberFit,
        MemberTakenOffPost,
        MemberReadmitted,
    },
    touched=touched,
    row=row,
    keys=lambda state: state.roster.teams,
    of=("tea",),
)
