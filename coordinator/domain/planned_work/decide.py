"""Planned work on a circuit: a fact, so that a guard that comes later finds it, too.

No work on a protected supply in the window: the work is re-planned, not the guard (art. 28 of the
company rules on guaranteed power). A planned outage is announced seven days ahead, a temporary one
is told to important customers 24 hours ahead; what is due and what was missed is said.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from coordinator.domain.at_work import at_planned_work, naming
from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.escalation.fold import together
from coordinator.domain.notice import notify
from coordinator.domain.planned_work import reported_in
from coordinator.domain.planned_work.conflicts import guarded
from coordinator.domain.planned_work.fold import evolve
from coordinator.domain.planned_work.notices import due_at, important_on, lacking
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.planned_work import PlannedWork
from schemas.catalogue import members
from schemas.events import planned_work as events
from schemas.events.envelope import Event
from schemas.events.incident import IncidentOpened
from schemas.events.operation import (
    GuardProlonged,
    GuardTimeOver,
    OperationCancelled,
    OperationConcluded,
    OperationOpened,
)
from schemas.events.planned_work import PlannedWorkEvent
from schemas.events.roster import RosterChanged
from schemas.events.ticket import TicketEnded
from schemas.said import Said
from schemas.sentences import guarding, notices, planned, reasons
from schemas.signals.planned_work import (
    CancelPlannedWork,
    GiveOutageNotice,
    MovePlannedWork,
    PlannedWorkSignal,
    PlanWorkOnSupply,
)
from schemas.vocabulary import NoticeKind, Recipient

_SITES_MAX: Final = 200


def decide(state: Jurisdiction, signal: PlannedWorkSignal, cause: Cause) -> Iterable[Event]:
    if isinstance(signal, PlanWorkOnSupply):
        return _plan(state, signal, cause)
    work = state.planned_works.by_id.get(signal.work_id)
    if work is None:
        return refuse(planned.NO_SUCH_PLANNED_WORK, field="work_id", value=signal.work_id)
    match signal:
        case MovePlannedWork():
            return _move(state, work, signal, cause)
        case CancelPlannedWork():
            return _people_at_it(state, work) or (
                events.PlannedWorkCancelled(work_id=work.work_id, reason=signal.reason),
                *_called_off(state, work),
                *_in_vain(work, cause),
            )
        case GiveOutageNotice():
            return _give(state, work, signal, cause)


def _wrong_time(
    state: Jurisdiction, circuit: str, starts_at: int, ends_at: int, cause: Cause
) -> tuple[Event, ...]:
    if ends_at <= max(starts_at, cause.at):
        return refuse(planned.WORK_ENDS_IN_FUTURE, field="ends_at", value=ends_at)
    for operation_id, site_id in guarded(state, circuit, starts_at, ends_at):
        return refuse(
            guarding.no_work_on_protected_supply(site_id, operation_id),
            field="circuit",
            value=circuit,
        )
    return ()


def _plan(state: Jurisdiction, signal: PlanWorkOnSupply, cause: Cause) -> Iterable[Event]:
    wrong = _wrong_time(state, signal.circuit, signal.starts_at, signal.ends_at, cause)
    if wrong:
        return wrong
    for work_id, work in sorted(state.planned_works.by_id.items()):
        if (work.circuit, work.starts_at, work.ends_at) == (
            signal.circuit,
            signal.starts_at,
            signal.ends_at,
        ):
            return refuse(planned.planned_already(work_id), field="circuit", value=signal.circuit)
    return (
        events.WorkPlanned(
            work_id=cause.mint("wrk"),
            circuit=signal.circuit,
            starts_at=signal.starts_at,
            ends_at=signal.ends_at,
            text=signal.text,
            notice=signal.notice,
            cuts_supply=signal.cuts_supply,
            owed=important_on(state, signal.circuit)[:_SITES_MAX] if signal.cuts_supply else (),
        ),
    )


def _move(
    state: Jurisdiction, work: PlannedWork, signal: MovePlannedWork, cause: Cause
) -> Iterable[Event]:
    if (work.starts_at, work.ends_at) == (signal.starts_at, signal.ends_at):
        return ()
    wrong = _wrong_time(state, work.circuit, signal.starts_at, signal.ends_at, cause)
    if not wrong and signal.starts_at != work.starts_at:
        wrong = _people_at_it(state, work)
    if wrong:
        return wrong
    return (
        events.PlannedWorkMoved(
            work_id=work.work_id,
            starts_at=signal.starts_at,
            ends_at=signal.ends_at,
            reason=signal.reason,
        ),
        *_called_off(state, work),
        *_in_vain(work, cause),
    )


def _people_at_it(state: Jurisdiction, work: PlannedWork) -> tuple[Event, ...]:
    """Refuse over people at work: they end their tickets first; only its end may be put off."""
    tickets = at_planned_work(state, work.work_id)
    if not tickets:
        return ()
    rule = planned.planned_work_over_people(naming(tickets))
    return refuse(rule, field="work_id", value=work.work_id)


def _in_vain(work: PlannedWork, cause: Cause) -> Iterator[Event]:
    """Say that some were told of an outage that will not be then: they expect it until they hear.

    A household with a machine that breathes for somebody has made its arrangements by then.
    """
    told = len(work.told) + (work.public_told_at is not None)
    if told:
        text = notices.outage_told_in_vain(work.work_id, work.starts_at, told)
        yield _told(NoticeKind.OUTAGE_NOTICE_DUE, work.work_id, text, cause)


def _called_off(state: Jurisdiction, work: PlannedWork) -> Iterator[Event]:
    for kind in (
        NoticeKind.WORK_CONFLICT,
        NoticeKind.OUTAGE_NOTICE_MISSED,
        NoticeKind.WORK_OVERRUN,
    ):
        yield from escalation.call_off(
            state, about=work.work_id, cause_kind=kind, reason=reasons.WORK_PLANNED_ANEW
        )


def _give(
    state: Jurisdiction, work: PlannedWork, signal: GiveOutageNotice, cause: Cause
) -> Iterable[Event]:
    if not work.cuts_supply:
        return refuse(planned.NO_OUTAGE_NO_NOTICE, field="work_id", value=work.work_id)
    for site_id in signal.site_ids:
        if site_id not in work.owed:
            return refuse(planned.SITE_ON_THIS_CIRCUIT, field="site_ids", value=site_id)
    fresh = tuple(dict.fromkeys(it for it in signal.site_ids if it not in work.told))
    public = not signal.site_ids
    if not fresh and (not public or work.public_told_at is not None):
        return ()
    given = events.OutageNoticeGiven(
        work_id=work.work_id,
        happened_at=cause.happened_at,
        public=public,
        site_ids=fresh,
        late=cause.happened_at > due_at(state, work),
        text=signal.text,
    )
    return (given,)


def _still_missed(state: Jurisdiction, work_id: str) -> Iterable[Event]:
    """One was told: the alarm counts who was not, and is over where all were."""
    work = state.planned_works.by_id[work_id]
    public, sites = lacking(work)
    left = len(sites) + public
    return escalation.said_now(
        state,
        about=work_id,
        cause_kind=NoticeKind.OUTAGE_NOTICE_MISSED,
        texts=[notices.outage_notice_missed(work_id, due_at(state, work), left)] if left else [],
        reason=reasons.ALL_TOLD,
    )


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:  # noqa: C901 - one case for each fact
    match event:
        case events.OutageNoticeGiven():
            return _still_missed(state, event.work_id)
        case RosterChanged():
            gone = _free_again(state, reasons.SUPPLY_NOT_ITS_OWN)
            return (*gone, *_conflicts(state), *_newly_owed(state))
        case OperationOpened() | GuardProlonged() | GuardTimeOver():
            return (*_conflicts(state), *_newly_owed(state))
        case events.PlannedWorkBegun():
            # A guard that passed its end and that nobody concluded goes on: it was not in the way.
            return _conflicts(state)
        case events.WorkConflictFound():
            return _alarm(state, event, cause)
        case OperationConcluded() | OperationCancelled():
            return _free_again(state, reasons.GUARD_OVER)
        case TicketEnded():
            return _over_at_last(state)
        case IncidentOpened():
            return reported_in.told(state, event.incident_id, cause)
    return ()


def _over_at_last(state: Jurisdiction) -> Iterator[Event]:
    """Whoever was still at work whose time was over has ended it."""
    for work_id, work in sorted(state.planned_works.by_id.items()):
        if work.overran and not at_planned_work(state, work_id):
            yield events.PlannedWorkOver(work_id=work_id)
            yield from _called_off(state, work)


def _passed(state: Jurisdiction, work: PlannedWork, cause: Cause) -> Iterable[Event]:
    """Its time is over: customers expect supply, and nobody gives it over people at work."""
    tickets = at_planned_work(state, work.work_id)
    if not tickets:
        return (events.PlannedWorkOver(work_id=work.work_id), *_called_off(state, work))
    text = notices.work_overrun(work.work_id, work.ends_at, len(tickets))
    people = {it for ticket in tickets for it in (ticket.work_leader, ticket.permitter) if it}
    known = tuple(sorted(it for it in people if it in state.roster.members))
    return (
        events.PlannedWorkOverran(work_id=work.work_id, tickets=naming(tickets)[:_SITES_MAX]),
        notify(
            cause,
            NoticeKind.WORK_OVERRUN,
            Recipient.MEMBER,
            text,
            about=work.work_id,
            targets=known,
        ),
        *escalation.at_the_desk(
            state,
            cause,
            about=work.work_id,
            cause_kind=NoticeKind.WORK_OVERRUN,
            ladder="report",
            text=text,
        ),
    )


def _conflicts(state: Jurisdiction) -> Iterator[Event]:
    """Find the work that turns out to be planned on a supply that is guarded meanwhile."""
    for work_id, work in sorted(state.planned_works.by_id.items()):
        for operation_id, site_id in guarded(state, work.circuit, work.starts_at, work.ends_at):
            if (operation_id, site_id) not in work.conflicts or not _told_of(state, work_id):
                yield events.WorkConflictFound(
                    work_id=work_id, operation_id=operation_id, site_id=site_id
                )


def _alarm(state: Jurisdiction, event: events.WorkConflictFound, cause: Cause) -> Iterable[Event]:
    """Tell of one conflict; work that is in the way of several guards is one alarm that grows."""
    id_ = event.work_id
    work = state.planned_works.by_id[id_]
    told = notices.work_conflict(id_, event.site_id, event.operation_id, work.starts_at)
    return (
        _told(NoticeKind.WORK_CONFLICT, id_, told, cause),
        *escalation.start(
            state,
            cause,
            about=id_,
            cause_kind=NoticeKind.WORK_CONFLICT,
            ladder="report",
            text=together(_in_the_way(state, work)),
        ),
    )


def _in_the_way(state: Jurisdiction, work: PlannedWork) -> list[Said]:
    """Return each conflict that was found and stands: that guard goes on, on that circuit."""
    stand = set(guarded(state, work.circuit, work.starts_at, work.ends_at))
    return [
        notices.work_conflict(work.work_id, site_id, operation_id, work.starts_at)
        for operation_id, site_id in work.conflicts
        if (operation_id, site_id) in stand
    ]


def _told_of(state: Jurisdiction, work_id: str) -> bool:
    """Whether an alarm stands that some work is in the way of a guard."""
    escalations = state.escalations
    about = (escalations.by_id[it] for it in escalations.by_subject.get(work_id, ()))
    return any(it.cause is NoticeKind.WORK_CONFLICT for it in about)


def _newly_owed(state: Jurisdiction) -> Iterator[Event]:
    for work_id, work in sorted(state.planned_works.by_id.items()):
        if work.cuts_supply:
            for site_id in important_on(state, work.circuit)[: _SITES_MAX - len(work.owed)]:
                if site_id not in work.owed:
                    yield events.OutageNoticeOwed(work_id=work_id, site_id=site_id)


def _free_again(state: Jurisdiction, reason: Said) -> Iterator[Event]:
    """A guard, or a site on a circuit, is gone: work is in the way of what is left."""
    for work_id, work in sorted(state.planned_works.by_id.items()):
        if work.conflicts:
            yield from escalation.said_now(
                state,
                about=work_id,
                cause_kind=NoticeKind.WORK_CONFLICT,
                texts=_in_the_way(state, work),
                reason=reason,
            )


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    work = state.planned_works.by_id[id_]
    if kind == "work_begins":
        return (events.PlannedWorkBegun(work_id=id_),)
    if kind == "planned_work":
        return _passed(state, work, cause)
    by, (public, sites) = due_at(state, work), lacking(work)
    if cause.at < by:
        # Reminded or not: the policy may have moved the date since.
        text = notices.outage_notice_due(id_, by, len(sites) + public)
        return (
            events.OutageNoticeDue(work_id=id_, due_at=by, public=public, site_ids=sites),
            _told(NoticeKind.OUTAGE_NOTICE_DUE, id_, text, cause),
        )
    text = notices.outage_notice_missed(id_, by, len(sites) + public)
    return (
        events.OutageNoticeMissed(work_id=id_, due_at=by, public=public, site_ids=sites),
        _told(NoticeKind.OUTAGE_NOTICE_MISSED, id_, text, cause),
        *escalation.start(
            state,
            cause,
            about=id_,
            cause_kind=NoticeKind.OUTAGE_NOTICE_MISSED,
            ladder="report",
            text=text,
        ),
    )


def _told(kind: NoticeKind, work_id: str, text: Said, cause: Cause) -> Event:
    return notify(cause, kind, Recipient.DISPATCHER, text, about=work_id)


CONCEPT: Final = Concept(
    name="planned_work",
    signals=members(PlannedWorkSignal),
    decide=decide,
    facts=members(PlannedWorkEvent),
    evolve=evolve,
    reacts_to=frozenset(
        {
            OperationOpened,
            GuardProlonged,
            GuardTimeOver,
            events.PlannedWorkBegun,
            events.OutageNoticeGiven,
            OperationConcluded,
            OperationCancelled,
            RosterChanged,
            events.WorkConflictFound,
            TicketEnded,
            IncidentOpened,
        }
    ),
    react=react,
    timers=frozenset({"outage_notice", "work_begins", "planned_work"}),
    due=due,
)
