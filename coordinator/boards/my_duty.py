"""When am I on call? Is a roll call waiting for me, and is my call for help open?"""

from collections.abc import Collection
from typing import Any, Final

from immutables import Map

from coordinator.boards import touches
from coordinator.boards.board import Board, Kinds
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.command import (
    HelpCalled,
    HelpResolved,
    HelpTakenBack,
    RollAnswered,
    RollAnswerTakenBack,
    RollCallOpened,
)
from schemas.events.envelope import Event
from schemas.events.incident import IncidentsMerged
from schemas.events.roster import (
    AvailabilityChanged,
    DeviceChanged,
    LeavePlanned,
    MemberFit,
    MemberUnfit,
    PolicyAdopted,
    RosterChanged,
    ShiftsTurned,
    ShiftTakenOver,
    TakeoverAsked,
)
from schemas.roster import Shift

_OF_ONE: Final[Kinds] = frozenset(
    {
        AvailabilityChanged,
        MemberUnfit,
        MemberFit,
        DeviceChanged,
        LeavePlanned,
        ShiftTakenOver,
        TakeoverAsked,
    }
)
_ROLL_CALLS: Final[Kinds] = touches.concerning("roll_call_id")
_AID: Final[Kinds] = touches.concerning("aid_id")
"""A lent crew comes and goes with the talk about it."""
_SHIFTS_SHOWN = 60


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> Collection[str]:
    if isinstance(event, PolicyAdopted):
        return after.roster.members.keys()
    if isinstance(event, IncidentsMerged):
        return _called_there(event, before)
    return _touched(event, before, after)


def _touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> Collection[str]:
    match event:
        case RosterChanged():
            return {
                *event.removed_members,
                *(person.member_id for person in event.people),
                *(member for shift in event.shifts for member in shift.member_ids),
                *touches.on_shifts(before, touches.shifts_of_import(event, before)),
                *_renamed(event, after),
            }
        case ShiftsTurned():
            turned = (before.roster.shifts.get(it) for it in (*event.started, *event.ended))
            return {member for shift in turned if shift is not None for member in shift.member_ids}
        case RollCallOpened() | RollAnswered() | RollAnswerTakenBack():
            return set(event.member_ids)
        case HelpCalled():
            return {event.member_id}
        case HelpResolved() | HelpTakenBack():
            call = before.command.help_calls.get(event.help_call_id)
            return set() if call is None else {call.member_id}
    if type(event) in _ROLL_CALLS:
        roll_call = before.command.roll_calls.get(event.roll_call_id)  # type: ignore[attr-defined]
        return set() if roll_call is None else {*roll_call.waiting, *roll_call.missed}
    talk = touches.conversation(event, before, after)
    if talk is not None and talk.package is not None:
        return {person.member_id for person in talk.package.people}
    return touches.members(event, before, after)


def _renamed(event: RosterChanged, after: Jurisdiction) -> set[str]:
    return {
        member for team in event.teams for member in after.roster.team_members.get(team.team_id, ())
    }


def row(state: Jurisdiction, key: str) -> Row | None:
    member = state.roster.members.get(key)
    if member is None:
        return None
    person = member.person
    team = state.roster.teams.get(person.team_id)
    return {
        "member_id": key,
        "realm": state.realm,
        "team_id": person.team_id,
        "team": None if team is None else team.name,
        "standing": person.standing,
        "skills": [it for it in person.skills],
        "available": member.available,
        "unfit": None if member.unfit is None else member.unfit.why,
        "unfit_since": None if member.unfit is None else member.unfit.since,
        "on_shift": member.on_shift > 0,
        "on_standby": member.on_standby > 0,
        "leaves": [[it.starts_at, it.ends_at] for it in member.leaves],
        "devices": len(member.devices),
        "shifts": _shifts(state.roster.shifts, key),
        "takeovers": _takeovers(state, key),
        "roll_call": _roll_call(state, key),
        "take_back_s": state.policy.answering.take_back_s,
        "help_call": next(
            (
                {"help_call_id": it.help_call_id, "called_at": it.called_at}
                for _, it in sorted(state.command.help_calls.items())
                if it.member_id == key
            ),
            None,
        ),
    }


def _takeovers(state: Jurisdiction, key: str) -> list[dict[str, Any]]:
    """Return the shifts that may change hands here, and whether it is this member who agrees."""
    found = []
    for name, asked_by in sorted(state.roster.asked.items()):
        shift_id, holder_id, taker_id = name.split("/")
        shift = state.roster.shifts.get(shift_id)
        if shift is not None and key in (holder_id, taker_id):
            found.append(
                {
                    "shift_id": shift_id,
                    "holder_id": holder_id,
                    "taker_id": taker_id,
                    "starts_at": shift.starts_at,
                    "ends_at": shift.ends_at,
                    "to_agree": asked_by != key,
                }
            )
    return found


def _called_there(event: IncidentsMerged, before: Jurisdiction) -> set[str]:
    """Return whom a roll call of an incident waits for that is part of another now."""
    calls = before.command.roll_calls.values()
    return {it for call in calls if call.incident_id == event.incident_id for it in call.waiting}


def _roll_call(state: Jurisdiction, key: str) -> dict[str, Any] | None:
    for roll_call_id, call in sorted(state.command.roll_calls.items()):
        if key in call.waiting:
            return {
                "roll_call_id": roll_call_id,
                "incident_id": call.incident_id,
                "task_id": call.task_id,
                "opened_at": call.opened_at,
                "due_at": call.due_at,
                "missed": key in call.missed,
            }
    return None


def _shifts(shifts: Map[str, Shift], key: str) -> list[dict[str, Any]]:
    found = [
        {
            "shift_id": it.shift_id,
            "team_id": it.team_id,
            "starts_at": it.starts_at,
            "ends_at": it.ends_at,
            "standby": it.standby,
        }
        for it in _by_member(shifts).get(key, ())
    ]
    return found[:_SHIFTS_SHOWN]


_indexed: list[tuple[Map[str, Shift], dict[str, list[Shift]]]] = []


def _by_member(shifts: Map[str, Shift]) -> dict[str, list[Shift]]:
    """Return the shifts of each member, soonest first.

    A whole roster is drawn member by member from one map: it is turned round once, not each time.
    """
    if not _indexed or _indexed[0][0] is not shifts:
        found: dict[str, list[Shift]] = {}
        for shift in sorted(shifts.values(), key=lambda it: (it.starts_at, it.shift_id)):
            for member_id in shift.member_ids:
                found.setdefault(member_id, []).append(shift)
        _indexed[:] = [(shifts, found)]
    return _indexed[0][1]


BOARD: Final = Board(
    name="my_duty",
    concerns=_OF_ONE
    | _ROLL_CALLS
    | _AID
    | {
        PolicyAdopted,
        RosterChanged,
        ShiftsTurned,
        HelpCalled,
        HelpResolved,
        HelpTakenBack,
        IncidentsMerged,
    },
    touched=touched,
    row=row,
    keys=lambda state: state.roster.members,
    on_request=True,
)
