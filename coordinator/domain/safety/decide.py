"""The safety interlock: work starts when named people have confirmed, and stops on the weather.

A ticket has a leader, a guardian who does not work, and a permit giver who is not the leader.
Interlocks and fatigue can be set aside by an approver on record; the grounding and the weather
cannot.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from coordinator.domain.at_work import at_work_here, begun
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.incident.fold import start_closing
from coordinator.domain.member_rights import nobody_is_there, speaks_for_ticket
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.safety import interlock, supply_back
from coordinator.domain.safety.crew import broken_crew_rule, broken_presence
from coordinator.domain.safety.fatigue import (
    end_watch,
    evolve_override,
    evolve_watch,
    hours_due,
    watch_hours,
)
from coordinator.domain.safety.weather import forbidden_by, reported
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket, TicketStage
from schemas.catalogue import members
from schemas.events.assignment import (
    AssignmentAborted,
    AssignmentDone,
    AssignmentReleased,
    MemberEnRoute,
    MemberOnScene,
)
from schemas.events.command import HelpCalled
from schemas.events.envelope import Event
from schemas.events.incident import IncidentReopened, IncidentRestored
from schemas.events.safety import (
    FatigueLimitReached,
    FatigueWatched,
    FatigueWatchEnded,
    InterlockConfirmed,
    InterlockWithdrawn,
    ReliefFellDue,
    SafetyEvent,
    SafetyOverridden,
    SupplyReportedBack,
    TicketDrafted,
    WeatherChanged,
    WhyStopped,
    WorkFinished,
    WorkStarted,
    WorkStopped,
)
from schemas.events.unit import UnitStoodDown
from schemas.events.violation import ViolationRecorded
from schemas.policy import WeatherLimit
from schemas.said import Said
from schemas.sentences import notices, reasons, work
from schemas.signals.safety import (
    ConfirmInterlock,
    DraftTicket,
    FinishWork,
    OverrideSafety,
    PauseWork,
    SafetySignal,
    StartWork,
    WeatherReported,
    WithdrawInterlock,
)
from schemas.violations import ViolationClass
from schemas.vocabulary import NoticeKind, Recipient

_NO_LIMIT = WeatherLimit()


def evolve(state: Jurisdiction, event: SafetyEvent, at: int) -> Jurisdiction:
    safety = state.safety
    match event:
        case WeatherChanged():
            since = at if event.happened_at is None else event.happened_at
            return replace(state, safety=replace(safety, weather=event.weather, weather_at=since))
        case TicketDrafted():
            tickets = safety.tickets.set(event.ticket_id, _planned(event))
        case WorkFinished():
            return _ended(state, event, at)
        case FatigueWatched() | FatigueWatchEnded() | ReliefFellDue() | FatigueLimitReached():
            return evolve_watch(state, event)
        case SafetyOverridden() if event.rule == "fatigue":
            return evolve_override(state, event)
        case _:
            ticket = safety.tickets.get(event.ticket_id or "")
            if ticket is None:
                return state
            changed = _evolve_ticket(ticket, event)
            tickets = safety.tickets.set(ticket.ticket_id, changed)
    state = replace(state, safety=replace(safety, tickets=tickets))
    return _closing(state, event.incident_id, at) if isinstance(event, WorkStarted) else state


def _ended(state: Jurisdiction, event: WorkFinished, at: int) -> Jurisdiction:
    ticket = state.safety.tickets.get(event.ticket_id)
    tickets = state.safety.tickets.delete(event.ticket_id)
    state = replace(state, safety=replace(state.safety, tickets=tickets))
    return state if ticket is None or not begun(ticket) else _closing(state, event.incident_id, at)


def _closing(state: Jurisdiction, incident_id: str, at: int) -> Jurisdiction:
    """The clock that closes what is restored waits for the end of the work."""
    incident = state.incidents.by_id.get(incident_id)
    return state if incident is None else start_closing(state, incident, at)


def _planned(event: TicketDrafted) -> Ticket:
    return Ticket(
        ticket_id=event.ticket_id,
        incident_id=event.incident_id,
        unit_id=event.unit_id,
        kind=event.kind,
        work_leader=event.work_leader,
        guardian=event.guardian,
        permitter=event.permitter,
        crew=event.crew,
        interlocks=event.interlocks,
    )


def _evolve_ticket(  # noqa: C901 - one case for each fact
    ticket: Ticket,
    event: InterlockConfirmed
    | InterlockWithdrawn
    | SafetyOverridden
    | WorkStarted
    | WorkStopped
    | SupplyReportedBack,
) -> Ticket:
    match event:
        case InterlockConfirmed():
            return replace(
                ticket, confirmed=ticket.confirmed.set(event.interlock, event.confirmed_by)
            )
        case InterlockWithdrawn():
            confirmed = ticket.confirmed
            if event.interlock in confirmed:
                confirmed = confirmed.delete(event.interlock)
            return replace(ticket, confirmed=confirmed)
        case SafetyOverridden():
            if event.interlock is None:
                return ticket
            return replace(
                ticket, overridden=ticket.overridden.set(event.interlock, event.valid_until)
            )
        case WorkStarted():
            return replace(ticket, stage=TicketStage.WORKING)
        case WorkStopped():
            return replace(ticket, stage=TicketStage.STOPPED)
        case SupplyReportedBack():
            return replace(ticket, supply_back_at=event.happened_at)


def decide(state: Jurisdiction, signal: SafetySignal, cause: Cause) -> Iterable[Event]:
    match signal:
        case DraftTicket():
            return _plan(state, signal, cause)
        case WeatherReported():
            return reported(state.safety, signal, cause)
        case OverrideSafety():
            return interlock.override(state, signal, cause)
        case _:
            ticket = state.safety.tickets.get(signal.ticket_id)
            if ticket is None:
                return refuse(work.NO_SUCH_TICKET, field="ticket_id", value=signal.ticket_id)
            return _at_ticket(state, ticket, signal, cause)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:  # noqa: C901 - one case for each fact
    match event:
        case WeatherChanged():
            return _stop_for_weather(state, cause)
        case InterlockWithdrawn():
            ticket = state.safety.tickets.get(event.ticket_id)
            if ticket is None or ticket.stage is not TicketStage.WORKING:
                return ()
            return _stopped(
                ticket, "interlock", reasons.interlock_withdrawn(event.interlock), cause
            )
        case HelpCalled():
            return _stop_for_help(state, event, cause)
        case MemberEnRoute() | MemberOnScene():
            return watch_hours(state, event, cause)
        case ViolationRecorded():
            return _stop_for_violation(state, event, cause)
        case UnitStoodDown():
            return _finish_with_unit(state, event.unit_id, cause)
        case IncidentRestored():
            return supply_back.alarm(state, event, cause)
        case IncidentReopened():
            return _no_supply(state, event.incident_id)
        case WorkFinished():
            return supply_back.call_off_alarm(state, event.ticket_id, reasons.WORK_ENDED)
        case AssignmentAborted() | AssignmentDone() | AssignmentReleased():
            return (
                *end_watch(state, event.assignment_id),
                *_crew_left(state, event.assignment_id, cause),
            )
    return ()


def _plan(state: Jurisdiction, signal: DraftTicket, cause: Cause) -> Iterable[Event]:
    broken = broken_crew_rule(state, signal)
    if broken is not None:
        rule, field, value = broken
        return refuse(rule, field=field, value=value)
    return (
        TicketDrafted(
            ticket_id=cause.mint("tkt"),
            incident_id=signal.incident_id,
            unit_id=signal.unit_id,
            kind=signal.kind,
            place=signal.place,
            work_leader=signal.work_leader,
            guardian=signal.guardian,
            permitter=signal.permitter,
            crew=signal.crew,
            interlocks=state.policy.safety.interlocks.get(signal.kind, ()),
            text=signal.text,
        ),
    )


def _at_ticket(  # noqa: C901 - one case for each signal
    state: Jurisdiction,
    ticket: Ticket,
    signal: ConfirmInterlock | WithdrawInterlock | StartWork | PauseWork | FinishWork,
    cause: Cause,
) -> Iterable[Event]:
    match signal:
        case ConfirmInterlock():
            return interlock.confirm(state, ticket, signal)
        case WithdrawInterlock():
            return interlock.withdraw(ticket, signal)
        case StartWork():
            return _start(state, ticket, signal, cause)
        case PauseWork():
            if ticket.stage is not TicketStage.WORKING:
                return ()
            by: WhyStopped = "guardian" if signal.actor_id == ticket.guardian else "person"
            why = reasons.as_typed(signal.reason)
            return (WorkStopped(ticket_id=ticket.ticket_id, cause=by, reason=why),)
        case FinishWork():
            if ticket.stage is TicketStage.PLANNED:
                return refuse(work.NEVER_STARTED, field="ticket_id", value=ticket.ticket_id)
            said_by = signal.reported_by or signal.actor_id
            if not (speaks_for_ticket(state, said_by, ticket) or nobody_is_there(state, ticket)):
                return refuse(
                    work.END_BY_WHO_IS_THERE,
                    field="reported_by",
                    value=said_by,
                )
            return (_finished(ticket, cause.happened_at),)


def _start(state: Jurisdiction, ticket: Ticket, signal: StartWork, cause: Cause) -> Iterable[Event]:
    if ticket.stage is TicketStage.WORKING:
        return ()
    lacking = interlock.lacking(ticket, cause.at)
    if lacking is not None:
        return refuse(
            work.INTERLOCKS_BEFORE_WORK,
            field="interlock",
            value=lacking,
        )
    broken = broken_presence(state, ticket)
    if broken is not None:
        rule, field, value = broken
        return refuse(rule, field=field, value=value)
    limit = state.policy.safety.weather.get(ticket.kind, _NO_LIMIT)
    forbidden = forbidden_by(state.safety.weather, limit)
    if forbidden is not None:
        return refuse(work.weather_forbids(forbidden), field="weather", value=None)
    return (
        WorkStarted(
            ticket_id=ticket.ticket_id,
            incident_id=ticket.incident_id,
            happened_at=cause.happened_at,
        ),
    )


def _working(state: Jurisdiction) -> list[Ticket]:
    tickets = (
        ticket for ticket in state.safety.tickets.values() if ticket.stage is TicketStage.WORKING
    )
    return sorted(tickets, key=lambda it: it.ticket_id)


def _stopped(ticket: Ticket, by: WhyStopped, reason: Said, cause: Cause) -> Iterable[Event]:
    return (
        WorkStopped(ticket_id=ticket.ticket_id, cause=by, reason=reason),
        notify(
            cause,
            NoticeKind.WORK_STOPPED,
            Recipient.MEMBER,
            notices.stop_work(reason),
            about=ticket.ticket_id,
            targets=tuple(sorted({ticket.work_leader, *ticket.crew})),
        ),
    )


def _stop_for_weather(state: Jurisdiction, cause: Cause) -> Iterable[Event]:
    for ticket in _working(state):
        limit = state.policy.safety.weather.get(ticket.kind, _NO_LIMIT)
        forbidden = forbidden_by(state.safety.weather, limit)
        if forbidden is not None:
            yield from _stopped(ticket, "weather", forbidden, cause)


def _stop_for_help(state: Jurisdiction, event: HelpCalled, cause: Cause) -> Iterable[Event]:
    for ticket in _working(state):
        if ticket.incident_id == event.incident_id or event.member_id in ticket.crew:
            yield from _stopped(ticket, "help", notices.needs_help(event.member_id), cause)


def _stop_for_violation(
    state: Jurisdiction, event: ViolationRecorded, cause: Cause
) -> Iterable[Event]:
    ticket = state.safety.tickets.get(event.ticket_id or "")
    if ticket is None or ticket.stage is not TicketStage.WORKING:
        return ()
    if event.grade is ViolationClass.GENERAL:
        return ()
    return _stopped(ticket, "violation", reasons.as_typed(event.clause), cause)


def _crew_left(state: Jurisdiction, assignment_id: str, cause: Cause) -> Iterable[Event]:
    """A ticket without its leader, its guardian or enough people does not go on."""
    assignment = state.assignments.by_id.get(assignment_id)
    member_id = "" if assignment is None else assignment.member_id
    for ticket in _working(state):
        if member_id in (ticket.work_leader, ticket.guardian):
            yield from _stopped(ticket, "crew", reasons.left_scene(member_id), cause)
        elif member_id in ticket.crew and broken_presence(state, ticket) is not None:
            yield from _stopped(ticket, "crew", reasons.TOO_FEW_LEFT, cause)


def _no_supply(state: Jurisdiction, incident_id: str) -> Iterable[Event]:
    for ticket in at_work_here(state, incident_id):
        yield from supply_back.call_off_alarm(state, ticket.ticket_id, reasons.DARK_AGAIN)


def _finish_with_unit(state: Jurisdiction, unit_id: str, cause: Cause) -> Iterable[Event]:
    for ticket in sorted(state.safety.tickets.values(), key=lambda it: it.ticket_id):
        if ticket.unit_id == unit_id:
            yield _finished(ticket, cause.at)


def _finished(ticket: Ticket, happened_at: int) -> WorkFinished:
    return WorkFinished(
        ticket_id=ticket.ticket_id, incident_id=ticket.incident_id, happened_at=happened_at
    )


CONCEPT: Final = Concept(
    name="safety",
    signals=members(SafetySignal),
    decide=decide,
    facts=members(SafetyEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            WeatherChanged,
            InterlockWithdrawn,
            HelpCalled,
            UnitStoodDown,
            AssignmentAborted,
            AssignmentDone,
            AssignmentReleased,
            MemberEnRoute,
            MemberOnScene,
            ViolationRecorded,
            IncidentRestored,
            IncidentReopened,
            WorkFinished,
        }
    ),
    react=react,
    timers=frozenset({"fatigue", "relief"}),
    due=hours_due,
)
