"""People, teams and shifts: who is on call is a function of shifts, leave, takeovers and time."""

from collections.abc import Iterable
from typing import Final

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.roster import gaps as roster_gaps
from coordinator.domain.roster.fold import evolve
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import takeover_key
from schemas.catalogue import members
from schemas.durations import HOUR
from schemas.events.envelope import Event
from schemas.events.roster import (
    AvailabilityChanged,
    DeviceChanged,
    LeaveConflictFound,
    LeavePlanned,
    RosterChanged,
    RosterEvent,
    ShiftsTurned,
    ShiftTakenOver,
    TakeoverAsked,
)
from schemas.roster import Shift
from schemas.sentences import notices, rights, rosters
from schemas.signals.roster import (
    ChangeAvailability,
    ImportRoster,
    PlanLeave,
    RegisterDevice,
    RosterSignal,
    TakeOverShift,
)
from schemas.vocabulary import NoticeKind, PartyStanding, Recipient, Role, Standing

_TURNED_MAX = 1_000
_PARTY = frozenset({PartyStanding.FULL_MEMBER, PartyStanding.PROBATIONARY_MEMBER})


def decide(state: Jurisdiction, signal: RosterSignal, cause: Cause) -> Iterable[Event]:
    match signal:
        case ImportRoster():
            return _import(state, signal)
        case TakeOverShift():
            return _take_over(state, signal, cause)
        case PlanLeave():
            return _leave(state, signal, cause)
        case ChangeAvailability() | RegisterDevice():
            return _of_one(state, signal)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    if isinstance(event, LeavePlanned):
        return _conflicts(state, event)
    turned = _turn(state, cause.at)
    if isinstance(event, RosterChanged) and event.shifts:
        return (*turned, *roster_gaps.found(state, cause))
    return turned


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    if kind == "gaps":
        return roster_gaps.found(state, cause)
    return _turn(state, cause.at)


def _turn(state: Jurisdiction, at: int) -> tuple[Event, ...]:
    """Start and end the shifts whose time has come: of very many the earliest first."""
    started, ended = list[tuple[int, str]](), list[tuple[int, str]]()
    for shift_id, shift in state.roster.shifts.items():
        if shift.ends_at <= at:
            begun = shift_id in state.roster.running
            ended.append((shift.ends_at if begun else shift.starts_at, shift_id))
        elif shift.starts_at <= at and shift_id not in state.roster.running:
            started.append((shift.starts_at, shift_id))
    if not started and not ended:
        return ()
    return (ShiftsTurned(started=_earliest(started), ended=_earliest(ended)),)


def _earliest(due: list[tuple[int, str]]) -> tuple[str, ...]:
    """The clock waits for the first of them: it must be among those that are turned."""
    return tuple(shift_id for _, shift_id in sorted(due)[:_TURNED_MAX])


def _import(state: Jurisdiction, signal: ImportRoster) -> Iterable[Event]:
    broken = (
        _broken_people(state, signal)
        or _broken_shifts(state, signal)
        or _not_to_be_removed(state, signal)
    )
    if broken:
        return broken
    return (
        RosterChanged(
            teams=signal.teams,
            people=signal.people,
            resources=signal.resources,
            sites=signal.sites,
            cells=signal.cells,
            shifts=signal.shifts,
            removed_members=signal.removed_members,
        ),
    )


def _broken_people(state: Jurisdiction, signal: ImportRoster) -> tuple[Event, ...]:
    teams = {team.team_id for team in signal.teams}
    known = state.roster.teams
    captains = {team_id: it for team_id, it in state.roster.captains.items()}
    for person in signal.people:
        if person.team_id not in known and person.team_id not in teams:
            return refuse(
                rosters.known_team(person.member_id),
                field="people.team_id",
                value=person.team_id,
            )
        if person.standing is not Standing.CAPTAIN:
            continue
        if person.party not in _PARTY:
            return refuse(
                rosters.captain_in_party(person.member_id),
                field="people.party",
                value=person.party,
            )
        if captains.get(person.team_id, person.member_id) != person.member_id:
            return refuse(
                rosters.one_captain(person.member_id, captains[person.team_id]),
                field="people.standing",
                value=person.standing,
            )
        captains[person.team_id] = person.member_id
    return ()


def _broken_shifts(state: Jurisdiction, signal: ImportRoster) -> tuple[Event, ...]:
    people = {person.member_id for person in signal.people}
    for shift in signal.shifts:
        if shift.ends_at <= shift.starts_at:
            return refuse(
                rosters.shift_ends_after_start(shift.shift_id),
                field="shifts.ends_at",
                value=shift.ends_at,
            )
        for member_id in shift.member_ids:
            if member_id not in people and member_id not in state.roster.members:
                return refuse(
                    rosters.shift_names_roster(shift.shift_id),
                    field="shifts.member_ids",
                    value=member_id,
                )
    return ()


def _not_to_be_removed(state: Jurisdiction, signal: ImportRoster) -> tuple[Event, ...]:
    for member_id in signal.removed_members:
        member = state.roster.members.get(member_id)
        if member is None:
            return refuse(
                rosters.ONLY_ROSTER_PEOPLE_REMOVED, field="removed_members", value=member_id
            )
        if member.assignment_id is not None:
            return refuse(
                rosters.NOBODY_REMOVED_WHILE_BOUND, field="removed_members", value=member_id
            )
    return ()


def _take_over(state: Jurisdiction, signal: TakeOverShift, cause: Cause) -> Iterable[Event]:
    shift = state.roster.shifts.get(signal.shift_id)
    if shift is None:
        return refuse(rosters.NO_SUCH_SHIFT, field="shift_id", value=signal.shift_id)
    if signal.holder_id not in shift.member_ids:
        return refuse(rosters.ONLY_HOLDERS_SHIFT, field="holder_id", value=signal.holder_id)
    if signal.taker_id not in state.roster.members:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="taker_id", value=signal.taker_id)
    if signal.taker_id in shift.member_ids:
        return refuse(rosters.TAKER_HAS_SHIFT, field="taker_id", value=signal.taker_id)
    if signal.actor_role is Role.MEMBER:
        both = (signal.holder_id, signal.taker_id)
        if signal.actor_id not in both:
            return refuse(rights.TAKES_OVER_IN_OWN_NAME, field="taker_id", value=signal.taker_id)
        asked_by = state.roster.asked.get(takeover_key(shift.shift_id, *both))
        if asked_by is None or asked_by == signal.actor_id:
            return () if asked_by is not None else _asked(shift, signal, cause)
    return (
        ShiftTakenOver(
            shift_id=signal.shift_id,
            holder_id=signal.holder_id,
            taker_id=signal.taker_id,
            reason=signal.reason,
        ),
    )


def _asked(shift: Shift, signal: TakeOverShift, cause: Cause) -> Iterable[Event]:
    """Ask the other of the two: nobody is put on a shift, or off it, who has not said so."""
    holder, taker, asker = signal.holder_id, signal.taker_id, signal.actor_id
    yield TakeoverAsked(
        shift_id=shift.shift_id,
        holder_id=holder,
        taker_id=taker,
        asked_by=asker,
        reason=signal.reason,
    )
    yield notify(
        cause,
        NoticeKind.TAKEOVER_ASKED,
        Recipient.MEMBER,
        notices.takeover_asked(asker, holder, taker, shift.starts_at),
        about=shift.shift_id,
        targets=(taker if asker == holder else holder,),
        lasts_ms=max(HOUR, shift.ends_at - cause.at),
    )


def _leave(state: Jurisdiction, signal: PlanLeave, cause: Cause) -> Iterable[Event]:
    if signal.member_id not in state.roster.members:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="member_id", value=signal.member_id)
    if signal.ends_at <= max(signal.starts_at, cause.at):
        return refuse(rosters.LEAVE_ENDS_IN_FUTURE, field="ends_at", value=signal.ends_at)
    return (
        LeavePlanned(
            member_id=signal.member_id,
            starts_at=signal.starts_at,
            ends_at=signal.ends_at,
            reason=signal.reason,
        ),
    )


def _conflicts(state: Jurisdiction, event: LeavePlanned) -> Iterable[Event]:
    for shift_id, shift in sorted(state.roster.shifts.items()):
        overlaps = shift.starts_at < event.ends_at and event.starts_at < shift.ends_at
        if overlaps and event.member_id in shift.member_ids:
            yield LeaveConflictFound(member_id=event.member_id, shift_id=shift_id)


def _of_one(state: Jurisdiction, signal: ChangeAvailability | RegisterDevice) -> Iterable[Event]:
    member = state.roster.members.get(signal.member_id)
    if member is None:
        return refuse(rights.MEMBER_OF_THIS_ROSTER, field="member_id", value=signal.member_id)
    if signal.actor_role is Role.MEMBER and signal.actor_id != signal.member_id:
        return refuse(rights.ONLY_FOR_ONESELF, field="member_id", value=signal.member_id)
    if isinstance(signal, ChangeAvailability):
        if member.available is signal.available:
            return ()
        return (
            AvailabilityChanged(
                member_id=signal.member_id, available=signal.available, reason=signal.reason
            ),
        )
    if (signal.device_id in member.devices) is signal.registered:
        return ()
    return (
        DeviceChanged(
            member_id=signal.member_id,
            device_id=signal.device_id,
            registered=signal.registered,
        ),
    )


CONCEPT: Final = Concept(
    name="roster",
    signals=members(RosterSignal),
    decide=decide,
    facts=members(RosterEvent),
    evolve=evolve,
    reacts_to=frozenset({RosterChanged, LeavePlanned}),
    react=react,
    timers=frozenset({"shift", "gaps"}),
    due=due,
)
