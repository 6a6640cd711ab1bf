"""People, teams and shifts: who is on call is a function of shifts, leave, takeovers and time."""

from collections.abc import Iterable
from typing import Final

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.refusal import refuse
from coordinator.domain.roster import certificates, leavers, unfit
from coordinator.domain.roster import gaps as roster_gaps
from coordinator.domain.roster.fold import evolve
from coordinator.domain.roster.imports import take_in
from coordinator.domain.roster.takeover import take_over
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.catalogue import members
from schemas.events.aid import AidCrewPromised
from schemas.events.envelope import Event
from schemas.events.roster import (
    AvailabilityChanged,
    DeviceChanged,
    LeaveConflictFound,
    LeavePlanned,
    MemberFit,
    MemberUnfit,
    RosterChanged,
    RosterEvent,
    ShiftsTurned,
    ShiftTakenOver,
)
from schemas.events.violation import MemberTakenOffPost
from schemas.sentences import rights, rosters
from schemas.signals.roster import (
    BroughtAway,
    ChangeAvailability,
    ImportRoster,
    PlanLeave,
    RegisterDevice,
    ReportFit,
    ReportUnfit,
    RosterSignal,
    TakeOverShift,
)
from schemas.vocabulary import Role

_TURNED_MAX = 1_000


def decide(state: Jurisdiction, signal: RosterSignal, cause: Cause) -> Iterable[Event]:
    match signal:
        case ImportRoster():
            return take_in(state, signal, cause)
        case TakeOverShift():
            return take_over(state, signal, cause)
        case PlanLeave():
            return _leave(state, signal, cause)
        case BroughtAway():
            return unfit.brought_away(state, signal, cause)
        case ReportUnfit() | ReportFit():
            return unfit.reported(state, signal, cause)
        case ChangeAvailability() | RegisterDevice():
            return _of_one(state, signal)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    match event:
        case LeavePlanned():
            return (
                *_conflicts(state, event),
                *roster_gaps.of_members(state, (event.member_id,), cause),
            )
        case RosterChanged():
            return _after_import(state, event, cause)
        case MemberUnfit():
            return (
                *unfit.told(state, event, cause),
                *roster_gaps.of_members(state, (event.member_id,), cause),
            )
        case AvailabilityChanged() | MemberTakenOffPost() | MemberFit():
            return roster_gaps.of_members(state, (event.member_id,), cause)
        case ShiftTakenOver():
            # Whoever takes it may come less than who gave it up.
            return roster_gaps.of_members(state, (event.taker_id,), cause)
        case AidCrewPromised():
            # Where it is the neighbour who lends them, none of them is on a shift here.
            lent = [it.member_id for it in event.package.people]
            return roster_gaps.of_members(state, lent, cause)
    return ()


def _after_import(state: Jurisdiction, event: RosterChanged, cause: Cause) -> Iterable[Event]:
    """Turn what begins at once; then see who is lacking by it, and whose certificates end."""
    if turned := _turn(state, cause.at):
        # Who is on call is told by the fact that they are; gaps and certificates follow it.
        yield from turned
    if event.shifts or event.removed_members or event.removed_shifts:
        yield from roster_gaps.found(state, cause)
    elif event.people or event.teams:
        # Another certificate, a last day or a higher minimum: a team without any shift is no news.
        people, teams = (it.member_id for it in event.people), (it.team_id for it in event.teams)
        yield from roster_gaps.of_members(state, people, cause, teams=teams)
    if event.people or event.removed_members:
        yield from certificates.checked(state, cause)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    if kind == "gaps":
        return roster_gaps.found(state, cause)
    if kind == "certificates":
        return certificates.checked(state, cause)
    if kind == "leaver":
        return leavers.go(state, cause)
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
    reacts_to=frozenset(
        {
            RosterChanged,
            LeavePlanned,
            AvailabilityChanged,
            MemberFit,
            MemberUnfit,
            MemberTakenOffPost,
            ShiftTakenOver,
            AidCrewPromised,
        }
    ),
    react=react,
    timers=frozenset({"shift", "gaps", "certificates", "leaver"}),
    due=due,
)
