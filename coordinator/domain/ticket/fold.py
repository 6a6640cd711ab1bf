"""What a ticket is after each of its facts."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.at_work import begun, bodies
from coordinator.domain.kept_ticket import (
    changed_to,
    closing,
    keep_ticket,
    perhaps_live,
    ready,
    without,
)
from coordinator.domain.seen import seen
from coordinator.domain.state.jurisdiction import Jurisdiction, with_timers
from coordinator.domain.state.safety import Ticket, TicketStage
from coordinator.domain.state.timers import Timers
from schemas.durations import MINUTE
from schemas.events.ticket import (
    ClearConfirmed,
    InterlockConfirmed,
    InterlockWithdrawn,
    LeftTicket,
    ReadyToEnergise,
    SupplyBackOver,
    SupplyBackToldAgain,
    SupplyReportedBack,
    TakenOffTicket,
    TicketCancelled,
    TicketDrafted,
    TicketEnded,
    TicketEvent,
    TicketHandedOver,
    TicketIssued,
    WorkFinished,
    WorkStarted,
    WorkStopped,
)
from schemas.vocabulary import Clearance, Interlock, TicketRole

_SLOWER_AFTER, _SLOWEST = 10, 15
"""The alarm is repeated quickly ten times, then ever more slowly: by then a person is at it."""
_AT_LINE = frozenset({TicketRole.LEADER, TicketRole.GUARDIAN, TicketRole.CREW})
_LEADS_TO_THE_END: Final = (
    TicketIssued,
    InterlockConfirmed,
    WorkStarted,
    ClearConfirmed,
    WorkFinished,
)
_DEAD = (Interlock.VERIFIED_DEAD, Interlock.GROUNDING)


def evolve(state: Jurisdiction, event: TicketEvent, at: int) -> Jurisdiction:
    if isinstance(event, ReadyToEnergise):
        for here in filter(None, (event.incident_id, event.task_id)):
            state = ready(state, here, event.happened_at)
        return state
    if isinstance(event, TicketDrafted):
        return keep_ticket(state, replace(_drafted(event), since=at))
    ticket = state.safety.tickets.get(event.ticket_id)
    if ticket is None:
        return state
    state = _with_seen(state, event)
    if isinstance(event, TicketEnded | TicketCancelled):
        return _gone(state, ticket, at, was=begun(ticket))
    changed = replace(_CHANGES[type(event)](ticket, event), turn=ticket.turn + 1)
    # Whoever is handed it for the line goes there with that: nobody counted them off before.
    if isinstance(event, _LEADS_TO_THE_END) or (
        isinstance(event, TicketHandedOver) and event.role in _AT_LINE
    ):
        changed = replace(changed, since=max(ticket.since, event.happened_at))
    timers = _timers(state, changed, at)
    for interlock in sorted(set(ticket.overridden) - set(changed.overridden)):
        timers = timers.clear("override", f"{ticket.ticket_id}/{interlock}")
    return changed_to(with_timers(state, timers), ticket, changed, at)


def _with_seen(state: Jurisdiction, event: TicketEvent) -> Jurisdiction:
    """Keep that who took a step, and who was counted by name with it, was there."""
    match event:
        case InterlockConfirmed():
            return seen(state, (event.confirmed_by,), event.happened_at)
        case ClearConfirmed():
            return seen(state, (event.confirmed_by, *event.people), event.happened_at)
        case WorkStarted() | WorkFinished():
            return seen(state, (event.by,), event.happened_at)
        case _:
            return state


def _gone(state: Jurisdiction, ticket: Ticket, at: int, *, was: bool) -> Jurisdiction:
    safety = state.safety
    timers = state.timers.clear("supply_back", ticket.ticket_id)
    for interlock in ticket.overridden:
        timers = timers.clear("override", f"{ticket.ticket_id}/{interlock}")
    state = replace(state, safety=replace(safety, tickets=safety.tickets.delete(ticket.ticket_id)))
    state = with_timers(state, timers)
    for here in bodies(ticket) if was else ():
        state = closing(state, here, at)
    return state


def _timers(state: Jurisdiction, ticket: Ticket, at: int) -> Timers:
    """Return the timers with the one that repeats the alarm set, as long as it stands."""
    if ticket.supply_back_at is None:
        return state.timers.clear("supply_back", ticket.ticket_id)
    running = state.timers.get("supply_back", ticket.ticket_id)
    if running is not None and running > at:
        return state.timers
    slower = min(_SLOWEST, 1 + ticket.told_again // _SLOWER_AFTER)
    wait = state.policy.safety.tickets.told_again_min * MINUTE * slower
    return state.timers.set("supply_back", ticket.ticket_id, at + wait)


def _drafted(event: TicketDrafted) -> Ticket:
    return Ticket(
        ticket_id=event.ticket_id,
        incident_id=event.incident_id,
        task_id=event.task_id,
        work_id=event.work_id,
        unit_id=event.unit_id,
        form=event.form,
        kind=event.kind,
        work_leader=event.work_leader,
        guardian=event.guardian,
        issuer=event.issuer,
        permitter=event.permitter,
        crew=event.crew,
        interlocks=event.interlocks,
        text=event.text,
    )


def _issued(ticket: Ticket, event: TicketIssued) -> Ticket:
    return replace(ticket, stage=TicketStage.ISSUED, issuer=event.issued_by)


def _confirmed(ticket: Ticket, event: InterlockConfirmed) -> Ticket:
    confirmed = ticket.confirmed.set(event.interlock, event.confirmed_by)
    permitter = ticket.permitter
    if event.interlock is Interlock.PERMIT:
        permitter = event.confirmed_by
    # Whoever takes a step towards the work goes to the line, cleared or not.
    ticket = _counted_anew(ticket)
    return replace(ticket, confirmed=confirmed, permitter=permitter, entered=True, cleared=Map())


def _withdrawn(ticket: Ticket, event: InterlockWithdrawn) -> Ticket:
    gone = {event.interlock}
    if event.interlock is Interlock.SWITCHING:
        # What was switched on meanwhile is not dead because it once was, and its earths may be off.
        gone.update(_DEAD)
    return replace(ticket, confirmed=without(ticket.confirmed, *gone))


def _started(ticket: Ticket, _: WorkStarted) -> Ticket:
    # Whoever goes back to the line is not off it any more.
    return replace(_counted_anew(ticket), stage=TicketStage.WORKING, cleared=Map())


def _counted_anew(ticket: Ticket) -> Ticket:
    """People go back to the line: who gave up their part, and was counted off, is not of them."""
    formerly = () if ticket.people_off else ticket.formerly
    cleared = without(ticket.cleared, Clearance.PEOPLE_OFF)
    return replace(ticket, cleared=cleared, formerly=formerly)


def _stopped(ticket: Ticket, _: WorkStopped) -> Ticket:
    return replace(ticket, stage=TicketStage.STOPPED)


def _handed_over(ticket: Ticket, event: TicketHandedOver) -> Ticket:
    if event.role in _AT_LINE:
        # Whoever is handed it goes to the line, counted off before or not.
        ticket = _counted_anew(ticket)
    match event.role:
        case TicketRole.LEADER:
            return replace(ticket, work_leader=event.to, crew=_with(ticket.crew, event))
        case TicketRole.GUARDIAN:
            # Who watched over it may stand at the line still: they are counted off like the others.
            was = (event.was,) if event.was is not None and begun(ticket) else ()
            formerly = tuple(dict.fromkeys((*ticket.formerly, *was)))
            return replace(ticket, guardian=event.to, formerly=formerly)
        case TicketRole.ISSUER:
            return replace(ticket, issuer=event.to)
        case TicketRole.PERMITTER:
            return replace(ticket, permitter=event.to)
        case TicketRole.CREW:
            return replace(ticket, crew=tuple(dict.fromkeys((*ticket.crew, event.to))))


def _taken_off(ticket: Ticket, event: TakenOffTicket) -> Ticket:
    return replace(ticket, crew=tuple(it for it in ticket.crew if it != event.member_id))


def _left(ticket: Ticket, event: LeftTicket) -> Ticket:
    who = event.member_id
    return replace(
        ticket,
        crew=tuple(it for it in ticket.crew if it != who),
        formerly=tuple(it for it in ticket.formerly if it != who),
    )


def _with(crew: tuple[str, ...], event: TicketHandedOver) -> tuple[str, ...]:
    """Who led the work until now, and is of the crew, stays bound; the new leader leads it."""
    return tuple(dict.fromkeys(it for it in (*crew, event.was or event.to) if it != event.to))


def _cleared(ticket: Ticket, event: ClearConfirmed) -> Ticket:
    cleared = ticket.cleared.set(event.clearance, event.confirmed_by)
    confirmed = ticket.confirmed
    if event.clearance is Clearance.EARTHS_REMOVED:
        # Without its earths the line is no longer dead for anybody.
        confirmed = without(confirmed, *_DEAD)
    return replace(ticket, cleared=cleared, confirmed=confirmed)


def _finished(ticket: Ticket, _: WorkFinished) -> Ticket:
    return replace(ticket, stage=TicketStage.FINISHED)


def _back(ticket: Ticket, event: SupplyReportedBack) -> Ticket:
    ticket = perhaps_live(ticket)
    if not event.alarm:
        return replace(ticket, supply_back_at=None, told_again=0)
    # Whoever takes off tools and earths went back to the line: all are counted anew.
    return replace(_counted_anew(ticket), supply_back_at=event.happened_at, told_again=0)


def _told_again(ticket: Ticket, event: SupplyBackToldAgain) -> Ticket:
    return replace(ticket, told_again=event.times)


def _over(ticket: Ticket, _: SupplyBackOver) -> Ticket:
    return replace(ticket, supply_back_at=None, told_again=0)


_CHANGES: Final[Mapping[type[Any], Callable[[Ticket, Any], Ticket]]] = {
    TicketIssued: _issued,
    InterlockConfirmed: _confirmed,
    InterlockWithdrawn: _withdrawn,
    WorkStarted: _started,
    WorkStopped: _stopped,
    TicketHandedOver: _handed_over,
    TakenOffTicket: _taken_off,
    LeftTicket: _left,
    ClearConfirmed: _cleared,
    WorkFinished: _finished,
    SupplyReportedBack: _back,
    SupplyBackToldAgain: _told_again,
    SupplyBackOver: _over,
}
