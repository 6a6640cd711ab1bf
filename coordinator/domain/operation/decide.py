"""Guaranteed power: prepare, guard, conclude; the measure is zero interruptions.

国能发安全〔2020〕18号: started only on one of four bases; no work on the protected supply in the
window. Missing a check-in is itself an alarm; an incident at a guarded site is raised at once.
"""

from collections.abc import Iterable
from typing import Final, cast

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import alarm as escalation
from coordinator.domain.notice import notify
from coordinator.domain.operation import called_out, check_taken_back, unguarded
from coordinator.domain.operation.fold import evolve
from coordinator.domain.operation.guarding import (
    check_in,
    conclude,
    disturbed,
    guard_is_over,
    interruption,
    known_since,
    missed,
    preparation_gaps,
)
from coordinator.domain.operation.posting import (
    guarded_by_another,
    post_guard,
    prolong_guard,
    withdraw_post,
)
from coordinator.domain.operation.touching import PRIORITY_MAX
from coordinator.domain.posted import elsewhere
from coordinator.domain.refusal import refuse
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.operations import Operation, OperationPhase
from schemas.catalogue import members
from schemas.events import operation as events
from schemas.events.envelope import Event
from schemas.events.incident import PriorityRaised
from schemas.events.operation import Check, OperationEvent
from schemas.events.site import SiteLinked, SiteSupplyChanged
from schemas.said import Said
from schemas.sentences import guarding, notices, reasons, rights
from schemas.signals.operation import (
    CancelOperation,
    CheckIn,
    ConcludeOperation,
    OpenOperation,
    OperationSignal,
    PostGuard,
    ProlongGuard,
    ReportPreparation,
    StartGuard,
    SupplyDisturbed,
    SupplyInterrupted,
    TakeBackCheckIn,
    WithdrawPost,
)
from schemas.vocabulary import NoticeKind, Recipient


def decide(state: Jurisdiction, signal: OperationSignal, cause: Cause) -> Iterable[Event]:  # noqa: C901 - one case for each signal
    if isinstance(signal, OpenOperation):
        return _open(state, signal, cause)
    operation = state.operations.by_id.get(signal.operation_id)
    if operation is None:
        return refuse(
            guarding.NO_SUCH_OPERATION_UNDER_WAY, field="operation_id", value=signal.operation_id
        )
    match signal:
        case StartGuard():
            return _start(state, operation, signal, cause)
        case ConcludeOperation():
            return conclude(state, operation, signal, cause)
        case CancelOperation():
            return (
                events.OperationCancelled(
                    operation_id=operation.operation_id, reason=signal.reason
                ),
                *guard_is_over(state, operation),
            )
        case PostGuard():
            return post_guard(state, operation, signal, cause)
        case WithdrawPost():
            return withdraw_post(operation, signal, cause)
        case ProlongGuard():
            return prolong_guard(state, operation, signal, cause)
        case (
            ReportPreparation()
            | CheckIn()
            | TakeBackCheckIn()
            | SupplyInterrupted()
            | SupplyDisturbed()
        ):
            if signal.site_id not in operation.sites:
                return refuse(
                    guarding.SITE_OF_THIS_OPERATION, field="site_id", value=signal.site_id
                )
            return _at_site(state, operation, signal, cause)


def _at_site(
    state: Jurisdiction,
    operation: Operation,
    signal: ReportPreparation | CheckIn | TakeBackCheckIn | SupplyInterrupted | SupplyDisturbed,
    cause: Cause,
) -> Iterable[Event]:
    match signal:
        case ReportPreparation():
            return _prepare(operation, signal)
        case CheckIn():
            return check_in(state, operation, signal, cause)
        case TakeBackCheckIn():
            return check_taken_back.take_back(state, operation, signal, cause)
        case SupplyDisturbed():
            return disturbed(operation, signal, cause)
        case SupplyInterrupted():
            if cause.happened_at < known_since(operation.sites[signal.site_id]):
                return refuse(
                    rights.SOMETHING_NEWER_KNOWN,
                    field="interrupted",
                    value=signal.interrupted,
                )
            return interruption(
                operation,
                signal.site_id,
                interrupted=signal.interrupted,
                happened_at=cause.happened_at,
                reason=reasons.as_typed(signal.reason),
            )


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    match event:
        case SiteLinked():
            return _hit(state, event, cause)
        case SiteSupplyChanged():
            operation = _guarding(state, event.site_id)
            if operation is None:
                return ()
            return interruption(
                operation,
                event.site_id,
                interrupted=event.supply == "none",
                happened_at=event.happened_at,
                reason=reasons.supply_is(event.supply),
            )
        case events.GuardStarted():
            return _as_it_starts(state, state.operations.by_id[event.operation_id], cause)
        case events.CheckInMissed():
            return _alarm(state, event, cause)
        case events.CheckInTakenBack():
            return check_taken_back.alarm_again(state, event, cause)
    if type(event) in called_out.REACTS_TO:
        return called_out.react(state, event, cause)
    return unguarded.react(state, event, cause)


def _as_it_starts(state: Jurisdiction, operation: Operation, cause: Cause) -> Iterable[Event]:
    """A guard that starts finds some sites without supply, or touched by an incident."""
    for site_id in sorted(operation.sites):
        site = state.sites.by_id[site_id]
        if site.supply == "none":
            yield from interruption(
                operation,
                site_id,
                interrupted=True,
                happened_at=cause.at,
                reason=reasons.supply_is(site.supply),
            )
        for incident_id in site.incident_ids:
            yield from _hit(state, SiteLinked(site_id=site_id, incident_id=incident_id), cause)


def due(state: Jurisdiction, kind: str, id_: str, cause: Cause) -> Iterable[Event]:
    if kind == "guard":
        operation = state.operations.by_id[id_]
        gaps = preparation_gaps(state, operation)
        return (
            events.GuardStarted(operation_id=id_, by_clock=True, gaps=tuple(gaps[:500])),
            *_told_gaps(gaps, id_, cause),
        )
    if kind == "posts":
        return (
            events.PostsTurned(operation_id=id_),
            *unguarded.passed(state, state.operations.by_id[id_], cause.at),
            *_bound_elsewhere(state, id_, cause),
        )
    if kind == "guard_gap":
        return unguarded.near_gaps(state, state.operations.by_id[id_], cause)
    if kind == "guard_over":
        return unguarded.time_over(id_, cause)
    operation_id, _, site_id = id_.partition("/")
    check = cast("Check", kind)
    return missed(state, state.operations.by_id[operation_id], site_id, check)


def _bound_elsewhere(state: Jurisdiction, operation_id: str, cause: Cause) -> tuple[Event, ...]:
    """Say who should take a post now and is out with a unit: somebody has to stand in."""
    operation = state.operations.by_id[operation_id]
    coming = sorted(
        member_id
        for site_id, watch in operation.sites.items()
        for guard in watch.guards
        if guard.starts_at <= cause.at < guard.ends_at
        for member_id in guard.post.member_ids
        if (member := state.roster.members.get(member_id)) is not None
        and elsewhere(state, member, operation, site_id)
    )
    if not coming:
        return ()
    text = notices.posted_but_out(coming)
    return (
        notify(cause, NoticeKind.CHECK_IN_MISSED, Recipient.COMMANDER, text, about=operation_id),
    )


def _told_gaps(gaps: list[Said], operation_id: str, cause: Cause) -> tuple[Event, ...]:
    if not gaps:
        return ()
    text = notices.guard_gaps(len(gaps), gaps)
    return (
        notify(cause, NoticeKind.CHECK_IN_MISSED, Recipient.COMMANDER, text, about=operation_id),
    )


def _guarding(state: Jurisdiction, site_id: str) -> Operation | None:
    return state.operations.by_id.get(state.operations.guarding.get(site_id, ""))


def _open(state: Jurisdiction, signal: OpenOperation, cause: Cause) -> Iterable[Event]:
    rules = state.policy.guard[signal.level]
    if signal.guard_until <= max(signal.guard_from, cause.at):
        return refuse(
            guarding.GUARD_ENDS_IN_FUTURE,
            field="guard_until",
            value=signal.guard_until,
        )
    if rules.plan_needs_approval and signal.plan_approved_by is None:
        return refuse(
            guarding.PLAN_APPROVED,
            field="plan_approved_by",
            value=None,
        )
    if len(set(signal.site_ids)) != len(signal.site_ids):
        return refuse(guarding.EACH_SITE_ONCE, field="site_ids", value=len(signal.site_ids))
    for site_id in signal.site_ids:
        if site_id not in state.sites.by_id:
            return refuse(guarding.NO_SUCH_SITE, field="site_ids", value=site_id)
        other = guarded_by_another(state, site_id, signal.guard_from, signal.guard_until)
        if other is not None:
            return refuse(guarding.one_operation_per_site(other), field="site_ids", value=site_id)
    return (
        events.OperationOpened(
            operation_id=cause.mint("opr"),
            name=signal.name,
            level=signal.level,
            basis=signal.basis,
            basis_reference=signal.basis_reference,
            site_ids=signal.site_ids,
            guard_from=signal.guard_from,
            guard_until=signal.guard_until,
            plan_approved_by=signal.plan_approved_by,
        ),
    )


def _prepare(operation: Operation, signal: ReportPreparation) -> Iterable[Event]:
    watch = operation.sites[signal.site_id]
    if signal.step in ("danger_found", "danger_closed"):
        if signal.danger is None:
            return refuse(guarding.DANGER_HAS_NAME, field="danger", value=None)
        known = signal.danger in watch.dangers_open
        if known is (signal.step == "danger_found"):
            return ()
    elif signal.step in watch.steps:
        return ()
    return (
        events.PreparationRecorded(
            operation_id=operation.operation_id,
            site_id=signal.site_id,
            step=signal.step,
            danger=signal.danger,
            text=signal.text,
        ),
    )


def _start(
    state: Jurisdiction, operation: Operation, signal: StartGuard, cause: Cause
) -> Iterable[Event]:
    if operation.phase is not OperationPhase.PREPARING:
        return ()
    gaps = preparation_gaps(state, operation)
    if gaps and signal.override_reason is None:
        return refuse(guarding.guard_begins_prepared(gaps), field="override_reason", value=None)
    return (
        events.GuardStarted(
            operation_id=operation.operation_id,
            gaps=tuple(gaps[:500]),
            override_reason=signal.override_reason,
        ),
    )


def _hit(state: Jurisdiction, event: SiteLinked, cause: Cause) -> tuple[Event, ...]:
    operation = _guarding(state, event.site_id)
    if operation is None:
        return ()
    site = state.sites.by_id[event.site_id]
    rules = state.policy.sites
    priority = rules.guarded_bonus + rules.priority_by_kind.get(site.site.kind, 0)
    text = notices.guarded_site_hit(event.site_id)
    return (
        events.GuardedSiteHit(
            operation_id=operation.operation_id,
            site_id=event.site_id,
            incident_id=event.incident_id,
        ),
        PriorityRaised(
            incident_id=event.incident_id,
            priority=min(PRIORITY_MAX, priority),
            reason=text,
            site_id=event.site_id,
        ),
        notify(cause, NoticeKind.GUARDED_SITE_HIT, Recipient.COMMANDER, text, about=event.site_id),
    )


def _alarm(state: Jurisdiction, event: events.CheckInMissed, cause: Cause) -> tuple[Event, ...]:
    text = notices.check_missed(event.site_id, event.kind)
    kind = NoticeKind.CHECK_IN_MISSED
    return escalation.at_the_desk(
        state, cause, about=event.site_id, cause_kind=kind, ladder="check_in", text=text
    )


_REACTS_TO: Final[frozenset[type[Event]]] = (
    unguarded.REACTS_TO
    | called_out.REACTS_TO
    | {
        SiteLinked,
        SiteSupplyChanged,
        events.GuardStarted,
        events.CheckInMissed,
        events.CheckInTakenBack,
    }
)

CONCEPT: Final = Concept(
    name="operation",
    signals=members(OperationSignal),
    decide=decide,
    facts=members(OperationEvent),
    evolve=evolve,
    reacts_to=_REACTS_TO,
    react=react,
    timers=frozenset(
        {"guard", "guard_gap", "guard_over", "posts", "check_in", "patrol", "zero_report"}
    ),
    due=due,
)
