"""A work ticket, step by step: who says so, in which order, and what stops the work.

Drafted, issued, permitted, isolated, verified dead, grounded, at work (paused, resumed, handed
over), people off, tools out, earths removed, work ended, ticket ended. Only an ended ticket makes
an incident ready to energise. While it lives nobody on it is let go (`at_work`).
"""

from collections.abc import Iterable
from typing import Final

from coordinator.domain import ticket_hours as hours
from coordinator.domain.at_work import at_work_here, begun
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.leave_to_work import broken_before_work
from coordinator.domain.notice import notify
from coordinator.domain.refusal import refuse
from coordinator.domain.safety.weather import forbids
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket, TicketStage
from coordinator.domain.ticket import (
    clearing,
    gone,
    handover,
    interlock,
    named,
    stopping,
    supply_back,
)
from coordinator.domain.ticket.crew import broken_crew_rule
from coordinator.domain.ticket.fold import evolve
from schemas.catalogue import members
from schemas.events.assignment import AssignmentAborted, AssignmentDone, AssignmentReleased
from schemas.events.command import HelpCalled
from schemas.events.envelope import Event
from schemas.events.incident import IncidentRestored, ReportWithdrawn
from schemas.events.operation import DisturbanceRecorded
from schemas.events.planned_work import PlannedWorkCancelled, PlannedWorkOver
from schemas.events.roster import MemberUnfit, PolicyAdopted
from schemas.events.safety import SafetyOverrideEnded, WeatherChanged
from schemas.events.site import SiteSupplyChanged
from schemas.events.ticket import (
    ClearConfirmed,
    InterlockWithdrawn,
    ReadyToEnergise,
    SupplyReportedBack,
    TicketCancelled,
    TicketDrafted,
    TicketEnded,
    TicketEvent,
    TicketIssued,
    WhyStopped,
    WorkStarted,
)
from schemas.events.unit import UnitStoodDown
from schemas.events.violation import ViolationRecorded
from schemas.sentences import notices, reasons, work
from schemas.signals.ticket import (
    CancelTicket,
    ConfirmClear,
    ConfirmInterlock,
    DraftTicket,
    EndTicket,
    FinishWork,
    HandOverTicket,
    IssueTicket,
    PauseWork,
    StartWork,
    TakeOffTicket,
    TicketSignal,
    WithdrawInterlock,
)
from schemas.vocabulary import Clearance, NoticeKind, Recipient, Role, TicketRole


def decide(state: Jurisdiction, signal: TicketSignal, cause: Cause) -> Iterable[Event]:
    if isinstance(signal, DraftTicket):
        return _draft(state, signal, cause)
    ticket = state.safety.tickets.get(signal.ticket_id)
    if ticket is None:
        return refuse(work.NO_SUCH_TICKET, field="ticket_id", value=signal.ticket_id)
    return _at_ticket(state, ticket, signal, cause)


def _at_ticket(  # noqa: C901 - one case for each signal
    state: Jurisdiction,
    ticket: Ticket,
    signal: IssueTicket
    | ConfirmInterlock
    | WithdrawInterlock
    | StartWork
    | PauseWork
    | HandOverTicket
    | TakeOffTicket
    | ConfirmClear
    | FinishWork
    | EndTicket
    | CancelTicket,
    cause: Cause,
) -> Iterable[Event]:
    match signal:
        case IssueTicket():
            return _issue(state, ticket, signal, cause)
        case ConfirmInterlock():
            return interlock.confirm(state, ticket, signal, cause)
        case WithdrawInterlock():
            return interlock.withdraw(ticket, signal)
        case StartWork():
            return _start(state, ticket, signal, cause)
        case PauseWork():
            return _pause(ticket, signal, cause)
        case HandOverTicket():
            return handover.hand_over(state, ticket, signal, cause)
        case TakeOffTicket():
            return handover.take_off(state, ticket, signal, cause)
        case ConfirmClear():
            return clearing.confirm(state, ticket, signal, cause)
        case FinishWork():
            return clearing.finish(state, ticket, signal, cause)
        case EndTicket():
            return clearing.end(state, ticket, signal, cause)
        case CancelTicket():
            return _cancel(ticket, signal)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:  # noqa: C901 - one case for each fact
    match event:
        case WeatherChanged():
            return stopping.for_weather(state, cause)
        case PolicyAdopted():
            return stopping.for_policy(state, cause)
        case InterlockWithdrawn() | SafetyOverrideEnded():
            return stopping.for_interlock(state, event, cause)
        case HelpCalled():
            return stopping.for_help(state, event, cause)
        case MemberUnfit():
            return stopping.for_hurt(state, event, cause)
        case ViolationRecorded():
            return stopping.for_violation(state, event, cause)
        case AssignmentAborted() | AssignmentDone() | AssignmentReleased():
            return (
                *stopping.for_who_left(state, event.assignment_id, cause),
                *gone.after_count(state, event.assignment_id, cause),
            )
        case SupplyReportedBack():
            return stopping.for_supply(state, event, cause)
        case PlannedWorkOver() | PlannedWorkCancelled():
            return hours.over(state, event.work_id)
        case UnitStoodDown():
            return _cancelled_with_unit(state, event.unit_id)
        case IncidentRestored() | ReportWithdrawn() | SiteSupplyChanged() | DisturbanceRecorded():
            return supply_back.heard(state, event, cause)
        case ClearConfirmed(clearance=Clearance.PEOPLE_OFF):
            return (
                *supply_back.all_clear(state, event.ticket_id),
                *gone.with_count(state, event.ticket_id, cause),
            )
        case TicketEnded():
            return _ready(state, event, cause)
    return ()


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    return supply_back.tell_again(state, state.safety.tickets[id_], cause)


def _draft(state: Jurisdiction, signal: DraftTicket, cause: Cause) -> Iterable[Event]:
    broken = broken_crew_rule(state, signal)
    if broken is not None:
        rule, field, value = broken
        return refuse(rule, field=field, value=value)
    unit = state.units.by_id[signal.unit_id]
    return (
        TicketDrafted(
            ticket_id=cause.mint("tkt"),
            incident_id=unit.incident_id,
            task_id=unit.task_id,
            work_id=signal.work_id,
            unit_id=signal.unit_id,
            form=signal.form,
            kind=signal.kind,
            place=signal.place,
            work_leader=signal.work_leader,
            guardian=signal.guardian,
            issuer=signal.issuer,
            permitter=signal.permitter,
            crew=signal.crew,
            interlocks=state.policy.safety.interlocks.get(signal.kind, ()),
            text=signal.text,
        ),
    )


def _issue(
    state: Jurisdiction, ticket: Ticket, signal: IssueTicket, cause: Cause
) -> Iterable[Event]:
    who, role = signal.issued_by, TicketRole.ISSUER
    refused = (
        named.in_own_name(state, signal, who, field="issued_by")
        or named.was_named(ticket.issuer, who, role=role, field="issued_by")
        or named.takes_role(state, ticket, role, who, field="issued_by")
        or named.passed_on(state, signal, who)
    )
    if refused:
        return refused
    if ticket.stage is not TicketStage.DRAFTED:
        return ()
    return (
        TicketIssued(
            ticket_id=ticket.ticket_id,
            issued_by=who,
            heard=named.how_heard(signal, who),
            happened_at=cause.happened_at,
        ),
    )


def _start(state: Jurisdiction, ticket: Ticket, signal: StartWork, cause: Cause) -> Iterable[Event]:
    if ticket.stage is TicketStage.WORKING:
        return ()
    refused = _may_start(state, ticket, signal, cause) or hours.outside(state, ticket, cause.at)
    if refused:
        return refused
    return (
        WorkStarted(
            ticket_id=ticket.ticket_id,
            incident_id=ticket.incident_id,
            task_id=ticket.task_id,
            by=ticket.work_leader,
            resumed=ticket.stage is TicketStage.STOPPED,
            happened_at=cause.happened_at,
        ),
    )


def _may_start(
    state: Jurisdiction, ticket: Ticket, signal: StartWork, cause: Cause
) -> tuple[Event, ...]:
    """Refuse to start while anything is missing: a step, a person, the weather, an open alarm."""
    if signal.actor_role is Role.MEMBER and signal.actor_id != ticket.work_leader:
        return refuse(work.LEADER_STARTS_WORK, field="actor_id", value=signal.actor_id)
    if ticket.stage is TicketStage.DRAFTED:
        return refuse(work.ISSUED_FIRST, field="ticket_id", value=ticket.ticket_id)
    if ticket.stage is TicketStage.FINISHED:
        return refuse(work.WORK_IS_OVER, field="ticket_id", value=ticket.ticket_id)
    if ticket.supply_back_at is not None:
        return refuse(work.CLEAR_BEFORE_WORK, field="ticket_id", value=ticket.ticket_id)
    lacking = interlock.lacking(ticket, cause.at)
    if lacking is not None:
        return refuse(work.INTERLOCKS_BEFORE_WORK, field="interlock", value=lacking)
    broken = broken_before_work(state, ticket)
    if broken is not None:
        rule, field, value = broken
        return refuse(rule, field=field, value=value)
    forbidden = forbids(state, ticket.kind)
    if forbidden is not None:
        return refuse(work.weather_forbids(forbidden), field="weather", value=None)
    return ()


def _pause(ticket: Ticket, signal: PauseWork, cause: Cause) -> Iterable[Event]:
    if not stopping.under_way(ticket):
        return ()
    by: WhyStopped = "guardian" if signal.actor_id == ticket.guardian else "person"
    why = reasons.NONE_GIVEN if signal.reason is None else reasons.as_typed(signal.reason)
    return stopping.stopped(ticket, by, why, cause)


def _cancel(ticket: Ticket, signal: CancelTicket) -> Iterable[Event]:
    if begun(ticket):
        return refuse(work.BEGUN_IS_ENDED, field="ticket_id", value=ticket.ticket_id)
    return (
        TicketCancelled(
            ticket_id=ticket.ticket_id,
            incident_id=ticket.incident_id,
            task_id=ticket.task_id,
            reason=reasons.as_typed(signal.reason),
        ),
    )


def _cancelled_with_unit(state: Jurisdiction, unit_id: str) -> Iterable[Event]:
    """A unit that stands down has begun nothing (`at_work`): what it drafted is not used."""
    for ticket in sorted(state.safety.tickets.values(), key=lambda it: it.ticket_id):
        if ticket.unit_id == unit_id:
            yield TicketCancelled(
                ticket_id=ticket.ticket_id,
                incident_id=ticket.incident_id,
                task_id=ticket.task_id,
                reason=reasons.UNIT_STOOD_DOWN,
            )


def _ready(state: Jurisdiction, event: TicketEnded, cause: Cause) -> Iterable[Event]:
    """Only the end of the last living ticket makes an incident, or a task, ready to energise."""
    free = [
        None if here is None or at_work_here(state, here) else here
        for here in (event.incident_id, event.task_id)
    ]
    if free == [None, None]:
        return ()
    return (
        ReadyToEnergise(
            incident_id=free[0],
            task_id=free[1],
            ticket_id=event.ticket_id,
            happened_at=event.happened_at,
        ),
        # Whoever gives supply back hears of it, and does not have to look for it.
        notify(
            cause,
            NoticeKind.READY_TO_ENERGISE,
            Recipient.DISPATCHER,
            notices.ready_to_energise(free[0] or free[1] or event.ticket_id),
            about=free[0] or free[1] or event.ticket_id,
        ),
    )


CONCEPT: Final = Concept(
    name="ticket",
    signals=members(TicketSignal),
    decide=decide,
    facts=members(TicketEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            WeatherChanged,
            PolicyAdopted,
            InterlockWithdrawn,
            SafetyOverrideEnded,
            HelpCalled,
            MemberUnfit,
            UnitStoodDown,
            PlannedWorkOver,
            PlannedWorkCancelled,
            AssignmentAborted,
            AssignmentDone,
            AssignmentReleased,
            ViolationRecorded,
            IncidentRestored,
            ReportWithdrawn,
            SiteSupplyChanged,
            DisturbanceRecorded,
            SupplyReportedBack,
            ClearConfirmed,
            TicketEnded,
        }
    ),
    react=react,
    timers=frozenset({"supply_back"}),
    due=due,
)
